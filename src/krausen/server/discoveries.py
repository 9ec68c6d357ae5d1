"""Devices that were found and that nobody uses yet."""

from collections.abc import Sequence
from typing import Literal, Protocol

from msgspec import Struct

from krausen.errors import Fault, Invalid, NotFound
from krausen.model.controller import Controller, Found
from krausen.model.people import Caller
from krausen.ports import catalog
from krausen.ports.catalog import controllers
from krausen.ports.hosting import Hosting
from krausen.server.controllers.kinds import ControllerKinds, is_on_a_network
from krausen.server.notes import Notes
from krausen.server.settings import FreeSettings

SERVER = ""
"""Who found what the server itself has found."""
IGNORED = "discovery.ignored"
"""The setting that keeps the ids of what nobody wants to hear of."""
CONTROLLER = "controller"
"""The kind of what can be adopted."""


class Told(controllers.Controllers, catalog.Settings, Protocol):
    """The part of the catalog that knows what is in use, and what is ignored."""


class Discovery(Struct, frozen=True, kw_only=True):
    """A device that nobody uses; `agent` has found it, the server itself where that is empty."""

    found: Found
    agent: str
    state: Literal["discovered", "ignored"]


class Discoveries:
    """Keeps the newest that each agent, and the server itself, has found."""

    def __init__(
        self, told: Told, kinds: ControllerKinds, hosting: Hosting, settings: FreeSettings, notes: Notes
    ) -> None:
        self._told = told
        self._kinds = kinds
        self._hosting = hosting
        self._settings = settings
        self._notes = notes
        self._found: dict[str, dict[str, Found]] = {}

    async def found(self, agent: str, found: Sequence[Found]) -> None:
        """Take all that an agent sees now; what comes and goes is told."""
        before = self._found.get(agent, {})
        now = {one.id: one for one in found}
        self._found[agent] = now
        for id in sorted(now.keys() - before.keys()):
            self._notes.say(id, "created", 0, agent)
        for id in sorted(before.keys() - now.keys()):
            self._notes.say(id, "deleted", 0, agent)

    async def all(self) -> list[Discovery]:
        """Give what is not in use, by id. What several see counts as found by the server, where it is one."""
        ignored, used = await self._ignored(), await self._told.controllers()
        seen = {
            id: Discovery(found=one, agent=agent, state="ignored" if id in ignored else "discovered")
            for agent, found in sorted(self._found.items(), reverse=True)
            for id, one in found.items()
        }
        return [one for _, one in sorted(seen.items()) if not self._is_used(one, used)]

    async def one(self, id: str) -> Discovery:
        """Give one. Raises NotFound."""
        for one in await self.all():
            if one.found.id == id:
                return one
        raise NotFound(f"There is no discovered device {id}.")

    async def adoptable(self, id: str) -> Discovery:
        """Give one that can be made a controller. Raises NotFound, Invalid."""
        one = await self.one(id)
        if one.found.kind != CONTROLLER:
            told = f"A {one.found.kind} cannot be adopted yet. Write it into devices.toml of an agent."
            raise Invalid(told, [Fault("path:id", told)])
        return one

    def is_here(self, one: Discovery) -> bool:
        """Tell whether a device was found at the machine of the server."""
        return one.agent == SERVER or self._hosting.hosts(one.agent)

    async def ignore(self, id: str, caller: Caller, *, reason: str = "") -> None:
        """Say no more of a device. Raises NotFound."""
        await self.one(id)
        await self._keep((await self._ignored()) | {id}, caller, reason)

    async def heed(self, id: str, caller: Caller, *, reason: str = "") -> None:
        """Say of a device again that it is there. Raises NotFound."""
        await self.one(id)
        await self._keep((await self._ignored()) - {id}, caller, reason)

    async def _ignored(self) -> set[str]:
        kept = await self._told.setting(IGNORED)
        return {id for id in kept if isinstance(id, str)} if isinstance(kept, list) else set()

    async def _keep(self, ignored: set[str], caller: Caller, reason: str) -> None:
        await self._settings.keep({IGNORED: sorted(ignored)}, caller, reason=reason)

    def _is_used(self, one: Discovery, used: Sequence[Controller]) -> bool:
        place = self._kinds.place_of(one.found)
        here = self.is_here(one)
        return place is not None and any(
            self._kinds.place_of(other) == place
            and (is_on_a_network(place) or self._hosting.hosts(other.name) == here)
            for other in used
        )
