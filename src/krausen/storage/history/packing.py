"""Arrays of numbers in few bytes.

Whole numbers become differences, folded so that small negative ones stay small (zigzag, as in Protocol
Buffers), in the narrowest type that holds them, and their bytes are put plane by plane (as the shuffle filter
of HDF5 does), for zlib finds more in that. Values become whole numbers where a power of ten makes every one
of them whole and gives it back exactly; where none does, their eight bytes are kept as they are.
"""

import struct
import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from krausen.storage.history.columns import Values

Whole = NDArray[np.int64]

LEVEL = 4
"""How hard zlib tries: beyond this it takes twice as long and saves a hundredth."""
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
    return bound(*map(compressed, sections))


def compressed(parts: Sequence[bytes]) -> bytes:
    """Compress the parts of a section."""
    return zlib.compress(b"".join(parts), LEVEL)


def bound(*sections: bytes) -> bytes:
    """Put compressed sections together, with a checksum of all in front."""
    body = b"".join([len(one).to_bytes(4, "little") + one for one in sections])
    return zlib.crc32(body).to_bytes(4, "little") + body


def unbound(blob: bytes) -> list[memoryview]:
    """Check, and give the compressed sections. Raises Damaged."""
    body = memoryview(blob)
    if zlib.crc32(body[4:]).to_bytes(4, "little") != blob[:4]:
        raise Damaged
    found: list[memoryview] = []
    at = 4
    while at < len(blob):
        end = at + 4 + int.from_bytes(body[at : at + 4], "little")
        found.append(body[at + 4 : end])
        at = end
    return found


def decompressed(section: memoryview) -> "Parts":
    """Give the parts of a section. Raises Damaged."""
    try:
        return Parts(zlib.decompress(section))
    except zlib.error as error:
        raise Damaged from error


def unpacked(blob: bytes) -> "list[Parts]":
    """Check, and decompress the sections. Raises Damaged."""
    return list(map(decompressed, unbound(blob)))


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

    def lone(self) -> int | None:
        """Give the only number of an array that `whole_part` made, None of an empty one."""
        _, width, first, n = self._head()
        if n > 1:
            raise Damaged
        self._at += n * width
        return first if n else None

    def values(self) -> Values:
        """Give an array that `values_part` made."""
        places, found = self._next()
        return unscaled(found, places)

    def rest(self) -> bytes:
        """Give what is left as it is, for `Parts` again."""
        left = self._body[self._at :]
        self._at = len(self._body)
        return left

    def _next(self) -> tuple[int, Whole]:
        places, width, first, n = self._head()
        try:
            planes = np.frombuffer(self._body, np.uint8, n * width, self._at).reshape(width, n)
        except ValueError as error:
            raise Damaged from error
        self._at += n * width
        if places == RAW:
            return places, _whole_planes(planes).astype(np.uint64).view(np.int64)
        steps = _unfolded(planes)
        steps[:1] = first
        return places, np.add.accumulate(steps, out=steps)

    def _head(self) -> tuple[int, int, int, int]:
        """Give places, width of a number, first number and count of the next array, and pass by them."""
        try:
            places, width, first, n = _PART.unpack_from(self._body, self._at)
        except struct.error as error:
            raise Damaged from error
        self._at += _PART.size
        return places, width, first, n


def _whole_planes(planes: "NDArray[np.uint8]") -> "NDArray[np.unsignedinteger[Any]]":
    """Put bytes that stand plane by plane together to whole numbers."""
    width = len(planes)
    return np.ascontiguousarray(planes.T).view(f"<u{width}").ravel()


def _unfolded(planes: "NDArray[np.uint8]") -> Whole:
    """Give the differences that were folded."""
    steps: Whole
    if len(planes) == 1:
        steps = _UNFOLDED.take(planes[0])
        return steps
    folded = _whole_planes(planes).astype(np.uint64)
    steps = (folded >> np.uint64(1)).view(np.int64)
    steps ^= -(folded & np.uint64(1)).view(np.int64)
    return steps


_UNFOLDED = np.array(
    [number >> 1 if number % 2 == 0 else -(number >> 1) - 1 for number in range(256)], np.int64
)
"""What a byte stands for as a folded difference."""


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
    found = scaled(values)
    if found is not None:
        places, whole = found
        return whole_part(whole, places)
    return _part(RAW, 0, values.view(np.uint64))


def scaled(values: Values) -> tuple[int, Whole] | None:
    """Give the decimal places that make values whole, with what they are then; None if none do."""
    negative_zeros = np.signbit(values) & (values == 0)
    if negative_zeros.any():
        return None
    greatest = float(np.abs(values).max(initial=0.0))
    for places in POWERS[_least_places(values) :]:
        whole = _whole(values, 10.0**places) if greatest * 10.0**places < SAFE else None
        if whole is not None:
            return places, whole
    return None


def unscaled(whole: Whole, places: int) -> Values:
    """Give the values that `scaled` made whole, or for RAW those with these bits."""
    return whole.view(np.float64) if places == RAW else whole / 10.0**places


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
