"""Pre-flights of an agent's vessels: begun on a wish, led tick by tick, ended by what speaks against them."""

import asyncio
from collections.abc import Callable, Iterable
from typing import NoReturn

from msgspec import Struct
from msgspec.structs import replace

from krausen.control.fallback import Seen
from krausen.control.interlocks import Outputs, Permit
from krausen.control.preflight.course import Course, Phase, Setting, begin, stopped, tick
from krausen.control.preflight.findings import report
from krausen.control.preflight.watching import watched
from krausen.control.regulation import Memory, Outcome, Plan
from krausen.control.turning import COOL, HEAT
from krausen.model.level import Demand
from krausen.model.preflight import Finding, FindingLevel, PreflightReport, PreflightState
from krausen.model.setpoint import Mode, Setpoint
from krausen.model.vessel import Limits, Role, Vessel
from krausen.ports.link import AgentEnd
from krausen.wire.messages import FromServer, PreflightTold, PreflightWish, VesselOrder

STEP = 0.01
"""Progress by less than this is not worth telling."""

LimitsOf = Callable[[Vessel], Limits]


class Sight(Struct, frozen=True):
    """What there is to see at a tick: beer and chamber probe, steady time in seconds, UTC in milliseconds."""

    probes: tuple[Seen | None, Seen | None]
    now_s: float
    at: int


class _Run(Struct, frozen=True):
    id: str
    vessel: Vessel
    setting: Setting
    course: Course


def arranged(vessel: Vessel) -> Limits:
    """Give the limits that people arranged for a vessel."""
    return vessel.limits


