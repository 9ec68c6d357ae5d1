"""One loop per vessel: newest readings and wish in, permitted levels out to the relays."""

import asyncio
from collections.abc import Callable, Iterable, Mapping

import structlog
from msgspec import Struct, field

from krausen.agent.desired import DesiredState
from krausen.agent.devices import Switch
from krausen.agent.learned import LearnedBook
from krausen.agent.planning import Workshop, plan
from krausen.agent.preflight import Preflights, Sight
from krausen.agent.reasons import Note, unnoted
from krausen.agent.safety import Watchdog
from krausen.agent.sampling import Sampling
from krausen.control.fallback import Seen
from krausen.control.record import Record, Said
from krausen.control.regulation import GRACE_S, Memory, Outcome, Plan, obeyed, rearranged, regulate, start
from krausen.model.level import Demand, Levels
from krausen.model.series import SeriesName
from krausen.model.setpoint import Setpoint
from krausen.model.vessel import OUTPUT_ROLES, VESSEL_ADAPTER, Role, Vessel, VesselMetric
from krausen.ports.clock import Clock
from krausen.profiles.following import Follower
from krausen.wire.messages import VesselOrder, VesselReport

log = structlog.get_logger()

FAILED_WAIT_S = 10.0
FAILED = "Control has failed; heating and cooling stay off until it works again."
TAKEN_AWAY = "The vessel was taken away."


class Bench(Struct, frozen=True):
    """What every loop of an agent works with. `report` takes the newest state of a vessel,
    `note` what is wished and demanded for it.

    All timing goes by the steady clock, which nobody sets; only profiles go by the time of day.

    Ticks fall in the middle of each `tick_s`, so that one sees all samples taken at its beginning.
    """

    clock: Clock
    sampling: Sampling
    desired: DesiredState
    workshop: Workshop
    switches: Mapping[SeriesName, Switch]
    report: Callable[[VesselReport], None]
    tick_s: float
    watchdog: Watchdog
    note: Note = unnoted
    preflights: Preflights = field(default_factory=Preflights)
    learned: LearnedBook | None = None


class _Prepared(Struct, frozen=True):
    vessel: Vessel
    plan: Plan
    memory: Memory


