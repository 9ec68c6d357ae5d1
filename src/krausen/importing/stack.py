"""What came first comes out last, packed meanwhile."""

import zlib
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Generic, TypeVar

from msgspec import msgpack

T = TypeVar("T")

_BLOCK = 1000
_HARD = 1
"""How hard it is pressed, 1 to 9: more takes long and gains little."""


class Stack(Generic[T]):
    """Takes in everything at once and gives it back in the opposite order; `decoder` knows how to read it."""

    def __init__(self, values: Iterable[T], decoder: "msgpack.Decoder[list[T]]") -> None:
        self._decoder = decoder
        rest = iter(values)
        self._blocks: list[bytes] = []
        while block := list(islice(rest, _BLOCK)):
            self._blocks.append(zlib.compress(msgpack.encode(block), _HARD))

    def emptied(self) -> Iterator[T]:
        """Yield the last first; what has been given is held no longer."""
        while self._blocks:
            yield from reversed(self._decoder.decode(zlib.decompress(self._blocks.pop())))
