"""A day of one series in few bytes."""

import numpy as np

from krausen.storage.history.columns import BAD, Codes, Columns, Times, firsts
from krausen.storage.history.packing import Damaged, Parts, Whole, packed, unpacked, values_part, whole_part

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
    steps = np.zeros_like(day.t)
    np.subtract(day.t[1:], day.t[:-1], out=steps[1:])
    values = [values_part(day.v)]
    if day.q.any():
        values.append(whole_part(day.q.astype(np.int64)))
    return packed([whole_part(day.t[:1]), whole_part(steps)], values)


def decoded(blob: bytes) -> Columns:
    """Give the day behind some bytes. Raises Damaged."""
    times, values = _two(unpacked(blob))
    t, v = _instants(times), values.values()
    q = _codes(values.whole()) if values.more else np.zeros(len(v), np.uint8)
    if not len(t) == len(v) == len(q):
        raise Damaged
    return Columns(t, v, q)


def instants(blob: bytes) -> Times:
    """Give the instants alone. Raises Damaged."""
    return _instants(unpacked(blob, 1)[0])


def _two(sections: list[Parts]) -> tuple[Parts, Parts]:
    if len(sections) != 2:
        raise Damaged
    return sections[0], sections[1]


def _instants(times: Parts) -> Times:
    first, steps = times.whole(), times.whole()
    if len(first) != min(1, len(steps)):
        raise Damaged
    return np.cumsum(steps) + first


def _codes(numbers: Whole) -> Codes:
    if ((numbers < 0) | (numbers > BAD)).any():
        raise Damaged
    return numbers.astype(np.uint8)
