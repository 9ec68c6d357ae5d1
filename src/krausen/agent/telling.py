"""What the server is told beside readings: states, of which only the newest counts, and lines.

Over a new link all of the states are told again. Lines wait for a link, the newest of them.
"""

import asyncio
from collections import deque
from collections.abc import Iterable
from typing import NoReturn

from msgspec.structs import replace

from krausen.agent.concerns import set_to
from krausen.agent.lines import PAUSE_S, Lines
from krausen.model.controller import Found
from krausen.model.series import SeriesName
from krausen.ports.link import AgentEnd
from krausen.wire.messages import (
    ControllerReport,
    ControllerSaid,
    Declared,
    Desired,
    DevicesFound,
    ErrandDone,
    FromServer,
    SeriesDeclared,
    VesselReport,
)

REPEAT_MS = 5_000
"""A vessel that is as it was is told again only after that."""
CONTROLLER_S = 2.0
"""A controller, which has much to tell, is told of no more often than that."""
LINES = 200
"""Lines that wait for a link; then the oldest are given up."""

Line = ControllerSaid | ErrandDone


class Telling:
    """Takes what there is to tell at any time, and tells it while a link lasts.

    `logged` has what the agent logs, which is told where the server asks for it. A concern of the link
    (`agent/concerns.py`).
    """

    logged: Lines | None = None

    def __init__(self, series: Iterable[Declared] = ()) -> None:
        self._declared = {one.series: one for one in series}
        self._declared_to: dict[SeriesName, Declared] = {}
        self._vessels: dict[str, VesselReport] = {}
        self._vessels_told: dict[str, VesselReport] = {}
        self._controllers: dict[str, ControllerReport] = {}
        self._controllers_told: dict[str, ControllerReport] = {}
        self._found: tuple[Found, ...] = ()
        self._found_told: tuple[Found, ...] = ()
        self._lines: deque[Line] = deque(maxlen=LINES)
        self._news = asyncio.Event()
        self._of_controllers = asyncio.Event()
        self._asked = asyncio.Event()

    def declare(self, series: Iterable[Declared]) -> None:
        """Have series known that will be reported from now on."""
        self._declared |= {one.series: one for one in series}
        self._news.set()

    def vessel(self, report: VesselReport) -> None:
        """Take the newest state of a vessel; an older one that was not sent yet is void."""
        told = self._vessels_told.get(report.vessel)
        if report.vessel not in self._vessels and _says_nothing_new(report, told):
            return
        self._vessels[report.vessel] = report
        self._news.set()

    def controller(self, report: ControllerReport) -> None:
        """Take the newest state of a controller."""
        self._controllers[report.controller] = report
        self._of_controllers.set()

    def without(self, controller: str) -> None:
        """Take it that a controller is not ours any more; nothing is told of it over new links."""
        self._controllers.pop(controller, None)
        self._controllers_told.pop(controller, None)

    def found(self, devices: tuple[Found, ...]) -> None:
        """Take the devices that are there and that nobody uses."""
        self._found = devices
        self._news.set()

    def line(self, line: Line) -> None:
        """Take what is told once, in its turn."""
        self._lines.append(line)
        self._news.set()

    def forget(self) -> None:
        """Take it that whoever is told next knows nothing yet, and has asked for nothing."""
        self._asked.clear()
        self._vessels_told.clear()
        self._controllers_told.clear()
        self._declared_to, self._found_told = {}, ()

    def heard(self, message: FromServer) -> None:
        """Take from which level on the server wants to be told what is logged, if at all."""
        if isinstance(message, Desired) and self.logged is not None:
            set_to(self._asked, on=bool(message.lines))
            if message.lines:
                self.logged.tell_from(message.lines)

    async def greet(self, link: AgentEnd) -> None:
        """Tell the series, as an agent does first."""
        self._declared_to = dict(self._declared)
        await link.send(SeriesDeclared(tuple(self._declared_to.values())))
        self._news.set()
        self._of_controllers.set()

    async def run(self, link: AgentEnd) -> None:
        """Tell over a link what there is to tell, until it is lost."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._tell(link))
            tasks.create_task(self._tell_of_controllers(link))
            tasks.create_task(self._tell_lines(link))

    async def _tell(self, link: AgentEnd) -> NoReturn:
        while True:
            await self._news.wait()
            self._news.clear()
            await self._declare(link)
            reports, self._vessels = self._vessels, {}
            for report in reports.values():
                await link.send(report)
                self._vessels_told[report.vessel] = report
            while self._lines:
                await link.send(line := self._lines[0])
                if self._lines[0] is line:
                    self._lines.popleft()
            if (found := self._found) != self._found_told:
                await link.send(DevicesFound(found))
                self._found_told = found

    async def _declare(self, link: AgentEnd) -> None:
        if (declared := dict(self._declared)) != self._declared_to:
            await link.send(SeriesDeclared(tuple(declared.values())))
            self._declared_to = declared

    async def _tell_of_controllers(self, link: AgentEnd) -> NoReturn:
        while True:
            await self._of_controllers.wait()
            self._of_controllers.clear()
            news = [one for one in self._controllers.values() if self._is_news(one)]
            for report in news:
                await link.send(report)
                self._controllers_told[report.controller] = report
            if news:
                await asyncio.sleep(CONTROLLER_S)

    async def _tell_lines(self, link: AgentEnd) -> NoReturn:
        while True:
            await self._asked.wait()
            if self.logged is not None and (message := self.logged.next()) is not None:
                await link.send(message)
                self.logged.sent()
            await asyncio.sleep(PAUSE_S)

    def _is_news(self, report: ControllerReport) -> bool:
        told = self._controllers_told.get(report.controller)
        return told is None or replace(report, at=told.at) != told


def _says_nothing_new(report: VesselReport, told: VesselReport | None) -> bool:
    """Tell whether a report is the same, but for its time, as one that was told a moment ago."""
    if told is None or not 0 <= report.at - told.at < REPEAT_MS:
        return False
    return replace(report, at=told.at) == told
