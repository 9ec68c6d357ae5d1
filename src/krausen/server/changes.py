"""Changes of what people arrange, as listeners are told of them."""

from collections.abc import Callable

from msgspec import Struct


class Change(Struct, frozen=True, kw_only=True):
    """Something in the catalog has changed."""

    what: str
    id: str
    action: str
    revision: int
    by: str


Tell = Callable[[Change], None]
"""Passes a change on to whoever listens."""


def to_nobody(_: Change) -> None:
    """Tell nobody."""
