"""What is out there: vessels with their four truths, and agents with the state of their links."""

from collections.abc import Iterable
from contextlib import suppress
from typing import Protocol

import structlog
from msgspec import Struct
from msgspec.structs import replace

from krausen.errors import StorageAway
from krausen.model.agent import Agent
from krausen.model.batch import HOLDING
from krausen.model.series import NAME_LONGEST
from krausen.ports.catalog import Agents, Batches, VesselRecord, Vessels
from krausen.ports.clock import Clock
from krausen.ports.history import History
from krausen.server.changes import Change
from krausen.server.devices import declared_by, ids_of, news_of
from krausen.server.live import Live
from krausen.server.losses import Losses
from krausen.server.vessels import VesselBody, body_of
from krausen.wire.instants import LATEST_MS
from krausen.wire.messages import Declared, VesselReport

log = structlog.get_logger()

STALE_MS = 30_000
OFFLINE = "offline"
REPEAT_MS = 5_000


class AgentBody(Struct, frozen=True, kw_only=True):
    """An agent as everybody outside sees it; `queue` counts what it still owes, None when unknown.

    `given_up` counts the readings that it had to drop since this server started, for its disk was full.
    """

    agent: str
    state: str
    queue: int | None = None
    given_up: int = 0


class Arranged(Vessels, Batches, Agents, Protocol):
    """The part of the catalog that says what is out there."""


