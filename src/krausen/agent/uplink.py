"""Send what is unsent, take what is new.

A link goes through four states, one step forward or all the way back: *offline*; *connected* once somebody
answers; *recognised* once the server has welcomed us; *current* once it has everything that was owed.

The states of vessels go between what is owed, so that no backlog keeps anybody from seeing how they are.
"""

import asyncio
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import NoReturn, TypeVar

import structlog
from msgspec import Struct

from krausen import __version__
from krausen.agent.concerns import Concern
from krausen.agent.desired import DesiredState
from krausen.agent.handover import ANSWER_S, HandOver, Owing
from krausen.agent.telling import Telling
from krausen.errors import KrausenError, LinkLost
from krausen.ports.link import AgentEnd, Dial
from krausen.wire.messages import (
    Declared,
    Desired,
    Errand,
    FromServer,
    Hello,
    ReadingsStored,
    Turned,
    VesselReport,
    Welcome,
)
from krausen.wire.version import WIRE_VERSION

log = structlog.get_logger()

_C = TypeVar("_C", bound=Concern)

FIRST_WAIT_S = 1.0
LONGEST_WAIT_S = 60.0


class LinkState(StrEnum):
    """How far an agent and its server have got with each other."""

    OFFLINE = "offline"
    CONNECTED = "connected"
    RECOGNISED = "recognised"
    CURRENT = "current"


def unknown_time() -> int:
    """Give the instant that says that nobody knows the time."""
    return 0


class Identity(Struct, frozen=True):
    """Who the agent is, and the series it reports with their units.

    `run` tells this run of it from any other agent of the same name; `now` gives its time, UTC milliseconds.
    """

    agent: str
    series: tuple[Declared, ...]
    run: str = ""
    now: Callable[[], int] = unknown_time


Spread = Callable[[float], float]
"""Makes a wait, in seconds, a little other than it is, so that many who wait do not all come at once."""


def exactly(wait_s: float) -> float:
    """Leave a wait as it is."""
    return wait_s


class Uplink:
    """Keeps one link to the server alive and everything owed on its way.

    `telling` is told what the server is to know beside readings; `errands` is given every errand. What else
    there is to speak of is added as concerns (`agent/concerns.py`).
    """

    errands: Callable[[Errand], None]

    def __init__(
        self, identity: Identity, dial: Dial, owed: Owing, desired: DesiredState, spread: Spread = exactly
    ) -> None:
        self._identity = identity
        self._dial = dial
        self._readings = HandOver(owed)
        self._desired = desired
        self._spread = spread
        self.telling = Telling(identity.series)
        self._concerns: list[Concern] = [self.telling]
        self.errands = _left_undone
        self._lost: bool | None = None
        self._wait_s = FIRST_WAIT_S
        self.state = LinkState.OFFLINE

    def add(self, concern: _C) -> _C:
        """Have a concern spoken of with the server over every link from now on; gives it back."""
        self._concerns.append(concern)
        return concern

    def report(self, report: VesselReport) -> None:
        """Take the newest state of a vessel; an older one that was not sent yet is void."""
        self.telling.vessel(report)

    async def run(self) -> NoReturn:
        """Dial, talk, and dial again, for ever; ever more seldom while nothing gets through."""
        while True:
            # Being stopped in the moment the link is lost would go unnoticed in the task that talks.
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._converse())
            self.state = LinkState.OFFLINE
            await asyncio.sleep(self._spread(self._wait_s))
            self._wait_s = min(2 * self._wait_s, LONGEST_WAIT_S)

    async def _converse(self) -> None:
        for concern in self._concerns:
            concern.forget()
        try:
            async with self._dial() as link:
                self.state = LinkState.CONNECTED
                await self._greet(link)
                await self._talk(link)
        except* (KrausenError, TimeoutError) as lost:
            self._say_lost(" ".join(_sentences(lost)))
        except* Exception as failed:
            log.debug("link.raised", exc_info=failed)
            self._say_lost(f"The link failed: {failed.exceptions[0]!r}.")

    def _say_lost(self, detail: str) -> None:
        if not self._lost:
            log.warning("link.lost", detail=detail)
        self._lost = True

    def _caught_up(self) -> None:
        self.state = LinkState.CURRENT
        self._got_through()

    def _got_through(self) -> None:
        self._wait_s = FIRST_WAIT_S
        if self._lost is not False:
            log.info("link.works")
        self._lost = False

    async def _greet(self, link: AgentEnd) -> None:
        async with asyncio.timeout(ANSWER_S):
            who = self._identity
            hello = Hello(agent=who.agent, wire=WIRE_VERSION, version=__version__, run=who.run, at=who.now())
            await link.send(hello)
            answer = await link.receive()
        if isinstance(answer, Turned):
            raise LinkLost(f"The server turned us away: {answer.detail}")
        if not isinstance(answer, Welcome):
            raise LinkLost("The server did not greet.")
        await self.telling.greet(link)
        self.state = LinkState.RECOGNISED
        log.debug("link.recognised", server=answer.version)

    async def _talk(self, link: AgentEnd) -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._listen(link))
            tasks.create_task(self._readings.run(link, self._caught_up))
            for concern in self._concerns:
                tasks.create_task(concern.run(link))

    async def _listen(self, link: AgentEnd) -> NoReturn:
        while True:
            await self._hear(link, await link.receive())

    async def _hear(self, link: AgentEnd, message: FromServer) -> None:
        for concern in self._concerns:
            concern.heard(message)
        match message:
            case ReadingsStored(through):
                await self._readings.stored(through)
                self._got_through()
            case Desired(vessels, controllers):
                for answer in await self._desired.want(vessels, controllers):
                    await link.send(answer)
            case Errand():
                self.errands(message)
            case Turned(detail):
                raise LinkLost(f"The server turned us away: {detail}")
            case Welcome():
                log.debug("link.greeted_twice")


def _left_undone(errand: Errand) -> None:
    log.debug("errand.left_undone", id=errand.id)


def _sentences(group: BaseExceptionGroup[Exception]) -> Iterator[str]:
    for error in group.exceptions:
        if isinstance(error, BaseExceptionGroup):
            yield from _sentences(error)
        else:
            yield str(error) or f"No answer for {ANSWER_S:.0f} s."
