"""The log: readings in the order in which they were stored, packed, one blob for each commit.

A blob holds columns: each the least of its whole numbers, and how far the others are above it, in the
narrowest type that holds that, in none where all are equal. Values are scaled to whole numbers as in chunks.
"""

import struct
import zlib
from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from krausen.storage.history.columns import Codes, Mask, Places, Times, Values
from krausen.storage.history.packing import RAW, Damaged, Whole, scaled, unscaled

QUALITY = 3
AGAIN = 4
"""Marks a reading whose instant had one already; without it the reading counts as a new one."""

Numbers = NDArray[np.uint32]

_COUNT = struct.Struct("<I")
_COLUMN = struct.Struct("<BBq")
_WIDTHS = frozenset({0, 1, 2, 4, 8})


class Records(Struct, frozen=True, eq=False):
    """Readings of any series: its number, instant in UTC milliseconds, value, quality with `AGAIN`."""

    series: Numbers
    t: Times
    v: Values
    code: Codes

    def __len__(self) -> int:
        return len(self.t)

    def at(self, places: "slice | Mask") -> "Records":
        """Give the records at some places."""
        return Records(self.series[places], self.t[places], self.v[places], self.code[places])

    def taken(self, places: Places) -> "Records":
        """Give the records at some places, in their order."""
        return Records(
            self.series.take(places), self.t.take(places), self.v.take(places), self.code.take(places)
        )

    def of(self, series: int) -> slice:
        """Tell where a series stands among records in order."""
        wanted = np.uint32(series)
        low = self.series.searchsorted(wanted)
        return slice(int(low), int(self.series.searchsorted(wanted, "right")))


def records(series: object, t: object, v: object, code: object) -> Records:
    """Make records of what can become arrays."""
    return Records(
        np.asarray(series, np.uint32),
        np.asarray(t, np.int64),
        np.asarray(v, np.float64),
        np.asarray(code, np.uint8),
    )


NONE = records((), (), (), ())


def joined(parts: Sequence[Records]) -> Records:
    """Give several in one, one after another."""
    if len(parts) < 2:
        return parts[0] if parts else NONE
    return Records(
        np.concatenate([part.series for part in parts]),
        np.concatenate([part.t for part in parts]),
        np.concatenate([part.v for part in parts]),
        np.concatenate([part.code for part in parts]),
    )


def written(records: Records) -> bytes:
    """Give records as bytes, with a checksum in front."""
    places, values = scaled(records.v) or (RAW, records.v.view(np.int64))
    body = b"".join(
        (
            _COUNT.pack(len(records)),
            _column(records.series),
            _column(records.t),
            _column(values, places),
            _column(records.code),
        )
    )
    return zlib.crc32(body).to_bytes(4, "little") + body


def read(blob: bytes) -> Records:
    """Give the records behind some bytes. Raises Damaged."""
    body = memoryview(blob)[4:]
    if zlib.crc32(body).to_bytes(4, "little") != blob[:4]:
        raise Damaged
    try:
        return _read(body)
    except (struct.error, ValueError) as error:
        raise Damaged from error


def in_order(records: Records) -> Records:
    """Give records by series and time. Of several for one instant the last counts, and the first's mark."""
    order = _order(records) if len(records) > 1 else None
    if order is None:
        return records
    ordered = records.taken(order)
    same = (ordered.series[1:] == ordered.series[:-1]) & (ordered.t[1:] == ordered.t[:-1])
    if not same.any():
        return ordered
    first = ordered.code[np.append(True, ~same)]
    last = ordered.at(np.append(~same, True))
    return Records(last.series, last.t, last.v, (last.code & QUALITY) | (first & AGAIN))


def _order(records: Records) -> Places | None:
    """Tell how records stand by series and time, those for one instant as they came; None if they do so."""
    keys = _keys(records)
    return None if (keys[1:] > keys[:-1]).all() else np.argsort(keys, kind="stable")


def _keys(records: Records) -> NDArray[np.int64]:
    """Give for each record a number that sorts as its series and time do, equal where both are."""
    t, least = records.t, int(records.t.min())
    span = int(t.max()) - least + 1
    if span * (int(records.series.max()) + 1) >= 2**63:
        t = np.sort(t).searchsorted(t)
        least, span = 0, len(t)
    keys = records.series.astype(np.int64)
    keys *= span
    keys += t
    keys -= least
    return keys


def _column(numbers: "Whole | Numbers | Codes", places: int = 0) -> bytes:
    if not len(numbers):
        return _COLUMN.pack(places, 0, 0)
    least = int(numbers.min())
    bits = (int(numbers.max()) - least).bit_length()
    width = 0 if not bits else 1 if bits <= 8 else 2 if bits <= 16 else 4 if bits <= 32 else 8
    head = _COLUMN.pack(places, width, least)
    return head + (numbers - numbers.dtype.type(least)).astype(f"<u{width}").tobytes() if width else head


def _read(body: memoryview) -> Records:
    (n,), at = _COUNT.unpack_from(body), _COUNT.size
    found: list[Whole] = []
    scale = 0
    for _ in range(4):
        places, width, least = _COLUMN.unpack_from(body, at)
        if width not in _WIDTHS:
            raise Damaged
        at += _COLUMN.size
        above = np.frombuffer(body, f"<u{width}", n, at) if width else np.zeros(n, np.uint8)
        found.append(above.astype(np.uint64).view(np.int64) + np.int64(least))
        at += n * width
        scale = places or scale
    if at != len(body):
        raise Damaged
    series, t, v, code = found
    return Records(series.astype(np.uint32), t, unscaled(v, scale), code.astype(np.uint8))
