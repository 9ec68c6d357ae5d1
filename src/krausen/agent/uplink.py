"""Send what is unsent, take what is new.

A link goes through four states, one step forward or all the way back: *offline*; *connected* once somebody
answers; *recognised* once the server has welcomed us; *current* once it has everything that was owed.

What is owed goes in the order in which it was taken, a few batches ahead of what the server has stored. The
states of vessels go between them, so that a month of backlog does not keep anybody from seeing how they are.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import NoReturn

import structlog
from msgspec import Struct
from msgspec.structs import replace

from krausen import __version__
from krausen.agent.desired import DesiredState
from krausen.errors import KrausenError, LinkLost
from krausen.ports.link import AgentEnd, Dial
from krausen.ports.outbox import Outbox, Owed
from krausen.wire.messages import (
    LARGEST_FRAME,
    Declared,
    Desired,
    FromServer,
    Hello,
    ReadingsStored,
    ReadingsTaken,
    SeriesDeclared,
    Turned,
    VesselReport,
    Welcome,
    encode,
)
from krausen.wire.version import WIRE_VERSION

log = structlog.get_logger()

BATCH = 1000
AHEAD = 4
"""Batches that may be on their way before the first of them is stored."""
ANSWER_S = 30.0
"""A server that has not stored a batch, or not greeted, by then is given up and dialled again."""
REPEAT_MS = 5_000
"""A vessel that is as it was is told again only after that."""
FIRST_WAIT_S = 1.0
LONGEST_WAIT_S = 60.0


class LinkState(StrEnum):
    """How far an agent and its server have got with each other."""

    OFFLINE = "offline"
    CONNECTED = "connected"
    RECOGNISED = "recognised"
    CURRENT = "current"


class Identity(Struct, frozen=True):
    """Who the agent is, and the series it reports with their units.

    `run` tells this run of it from any other agent of the same name.
    """

    agent: str
    series: tuple[Declared, ...]
    run: str = ""


class Owing(Struct, frozen=True):
    """Where readings are owed from, and the event that tells of new ones."""

    outbox: Outbox
    event: asyncio.Event


Spread = Callable[[float], float]
"""Makes a wait, in seconds, a little other than it is, so that many who wait do not all come at once."""


def exactly(wait_s: float) -> float:
    """Leave a wait as it is."""
    return wait_s


class Uplink:
    """Keeps one link to the server alive and everything owed on its way."""

    def __init__(
        self, identity: Identity, dial: Dial, owed: Owing, desired: DesiredState, spread: Spread = exactly
    ) -> None:
        self._identity = identity
        self._dial = dial
        self._outbox = owed.outbox
        self._owing = owed.event
        self._desired = desired
        self._reports: dict[str, VesselReport] = {}
        self._told: dict[str, VesselReport] = {}
        self._news = asyncio.Event()
        self._under_way: deque[int] = deque()
        self._stored = asyncio.Event()
        self._spread = spread
        self._lost: bool | None = None
        self._wait_s = FIRST_WAIT_S
        self.state = LinkState.OFFLINE

    def report(self, report: VesselReport) -> None:
        """Take the newest state of a vessel; an older one that was not sent yet is void."""
        if report.vessel not in self._reports and _says_nothing_new(report, self._told.get(report.vessel)):
            return
        self._reports[report.vessel] = report
        self._news.set()

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
        self._told.clear()
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

    def _got_through(self) -> None:
        self._wait_s = FIRST_WAIT_S
        if self._lost is not False:
            log.info("link.works")
        self._lost = False

    async def _greet(self, link: AgentEnd) -> None:
        async with asyncio.timeout(ANSWER_S):
            who, run = self._identity.agent, self._identity.run
            await link.send(Hello(agent=who, wire=WIRE_VERSION, version=__version__, run=run))
            answer = await link.receive()
        if isinstance(answer, Turned):
            raise LinkLost(f"The server turned us away: {answer.detail}")
        if not isinstance(answer, Welcome):
            raise LinkLost("The server did not greet.")
        await link.send(SeriesDeclared(self._identity.series))
        self.state = LinkState.RECOGNISED
        log.debug("link.recognised", server=answer.version)

    async def _talk(self, link: AgentEnd) -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._listen(link))
            tasks.create_task(self._hand_over(link))
            tasks.create_task(self._describe(link))

    async def _listen(self, link: AgentEnd) -> NoReturn:
        while True:
            await self._hear(link, await link.receive())

    async def _hear(self, link: AgentEnd, message: FromServer) -> None:
        match message:
            case ReadingsStored(through):
                if not self._under_way or through > self._under_way[-1]:
                    raise LinkLost("The server acknowledged readings that were not sent to it.")
                await self._outbox.forget(through)
                while self._under_way and self._under_way[0] <= through:
                    self._under_way.popleft()
                self._got_through()
                self._stored.set()
            case Desired(orders):
                for answer in await self._desired.want(orders):
                    await link.send(answer)
            case Turned(detail):
                raise LinkLost(f"The server turned us away: {detail}")
            case Welcome():
                log.debug("link.greeted_twice")

    async def _hand_over(self, link: AgentEnd) -> NoReturn:
        self._under_way.clear()
        sent = 0
        while True:
            self._owing.clear()
            self._stored.clear()
            owed = await self._next(sent) if len(self._under_way) < AHEAD else None
            if owed is not None:
                sent = owed.through
                self._under_way.append(sent)
                await link.send(_taken(owed))
            elif self._under_way:
                async with asyncio.timeout(ANSWER_S):
                    await self._stored.wait()
            else:
                self.state = LinkState.CURRENT
                self._got_through()
                await self._owing.wait()

    async def _next(self, sent: int) -> Owed | None:
        """Give the next readings that are owed, as many as fit into a frame."""
        limit = BATCH
        owed = await self._outbox.oldest(limit, sent)
        while owed is not None and limit > 1 and len(encode(_taken(owed))) > LARGEST_FRAME:
            limit //= 2
            owed = await self._outbox.oldest(limit, sent)
        return owed

    async def _describe(self, link: AgentEnd) -> NoReturn:
        while True:
            await self._news.wait()
            self._news.clear()
            reports, self._reports = self._reports, {}
            for report in reports.values():
                await link.send(report)
                self._told[report.vessel] = report


def _says_nothing_new(report: VesselReport, told: VesselReport | None) -> bool:
    """Tell whether a report is the same, but for its time, as one that was told a moment ago."""
    if told is None or not 0 <= report.at - told.at < REPEAT_MS:
        return False
    return replace(report, at=told.at) == told


def _taken(owed: Owed) -> ReadingsTaken:
    return ReadingsTaken(owed.through, owed.readings, owed.left)


def _sentences(group: BaseExceptionGroup[Exception]) -> Iterator[str]:
    for error in group.exceptions:
        if isinstance(error, BaseExceptionGroup):
            yield from _sentences(error)
        else:
            yield str(error) or f"No answer for {ANSWER_S:.0f} s."
