"""Documents that an agent keeps beside the hardware, which a bad disk may have damaged."""

from typing import TypeVar

from msgspec import DecodeError, json

from krausen.errors import Invalid

T = TypeVar("T")


def understood(decoder: "json.Decoder[T]", document: bytes) -> T:
    """Read a document. Raises Invalid, with why, for what is none of its kind."""
    try:
        return decoder.decode(document)
    except (DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Invalid(f"{str(error).rstrip('.')}.") from error