class Roster:
    """Joins what people arranged with what agents report."""

    def __init__(self, arranged: Arranged, history: History, live: Live, clock: Clock) -> None:
        self._arranged = arranged
        self._history = history
        self._live = live
        self._clock = clock
        self._records: dict[str, VesselRecord] = {}
        self._batches: dict[str, str] = {}
        self._reports: dict[str, VesselReport] = {}
        self._heard: dict[str, int] = {}
        self._said: dict[str, VesselReport] = {}
        self._agents: dict[str, str] = {}
        self._agents_said: dict[str, int] = {}
        self._queues: dict[str, int] = {}
        self._losses = Losses()
        self._seen: dict[str, int] = {}
        self._known: dict[str, Agent] = {}

    async def load(self) -> None:
        """Take up what people have arranged."""
        self._records = {record.vessel.id: record for record in await self._arranged.vessels()}
        self._batches = {
            batch.vessel: batch.id
            for batch in await self._arranged.batches()
            if batch.vessel is not None and batch.state in HOLDING
        }
        for agent in await self._arranged.agents():
            self.added(agent)
        for record in self._records.values():
            self._live.know_state("data", record.vessel.id, {"vessel": await self.body(record)})

    def vessels_of(self, agent: str) -> set[str]:
        """Name the vessels that an agent holds."""
        return {id for id, record in self._records.items() if record.vessel.agent == agent}

    def known_agents(self) -> set[str]:
        """Name our agents: those that hold a vessel, and those that were added or have been seen."""
        return {record.vessel.agent for record in self._records.values() if record.vessel.agent} | set(
            self._agents
        )

    def removed(self, vessel: str) -> None:
        """Take it that a vessel is no more."""
        for kept in (self._records, self._batches, self._reports, self._heard, self._said):
            kept.pop(vessel, None)
        self._live.forget_state("data", vessel)

    def added(self, agent: Agent) -> None:
        """Take what is known of an agent, which is not here as far as anybody knows."""
        self._known[agent.name] = agent
        if agent.seen_at is not None:
            self._seen.setdefault(agent.name, agent.seen_at)
        self._agents.setdefault(agent.name, OFFLINE)
        self._live.know_state("agents", agent.name, self._agent(agent.name))

    def forgotten(self, agent: str) -> None:
        """Take it that an agent is no more."""
        for kept in (self._known, self._seen, self._agents, self._agents_said, self._queues):
            kept.pop(agent, None)
        self._losses.forget(agent)
        self._live.forget_state("agents", agent)

    def known(self, agent: str) -> Agent | None:
        """Give what an agent told of itself, None where it is not known."""
        return self._known.get(agent)

    async def greeted(self, agent: str, version: str, at: int) -> None:
        """Take what an agent says of itself: its version, and what time it is there, UTC ms, 0 for unknown.

        It is kept as soon as the disk takes it.
        """
        now, before = self._clock.now(), self._known.get(agent)
        since = now if before is None else before.known_since
        clock_ms = at - now if 0 < at <= LATEST_MS else None
        version = version[:NAME_LONGEST]
        told = Agent(name=agent, known_since=since, version=version, clock_ms=clock_ms, seen_at=now)
        self._known[agent] = told
        try:
            await self._arranged.note_agent(told)
        except StorageAway as away:
            log.warning("agent.not_noted", agent=agent, detail=str(away))
        if before is None or before.version != version:
            self._say("agent", agent, "created" if before is None else "updated", 1, agent)

    async def left(self, agent: str) -> None:
        """Keep when an agent was here last, as soon as the disk takes it."""
        known = self._known.get(agent)
        if known is not None:
            with suppress(StorageAway):  # it may have been lost for that very reason, which was said
                seen_at = self._seen.get(agent, known.seen_at)
                await self._arranged.note_agent(replace(known, seen_at=seen_at))

    async def declared(self, agent: str, series: Iterable[Declared]) -> None:
        """Take what an agent says of its devices. Raises StorageAway."""
        before = await self._arranged.devices()
        news = news_of(declared_by(agent, series), before)
        if not news:
            return
        await self._arranged.declare_devices(news)
        now = {(one.agent, one.node): one for one in await self._arranged.devices()}
        ids, known = ids_of(now), {(one.agent, one.node) for one in before}
        for one in news:
            place = (one.agent, one.node)
            action = "updated" if place in known else "created"
            self._say("device", ids[place], action, now[place].revision, agent)

    async def reported(self, report: VesselReport) -> None:
        """Take the newest state of a vessel; announce it when outputs or demand changed, and now and then."""
        self._reports[report.vessel] = report
        self._heard[report.vessel] = self._clock.steady()
        record = self._records.get(report.vessel)
        said = self._said.get(report.vessel)
        if record is not None and (said is None or _differs(said, report)):
            self._said[report.vessel] = report
            self._live.state("data", record.vessel.id, {"vessel": await self.body(record)})

    async def announce(self, record: VesselRecord) -> None:
        """Take a change that people or agents made to a vessel, and tell listeners how it stands."""
        self._records[record.vessel.id] = record
        self._live.say_state("data", record.vessel.id, {"vessel": await self.body(record)})

    async def held(self, vessel: str, batch: str | None) -> None:
        """Take it that a vessel holds a batch, or none any more, and tell listeners how it stands."""
        self._batches.pop(vessel, None)
        if batch is not None:
            self._batches[vessel] = batch
        if vessel in self._records:
            await self.announce(self._records[vessel])

    def linked(self, agent: str, state: str, queue: int | None = None) -> None:
        """Take the state of an agent's link, and what it still owes where that is known.

        A new state is announced at once, a new queue now and then.
        """
        timer = self._clock.steady()
        if state == OFFLINE:
            self._queues.pop(agent, None)
        else:
            self._seen[agent] = self._clock.now()
        if queue is not None:
            self._queues[agent] = queue
        is_new = self._agents.get(agent) != state
        self._agents[agent] = state
        if is_new or (queue and timer - self._agents_said.get(agent, timer - REPEAT_MS) >= REPEAT_MS):
            self._agents_said[agent] = timer
            self._live.say_state("agents", agent, self._agent(agent))

    def gave_up(self, agent: str, run: str, count: int) -> int:
        """Take how many readings a run of an agent has dropped in all; give how many of them are news."""
        news = self._losses.told(agent, run, count)
        if news:
            self._live.say_state("agents", agent, self._agent(agent))
        return news

    def agents(self) -> list[AgentBody]:
        """Give all agents that were added or have been seen, by name."""
        return [self._agent(agent) for agent in sorted(self._agents)]

    def link_of(self, agent: str) -> str:
        """Tell the state of an agent's link."""
        return self._agents.get(agent, OFFLINE)

    def last_seen(self, agent: str) -> int | None:
        """Tell when an agent was last heard of, UTC milliseconds."""
        return self._seen.get(agent)

    async def body(self, record: VesselRecord) -> VesselBody:
        """Give a vessel as everybody outside sees it."""
        id = record.vessel.id
        heard = self._heard.get(id)
        return body_of(
            record,
            roles=await self._roles(record),
            batch=self._batches.get(id),
            report=self._reports.get(id),
            is_stale=heard is None or self._clock.steady() - heard > STALE_MS,
        )

    def _agent(self, agent: str) -> AgentBody:
        return AgentBody(
            agent=agent,
            state=self._agents[agent],
            queue=self._queues.get(agent),
            given_up=self._losses.of(agent),
        )

    def _say(self, what: str, id: str, action: str, revision: int, by: str) -> None:
        self._live.say("changes", Change(what=what, id=id, action=action, revision=revision, by=by))

    async def _roles(self, record: VesselRecord) -> dict[str, str]:
        found = {role: await self._history.id_of(name) for role, name in record.vessel.roles.items()}
        return {role.value: series for role, series in found.items() if series is not None}


def _differs(said: VesselReport, report: VesselReport) -> bool:
    if not 0 <= report.at - said.at < REPEAT_MS or said.levels != report.levels:
        return True
    return (said.demand.heat, said.demand.cool) != (report.demand.heat, report.demand.cool)
