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
    order = np.lexsort((records["t"], records["series"]))
    ordered = records[order]
    same = (ordered["series"][1:] == ordered["series"][:-1]) & (ordered["t"][1:] == ordered["t"][:-1])
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
