"""Linear equations of a few unknowns."""

from collections.abc import Sequence
from typing import TypeVar

N = TypeVar("N", float, complex)
Square = tuple[tuple[float, ...], ...]


def solved(matrix: Sequence[Sequence[N]], wanted: Sequence[N]) -> tuple[N, ...]:
    """Solve by elimination with pivots. Raises ZeroDivisionError where there is no single solution."""
    rest = [_joined(*both) for both in zip(matrix, wanted, strict=True)]
    size = len(rest)
    for column in range(size):
        best = max(range(column, size), key=lambda number: abs(rest[number][column]))
        rest[column], rest[best] = rest[best], rest[column]
        pivot = rest[column]
        for number in range(column + 1, size):
            share = rest[number][column] / pivot[column]
            if share:
                rest[number] = [one - share * other for one, other in zip(rest[number], pivot, strict=True)]
    found: list[N] = [rest[0][0] * 0] * size
    for number in reversed(range(size)):
        row = rest[number]
        known = sum(row[later] * found[later] for later in range(number + 1, size))
        found[number] = (row[size] - known) / row[number]
    return tuple(found)


def _joined(line: Sequence[N], one: N) -> list[N]:
    joined = list(line)
    joined.append(one)
    return joined
