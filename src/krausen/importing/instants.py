"""Arrays of instants, and of values beside them, put in order."""

from array import array
from collections.abc import Iterable
from heapq import merge
from itertools import groupby, islice
from operator import gt, le, lt


def rises(t: "array[int]") -> bool:
    """Tell whether each instant is later than the one before."""
    return all(map(lt, t, islice(t, 1, None)))


def falls(t: "array[int]") -> bool:
    """Tell whether each instant is earlier than the one before, as where the newest line comes first."""
    return all(map(gt, t, islice(t, 1, None)))


def distinct(t: "array[int]") -> "array[int]":
    """Give instants in order, each once."""
    if rises(t):
        return t
    if falls(t):
        return t[::-1]
    ordered = t if all(map(le, t, islice(t, 1, None))) else sorted(t)
    return array("q", (instant for instant, _ in groupby(ordered)))


def count_distinct(columns: Iterable["array[int]"]) -> int:
    """Count the instants that are in any of the columns, each of which rises."""
    apart: list[array[int]] = []
    for column in columns:
        if not any(column == other for other in apart):
            apart.append(column)
    if len(apart) == 1:
        return len(apart[0])
    return sum(1 for _ in groupby(merge(*apart)))


def settled(t: "array[int]", v: "array[float]") -> tuple["array[int]", "array[float]"]:
    """Give values in order of their instants; of several of one instant the last stays."""
    if rises(t):
        return t, v
    if falls(t):
        return t[::-1], v[::-1]
    places: Iterable[int] = range(len(t))
    if not all(map(le, t, islice(t, 1, None))):
        places = sorted(places, key=t.__getitem__)
    instants, values = array("q"), array("d")
    for place in places:
        if instants and instants[-1] == t[place]:
            values[-1] = v[place]
        else:
            instants.append(t[place])
            values.append(v[place])
    return instants, values
