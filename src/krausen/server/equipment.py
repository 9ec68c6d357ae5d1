"""The devices of our agents, and what people call them."""

from typing import Protocol

from msgspec.structs import replace

from krausen.errors import Fault, Invalid
from krausen.model.agent import DeviceFacts
from krausen.model.journal import JournalEntry
from krausen.model.people import Caller
from krausen.model.series import is_name
from krausen.ports.catalog import Agents, Vessels
from krausen.ports.clock import Clock
from krausen.ports.history import History, SeriesRecord
from krausen.server.changes import Change
from krausen.server.devices import Device, device_of, devices
from krausen.server.live import Live
from krausen.server.roster import Roster


class Declaring(Agents, Vessels, Protocol):
    """The part of the catalog that knows devices and what they are to vessels."""


class Devices:
    """Lists devices, and gives them titles."""

    def __init__(
        self, catalog: Declaring, history: History, roster: Roster, live: Live, clock: Clock
    ) -> None:
        self._catalog = catalog
        self._history = history
        self._roster = roster
        self._live = live
        self._clock = clock

    async def all(self) -> list[Device]:
        """Give the devices of our agents, by id, each with the newest of its readings."""
        vessels = [record.vessel for record in await self._catalog.vessels()]
        facts = await self._catalog.devices()
        series = [self._fresh(one) for one in await self._history.series()]
        return devices(series, self._roster.known_agents(), vessels, facts)

    async def one(self, id: str) -> Device:
        """Give one. Raises NotFound."""
        return device_of(id, await self.all())

    async def call(
        self, id: str, title: str, caller: Caller, *, reason: str = "", seen: int | None = None
    ) -> None:
        """Give a device a title, empty for its own name. Raises NotFound, Stale, Invalid."""
        if title and not is_name(title):
            told = "A title has at most 128 printable characters."
            raise Invalid(told, [Fault("/title", told)])
        device = await self.one(id)
        wanted = DeviceFacts(
            agent=device.agent, node=device.name, kind=device.kind, driver=device.driver, title=title
        )
        entry = JournalEntry(
            at=self._clock.now(),
            by=caller.name,
            what="device",
            id=id,
            action="updated",
            reason=reason,
            detail=f"called {title or device.name}",
        )
        titled = await self._catalog.title_device(wanted, entry, seen=seen)
        change = Change(what="device", id=id, action="updated", revision=titled.revision, by=caller.name)
        self._live.say("changes", change)

    def _fresh(self, series: SeriesRecord) -> SeriesRecord:
        newest = self._live.newest_of(series)
        return series if newest is None else replace(series, last=newest.t, latest=newest)
