"""Keep every agent's desired state current, and take in what agents say."""

import asyncio
from collections.abc import Callable
from functools import partial
from math import isfinite
from typing import NoReturn, TypeVar

import structlog
from msgspec.structs import replace

from krausen import __version__
from krausen.errors import LinkLost, NotFound, StorageAway
from krausen.model.log import source_of_agent
from krausen.model.reading import Reading
from krausen.model.series import is_name
from krausen.model.setpoint import Answer, AnswerState
from krausen.model.vessel import VESSEL_ADAPTER
from krausen.ports.catalog import Vessels
from krausen.ports.clock import Clock
from krausen.ports.link import ServerEnd
from krausen.profiles.following import bare
from krausen.server.concerns import Call, Concern, Hear
from krausen.server.controllers.desk import ControllerDesk
from krausen.server.errands import Bag
from krausen.server.ingest import Ingest
from krausen.server.logs.keeping import Logs
from krausen.server.roster import Roster
from krausen.server.sparing import Sparing
from krausen.wire.instants import LATEST_MS
from krausen.wire.messages import (
    ControllerReport,
    ControllerSaid,
    Desired,
    DevicesFound,
    ErrandDone,
    FromAgent,
    Hello,
    LearnedTold,
    LinesTold,
    PreflightTold,
    ReadingsStored,
    ReadingsTaken,
    ReasonsTold,
    SeriesDeclared,
    SetpointApplied,
    SetpointRejected,
    Turned,
    VesselOrder,
    VesselReport,
    Welcome,
)
from krausen.wire.version import WIRE_VERSION

log = structlog.get_logger()

HELLO_S = 10.0
LOST_MS = 60_000
"""That an agent was lost is said at most so often."""
REMEMBERED = 100
"""Agents that were turned away and are remembered, so that it is not said again each time they call."""


_Hearing = dict[type[FromAgent], Hear]
_OfVessel = VesselReport | SetpointApplied | SetpointRejected
_C = TypeVar("_C", bound=Concern)


def anybody(_: str) -> bool:
    """Whoever calls may be any agent."""
    return True


class _Here:
    """An agent that is here: which run of it, and what is to be done next."""

    def __init__(self, run: str) -> None:
        self.run = run
        self.due = asyncio.Event()
        self.unwanted = ""
        self.hung_up = asyncio.Event()
        self.gone = asyncio.Event()

    def hang_up(self, why: str) -> None:
        """Have its link end."""
        self.unwanted = why
        self.hung_up.set()


