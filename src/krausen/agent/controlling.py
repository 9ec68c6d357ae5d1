"""One loop per vessel: newest readings and wish in, permitted levels out to the relays."""

import asyncio
from collections.abc import Callable, Mapping

import structlog
from msgspec import Struct

from krausen.agent.desired import DesiredState
from krausen.agent.devices import Switch
from krausen.agent.planning import Workshop, plan
from krausen.agent.sampling import Sampling
from krausen.control.record import Record
from krausen.control.regulation import Memory, Outcome, Plan, obeyed, regulate, start
from krausen.model.level import Demand, Levels
from krausen.model.series import SeriesName
from krausen.model.vessel import OUTPUT_ROLES, VESSEL_ADAPTER, Role, Vessel
from krausen.ports.clock import Clock
from krausen.wire.messages import VesselOrder, VesselReport
log = structlog.get_logger()

FAILED_WAIT_S = 10.0


class Bench(Struct, frozen=True):
    """What every loop of an agent works with. `report` takes the newest state of a vessel.

    Ticks fall in the middle of each `tick_s`, so that one sees all samples taken at its beginning.
    """

    clock: Clock
    sampling: Sampling
    desired: DesiredState
    workshop: Workshop
    switches: Mapping[SeriesName, Switch]
    report: Callable[[VesselReport], None]
    tick_s: float


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
        self._record = Record()

    async def run(self) -> None:
        """Tick until the vessel is not ours any more, then bring its outputs to their safe level."""
        failed = False
        while (order := self._bench.desired.order(self._vessel)) is not None:
            await self._until_tick()
            try:
                await self.tick(order)
                failed = False
            except Exception:
                if not failed:
                    log.exception("vessel.failed", vessel=self._vessel, detail="Its outputs are off until it works again.")
                failed = True
                self._prepared = None
                await self._rest(order.vessel)
                await asyncio.sleep(FAILED_WAIT_S)
        if self._prepared is not None:
            await self._rest(self._prepared.vessel)

    async def tick(self, order: VesselOrder) -> None:
        """Do what the present moment demands."""
        now_s = self._bench.clock.now() / 1000.0
        ready = await self._ready(order.vessel, now_s)
        beer, chamber = (self._bench.sampling.newest(order.vessel.roles.get(r)) for r in (Role.BEER, Role.CHAMBER))
        memory, outcome = regulate(ready.plan, ready.memory, order.setpoint, (beer, chamber), now_s)
        seen = await self._apply(order.vessel, Levels(outcome.permit.heat, outcome.permit.cool))
        self._prepared = _Prepared(ready.vessel, ready.plan, obeyed(ready.plan, memory, seen, now_s))
        self._tell(order, outcome, seen, now_s)

    async def _until_tick(self) -> None:
        tick_s = self._bench.tick_s
        into_s = self._bench.clock.now() / 1000.0 % tick_s
        await asyncio.sleep((1.5 * tick_s - into_s) % tick_s or tick_s)

    async def _ready(self, vessel: Vessel, now_s: float) -> _Prepared:
        ready = self._prepared
        if ready is not None and ready.vessel == vessel:
            return ready
        if ready is not None:
            await self._rest(ready.vessel)
        made = plan(self._bench.workshop, vessel)
        return _Prepared(vessel, made, start(made, now_s))

    async def _rest(self, vessel: Vessel) -> None:
        await self._apply(vessel, Levels(heat=False, cool=False))

    async def _apply(self, vessel: Vessel, levels: Levels) -> Levels:
        cool = await self._set(vessel.roles.get(Role.COOL), on=bool(levels.cool))
        heat = await self._set(vessel.roles.get(Role.HEAT), on=bool(levels.heat))
        return Levels(heat, cool)

    async def _set(self, series: SeriesName | None, *, on: bool) -> bool | None:
        return None if series is None else await self._bench.switches[series].set(on=on)

    def _tell(self, order: VesselOrder, outcome: Outcome, seen: Levels, now_s: float) -> None:
        for metric, value in self._record.due(order.setpoint, outcome, seen, now_s):
            self._bench.sampling.note(SeriesName(VESSEL_ADAPTER, order.vessel.id, metric), value)
            if metric in OUTPUT_ROLES:
                self._bench.sampling.note(order.vessel.roles[OUTPUT_ROLES[metric]], value)
        permit, demand = outcome.permit, outcome.demand
        why = (*demand.why, permit.held) if permit.held else demand.why
        roles = order.vessel.roles
        beer, chamber = (self._bench.sampling.newest(roles.get(r)) for r in (Role.BEER, Role.CHAMBER))
        self._bench.report(
            VesselReport(
                vessel=order.vessel.id,
                at=int(now_s * 1000),
                demand=Demand(demand.heat, demand.cool, why),
                levels=seen,
                beer=None if beer is None else beer.c,
                chamber=None if chamber is None else chamber.c,
            )
        )

