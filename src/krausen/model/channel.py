"""Named streams that everybody may hear and some may speak in."""

from msgspec import Struct

from krausen.model.people import UserRole


class Channel(Struct, frozen=True, kw_only=True):
    """A declared channel, and what role it takes to publish to it."""

    name: str
    title: str = ""
    publish: UserRole = UserRole.BREWER
    revision: int = 1
