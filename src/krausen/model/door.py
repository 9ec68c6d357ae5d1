"""What people decide of a door."""

from msgspec import Struct


class DoorState(Struct, frozen=True, kw_only=True):
    """How a door is to be: open or not, with an HTTP port of its own or none, and for which networks (CIDR).

    `settings` are those of its protocol, as they were chosen; what is missing is as it is at first.
    """

    name: str
    enabled: bool = False
    port: int | None = None
    allow: tuple[str, ...] = ()
    may_switch: bool = False
    settings: dict[str, object] = {}
    revision: int = 0