class VesselLoop:
    """Holds one vessel until it is taken away."""

    def __init__(self, bench: Bench, vessel: str) -> None:
        self._bench = bench
        self._vessel = vessel
        self._prepared: _Prepared | None = None
        self._learned = bench.learned or LearnedBook(None, bench.clock, asyncio.Event())
        self._record = Record()
        self._follower = Follower()
        self._due = 0
        self._wish: Setpoint | None = None

    async def run(self) -> None:
        """Tick until the vessel is not ours any more, then bring its outputs to their safe level."""
        failed = False
        while (order := await self._next()) is not None:
            self._wish = order.setpoint
            self._bench.watchdog.round(self._vessel, self._outputs_of(order.vessel))
            try:
                await self.tick(order)
                failed = False
            except Exception:
                if not failed:
                    log.exception("vessel.failed", vessel=self._vessel, detail=FAILED)
                failed = True
                self._learned.failed(self._vessel)
                self._bench.preflights.end(self._vessel, FAILED, self._bench.clock.now())
                await self._rest()
                self._report(order.vessel, Demand(why=(FAILED,)), await self._apply(order.vessel, _OFF))
                await asyncio.sleep(FAILED_WAIT_S)
        self._bench.preflights.end(self._vessel, TAKEN_AWAY, self._bench.clock.now())
        await self._rest()
        self._bench.watchdog.end(self._vessel)

    async def tick(self, order: VesselOrder) -> None:
        """Do what the present moment demands."""
        now_s = self._bench.clock.steady() / 1000.0
        ready = await self._ready(order.vessel, now_s)
        beer, chamber = (
            self._bench.sampling.newest(order.vessel.roles.get(r)) for r in (Role.BEER, Role.CHAMBER)
        )
        wish = self._wish = self._follower.now(order.setpoint, self._bench.clock.now())
        counted = self._bench.preflights.as_if_held(order, wish)
        before = self._learned.resumed(self._vessel, ready.plan, ready.memory, counted)
        sight = Sight((beer, chamber), now_s, self._bench.clock.now())
        checked = self._bench.preflights.tick(order, ready.plan, before, sight)
        memory, outcome = checked or regulate(ready.plan, before, wish, sight.probes, now_s)
        seen = await self._apply(order.vessel, Levels(outcome.permit.heat, outcome.permit.cool))
        self._prepared = _Prepared(ready.vessel, ready.plan, obeyed(ready.plan, memory, seen, now_s))
        self._learned.note(self._vessel, ready.plan, self._prepared.memory)
        self._tell(order.vessel, self._record.due(wish, outcome, seen, now_s))
        self._say_why(order.vessel, outcome, seen)

    async def _next(self) -> VesselOrder | None:
        """Wait for the next tick, and give what is wanted then."""
        now, tick = self._bench.clock.steady(), round(self._bench.tick_s * 1000)
        since = max(now, self._due) - tick // 2
        self._due = since - since % tick + tick + tick // 2
        await asyncio.sleep((self._due - now) / 1000)
        return self._bench.desired.order(self._vessel)

    async def _ready(self, vessel: Vessel, now_s: float) -> _Prepared:
        ready = self._prepared
        if ready is not None and ready.vessel == vessel:
            return ready
        made = plan(self._bench.workshop, vessel)
        if ready is not None and _outputs(ready.vessel) == _outputs(vessel):
            return _Prepared(vessel, made, rearranged(ready.plan, made, ready.memory))
        await self._rest()
        return _Prepared(vessel, made, start(made, now_s))

    async def _rest(self) -> None:
        """Switch off what was being held, and forget how."""
        if self._prepared is None:
            return
        vessel = self._prepared.vessel
        seen = await self._apply(vessel, _OFF)
        for metric, level in ((VesselMetric.HEAT, seen.heat), (VesselMetric.COOL, seen.cool)):
            if level is not None:
                self._note(vessel, metric, float(level))
        self._prepared = None
        self._record = Record()

    async def _apply(self, vessel: Vessel, levels: Levels) -> Levels:
        """Tell the outputs; one goes on only after the other was seen to be off."""
        if levels.heat:
            cool = await self._set(vessel, Role.COOL, on=False)
            return Levels(
                await self._set(vessel, Role.HEAT, on=cool is False or Role.COOL not in vessel.roles), cool
            )
        heat = await self._set(vessel, Role.HEAT, on=False)
        may = heat is False or Role.HEAT not in vessel.roles
        return Levels(heat, await self._set(vessel, Role.COOL, on=may and bool(levels.cool)))

    def _outputs_of(self, vessel: Vessel) -> list[Switch]:
        """Give what this loop may have switched on: the outputs it holds, and those it is about to hold."""
        held = () if self._prepared is None else _outputs(self._prepared.vessel)
        names = {name for name in (*held, *_outputs(vessel)) if name is not None}
        return [switch for name, switch in self._bench.switches.items() if name in names]

    async def _set(self, vessel: Vessel, role: Role, *, on: bool) -> bool | None:
        switch = self._bench.switches.get(vessel.roles[role]) if role in vessel.roles else None
        return None if switch is None else await switch.set(on=on)

    def _tell(self, vessel: Vessel, said: Iterable[Said]) -> None:
        for metric, value in said:
            self._note(vessel, metric, value)

    def _say_why(self, vessel: Vessel, outcome: Outcome, seen: Levels) -> None:
        permit, demand = outcome.permit, outcome.demand
        why = (*demand.why, permit.held) if permit.held else demand.why
        self._report(vessel, Demand(demand.heat, demand.cool, why), seen)

    def _note(self, vessel: Vessel, metric: VesselMetric, value: float) -> None:
        self._bench.sampling.note(SeriesName(VESSEL_ADAPTER, vessel.id, metric), value)
        if metric in OUTPUT_ROLES:
            self._bench.sampling.note(vessel.roles[OUTPUT_ROLES[metric]], value)

    def _report(self, vessel: Vessel, demand: Demand, seen: Levels) -> None:
        now_s = self._bench.clock.steady() / 1000.0
        beer, chamber = (self._bench.sampling.newest(vessel.roles.get(r)) for r in (Role.BEER, Role.CHAMBER))
        report = VesselReport(
            vessel=vessel.id,
            at=self._bench.clock.now(),
            demand=demand,
            levels=seen,
            beer=_present(beer, now_s),
            chamber=_present(chamber, now_s),
        )
        self._bench.report(report)
        if self._wish is not None:
            self._bench.note(vessel.id, self._wish, demand, seen)


_OFF = Levels(heat=False, cool=False)


def _outputs(vessel: Vessel) -> tuple[SeriesName | None, SeriesName | None]:
    return vessel.roles.get(Role.HEAT), vessel.roles.get(Role.COOL)


def _present(seen: Seen | None, now_s: float) -> float | None:
    """A value that is too old to control by is not shown as the present one."""
    return None if seen is None or now_s - seen.at_s > GRACE_S else seen.c
