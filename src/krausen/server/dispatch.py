"""Keep every agent's desired state current, and take in what agents say."""

import asyncio
from math import isfinite
from typing import NoReturn

import structlog
from msgspec.structs import replace

from krausen import __version__
from krausen.errors import LinkLost, StorageAway
from krausen.model.reading import Reading
from krausen.model.series import is_name
from krausen.model.setpoint import Answer, AnswerState
from krausen.model.vessel import VESSEL_ADAPTER
from krausen.ports.catalog import Vessels
from krausen.ports.link import ServerEnd
from krausen.server.ingest import Ingest
from krausen.server.roster import Roster
from krausen.wire.messages import (
    Desired,
    FromAgent,
    Hello,
    ReadingsStored,
    ReadingsTaken,
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


class Dispatch:
    """The server's side of every link."""

    def __init__(self, vessels: Vessels, ingest: Ingest, roster: Roster) -> None:
        self._vessels = vessels
        self._ingest = ingest
        self._roster = roster
        self._due: dict[str, asyncio.Event] = {}

    def changed(self, agent: str) -> None:
        """Something that an agent is to do has changed; it is told as soon as it can be reached."""
        if agent in self._due:
            self._due[agent].set()

    async def serve(self, link: ServerEnd) -> None:
        """Hold one conversation with an agent, until it is gone."""
        agent = await self._introduced(link)
        if agent is None:
            return
        self._due[agent] = asyncio.Event()
        try:
            await link.send(Welcome(__version__))
            self._roster.linked(agent, "recognised")
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._tell(agent, link))
                tasks.create_task(self._listen(agent, link))
        except* LinkLost:
            log.warning("agent.lost", agent=agent)
        except* StorageAway as away:
            log.error("agent.not_taken", agent=agent, detail=str(away.exceptions[0]))
        finally:
            del self._due[agent]
            self._roster.linked(agent, "offline")

    async def _introduced(self, link: ServerEnd) -> str | None:
        """Give the name of an agent that may stay; nobody else can take it before the next wait."""
        try:
            async with asyncio.timeout(HELLO_S):
                hello = await link.receive()
                reason = self._against(hello)
                if reason or not isinstance(hello, Hello):
                    await link.send(Turned(reason))
                    log.warning("agent.turned_away", detail=reason)
                    return None
        except (LinkLost, TimeoutError):
            log.debug("agent.left_early")
            return None
        return hello.agent

    def _against(self, hello: FromAgent) -> str:
        if not isinstance(hello, Hello):
            return "An agent says hello first."
        if hello.wire != WIRE_VERSION:
            versions = f"speaks wire version {hello.wire}, this server {WIRE_VERSION}"
            return f"Agent {hello.agent} {versions}: update the older one."
        if not is_name(hello.agent) or hello.agent == VESSEL_ADAPTER:
            return f"An agent cannot be called {hello.agent!r}: give it another name."
        if hello.agent in self._due:
            return f"An agent called {hello.agent} is already here: give one of them another name."
        return ""

    async def _tell(self, agent: str, link: ServerEnd) -> NoReturn:
        due = self._due[agent]
        while True:
            due.clear()
            records = [record for record in await self._vessels.vessels() if record.vessel.agent == agent]
            await link.send(
                Desired(tuple(VesselOrder(record.vessel, record.requested) for record in records))
            )
            await due.wait()

    async def _listen(self, agent: str, link: ServerEnd) -> NoReturn:
        while True:
            message = await link.receive()
            match message:
                case ReadingsTaken(through, readings):
                    await self._ingest.take(self._own(agent, readings))
                    await link.send(ReadingsStored(through))
                    self._roster.linked(agent, "current")
                case SeriesDeclared(series):
                    await self._ingest.declare(
                        [(d.series, d.unit, d.store) for d in series if d.series.adapter == agent]
                    )
                case VesselReport() | SetpointApplied() | SetpointRejected():
                    await self._heard(agent, message)
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
        numbers = [reading for reading in kept if isfinite(reading.v)]
        if len(numbers) < len(kept):
            log.warning("agent.no_number", agent=agent, refused=len(kept) - len(numbers))
        return numbers

    async def _heard(self, agent: str, message: VesselReport | SetpointApplied | SetpointRejected) -> None:
        if message.vessel not in self._roster.vessels_of(agent):
            log.debug("agent.not_its_own", agent=agent, vessel=message.vessel)
        elif isinstance(message, VesselReport):
            await self._roster.reported(message)
        else:
            await self._answered(message)

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
