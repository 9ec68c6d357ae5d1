"""What controllers tell of themselves, as far as their agents pass it on."""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from msgspec import Struct

from krausen.errors import NotFound, StorageAway
from krausen.model.controller import Controller, ControllerFacts, ControllerState
from krausen.ports.catalog import Kind, Settings
from krausen.ports.catalog.controllers import Controllers
from krausen.ports.clock import Clock
from krausen.server import roster as agents
from krausen.server.controllers.bodies import (
    ControllerBody,
    ControllerDetail,
    Standing,
    State,
    body_of,
    detail_of,
)
from krausen.server.live import Live
from krausen.server.roster import Roster
from krausen.wire.instants import LATEST_MS
from krausen.wire.messages import ControllerReport, ControllerSaid

MOST_LINES = 500
"""Lines of a controller's log that are kept."""
LONGEST_LINE = 500
STATES: Mapping[ControllerState, State] = {
    ControllerState.OPENING: "opening",
    ControllerState.CONNECTED: "connected",
    ControllerState.STRANGE: "strange",
    ControllerState.LOST: "lost",
}
SPEAKS = frozenset({ControllerState.CONNECTED, ControllerState.STRANGE})


class Line(Struct, frozen=True):
    """A line of a controller's log; `t` in UTC milliseconds."""

    t: int
    text: str
    level: str


Hear = Callable[[ControllerSaid], None]


def to_nobody(_: ControllerSaid) -> None:
    """Pass on nothing of what controllers say."""


class Told(Controllers, Settings, Protocol):
    """The part of the catalog that knows controllers and their dates."""


class ControllerNews:
    """Keeps the newest of each controller, and tells listeners when something has changed.

    `hear` is passed each line of their logs.
    """

    def __init__(
        self, catalog: Told, roster: Roster, live: Live, clock: Clock, hear: Hear = to_nobody
    ) -> None:
        self._catalog = catalog
        self._roster = roster
        self._live = live
        self._clock = clock
        self._hear = hear
        self._reports: dict[str, ControllerReport] = {}
        self._facts: dict[str, ControllerFacts] = {}
        self._spoke: dict[str, int] = {}
        self._lines: dict[str, deque[Line]] = {}
        self._next: dict[str, asyncio.Event] = {}

    async def reported(self, report: ControllerReport) -> None:
        """Take how it stands with a controller. What it told once is known until it tells otherwise."""
        name, before = report.controller, self._reports.get(report.controller)
        if before is not None and before.state in SPEAKS and report.state not in SPEAKS:
            self._spoke[name] = self._clock.now()
        self._reports[name] = report
        if report.facts is not None:
            self._facts[name] = report.facts
        self._next.pop(name, asyncio.Event()).set()
        await self.announce(name)

    def said(self, line: ControllerSaid) -> None:
        """Take a line of a controller's log."""
        lines = self._lines.setdefault(line.controller, deque(maxlen=MOST_LINES))
        at = line.at if 0 <= line.at <= LATEST_MS else self._clock.now()
        lines.append(Line(at, line.text[:LONGEST_LINE], line.level))
        self._hear(line)

    async def announce(self, name: str) -> None:
        """Tell listeners how it stands with a controller; harmless when it is gone, or cannot be read."""
        try:
            told = await self.detail(name)
        except (NotFound, StorageAway):
            return
        self._live.state("data", f"controller {name}", {"controller": told})

    def forget(self, name: str) -> None:
        """Take it that a controller is no more."""
        for kept in (self._reports, self._facts, self._spoke, self._lines):
            kept.pop(name, None)
        self._live.forget_state("data", f"controller {name}")

    def facts(self, name: str) -> ControllerFacts | None:
        """Give what a controller told last, None where it never told anything."""
        return self._facts.get(name)

    def standing(self, name: str) -> Standing:
        """Give how it stands with a controller."""
        is_here = self._roster.link_of(name) != agents.OFFLINE
        report = self._reports.get(name)
        state = ControllerState.OPENING if report is None else report.state
        speaks = report is not None and state in SPEAKS
        shown: State = STATES[state] if is_here else "offline"
        return Standing(
            state=shown,
            detail=self._detail(name, report, is_here=is_here),
            seen_at=self._roster.last_seen(name) if speaks else self._spoke.get(name),
            facts=self._facts.get(name, ControllerFacts()),
            vessel=min(self._roster.vessels_of(name), default=None),
        )

    def lines(self, name: str) -> list[Line]:
        """Give the last lines of a controller's log, newest first."""
        return list(reversed(self._lines.get(name, ())))

    async def until(
        self, name: str, is_so: Callable[[ControllerFacts | None], bool], patience_s: float
    ) -> None:
        """Wait until what a controller tells is so; at most so long."""
        try:
            async with asyncio.timeout(patience_s):
                while not is_so(self.facts(name)):
                    await self._next.setdefault(name, asyncio.Event()).wait()
        except TimeoutError:
            return

    async def bodies(self, controllers: Sequence[Controller]) -> list[ControllerBody]:
        """Give controllers for a list; one that is gone meanwhile is left out."""
        dates = await self._catalog.dates(Kind.CONTROLLER)
        return [
            body_of(one, dates[one.name], self.standing(one.name)) for one in controllers if one.name in dates
        ]

    async def detail(self, name: str) -> ControllerDetail:
        """Give a controller with all that it tells but its hardware. Raises NotFound."""
        dates = await self._catalog.dates(Kind.CONTROLLER)
        controller = await self._catalog.controller(name)
        if name not in dates:
            raise NotFound(f"There is no controller {name}.")
        return detail_of(controller, dates[name], self.standing(name))

    def _detail(self, name: str, report: ControllerReport | None, *, is_here: bool) -> str:
        if not is_here:
            return f"The agent {name} is not here. While it is away the controller goes on by itself."
        return "" if report is None else report.detail
