"""What guests of a door may ask of the rest of the site: in its name, and what it declares."""

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote

from msgspec import Raw, json

from krausen.errors import Defect, Forbidden
from krausen.model.people import Caller, UserRole
from krausen.ports.catalog.foreign import ForeignIds
from krausen.ports.door import Door, failure_of
from krausen.server.doors.addresses import overlap
from krausen.server.doors.hearing import LiveHearing
from krausen.server.live import Live

Calls = Callable[[Caller, str, str, object], Awaitable[tuple[int, Any]]]
"""Makes a call below `/api/v1` in the name of a caller, and gives status and JSON."""

PRIVATE = "door/"
"""What the channels begin with that guests of one door share; no declared channel can bear such a name."""


class Backing:
    """What of a server answers the doors, besides what takes readings; `calls` comes with the application."""

    def __init__(self, live: Live, numbers: ForeignIds) -> None:
        self.live = live
        self.numbers = numbers
        self.calls: Calls | None = None


class Desk:
    """What the guests of one door may ask."""

    def __init__(self, door: Door, backing: Backing) -> None:
        self._door = door
        self._backing = backing

    async def ask(self, role: UserRole, method: str, path: str, body: object) -> tuple[int, Any]:
        """Make a call that the door declares. Raises Forbidden for any other."""
        asked = path.partition("?")[0]
        declared = (call.split(" ", 1) for call in self._door.calls)
        if not any(verb == method and overlap(pattern, asked) for verb, pattern in declared):
            raise Forbidden(f"The door {self._door.name} does not declare the call {method} {asked}.")
        return await self._call(role, method, path, body)

    async def publish(self, role: UserRole, channel: str, message: object) -> None:
        """Publish to a declared channel. Raises NotFound, Forbidden, Invalid, StorageAway."""
        path = f"/channels/{quote(channel, safe='')}"
        status, said = await self._call(role, "POST", path, Raw(json.encode(message)))
        if status >= 400:
            raise failure_of(status, said)

    def pass_on(self, message: object) -> None:
        """Tell every guest of the door."""
        self._backing.live.say(self._private, message)

    def hearing(self) -> LiveHearing:
        """Hear what guests of the door are told."""
        return LiveHearing(self._backing.live, self._private)

    async def number(self, space: str, id: str) -> int:
        """Give the number of a thing."""
        return await self._backing.numbers.foreign_id(self._space(space), id)

    async def named(self, space: str, number: int) -> str | None:
        """Give the id of the thing with a number, or None."""
        return await self._backing.numbers.named_by(self._space(space), number)

    def caller(self, role: UserRole) -> Caller:
        """Give the door itself, as somebody with a role."""
        name = self._door.name
        return Caller(
            id=f"door-{name}",
            login=name,
            name=f"door {name}",
            role=role,
            adapters=(name,),
            is_person=False,
        )

    async def _call(self, role: UserRole, method: str, path: str, body: object) -> tuple[int, Any]:
        if self._backing.calls is None:
            raise Defect("No application is there to answer doors.")
        return await self._backing.calls(self.caller(role), method, path, body)

    @property
    def _private(self) -> str:
        return PRIVATE + self._door.name

    def _space(self, space: str) -> str:
        return f"{self._door.name}.{space}"
