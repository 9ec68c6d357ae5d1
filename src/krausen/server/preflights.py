"""Pre-flights: asked for by people, led by agents, and how they stand."""

from itertools import count
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from krausen.errors import Stale
from krausen.model.journal import JournalEntry
from krausen.model.people import Caller
from krausen.model.preflight import Finding, FindingLevel, PreflightReport, PreflightState
from krausen.model.setpoint import Mode
from krausen.model.vessel import FIRMWARE
from krausen.ports.catalog import VesselRecord, Vessels
from krausen.ports.catalog.profiles import Profiles
from krausen.ports.clock import Clock
from krausen.server.changes import Change
from krausen.server.concerns import Call, Changed, Hear
from krausen.server.live import Live
from krausen.server.roster import OFFLINE, Roster
from krausen.wire.messages import Desired, PreflightTold, PreflightWish

PATIENCE_MS = 60_000
"""An agent begins within this time, or not at all."""
GRACE_MS = 30_000
"""When it says so after that, it is still believed."""


class Arranged(Vessels, Profiles, Protocol):
    """The part of the catalog that knows vessels, and takes lines for the journal."""


class Standing(Struct, frozen=True, kw_only=True):
    """How a vessel's newest pre-flight stands. `at` is when that was so, UTC ms; without any, it is None."""

    id: str = ""
    at: int | None = None
    report: PreflightReport = PreflightReport(state=PreflightState.NONE)


NONE = Standing()


class _Known(Struct, frozen=True, kw_only=True):
    agent: str
    by: str
    standing: Standing
    wish: PreflightWish | None = None
    asked_at: int = 0

    @property
    def is_open(self) -> bool:
        return self.standing.report.state.is_open