class Dispatch:
    """The server's side of every link. With `logs`, agents are asked for what they log."""

    def __init__(
        self,
        vessels: Vessels,
        ingest: Ingest,
        roster: Roster,
        clock: Clock,
        controllers: ControllerDesk,
        logs: Logs | None = None,
    ) -> None:
        self._vessels = vessels
        self._controllers = controllers
        self._ingest = ingest
        self._roster = roster
        self._here: dict[str, _Here] = {}
        self._turned: dict[str, str] = {}
        self._lost = Sparing(clock, LOST_MS)
        self._concerns: dict[type[FromAgent], Concern] = {}
        self._logs = logs
        if logs is not None:
            logs.levels.follow(self._level_changed)

    def add(self, concern: _C) -> _C:
        """Have a concern spoken of with the agents that call from now on; gives it back.

        It takes the place of any other that takes the same kind of message.
        """
        self._concerns[concern.takes] = concern
        concern.follow(self.changed)
        return concern

    def changed(self, agent: str) -> None:
        """Something that an agent is to do has changed; it is told as soon as it can be reached."""
        if agent in self._here:
            self._here[agent].due.set()

    def _level_changed(self, source: str) -> None:
        for agent, here in self._here.items():
            if source_of_agent(agent) == source:
                here.due.set()

    async def dismiss(self, agent: str) -> None:
        """Hang up on an agent, if it is here; returns when it is gone."""
        here = self._here.get(agent)
        if here is not None:
            here.hang_up("It was removed.")
            await here.gone.wait()

    async def serve(self, link: ServerEnd, may_be: Callable[[str], bool] = anybody) -> None:
        """Hold one conversation with an agent, until it is gone; `may_be` tells which names it may have."""
        hello = await self._introduced(link, may_be)
        if hello is None:
            return
        here = self._taken_in(hello)
        try:
            await self._converse(hello, here, link)
        finally:
            here.gone.set()

    async def _converse(self, hello: Hello, here: _Here, link: ServerEnd) -> None:
        agent = hello.agent
        try:
            await link.send(Welcome(__version__))
            self._roster.linked(agent, "recognised")
            await self._roster.greeted(agent, hello.version, hello.at)
            with self._controllers.errands.carried_by(agent) as bag:
                async with asyncio.TaskGroup() as tasks:
                    call = Call(hello, link, tasks, partial(self._owns, agent))
                    hearing = {takes: await concern.linked(call) for takes, concern in self._concerns.items()}
                    tasks.create_task(self._tell(agent, here.due, link))
                    tasks.create_task(_ask(bag, link))
                    tasks.create_task(self._controllers.linked(agent))
                    tasks.create_task(self._listen(call, hearing))
                    tasks.create_task(_until_hung_up(here))
        except* LinkLost as lost:
            self._say_lost(agent, _first(lost))
        except* StorageAway as away:
            log.error("agent.not_taken", agent=agent, detail=_first(away))
        finally:
            is_last = self._here[agent] is here
            if is_last:
                del self._here[agent]
                self._roster.linked(agent, "offline")
        await self._roster.left(agent)
        if is_last:
            await self._controllers.left(agent)

    async def _introduced(self, link: ServerEnd, may_be: Callable[[str], bool]) -> Hello | None:
        """Give the words of an agent that may stay; nobody else can take its name before the next wait."""
        try:
            async with asyncio.timeout(HELLO_S):
                hello = await link.receive()
                reason = self._against(hello, may_be)
                if reason or not isinstance(hello, Hello):
                    self._say_turned(hello.agent if isinstance(hello, Hello) else "", reason)
                    await link.send(Turned(reason))
                    return None
        except LinkLost as lost:
            self._say_turned("", str(lost))
            return None
        except TimeoutError:
            self._say_turned("", f"It did not say hello within {HELLO_S:.0f} s.")
            return None
        return hello

    def _taken_in(self, hello: Hello) -> _Here:
        """Keep that an agent is here; it may have called again before its former link was found dead."""
        before = self._here.get(hello.agent)
        if before is not None:
            before.hang_up("It has called again.")
        here = self._here[hello.agent] = _Here(hello.run)
        self._turned.pop(hello.agent, None)
        return here

    def _say_turned(self, agent: str, reason: str) -> None:
        if self._turned.get(agent) == reason:
            log.debug("agent.turned_away", agent=agent, detail=reason)
            return
        if len(self._turned) >= REMEMBERED:
            self._turned.clear()
        self._turned[agent] = reason
        log.warning("agent.turned_away", agent=agent, detail=reason)

    def _say_lost(self, agent: str, detail: str) -> None:
        times = self._lost.times(agent)
        if times:
            log.warning("agent.lost", agent=agent, detail=detail, times=times)
        else:
            log.debug("agent.lost", agent=agent, detail=detail)

    def _gave_up(self, hello: Hello, count: int) -> None:
        news = self._roster.gave_up(hello.agent, hello.run, count)
        if news:
            detail = (
                f"It lost {news} readings: its disk was full. Make room there, or let its outbox hold more."
            )
            log.warning("agent.gave_up", agent=hello.agent, given_up=count, detail=detail)

    def _against(self, hello: FromAgent, may_be: Callable[[str], bool]) -> str:
        if not isinstance(hello, Hello):
            return "An agent says hello first."
        if hello.wire != WIRE_VERSION:
            versions = f"speaks wire version {hello.wire}, this server {WIRE_VERSION}"
            return f"Agent {hello.agent} {versions}: update the older one."
        if not is_name(hello.agent) or hello.agent == VESSEL_ADAPTER:
            return f"An agent cannot be called {hello.agent!r}: give it another name."
        if not may_be(hello.agent):
            return f"This token is not for agent {hello.agent}: make one with the adapter {hello.agent}."
        here = self._here.get(hello.agent)
        if here is not None and (not hello.run or here.run != hello.run):
            return f"An agent called {hello.agent} is already here: give one of them another name."
        return ""

    async def _tell(self, agent: str, due: asyncio.Event, link: ServerEnd) -> NoReturn:
        while True:
            due.clear()
            await link.send(await self._desired(agent))
            await due.wait()

    async def _desired(self, agent: str) -> Desired:
        records = [record for record in await self._vessels.vessels() if record.vessel.agent == agent]
        vessels = tuple(VesselOrder(record.vessel, bare(record.requested)) for record in records)
        lines = "" if self._logs is None else self._logs.levels.of(source_of_agent(agent)).value
        desired = Desired(vessels, await self._controllers.orders(agent), lines)
        for concern in self._concerns.values():
            desired = await concern.wishes(desired)
        return desired

    async def _listen(self, call: Call, hearing: _Hearing) -> NoReturn:
        agent, link = call.hello.agent, call.link
        while True:
            message = await link.receive()
            match message:
                case ReadingsTaken(through, readings, left, given_up):
                    await self._ingest.take(self._own(agent, readings))
                    self._gave_up(call.hello, given_up)
                    await link.send(ReadingsStored(through))
                    self._roster.linked(agent, "recognised" if left else "current", left)
                case SeriesDeclared(series):
                    own = [one for one in series if one.series.adapter == agent]
                    await self._ingest.declare([(one.series, one.unit, one.store) for one in own])
                    await self._roster.declared(agent, own)
                case VesselReport() | SetpointApplied() | SetpointRejected():
                    await self._heard(agent, message)
                case LearnedTold() | PreflightTold() | ReasonsTold():
                    await hearing.get(type(message), _unheard)(message)
                case ControllerReport() | ControllerSaid() | ErrandDone() | DevicesFound():
                    await self._controllers.heard(agent, message)
                case LinesTold():
                    if self._logs is not None:
                        self._logs.told(agent, message)
                case Hello():
                    log.debug("agent.greeted_twice", agent=agent)

    def _own(self, agent: str, readings: tuple[Reading, ...]) -> list[Reading]:
        own = self._roster.vessels_of(agent)
        kept = [
            r
            for r in readings
            if r.series.adapter == agent or (r.series.adapter == VESSEL_ADAPTER and r.series.node in own)
        ]
        if len(kept) < len(readings):
            log.warning("agent.not_its_own", agent=agent, refused=len(readings) - len(kept))
        sound = [reading for reading in kept if isfinite(reading.v) and 0 <= reading.t <= LATEST_MS]
        if len(sound) < len(kept):
            log.warning("agent.not_sound", agent=agent, refused=len(kept) - len(sound))
        self._ingest.refused["agent"] += len(readings) - len(sound)
        return sound

    def _owns(self, agent: str, vessel: str) -> bool:
        return vessel in self._roster.vessels_of(agent)

    async def _heard(self, agent: str, message: _OfVessel) -> None:
        if not self._owns(agent, message.vessel):
            log.debug("agent.not_its_own", agent=agent, vessel=message.vessel)
        elif isinstance(message, VesselReport):
            await self._roster.reported(message)
        else:
            try:
                await self._answered(message)
            except NotFound:
                log.debug("agent.vessel_gone", agent=agent, vessel=message.vessel)

    async def _answered(self, message: SetpointApplied | SetpointRejected) -> None:
        record = await self._vessels.vessel(message.vessel)
        if isinstance(message, SetpointApplied):
            answer = Answer(setpoint=record.requested, state=AnswerState.ACCEPTED, at=message.at)
        else:
            answer = replace(record.answer, state=AnswerState.REJECTED, detail=message.detail, at=message.at)
        if replace(answer, at=record.answer.at) == record.answer:
            return
        answered = await self._vessels.answered(message.vessel, message.revision, answer)
        if answered is not None:
            await self._roster.announce(answered)


async def _ask(bag: Bag, link: ServerEnd) -> NoReturn:
    while True:
        await link.send(await bag.get())


async def _unheard(_: FromAgent) -> None:
    """Take a message of no concern here."""


async def _until_hung_up(here: _Here) -> NoReturn:
    await here.hung_up.wait()
    raise LinkLost(here.unwanted)


def _first(group: BaseExceptionGroup[Exception]) -> str:
    error = group.exceptions[0]
    return _first(error) if isinstance(error, BaseExceptionGroup) else str(error)
