"""What is out there: vessels with their four truths, and agents with the state of their links."""

from typing import Any, Protocol

from msgspec import Struct

from krausen.model.batch import BatchState
from krausen.model.level import Demand, Levels
from krausen.model.setpoint import Answer, Setpoint
from krausen.ports.catalog import Batches, VesselRecord, Vessels
from krausen.ports.clock import Clock
from krausen.ports.history import History
from krausen.server.live import Live
from krausen.wire.instants import iso
from krausen.wire.messages import VesselReport

STALE_MS = 30_000
OFFLINE = "offline"
REPEAT_MS = 5_000


class Requested(Struct, frozen=True, kw_only=True):
    """A wish. `value` in °C."""

    revision: int
    mode: str
    value: float | None
    profile: str | None
    reason: str
    by: str
    at: str


class Accepted(Requested, frozen=True, kw_only=True):
    """The wish that the agent holds, and where the latest one stands."""

    state: str
    detail: str


class Demanded(Struct, frozen=True, kw_only=True):
    """Shares of full heating and cooling power, 0 to 1, and why."""

    heat: float
    cool: float
    why: tuple[str, ...]
    at: str | None


class Observed(Struct, frozen=True, kw_only=True):
    """What was last seen. Temperatures in °C."""

    beer: float | None
    chamber: float | None
    heat: bool | None
    cool: bool | None
    at: str | None
    stale: bool


class VesselLimits(Struct, frozen=True):
    """The setpoints allowed, °C."""

    min: float
    max: float


class VesselBody(Struct, frozen=True, kw_only=True):
    """A vessel as everybody outside sees it. `roles` names series ids; `batch` the running one."""

    id: str
    name: str
    kind: str
    agent: str
    algorithm: str
    settings: dict[str, Any]
    revision: int
    created_at: str
    updated_at: str
    limits: VesselLimits
    roles: dict[str, str]
    batch: str | None
    requested: Requested
    accepted: Accepted
    demanded: Demanded
    observed: Observed


class AgentBody(Struct, frozen=True, kw_only=True):
    """An agent as everybody outside sees it; `queue` counts what it still owes, None when unknown."""

    agent: str
    state: str
    queue: int | None = None


class Arranged(Vessels, Batches, Protocol):
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
        self._seen: dict[str, int] = {}

    async def load(self) -> None:
        """Take up what people have arranged."""
        self._records = {record.vessel.id: record for record in await self._arranged.vessels()}
        self._batches = {
            batch.vessel: batch.id
            for batch in await self._arranged.batches()
            if batch.vessel is not None and batch.state is BatchState.RUNNING
        }

    def vessels_of(self, agent: str) -> set[str]:
        """Name the vessels that an agent holds."""
        return {id for id, record in self._records.items() if record.vessel.agent == agent}

    def known_agents(self) -> set[str]:
        """Name our agents: those that hold a vessel, and those that have been seen."""
        return {record.vessel.agent for record in self._records.values() if record.vessel.agent} | set(
            self._agents
        )

    def removed(self, vessel: str) -> None:
        """Take it that a vessel is no more."""
        for kept in (self._records, self._batches, self._reports, self._heard, self._said):
            kept.pop(vessel, None)

    async def reported(self, report: VesselReport) -> None:
        """Take the newest state of a vessel; announce it when outputs or demand changed, and now and then."""
        self._reports[report.vessel] = report
        self._heard[report.vessel] = self._clock.now()
        record = self._records.get(report.vessel)
        said = self._said.get(report.vessel)
        if record is not None and (said is None or _differs(said, report)):
            self._said[report.vessel] = report
            self._live.state("data", record.vessel.id, {"vessel": await self.body(record)})

    async def announce(self, record: VesselRecord) -> None:
        """Take a change that people or agents made to a vessel, and tell listeners how it stands."""
        self._records[record.vessel.id] = record
        self._live.say_state("data", record.vessel.id, {"vessel": await self.body(record)})

    def linked(self, agent: str, state: str, queue: int | None = None) -> None:
        """Take the state of an agent's link, and what it still owes where that is known.

        A new state is announced at once, a new queue now and then.
        """
        now = self._clock.now()
        if state != OFFLINE:
            self._seen[agent] = now
        if queue is not None:
            self._queues[agent] = queue
        is_new = self._agents.get(agent) != state
        self._agents[agent] = state
        if is_new or (queue and now - self._agents_said.get(agent, 0) >= REPEAT_MS):
            self._agents_said[agent] = now
            self._live.say("agents", AgentBody(agent=agent, state=state))

    def agents(self) -> list[AgentBody]:
        """Give all agents that have been seen, by name."""
        return [AgentBody(agent=agent, state=state) for agent, state in sorted(self._agents.items())]

    def last_seen(self, agent: str) -> int | None:
        """Tell when an agent was last heard of since the server's start, UTC milliseconds."""
        return self._seen.get(agent)

    async def body(self, record: VesselRecord) -> VesselBody:
        """Give a vessel as everybody outside sees it."""
        vessel = record.vessel
        return VesselBody(
            id=vessel.id,
            name=vessel.name,
            kind=vessel.kind,
            agent=vessel.agent,
            algorithm=vessel.algorithm,
            settings=vessel.settings,
            revision=vessel.revision,
            created_at=iso(record.created_at),
            updated_at=iso(record.updated_at),
            limits=VesselLimits(vessel.limits.min, vessel.limits.max),
            roles=await self._roles(record),
            batch=self._batches.get(vessel.id),
            requested=_requested(record.requested),
            accepted=_accepted(record.answer),
            demanded=_demanded(self._reports.get(vessel.id)),
            observed=self._observed(vessel.id),
        )

    async def _roles(self, record: VesselRecord) -> dict[str, str]:
        found = {role: await self._history.id_of(name) for role, name in record.vessel.roles.items()}
        return {role.value: series for role, series in found.items() if series is not None}

    def _observed(self, vessel: str) -> Observed:
        report, heard = self._reports.get(vessel), self._heard.get(vessel)
        levels = Levels() if report is None else report.levels
        return Observed(
            beer=None if report is None else report.beer,
            chamber=None if report is None else report.chamber,
            heat=levels.heat,
            cool=levels.cool,
            at=None if report is None else iso(report.at),
            stale=heard is None or self._clock.now() - heard > STALE_MS,
        )


def _differs(said: VesselReport, report: VesselReport) -> bool:
    if not 0 <= report.at - said.at < REPEAT_MS or said.levels != report.levels:
        return True
    return (said.demand.heat, said.demand.cool) != (report.demand.heat, report.demand.cool)


def _demanded(report: VesselReport | None) -> Demanded:
    demand = Demand() if report is None else report.demand
    at = None if report is None else iso(report.at)
    return Demanded(heat=demand.heat, cool=demand.cool, why=demand.why, at=at)


def _requested(wish: Setpoint) -> Requested:
    return Requested(
        revision=wish.revision,
        mode=wish.mode.value,
        value=wish.value,
        profile=wish.profile,
        reason=wish.reason,
        by=wish.by,
        at=iso(wish.at),
    )


def _accepted(answer: Answer) -> Accepted:
    wish = answer.setpoint
    return Accepted(
        revision=wish.revision,
        mode=wish.mode.value,
        value=wish.value,
        profile=wish.profile,
        reason=wish.reason,
        by=wish.by,
        at=iso(answer.at),
        state=answer.state.value,
        detail=answer.detail,
    )
