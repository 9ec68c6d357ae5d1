"""A day of one series in few bytes."""

from functools import lru_cache

import numpy as np

from krausen.storage.history.columns import BAD, EMPTY, Codes, Columns, Times, Values, firsts
from krausen.storage.history.packing import (
    Damaged,
    Parts,
    Whole,
    bound,
    compressed,
    decompressed,
    unbound,
    values_part,
    whole_part,
)

DAY_MS = 86_400_000


def day_of(t: int) -> int:
    """Tell the day of an instant: whole days since 1970, UTC."""
    return t // DAY_MS


def by_day(readings: Columns) -> dict[int, Columns]:
    """Cut readings at midnights, UTC."""
    days = readings.t // DAY_MS
    first = firsts(days)
    cut = zip(days[first].tolist(), first.tolist(), [*first[1:].tolist(), len(readings)], strict=True)
    return {day: readings.at(slice(start, end)) for day, start, end in cut}


def encoded(day: Columns) -> bytes:
    """Give the bytes of a day: times, and apart from them values, with qualities if not all are good."""
    values = [values_part(day.v)]
    if day.q.any():
        values.append(whole_part(day.q.astype(np.int64)))
    return bound(_times(day.t.tobytes()), compressed(values))


def decoded(blob: bytes) -> Columns:
    """Give the day behind some bytes. Raises Damaged."""
    times, values = _two(unbound(blob))
    t = _instants(decompressed(times))
    return Columns(t, *_values(decompressed(values), len(t)))


def decoded_at(blob: bytes, wanted: Times) -> Columns:
    """Give those readings of a day that are at some instants, which rise. Raises Damaged.

    Where there are none, as is usual with late readings, values are not looked at.
    """
    times, values = _two(unbound(blob))
    t = _instants(decompressed(times))
    place = np.minimum(t.searchsorted(wanted), len(t) - 1)
    there = place[t[place] == wanted] if len(t) else place
    if not len(there):
        return EMPTY
    v, q = _values(decompressed(values), len(t))
    return Columns(t[there], v[there], q[there])


@lru_cache(maxsize=8)
def _times(instants: bytes) -> bytes:
    """Give the section of times; the metrics of a device have the same, one after another.

    Before the first stands a step as long as the next, so that steady readings have but one length of step.
    """
    t = np.frombuffer(instants, np.int64)
    steps = np.zeros_like(t)
    np.subtract(t[1:], t[:-1], out=steps[1:])
    steps[:1] = steps[1:2].sum()  # none for a lone reading
    return compressed([whole_part(t[:1]), whole_part(steps)])


def _two(sections: list[memoryview]) -> tuple[memoryview, memoryview]:
    if len(sections) != 2:
        raise Damaged
    return sections[0], sections[1]


def _instants(times: Parts) -> Times:
    first, since = times.lone(), _since_first(times.rest())
    if (first is None) != (len(since) == 0):
        raise Damaged
    return since if first is None else since + first


@lru_cache(maxsize=16)
def _since_first(steps: bytes) -> Times:
    """Give how long after the first each instant is; days of steady readings are all alike in that."""
    parts = Parts(steps)
    since = np.cumsum(parts.whole())
    if parts.more:
        raise Damaged
    since -= since[:1]
    since.flags.writeable = False
    return since


def _values(values: Parts, n: int) -> tuple[Values, Codes]:
    v = values.values()
    q = _codes(values.whole()) if values.more else np.zeros(len(v), np.uint8)
    if not n == len(v) == len(q):
        raise Damaged
    return v, q


def _codes(numbers: Whole) -> Codes:
    if ((numbers < 0) | (numbers > BAD)).any():
        raise Damaged
    return numbers.astype(np.uint8)
