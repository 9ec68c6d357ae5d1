"""Readings of one series as columns: three arrays of equal length, in order of time, no instant twice."""

from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

Times = NDArray[np.int64]
Values = NDArray[np.float64]
Codes = NDArray[np.uint8]
Mask = NDArray[np.bool_]
Places = NDArray[np.intp]

BAD = 2
"""The code of the quality that is never averaged; good is 0, doubtful 1."""


class Columns(Struct, frozen=True, eq=False):
    """Instants (UTC milliseconds, rising), values, and codes of quality."""

    t: Times
    v: Values
    q: Codes

    def __len__(self) -> int:
        return len(self.t)

    def between(self, start: int, end: int) -> "Columns":
        """Give what has start <= t < end."""
        low, high = np.searchsorted(self.t, (start, end))
        return self.at(slice(int(low), int(high)))

    def sound(self) -> "Columns":
        """Give what is not bad."""
        return self.at(self.q < BAD) if self.q.any() else self

    def at(self, places: "slice | Mask") -> "Columns":
        """Give the readings at some places."""
        return Columns(self.t[places], self.v[places], self.q[places])


def columns(t: object, v: object, q: object) -> Columns:
    """Make columns of what can become arrays; it has to be in order already."""
    return Columns(np.asarray(t, np.int64), np.asarray(v, np.float64), np.asarray(q, np.uint8))


EMPTY = columns((), (), ())


def firsts(rising: "Times | NDArray[np.uint32]") -> Places:
    """Give the places at which another value begins, in an array that does not fall.

    As `numpy.unique` does for any array; but that one loads a tenth of numpy first, while readers wait.
    """
    is_first = np.ones(len(rising), bool)
    np.not_equal(rising[1:], rising[:-1], out=is_first[1:])
    return np.flatnonzero(is_first)


def among(values: Times, rising: Times) -> Mask:
    """Tell of each value whether it is among those of an array that rises and is not empty."""
    place = np.minimum(rising.searchsorted(values), len(rising) - 1)
    found: Mask = rising[place] == values
    return found


def merged(parts: Sequence[Columns]) -> Columns:
    """Give columns in one; where several have an instant, the last of them counts."""
    filled = [part for part in parts if len(part)]
    if not filled:
        return EMPTY
    if len(filled) == 1:
        return filled[0]
    t = np.concatenate([part.t for part in filled])
    v = np.concatenate([part.v for part in filled])
    q = np.concatenate([part.q for part in filled])
    if (t[1:] > t[:-1]).all():
        return Columns(t, v, q)
    order = np.argsort(t, kind="stable")
    t = t[order]
    order = order[np.append(t[1:] != t[:-1], True)]
    return Columns(t[np.append(t[1:] != t[:-1], True)], v[order], q[order])
