"""The course of a pre-flight: watch at rest, pulse one output, watch what follows, then the other one.

A pure state machine beside the algorithms. What it wants passes the same interlocks as everything else, and
none of its phases lasts for ever.
"""

from enum import StrEnum
from math import isfinite

from msgspec import Struct
from msgspec.structs import replace

from krausen.control.fallback import Seen
from krausen.control.interlocks import Hardware, Output, Outputs, Permit, Times, permit
from krausen.control.preflight.response import drift, newest
from krausen.control.preflight.trial import Point, Points, Trial, traces, tried
from krausen.control.regulation import GRACE_S
from krausen.control.turning import COOL, HEAT
from krausen.model.vessel import Limits

LOOK_S = 15.0
WATCH_S = 300.0
LONGEST_REST_S = 2700.0
PULSE_S = 900.0
AFTER_S = 300.0
LONGEST_AFTER_S = 1200.0
HELD_S = 3600.0
"""An output that the interlocks hold back for longer is not tried."""
SETTLES_S = 60.0
"""An output that is not as it was told by then does not obey."""
CHAMBER_C = 0.5
BEER_C = 0.4
"""A departure by so much is an effect."""
TURNED = 0.8
"""Below this share of its peak an effect is on its way back."""
LOWEST_C, HIGHEST_C = -5.0, 40.0
BEYOND_C = 2.0
"""How far beyond the vessel's limits a probe may get."""
STRAYS_C = 1.0
"""How much farther one may get that was outside from the beginning."""


class Phase(StrEnum):
    """What is done: watching at rest, pulsing, watching what follows, or nothing more."""

    REST = "rest"
    PULSE = "pulse"
    AFTER = "after"
    OVER = "over"


class Setting(Struct, frozen=True, kw_only=True):
    """What there is to try: outputs, which probes are arranged, and the vessel's limits, °C."""

    hardware: Hardware
    beer: bool = True
    chamber: bool = True
    limits: Limits = Limits()

    @property
    def ways(self) -> tuple[int, ...]:
        """The outputs there are, the gentler one first."""
        heat, cool = self.hardware.heat, self.hardware.cool
        return (() if heat is None else (HEAT,)) + (() if cool is None else (COOL,))

    def times(self, way: int) -> Times:
        """Give the times of an output that there is."""
        times = self.hardware.heat if way == HEAT else self.hardware.cool
        return times if times is not None else Times()


class Course(Struct, frozen=True, kw_only=True):
    """How far a pre-flight has got. `stopped` says why it ended before its time."""

    began_s: float
    since_s: float
    left: tuple[int, ...]
    phase: Phase = Phase.REST
    held: str = ""
    points: Points = ()
    first: Point | None = None
    on_s: float | None = None
    off_s: float | None = None
    told_s: float | None = None
    trials: tuple[Trial, ...] = ()
    stopped: str = ""

    @property
    def way(self) -> int:
        """The output that is being tried, 0 for none."""
        return self.left[0] if self.left else 0

    @property
    def wants(self) -> int:
        """The output that shall be on, 0 for none."""
        return self.way if self.phase is Phase.PULSE else 0


def begin(setting: Setting, now_s: float) -> Course:
    """Give the beginning; where there is nothing to try it is the end as well."""
    ways = setting.ways if setting.beer or setting.chamber else ()
    return Course(began_s=now_s, since_s=now_s, left=ways)


def stopped(course: Course, why: str) -> Course:
    """End it before its time; `why` is a sentence."""
    return course if course.phase is Phase.OVER else replace(course, phase=Phase.OVER, stopped=why)


