"""A simulated vessel without tasks: plant, judgement, algorithm and interlocks as plain calls.

Gives the very readings that an agent's tasks would give, many thousand times faster than real.
"""

from collections.abc import Callable

from msgspec import Struct

from krausen.control.fallback import Seen
from krausen.control.plausibility import NOTHING_YET, judge, plausible
from krausen.control.record import Record
from krausen.control.regulation import Memory, Outcome, Plan, obeyed, regulate, start
from krausen.control.resuming import has_learned, learned_in, resumed
from krausen.model.learned import Learned
from krausen.model.level import Levels
from krausen.model.reading import Quality, Reading
from krausen.model.series import SeriesName
from krausen.model.setpoint import Setpoint
from krausen.model.vessel import OUTPUT_ROLES, VESSEL_ADAPTER, Role, VesselMetric
from krausen.physics.chamber import Snapshot
from krausen.ports.clock import Clock
from krausen.profiles.following import Follower
from krausen.simulation.rig import TEMPERATURE, Rig
from krausen.simulation.vessel import SimulatedVessel

BELIEF = plausible(TEMPERATURE.quantity)
_PROBES = (Role.BEER, Role.CHAMBER, Role.AMBIENT)


class Rhythm(Struct, frozen=True, kw_only=True):
    """Seconds between readings of temperature, of gravity, and between ticks, which divide the others."""

    every_s: int = 5
    gravity_s: int = 900
    tick_s: int = 1


class Course(Struct, frozen=True, kw_only=True):
    """What is simulated: a vessel from its second 0 at `started_ms` (UTC), with wishes in order of time.

    An algorithm that learns begins with what was `learned` before.
    """

    vessel: SimulatedVessel
    plan: Plan
    started_ms: int
    wishes: tuple[Setpoint, ...]
    rhythm: Rhythm = Rhythm()
    learned: Learned | None = None


class FastRun:
    """One vessel, run as far as one likes. `take` gets each reading as it is made.

    It begins at second 0, or where a snapshot of its chamber was taken, then with everything off.
    """

    def __init__(
        self, course: Course, take: Callable[[Reading], None], begin: Snapshot | None = None
    ) -> None:
        vessel, chamber = course.vessel, course.vessel.fresh()
        if begin is not None:
            chamber.restore(begin)
        self._course = course
        self._take = take
        self._now_s = float(chamber.at_s)
        clock = Clock(course.started_ms, lambda: self._now_s)
        self.rig = Rig(chamber, clock, course.started_ms, vessel.seed, vessel.silences)
        self._probes = [_Probe(vessel, role) for role in _PROBES if role in vessel.roles]
        self._beer, self._chamber = (self._probe(role) for role in (Role.BEER, Role.CHAMBER))
        self._own = {metric: SeriesName(VESSEL_ADAPTER, vessel.id, metric) for metric in VesselMetric}
        self._record = Record()
        self._memory: Memory | None = None
        self._knowing: Memory | None = None
        self._follower = Follower()
        self._wishes = list(course.wishes)
        self._wish = self._wishes.pop(0)
        self._follower = Follower()

    def run(self, seconds: int) -> None:
        """Go on for so many seconds."""
        rhythm = self._course.rhythm
        end_s = int(self._now_s) + seconds
        for at_s in range(-(-int(self._now_s) // rhythm.tick_s) * rhythm.tick_s, end_s, rhythm.tick_s):
            if at_s % rhythm.every_s == 0:
                self._sample(at_s)
            if at_s % rhythm.gravity_s == 0:
                self._weigh(at_s)
            self._tick(at_s + rhythm.tick_s / 2)
        self._now_s = float(end_s)

    def snapshot(self) -> Snapshot:
        """Give how the chamber stands at the present second."""
        self.rig.advance(self._now_s)
        return self.rig.chamber.snapshot()

    def learned(self) -> Learned | None:
        """Give what the algorithm has learned up to now; None for one that learns nothing."""
        plan, knowing = self._course.plan, self._knowing
        return self._course.learned if knowing is None else learned_in(plan, knowing)

    def _sample(self, at_s: int) -> None:
        self._now_s = float(at_s)
        t = self._course.started_ms + at_s * 1000
        self.rig.advance(at_s)
        for probe in self._probes:
            if not self.rig.is_silent(probe.role, at_s):
                self._take(probe.take(self.rig.chamber.read(probe.role), t))

    def _weigh(self, at_s: int) -> None:
        if Role.GRAVITY not in self._course.vessel.roles or self.rig.is_silent(Role.GRAVITY, at_s):
            return
        t = self._course.started_ms + at_s * 1000
        self._take(Reading(self._course.vessel.series(Role.GRAVITY), t, self.rig.gravity(at_s)))

    def _tick(self, at_s: float) -> None:
        self._now_s = at_s
        t = int(self._course.started_ms + at_s * 1000)
        now_s = t / 1000.0
        plan, wish = self._course.plan, self._present_wish(t)
        memory = resumed(plan, self._memory or start(plan, now_s), self.learned, wish)
        beer = None if self._beer is None else self._beer.newest
        chamber = None if self._chamber is None else self._chamber.newest
        memory, outcome = regulate(plan, memory, wish, (beer, chamber), now_s)
        seen = self._apply(outcome)
        self._memory = obeyed(plan, memory, seen, now_s)
        self._knowing = self._memory if has_learned(plan, self._memory) else self._knowing
        for metric, value in self._record.due(wish, outcome, seen, now_s):
            self._take(Reading(self._own[metric], t, value))
            if metric in OUTPUT_ROLES:
                self._take(Reading(self._course.vessel.series(OUTPUT_ROLES[metric]), t, value))

    def _apply(self, outcome: Outcome) -> Levels:
        heat = self._switch(Role.HEAT, on=outcome.permit.heat)
        cool = self._switch(Role.COOL, on=outcome.permit.cool)
        return Levels(heat, cool)

    def _switch(self, role: Role, *, on: bool) -> bool | None:
        if role not in self._course.vessel.roles:
            return None
        if self.rig.is_on(role) is not on:
            self.rig.switch(role, on=on)
        return on

    def _probe(self, role: Role) -> "_Probe | None":
        return next((probe for probe in self._probes if probe.role is role), None)

    def _present_wish(self, t: int) -> Setpoint:
        while self._wishes and self._wishes[0].at <= t:
            self._wish = self._wishes.pop(0)
        return self._follower.now(self._wish, t)


class _Probe:
    def __init__(self, vessel: SimulatedVessel, role: Role) -> None:
        self.role = role
        self.newest: Seen | None = None
        self._series = vessel.series(role)
        self._memory = NOTHING_YET

    def take(self, value: float, t: int) -> Reading:
        self._memory, quality = judge(BELIEF, self._memory, t / 1000.0, value)
        if quality is Quality.GOOD:
            self.newest = Seen(value, t / 1000.0)
        return Reading(self._series, t, value, quality)