class Preflights:
    """The newest pre-flight of each vessel.

    Reports are kept in memory; after a restart agents tell theirs again. A concern of
    agents and server (`server/concerns.py`).
    """

    takes = PreflightTold

    def __init__(self, arranged: Arranged, roster: Roster, live: Live, clock: Clock) -> None:
        self._arranged = arranged
        self._roster = roster
        self._live = live
        self._clock = clock
        self._numbers = count(1)
        self._known: dict[str, _Known] = {}
        self._runs: dict[str, str] = {}
        self._changed: list[Changed] = []

    def follow(self, changed: Changed) -> None:
        """Tell somebody whenever an agent has something else to do."""
        self._changed.append(changed)

    def wish(self, vessel: str) -> PreflightWish | None:
        """Give what an agent is to do with a vessel; None for nothing new."""
        known = self._known.get(vessel)
        return None if known is None or not known.is_open else known.wish

    async def newest(self, vessel: str) -> Standing:
        """Give how the newest one stands. Raises NotFound."""
        known = await self._settled(await self._arranged.vessel(vessel))
        return NONE if known is None else known.standing

    async def start(self, vessel: str, caller: Caller, reason: str = "") -> Standing:
        """Ask for one. Raises NotFound, Stale while the vessel is not ready for it."""
        record = await self._arranged.vessel(vessel)
        known = await self._settled(record)
        if why := self._against(record, known):
            raise Stale(why)
        now, agent = self._clock.now(), record.vessel.agent
        id = f"{self._live.epoch}.{next(self._numbers)}"
        await self._arranged.remind(_entry(vessel, now, caller.name, "asked for", reason))
        step = "Waiting for the agent to begin."
        self._known[vessel] = _Known(
            agent=agent,
            by=caller.name,
            standing=Standing(id=id, at=now, report=PreflightReport(state=PreflightState.WAITING, step=step)),
            wish=PreflightWish(id, self._expiry(agent, now)),
            asked_at=now,
        )
        self._tell(vessel)
        return self._known[vessel].standing

    async def stop(self, vessel: str, caller: Caller, reason: str = "") -> None:
        """Have one end that runs; where none does, nothing is done. Raises NotFound."""
        known = await self._settled(await self._arranged.vessel(vessel))
        if known is None or not known.is_open:
            return
        now, id = self._clock.now(), known.standing.id
        await self._arranged.remind(_entry(vessel, now, caller.name, "stop asked for", reason))
        wish = PreflightWish(id, self._expiry(known.agent, now), stop=True)
        self._known[vessel] = replace(known, wish=wish)
        self._tell(vessel)

    async def wishes(self, desired: Desired) -> Desired:
        """Give what is wanted of an agent, with what it is to do with each vessel."""
        orders = (replace(order, preflight=self.wish(order.vessel.id)) for order in desired.vessels)
        return replace(desired, vessels=tuple(orders))

    async def linked(self, call: Call) -> Hear:
        """Take it that an agent is here, and hear how those of its vessels stand. Raises StorageAway."""
        await self.greeted(call.hello.agent, call.hello.run)
        return call.of_own(self.heard)

    async def greeted(self, agent: str, run: str) -> None:
        """Take it that an agent has called; a run of it that was not here before has none under way."""
        before, self._runs[agent] = self._runs.get(agent), run
        if before in (None, run):
            return
        why = "The agent was started anew meanwhile; nothing is known of what it had found."
        for vessel, known in list(self._known.items()):
            if known.agent == agent and known.standing.report.state is PreflightState.RUNNING:
                await self._end(vessel, known, why)

    async def heard(self, agent: str, told: PreflightTold) -> None:
        """Take what an agent tells of one of its vessels; of one that is over, or not the newest, nothing."""
        known = self._known.get(told.vessel)
        if known is not None and (known.standing.id != told.id or not known.is_open):
            return
        standing = Standing(id=told.id, at=min(told.at, self._clock.now()), report=told.report)
        known = known or _Known(agent=agent, by=agent, standing=standing)
        await self._keep(told.vessel, replace(known, standing=standing))

    async def _settled(self, record: VesselRecord) -> _Known | None:
        """Give what is known of a vessel's newest, which may have died away meanwhile."""
        vessel, known = record.vessel, self._known.get(record.vessel.id)
        if known is None or not known.is_open:
            return known
        is_waiting = known.standing.report.state is PreflightState.WAITING
        if known.agent != vessel.agent:
            return await self._end(vessel.id, known, f"{vessel.name} was given to another agent.")
        if is_waiting and self._clock.now() - known.asked_at > PATIENCE_MS + GRACE_MS:
            why = f"The agent {vessel.agent} has not begun in time: see that it is connected, and ask again."
            return await self._end(vessel.id, known, why)
        return known

    def _against(self, record: VesselRecord, known: _Known | None) -> str:
        """Say why one cannot be asked for now, if so."""
        vessel = record.vessel
        if known is not None and known.is_open:
            return f"A pre-flight of {vessel.name} is under way already."
        if vessel.algorithm == FIRMWARE:
            return f"{vessel.name} is held by the firmware of its controller, which tries its outputs itself."
        if record.requested.mode is not Mode.OFF:
            return f"{vessel.name} is being held at a temperature: switch its control off first."
        if self._roster.link_of(vessel.agent) == OFFLINE:
            return f"The agent {vessel.agent} is not here: see that it runs and is connected, then ask again."
        return ""

    async def _end(self, vessel: str, known: _Known, why: str) -> _Known:
        report = known.standing.report
        findings = (*report.findings, Finding(FindingLevel.FAULT, why))
        ended = replace(report, state=PreflightState.STOPPED, step="", done=1.0, findings=findings)
        now = self._clock.now()
        return await self._keep(
            vessel, replace(known, standing=replace(known.standing, at=now, report=ended))
        )

    async def _keep(self, vessel: str, known: _Known) -> _Known:
        """Keep how one stands now; that it is over goes into the journal first."""
        standing = known.standing
        if not known.is_open:
            at = standing.at if standing.at is not None else self._clock.now()
            await self._arranged.remind(_entry(vessel, at, known.by, _outcome(standing.report)))
            known = replace(known, wish=None)
        self._known[vessel] = known
        self._tell(vessel)
        return known

    def _tell(self, vessel: str) -> None:
        known = self._known[vessel]
        self._live.say(
            "changes", Change(what="preflight", id=vessel, action="updated", revision=1, by=known.by)
        )
        for changed in self._changed:
            changed(known.agent)

    def _expiry(self, agent: str, now: int) -> int:
        """Give when a wish is void, by the clock of the agent, which may be wrong."""
        known = self._roster.known(agent)
        ahead_ms = (known.clock_ms or 0) if known is not None else 0
        return now + ahead_ms + PATIENCE_MS


def _entry(vessel: str, at: int, by: str, detail: str, reason: str = "") -> JournalEntry:
    return JournalEntry(
        at=at, by=by, what="vessel", id=vessel, action="preflight", reason=reason, detail=detail
    )


def _outcome(report: PreflightReport) -> str:
    faults = [finding.text for finding in report.findings if finding.level is FindingLevel.FAULT]
    return " ".join([f"{report.state.value}.", *faults])
