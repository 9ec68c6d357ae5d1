"""Frames that have come over any link."""

from collections.abc import Callable
from typing import TypeVar

from msgspec import DecodeError

from krausen.errors import LinkLost

T = TypeVar("T")


def understood(decode: Callable[[bytes], T], frame: bytes) -> T:
    """Give the message of a frame. Raises LinkLost with a sentence on one that is none."""
    try:
        return decode(frame)
    except DecodeError as error:
        raise LinkLost(f"The other side said what cannot be understood: {error}.") from error
