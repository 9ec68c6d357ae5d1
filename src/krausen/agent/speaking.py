"""Speak with a controller: open it, listen, tell what it says, and open it again after it was lost."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from typing import NoReturn

import structlog
from msgspec import Struct, ValidationError, convert
from msgspec.structs import replace

from krausen.agent.desired import DesiredState
from krausen.agent.devices import (
    FIRST_WAIT_S,
    LEAVE_S,
    LONGEST_WAIT_S,
    PATIENCE,
    PATIENCE_S,
    Once,
    within,
)
from krausen.agent.reasons import Note, unnoted
from krausen.agent.sampling import Sampling
from krausen.agent.setup import ControllerSetup
from krausen.agent.telling import Telling
from krausen.errors import DeviceLost, Fault, Invalid, KrausenError
from krausen.model.agent import CONTROLLER
from krausen.model.controller import ControllerFacts, ControllerState
from krausen.model.series import SeriesName
from krausen.ports.clock import Clock
from krausen.ports.controller import ControllerDriver, Measured, News, Said, Session
from krausen.wire.messages import ControllerOrder, ControllerReport, ControllerSaid, Declared

log = structlog.get_logger()

OPEN_S = 60.0
"""A controller has this long to tell who it is; some start anew when they are opened."""


class Console(Struct, frozen=True):
    """What those who speak with controllers work with.

    `drivers` gives the drivers there are, by name, or raises Defect.
    """

    agent: str
    clock: Clock
    sampling: Sampling
    desired: DesiredState
    telling: Telling
    drivers: Callable[[], Mapping[str, ControllerDriver]]
    tick_s: float
    note: Note = unnoted


class Speaker:
    """Speaks with one controller, as it was ordered, until it is cancelled.

    What was `measured` last is void once the controller is lost; its `facts` stay, and it `is_known` once it
    has told them since it was opened. A loss is said once, and so is the return, when it has lasted a while.
    """

    def __init__(self, console: Console, order: ControllerOrder) -> None:
        self.order = order
        self.state = ControllerState.OPENING
        self.detail = ""
        self.facts: ControllerFacts | None = None
        self.measured: Measured | None = None
        self.is_known = False
        self._console = console
        self._session: Session | None = None
        self._metrics: set[str] = set()
        self._told = Once(order.name, "controller")
        self._wait_s = FIRST_WAIT_S
        self._opened_s = 0.0

    async def run(self) -> NoReturn:
        """Open it and listen, again and again; ever more seldom while it is away."""
        self._report()
        while True:
            self._opened_s = asyncio.get_running_loop().time()
            # Whatever a driver makes of being cancelled in a task of its own, we still know when we are.
            async with asyncio.TaskGroup() as tasks:
                attempt = tasks.create_task(self._attempt())
            if attempt.cancelled():
                self._lose(f"Driver {self.order.driver} failed: it cancelled itself.")
            await asyncio.sleep(self._wait_s)
            self._wait_s = min(2 * self._wait_s, LONGEST_WAIT_S)

    def session(self) -> Session:
        """Give the session. Raises DeviceLost without, and Invalid for a strange controller."""
        if self._session is None:
            raise DeviceLost(self.why_away())
        if self.state is ControllerState.STRANGE:
            raise Invalid(self.detail)
        return self._session

    def why_away(self) -> str:
        """Say in plain words why there is no session."""
        if self.state is ControllerState.OPENING:
            return f"Controller {self.order.name} has not answered yet."
        return f"Controller {self.order.name} is away: {self.detail or 'it is being let go of.'}"

    async def _attempt(self) -> None:
        try:
            await self._speak(self._setup())
        except KrausenError as error:
            self._lose(_words(error))
        except Exception as error:
            log.debug("controller.raised", device=self.order.name, exc_info=True)
            self._lose(f"Driver {self.order.driver} failed: {error!r}.")

    def _setup(self) -> ControllerSetup:
        drivers = self._console.drivers()
        driver = drivers.get(self.order.driver)
        if driver is None:
            raise Invalid(f"There is no driver {self.order.driver}. There are: {', '.join(sorted(drivers))}.")
        try:
            settings = convert(self.order.settings, driver.settings)
        except ValidationError as error:
            raise Invalid(f"Its settings are wrong: {error}.") from error
        return ControllerSetup(id=self.order.name, driver=driver, settings=settings)

    async def _speak(self, setup: ControllerSetup) -> None:
        stack = AsyncExitStack()
        try:
            opening = stack.enter_async_context(setup.driver.open(setup.settings))
            session = await within(OPEN_S, opening)
            await self._listen(setup, session)
        finally:
            self._session = self.measured = None
            self.is_known = False
            await self._leave(stack.aclose)

    async def _listen(self, setup: ControllerSetup, session: Session) -> None:
        patience_s = PATIENCE * setup.driver.every_s(setup.settings) + PATIENCE_S
        news = session.news()
        try:
            while True:
                self._hear(setup, await within(patience_s, anext(news)))
                self._session = session
                self._last()
        finally:
            if isinstance(news, AsyncGenerator):
                await self._leave(news.aclose)

    def _hear(self, setup: ControllerSetup, news: News) -> None:
        match news:
            case Measured():
                self._take(setup, news)
            case ControllerFacts():
                self.facts, self.is_known = self._dated(news), True
            case Said(text, level):
                said = ControllerSaid(self.order.name, self._console.clock.now(), text, level)
                self._console.telling.line(said)
        strange = self.facts.strange if self.facts is not None else ""
        self.state = ControllerState.STRANGE if strange else ControllerState.CONNECTED
        self.detail = strange
        self._report()

    def _dated(self, facts: ControllerFacts) -> ControllerFacts:
        """Say since when it does what it does, which a firmware does not tell."""
        before, doing = None if self.facts is None else self.facts.doing, facts.doing
        if doing is None or doing.since is not None:
            return facts
        goes_on = self.is_known and before is not None and before.code == doing.code
        since = before.since if goes_on and before is not None else self._console.clock.now()
        return replace(facts, doing=replace(doing, since=since))

    def _take(self, setup: ControllerSetup, news: Measured) -> None:
        """Take samples; a series is declared as soon as there is something of it."""
        new = {sample.metric for sample in news.samples} - self._metrics
        if new:
            self._console.telling.declare([self._declared(setup, metric) for metric in sorted(new)])
            self._metrics |= new
        for sample in news.samples:
            self._console.sampling.take(setup, sample)
        self.measured = news

    def _declared(self, setup: ControllerSetup, metric: str) -> Declared:
        spec, series = setup.spec(metric), SeriesName(self._console.agent, setup.id, metric)
        return Declared(series, spec.unit, spec.store, setup.driver.name, CONTROLLER)

    def _last(self) -> None:
        if asyncio.get_running_loop().time() - self._opened_s >= self._wait_s:
            self._wait_s = FIRST_WAIT_S
            self._told.back()

    def _lose(self, detail: str) -> None:
        self._told.lost(detail)
        self.state, self.detail = ControllerState.LOST, detail
        self._report()

    def _report(self) -> None:
        report = ControllerReport(
            controller=self.order.name,
            at=self._console.clock.now(),
            state=self.state,
            detail=self.detail,
            facts=self.facts,
        )
        self._console.telling.controller(report)

    async def _leave(self, close: Callable[[], Awaitable[None]]) -> None:
        try:
            async with asyncio.timeout(LEAVE_S):
                await close()
        except Exception:
            log.debug("controller.raised", device=self.order.name, exc_info=True)


def _words(error: KrausenError) -> str:
    """Give what a driver says, with what it says of single settings."""
    faults: tuple[Fault, ...] = error.faults if isinstance(error, Invalid) else ()
    return " ".join([str(error), *(fault.message for fault in faults if fault.message not in str(error))])
