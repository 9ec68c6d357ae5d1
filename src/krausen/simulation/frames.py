"""Frames, in which a simulating process and whoever started it speak through pipes.

Each message is a frame: a length in four bytes (big-endian) and as much MessagePack.
"""

from collections.abc import Callable, Iterable
from typing import BinaryIO, TypeVar

from msgspec import Struct, msgpack

LENGTH_BYTES = 4

W = TypeVar("W", bound=Struct)


def framed(message: Struct) -> bytes:
    """Give a message as it goes through a pipe."""
    body = msgpack.encode(message)
    return len(body).to_bytes(LENGTH_BYTES, "big") + body


def serve(wanted: BinaryIO, answers: BinaryIO, kind: type[W], work: Callable[[W], Iterable[Struct]]) -> None:
    """Do what messages of a kind on one stream want, and answer on the other; end when there are no more."""
    while length := wanted.read(LENGTH_BYTES):
        order = msgpack.decode(wanted.read(int.from_bytes(length, "big")), type=kind)
        for message in work(order):
            answers.write(framed(message))
            answers.flush()