def tick(
    setting: Setting, course: Course, probes: tuple[Seen | None, Seen | None], outputs: Outputs, now_s: float
) -> tuple[Course, Permit]:
    """Do one tick: give how far it has got, and what the outputs may do. `probes` are beer and chamber.

    `outputs` is what was seen after the last tick.
    """
    if course.phase is not Phase.OVER:
        seen = _point(probes, now_s)
        course = _looked(course, seen)
        why = _against(setting, course, outputs, seen)
        course = stopped(course, why) if why else _gone_on(setting, course, outputs, now_s)
    heat, cool = course.wants == HEAT, course.wants == COOL
    allowed = permit(setting.hardware, outputs, want_heat=heat, want_cool=cool, now_s=now_s)
    is_told = (allowed.heat and heat) or (allowed.cool and cool)
    told_s = (now_s if course.told_s is None else course.told_s) if is_told else None
    return replace(course, told_s=told_s, held=allowed.held), allowed


def _point(probes: tuple[Seen | None, Seen | None], now_s: float) -> Point:
    beer, chamber = (
        one.c if one is not None and isfinite(one.c) and now_s - one.at_s <= GRACE_S else None
        for one in probes
    )
    return Point(now_s, beer, chamber)


def _looked(course: Course, point: Point) -> Course:
    """Keep what is seen, every `LOOK_S`."""
    first, points = course.first or point, course.points
    if first is not point:
        beer = point.beer if first.beer is None else first.beer
        chamber = point.chamber if first.chamber is None else first.chamber
        first = Point(first.at_s, beer, chamber)
    if points and point.at_s - points[-1].at_s < LOOK_S:
        return replace(course, first=first)
    since_s = point.at_s - 2 * WATCH_S if course.on_s is None else 0.0
    kept = tuple(one for one in points if one.at_s >= since_s)
    return replace(course, first=first, points=(*kept, point))


def _against(setting: Setting, course: Course, outputs: Outputs, seen: Point) -> str:
    """Say what forbids to go on, if anything does."""
    named = (("heater", setting.hardware.heat, outputs.heat), ("cooler", setting.hardware.cool, outputs.cool))
    for name, times, output in named:
        if times is None or output is None:
            continue
        if output.on is None:
            return f"The {name} does not answer: look to its relay and cable."
        if output.on and name != _NAMES[course.wants] and _stays_on(course, times, output, seen.at_s):
            return f"The {name} stays on though it was told to be off: pull its plug."
    if seen.beer is None and seen.chamber is None and seen.at_s - course.began_s >= WATCH_S:
        return "No probe gives anything: look to their plugs."
    return _out_of_range(setting.limits, course.first or seen, seen)


def _stays_on(course: Course, times: Times, output: Output, now_s: float) -> bool:
    due_s = max(course.since_s, output.since_s + times.min_on_s) + SETTLES_S
    return now_s >= due_s


def _out_of_range(limits: Limits, first: Point, seen: Point) -> str:
    for name, c, first_c in (("beer", seen.beer, first.beer), ("chamber", seen.chamber, first.chamber)):
        if c is None or first_c is None:
            continue
        low = max(LOWEST_C, min(limits.min - BEYOND_C, first_c - STRAYS_C))
        high = min(HIGHEST_C, max(limits.max + BEYOND_C, first_c + STRAYS_C))
        if not low <= c <= high:
            side, bound = ("below", low) if c < low else ("above", high)
            return f"The {name} probe shows {c:.1f} °C, {side} the {bound:.1f} °C at which it ends."
    return ""


def _gone_on(setting: Setting, course: Course, outputs: Outputs, now_s: float) -> Course:
    output = outputs.heat if course.way == HEAT else outputs.cool
    is_on = output is not None and output.on is True
    if course.phase is Phase.REST:
        return _rest(setting, course, now_s)
    if course.phase is Phase.AFTER and course.on_s is not None:
        return _after(course, course.on_s, now_s, is_on=is_on)
    if course.on_s is None:
        return _waiting(course, now_s, is_on=is_on)
    return _pulse(setting.times(course.way), course, course.on_s, now_s) if is_on else _ended(course, now_s)


