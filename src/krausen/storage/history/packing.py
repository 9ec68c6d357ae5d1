"""Arrays of numbers in few bytes.

Whole numbers become differences, folded so that small negative ones stay small (zigzag, as in Protocol
Buffers), in the narrowest type that holds them, and their bytes are put plane by plane (as the shuffle filter
of HDF5 does), for zlib finds more in that. Values become whole numbers where a power of ten makes every one
of them whole and gives it back exactly; where none does, their eight bytes are kept as they are.
"""

import struct
import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from krausen.storage.history.columns import Values

Whole = NDArray[np.int64]

LEVEL = 6
POWERS = range(7)
"""Decimal places that values are tried with."""
SAMPLE = 4
"""Values of which it is seen first how many places they have."""
RAW = 255
"""Stands for the number of places where there is none."""
SAFE = 2**53
"""Beyond this a float does not tell neighbouring whole numbers apart."""

_PART = struct.Struct("<BBqI")


class Damaged(Exception):
    """These bytes are not what was written."""


def packed(*sections: Sequence[bytes]) -> bytes:
    """Compress parts, each section by itself, with a checksum of all in front."""
    bodies = [zlib.compress(b"".join(parts), LEVEL) for parts in sections]
    body = b"".join(len(one).to_bytes(4, "little") + one for one in bodies)
    return zlib.crc32(body).to_bytes(4, "little") + body


def unpacked(blob: bytes, most: int | None = None) -> "list[Parts]":
    """Check, and decompress the sections, the first few if not all are wanted. Raises Damaged."""
    if zlib.crc32(memoryview(blob)[4:]).to_bytes(4, "little") != blob[:4]:
        raise Damaged
    found: list[Parts] = []
    at = 4
    try:
        while at < len(blob) and len(found) != most:
            end = at + 4 + int.from_bytes(blob[at : at + 4], "little")
            found.append(Parts(zlib.decompress(memoryview(blob)[at + 4 : end])))
            at = end
    except zlib.error as error:
        raise Damaged from error
    return found


class Parts:
    """Gives back one array after another, in the order in which they were put in. Each raises Damaged."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._at = 0

    @property
    def more(self) -> bool:
        """Tell whether anything is left."""
        return self._at < len(self._body)

    def whole(self) -> Whole:
        """Give an array that `whole_part` made."""
        _, found = self._next()
        return found

    def values(self) -> Values:
        """Give an array that `values_part` made."""
        places, found = self._next()
        return found.view(np.float64) if places == RAW else found / 10.0**places

    def _next(self) -> tuple[int, Whole]:
        try:
            places, width, first, n = _PART.unpack_from(self._body, self._at)
            start = self._at + _PART.size
            self._at = start + n * width
            planes = np.frombuffer(self._body, np.uint8, n * width, start).reshape(width, n)
        except (struct.error, ValueError) as error:
            raise Damaged from error
        folded = np.ascontiguousarray(planes.T).view(f"<u{width}").ravel().astype(np.uint64)
        if places == RAW:
            return places, folded.view(np.int64)
        steps = (folded >> np.uint64(1)).view(np.int64) ^ -(folded & np.uint64(1)).view(np.int64)
        steps[:1] = first
        return places, np.cumsum(steps)


def whole_part(numbers: Whole, places: int = 0) -> bytes:
    """Give whole numbers as bytes. Their differences must fit into 63 bits."""
    if not len(numbers):
        return _PART.pack(places, 1, 0, 0)
    steps = np.zeros_like(numbers)
    np.subtract(numbers[1:], numbers[:-1], out=steps[1:])
    folded = ((steps << 1) ^ (steps >> 63)).view(np.uint64)
    return _part(places, int(numbers[0]), folded)


def values_part(values: Values) -> bytes:
    """Give values as bytes, exactly."""
    if not (np.signbit(values) & (values == 0)).any():
        greatest = float(np.abs(values).max(initial=0.0))
        for places in POWERS[_least_places(values) :]:
            whole = _whole(values, 10.0**places) if greatest * 10.0**places < SAFE else None
            if whole is not None:
                return whole_part(whole, places)
    return _part(RAW, 0, values.view(np.uint64))


def _least_places(values: Values) -> int:
    """Give a number of decimal places that is not too large: no power of ten below it makes all values whole.

    The shortest text that gives a value back has as many places as are needed.
    """
    return max(map(_places, values[:: 1 + len(values) // SAMPLE].tolist()), default=0)


def _places(value: float) -> int:
    digits, _, power = repr(value).partition("e")
    return max(0, len(digits.partition(".")[2].rstrip("0")) - int(power or 0))


def _whole(values: Values, scale: float) -> Whole | None:
    scaled = np.rint(values * scale)
    return scaled.astype(np.int64) if (scaled / scale == values).all() else None


def _part(places: int, first: int, folded: NDArray[np.uint64]) -> bytes:
    bits = int(folded.max(initial=0)).bit_length()
    width = 1 if bits <= 8 else 2 if bits <= 16 else 4 if bits <= 32 else 8
    planes = folded.astype(f"<u{width}").view(np.uint8).reshape(-1, width).T
    return _PART.pack(places, width, first, len(folded)) + planes.tobytes()
