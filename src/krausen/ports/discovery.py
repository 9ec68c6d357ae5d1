"""Ways to find devices that nobody uses yet."""

from collections.abc import AsyncIterator, Callable

from msgspec import Struct

from krausen.model.controller import Found


class Discovery(Struct, frozen=True, kw_only=True):
    """One way to look around. `look()` gives, again and again, all that is there now, until it is cancelled.

    It raises DeviceLost where one cannot look; the host tries again later.
    """

    name: str
    title: str
    look: Callable[[], AsyncIterator[tuple[Found, ...]]]
