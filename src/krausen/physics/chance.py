"""Numbers that look random and are a pure function of a seed and a count.

Nothing is consumed by asking, so neither the order nor the number of questions can change an answer, and a
continued run needs no generator state. The mixer is SplitMix64 (Steele, Lea, Flood: Fast Splittable
Pseudorandom Number Generators, OOPSLA 2014).
"""

from collections.abc import Iterator
from math import cos, log, pi, sin, sqrt

_MASK = 2**64 - 1
_GOLDEN = 0x9E3779B97F4A7C15


def branch(seed: int, name: str) -> int:
    """Give the seed of a named stream: other names, other numbers."""
    for letter in name.encode():
        seed = _mixed(seed, letter + 1)
    return seed


def uniform(seed: int, count: int) -> float:
    """Give number `count` of a stream, evenly spread over the open interval from 0 to 1."""
    return ((_mixed(seed, count) >> 12) + 0.5) * 2.0**-52


def normal(seed: int, count: int) -> float:
    """Give number `count` of a stream, of mean 0 and standard deviation 1."""
    return _pair(seed, count)[0]


def normals(seed: int, size: int) -> Iterator[float]:
    """Yield `size` numbers of mean 0 and standard deviation 1; `size` is even."""
    for count in range(size // 2):
        yield from _pair(seed, count)


def _pair(seed: int, count: int) -> tuple[float, float]:
    """Give two independent normal numbers by the transform of Box and Muller."""
    radius = sqrt(-2.0 * log(uniform(seed, 2 * count)))
    angle = 2.0 * pi * uniform(seed, 2 * count + 1)
    return radius * cos(angle), radius * sin(angle)


def _mixed(seed: int, count: int) -> int:
    z = (seed + (count + 1) * _GOLDEN) & _MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
    return z ^ (z >> 31)
