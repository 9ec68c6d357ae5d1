"""The log: readings in the order in which they were stored, packed, one blob for each commit."""

import zlib

import numpy as np
from numpy.typing import NDArray

from krausen.storage.history.packing import Damaged

RECORD = np.dtype([("series", "<u4"), ("t", "<i8"), ("v", "<f8"), ("code", "u1")])
"""A reading: number of its series, instant in UTC milliseconds, value, quality with `AGAIN`."""

QUALITY = 3
AGAIN = 4
"""Marks a reading whose instant had one already; without it the reading counts as a new one."""

Records = NDArray[np.void]

NONE: Records = np.zeros(0, RECORD)


def written(records: Records) -> bytes:
    """Give records as bytes, with a checksum in front."""
    body = records.tobytes()
    return zlib.crc32(body).to_bytes(4, "little") + body


def read(blob: bytes) -> Records:
    """Give the records behind some bytes. Raises Damaged."""
    body = memoryview(blob)[4:]
    if zlib.crc32(body).to_bytes(4, "little") != blob[:4] or len(body) % RECORD.itemsize:
        raise Damaged
    return np.frombuffer(body, RECORD)


def in_order(records: Records) -> Records:
    """Give records by series and time. Of several for one instant the last counts, and the first's mark."""
    if len(records) < 2:
        return records
    keys = _keys(records)
    if (keys[1:] > keys[:-1]).all():
        return records
    order = np.argsort(keys, kind="stable")
    ordered = records.take(order)
    keys = keys.take(order)
    same = keys[1:] == keys[:-1]
    if not same.any():
        return ordered
    last = ordered[np.append(~same, True)]
    first = ordered["code"][np.append(True, ~same)]
    last["code"] = (last["code"] & QUALITY) | (first & AGAIN)
    found: Records = last
    return found


def stretch(records: Records, series: int) -> slice:
    """Tell where a series stands among records in order."""
    low = np.searchsorted(records["series"], series)
    return slice(int(low), int(np.searchsorted(records["series"], series, "right")))


def _keys(records: Records) -> NDArray[np.int64]:
    """Give for each record a number that sorts as its series and time do, equal where both are."""
    series, t = records["series"].astype(np.int64), np.ascontiguousarray(records["t"])
    least = int(t.min())
    span = int(t.max()) - least + 1
    if span * (int(series.max()) + 1) >= 2**63:
        t = np.sort(t).searchsorted(t)
        least, span = 0, len(t)
    keys: NDArray[np.int64] = series * span + (t - least)
    return keys