class Preflights:
    """Leads the pre-flights, one a vessel at most, and tells how they stand.

    A wish begins one at the vessel's next tick, and is taken once by its id. From then on the pre-flight has
    the outputs in place of control, until it has its findings or something speaks against it.

    `limits` gives those of a vessel, °C; `newest` has the newest report of each, by vessel. Over a new link
    all of these are told again. A concern of the link (`agent/concerns.py`).
    """

    def __init__(self, limits: LimitsOf = arranged) -> None:
        self._limits = limits
        self._runs: dict[str, _Run] = {}
        self._taken: dict[str, str] = {}
        self.newest: dict[str, PreflightTold] = {}
        self._told: dict[str, PreflightTold] = {}
        self._news = asyncio.Event()

    def restarted(self, orders: Iterable[VesselOrder | None], at: int) -> None:
        """Take it that what was wished before this start is over; `at` is now, UTC milliseconds."""
        for order in orders:
            if order is not None and order.preflight is not None:
                why = "The agent was started anew meanwhile; nothing is known of what it had found."
                self._refuse(order.vessel.id, order.preflight, why, at)

    def as_if_held(self, order: VesselOrder, wish: Setpoint) -> Setpoint:
        """Give the wish for a vessel, a pre-flight counting as one for the beer.

        By it a loop tells whether it takes up again what was learned before, from which a pre-flight learns
        on.
        """
        return replace(wish, mode=Mode.BEER) if order.vessel.id in self._runs else wish

    def tick(
        self, order: VesselOrder, plan: Plan, memory: Memory, sight: Sight
    ) -> tuple[Memory, Outcome] | None:
        """Begin, lead or end a vessel's pre-flight; None while control is to hold the vessel."""
        is_first = order.vessel.id not in self._runs
        if order.preflight is not None:
            self._take(order, order.preflight, plan, sight)
        run = self._runs.get(order.vessel.id)
        outcome = None if run is None else self._led(run, order, memory.outputs, sight)
        if outcome is None:
            return None
        # What was learned before is given back at the next tick, and must not be learned anew until then.
        state = memory.algorithm if is_first else watched(plan, memory, sight.probes, sight.now_s)
        return Memory(state, memory.outputs, demand=outcome.demand), outcome

    def end(self, vessel: str, why: str, at: int) -> None:
        """End the pre-flight of a vessel, if there is one; `why` is a sentence, `at` now in UTC ms."""
        if (run := self._runs.get(vessel)) is not None:
            self._keep(replace(run, course=stopped(run.course, why)), run.course.since_s, at)

    def forget(self) -> None:
        """Take it that whoever is told next knows of none yet."""
        self._told = {}
        self._news.set()

    def heard(self, message: FromServer) -> None:
        """Take nothing: what is wished comes to the vessels' loops with their orders."""

    async def run(self, link: AgentEnd) -> NoReturn:
        """Tell over a link how all of them stand, and from then on what is new."""
        while True:
            await self._news.wait()
            self._news.clear()
            for vessel, told in list(self.newest.items()):
                if self._told.get(vessel) != told:
                    await link.send(told)
                    self._told[vessel] = told

    def _led(self, run: _Run, order: VesselOrder, outputs: Outputs, sight: Sight) -> Outcome | None:
        """Take one step of a pre-flight, and tell of it; None if that was the last."""
        if why := _against(order, run):
            self.end(run.vessel.id, why, sight.at)
            return None
        course, allowed = tick(run.setting, run.course, sight.probes, outputs, sight.now_s)
        now = self._keep(replace(run, course=course), sight.now_s, sight.at)
        return None if course.phase is Phase.OVER else _outcome(course, allowed, now)

    def _take(self, order: VesselOrder, wish: PreflightWish, plan: Plan, sight: Sight) -> None:
        """Begin what is wished for, refuse it, or end it; a wish that was taken before changes nothing."""
        vessel = order.vessel
        if self._taken.get(vessel.id) == wish.id:
            if wish.stop:
                self.end(vessel.id, "It was stopped on request.", sight.at)
            return
        self.end(vessel.id, "Another one was asked for.", sight.at)
        if why := _cannot(order, wish, sight.at):
            self._refuse(vessel.id, wish, why, sight.at)
            return
        setting = Setting(
            hardware=plan.hardware,
            beer=Role.BEER in vessel.roles,
            chamber=Role.CHAMBER in vessel.roles,
            limits=self._limits(vessel),
        )
        self._taken[vessel.id] = wish.id
        self._runs[vessel.id] = _Run(wish.id, vessel, setting, begin(setting, sight.now_s))

    def _refuse(self, vessel: str, wish: PreflightWish, why: str, at: int) -> None:
        """Tell that what is wished for does not begin, and why; the wish counts as taken."""
        self._taken[vessel] = wish.id
        findings = (Finding(FindingLevel.FAULT, why),)
        self._say(vessel, wish.id, at, PreflightReport(state=PreflightState.STOPPED, findings=findings))

    def _keep(self, run: _Run, now_s: float, at: int) -> PreflightReport:
        """Go on from here, and tell what has become of it."""
        vessel = run.vessel.id
        now = report(run.setting, run.course, now_s)
        if run.course.phase is Phase.OVER:
            del self._runs[vessel]
        else:
            self._runs[vessel] = run
        self._say(vessel, run.id, at, now)
        return now

    def _say(self, vessel: str, id: str, at: int, now: PreflightReport) -> None:
        """Have it told how the pre-flight of this id stands, if that is worth telling."""
        last = self.newest.get(vessel)
        if last is None or last.id != id or _is_news(last.report, now):
            self.newest[vessel] = PreflightTold(vessel, id, at, now)
            self._news.set()


def _is_news(last: PreflightReport, now: PreflightReport) -> bool:
    return now.done - last.done >= STEP or replace(now, done=last.done) != last


def _cannot(order: VesselOrder, wish: PreflightWish, at: int) -> str:
    """Say why one cannot begin, if so."""
    if wish.stop:
        return "It was stopped before it began."
    if at >= wish.expires_at:
        return "The agent heard of it too late: ask again while it is connected."
    return _held(order)


def _against(order: VesselOrder, run: _Run) -> str:
    """Say why one cannot go on, if so."""
    if order.vessel != run.vessel:
        return "The vessel was arranged anew meanwhile."
    return _held(order)


def _held(order: VesselOrder) -> str:
    if order.setpoint.mode is Mode.OFF:
        return ""
    return "The vessel is to be held at a temperature: switch control off for a pre-flight."


def _outcome(course: Course, allowed: Permit, now: PreflightReport) -> Outcome:
    heat, cool = float(course.wants == HEAT), float(course.wants == COOL)
    return Outcome(Demand(heat, cool, (f"Pre-flight: {now.step}",)), allowed)