def _rest(setting: Setting, course: Course, now_s: float) -> Course:
    """Watch until all is quiet; then try the next output, if there is one."""
    if not course.left:
        is_watched = now_s - course.began_s >= WATCH_S or not (setting.beer or setting.chamber)
        return replace(course, phase=Phase.OVER) if is_watched else course
    since_s, seen = now_s - course.since_s, course.points[-1]
    is_blind = seen.beer is None and seen.chamber is None
    if since_s < WATCH_S or is_blind or (since_s < LONGEST_REST_S and not _is_quiet(course, now_s)):
        return course
    return replace(course, phase=Phase.PULSE, since_s=now_s)


def _is_quiet(course: Course, now_s: float) -> bool:
    """Tell whether the chamber is at rest, or the beer without a chamber probe; only at a look."""
    if course.points[-1].at_s != now_s:
        return False
    beer, chamber = traces(course.points)
    drifts = drift(chamber, now_s) or drift(beer, now_s)
    return drifts is not None and drifts.is_quiet


def _waiting(course: Course, now_s: float, *, is_on: bool) -> Course:
    """Wait until the output may go on, and does."""
    if is_on:
        return replace(course, on_s=now_s)
    if course.told_s is not None and now_s - course.told_s >= SETTLES_S:
        return _next(course, now_s, Trial(way=course.way, why=_DISOBEYS))
    if now_s - course.since_s >= HELD_S:
        why = f"it was held back ({course.held.rstrip('.')})"
        return _next(course, now_s, Trial(way=course.way, why=why))
    return course


def _pulse(times: Times, course: Course, on_s: float, now_s: float) -> Course:
    """Have the output on until its effect shows, or for the longest time."""
    is_long = now_s - on_s >= PULSE_S
    is_enough = now_s - on_s >= times.min_on_s and _shows(course.points, on_s, now_s)
    return _ended(course, now_s) if is_long or is_enough else course


def _ended(course: Course, now_s: float) -> Course:
    return replace(course, phase=Phase.AFTER, since_s=now_s)


def _shows(points: Points, on_s: float, now_s: float) -> bool:
    """Tell whether the output that runs since `on_s` shows an effect on a probe; only at a look."""
    if points[-1].at_s != now_s:
        return False
    for trace, least_c in zip(traces(points), (BEER_C, CHAMBER_C), strict=True):
        base = drift(trace, on_s)
        if base is not None and abs(newest(trace, base)) >= least_c:
            return True
    return False


def _after(course: Course, on_s: float, now_s: float, *, is_on: bool) -> Course:
    """Watch what follows until it is on its way back."""
    if course.off_s is None:
        return course if is_on else replace(course, off_s=now_s, since_s=now_s)
    since_s = now_s - course.off_s
    is_long = since_s >= LONGEST_AFTER_S
    if is_long or (since_s >= AFTER_S and _has_turned(course.points, on_s, now_s)):
        return _next(course, now_s, tried(course.way, course.points, on_s, course.off_s))
    return course


def _has_turned(points: Points, on_s: float, now_s: float) -> bool:
    """Tell whether the probe that answered most is on its way back; only at a look."""
    if points[-1].at_s != now_s:
        return False
    peaks = []
    for trace in traces(points):
        base = drift(trace, on_s)
        if base is not None:
            departures = [abs(base.departure(s, c)) for s, c in trace if s > on_s]
            peaks.append((max(departures, default=0.0), abs(newest(trace, base))))
    peak_c, now_c = max(peaks, default=(0.0, 0.0))
    return now_c < TURNED * peak_c


def _next(course: Course, now_s: float, trial: Trial) -> Course:
    """Keep what was tried, and turn to what is left."""
    return replace(
        course,
        phase=Phase.REST if course.left[1:] else Phase.OVER,
        since_s=now_s,
        left=course.left[1:],
        trials=(*course.trials, trial),
        on_s=None,
        off_s=None,
    )


_DISOBEYS = "it was told to go on, and says that it stays off"
_NAMES = {HEAT: "heater", COOL: "cooler", 0: ""}
