"""The course of a profile in time: the setpoint at any instant, its curve, and when which step is due."""

from bisect import bisect_right
from collections.abc import Iterator
from itertools import groupby, takewhile
from operator import attrgetter, itemgetter

from msgspec import Struct
from msgspec.structs import replace

from krausen.model.profile import HOUR_MS, Pause, Profile, ProfileEvent, Run, Step, StepKind

FOREVER = 2**62
"""The end, UTC milliseconds, of what has none."""


class Leg(Struct, frozen=True, gc=False):
    """A straight line from `start` to `end`, UTC milliseconds, `from_c` to `to_c`, of the step of a number.

    What is kept after the last step bears the number after it. In a pause the line is level.
    """

    start: int
    end: int
    from_c: float
    to_c: float
    step: int
    is_paused: bool = False

    def at(self, t: int) -> float:
        """Give the temperature, °C, at an instant; outside of the leg that of its nearer end."""
        if t <= self.start:
            return self.from_c if self.end > self.start else self.to_c
        if t >= self.end or self.from_c == self.to_c:
            return self.to_c
        return self.from_c + (self.to_c - self.from_c) * ((t - self.start) / (self.end - self.start))


class Timeline(Struct, frozen=True):
    """A run laid out in time: legs that follow each other without gaps, the last one for ever.

    `starts` are those of the legs. Where a pause lasts, the course ends in it.
    """

    legs: tuple[Leg, ...]
    starts: tuple[int, ...]

    def leg(self, t: int) -> Leg:
        """Give the leg of an instant: at a corner the later one, before the start the first one."""
        return self.legs[self.place(t)]

    def place(self, t: int) -> int:
        """Give the place, among the legs, of that of an instant."""
        return max(0, bisect_right(self.starts, t) - 1)

    def at(self, t: int) -> float:
        """Give the wanted temperature, °C, not rounded; before the start the first one."""
        return self.leg(t).at(t)


class Milestone(Struct, frozen=True):
    """When a step begins, has its temperature, and ends; UTC milliseconds, None for never."""

    step: int
    begins: int
    reached: int | None
    ends: int | None


def timeline(run: Run) -> Timeline:
    """Lay out a run whose profile has no faults.

    In a pause the course stands still. Steps in hours end later by it; a ramp with a date goes on from where
    it stood and is in time, or arrives at once when its date is over. A step whose date is over before it
    begins takes no time. A ramp at the very beginning, with nowhere to come from, stands at its end already.
    """
    legs = tuple(_legs(run))
    return Timeline(legs, tuple(leg.start for leg in legs))


def setpoint_c(course: Timeline, t: int) -> float:
    """Give the setpoint, °C, at an instant, to a hundredth as controllers take it."""
    return round(course.at(t), 2)


def as_of(run: Run, now: int) -> Run:
    """Give a run as it is known at an instant: a pause that lasts ends there, as if it went on at once."""
    known = (Pause(pause.start, min(now, _end(pause))) for pause in run.pauses if pause.start < now)
    return replace(run, pauses=tuple(known))


def curve(course: Timeline, start: int, end: int) -> list[tuple[int, float]]:
    """Give the corners of the curve from `start` to `end`, both included: instants, UTC ms, and °C.

    Between them it is straight. A jump is two corners at one instant.
    """
    place = bisect_right(course.starts, start)
    corners = [(start, course.at(start))]
    standing_c = course.legs[place - 1].to_c if place else corners[0][1]
    for leg in takewhile(lambda leg: leg.start <= end, course.legs[place:]):
        corners += [(leg.start, standing_c), (leg.start, leg.from_c)]
        standing_c = leg.to_c
    return [corner for corner, _ in groupby([*corners, (end, course.at(end))])]


def milestones(run: Run) -> list[Milestone]:
    """Tell of each step when it is due. Steps that wait for a pause to end are left out."""
    steps = run.profile.steps
    found: list[Milestone] = []
    for number, group in groupby(_legs(run), attrgetter("step")):
        legs = list(group)
        if number < len(steps):
            ends = legs[-1].end if legs[-1].end < FOREVER else None
            reached = ends if steps[number].kind is StepKind.RAMP else legs[0].start
            found.append(Milestone(number, legs[0].start, reached, ends))
    return found


def event_times(run: Run) -> list[tuple[int, ProfileEvent]]:
    """Give when each event is due, UTC milliseconds, in order; without those that wait for a pause to end."""
    due = [(_instant(run, round(event.hours * HOUR_MS)), event) for event in run.profile.events]
    return sorted(((t, event) for t, event in due if t < FOREVER), key=itemgetter(0))


def running_ms(run: Run, t: int) -> int:
    """Give how long a run had been going on at an instant, pauses not counted."""
    still = sum(max(0, min(t, _end(pause)) - max(run.start, pause.start)) for pause in run.pauses)
    return max(0, t - run.start - still)


def steps_laid(profile: Profile) -> tuple[Step, ...]:
    """Give the steps of a profile and, unless its last one has no end, the hold that follows them."""
    last = profile.steps[-1]
    if last.kind is StepKind.HOLD and last.hours is None and last.until is None:
        return profile.steps
    return (*profile.steps, Step(kind=StepKind.HOLD, temperature=last.temperature))


def _legs(run: Run) -> Iterator[Leg]:
    steps = steps_laid(run.profile)
    t, standing_c = run.start, steps[0].temperature
    for number, step in enumerate(steps):
        if t == FOREVER:
            return
        for leg in _step_legs(step, number, t, standing_c, run.pauses):
            yield leg
            t, standing_c = leg.end, leg.to_c


def _step_legs(
    step: Step, number: int, t: int, standing_c: float, pauses: tuple[Pause, ...]
) -> Iterator[Leg]:
    """Yield the legs of a step that begins at `t`; each pause within parts it."""
    here_c = standing_c if step.kind is StepKind.RAMP else step.temperature
    end = _step_end(step, t, _length_ms(step))
    for pause in pauses:
        if pause.start >= end:
            break
        if _end(pause) <= t:
            continue
        begun = Leg(t, end, here_c, step.temperature, number)
        stop, t = max(t, pause.start), _end(pause)
        here_c = begun.at(stop)
        if stop > begun.start:
            yield Leg(begun.start, stop, begun.from_c, here_c, number)
        yield Leg(stop, t, here_c, here_c, number, is_paused=True)
        if t == FOREVER:
            return
        end = _step_end(step, t, end - stop)
    yield Leg(t, end, here_c, step.temperature, number)


def _length_ms(step: Step) -> int:
    if step.hours is not None:
        return round(step.hours * HOUR_MS)
    return FOREVER if step.kind is StepKind.HOLD else 0


def _step_end(step: Step, t: int, left_ms: int) -> int:
    return max(t, step.until) if step.until is not None else min(t + left_ms, FOREVER)


def _instant(run: Run, running: int) -> int:
    t = run.start + running
    for pause in run.pauses:
        start = max(run.start, pause.start)
        if start < t and _end(pause) > start:
            t += _end(pause) - start
    return min(t, FOREVER)


def _end(pause: Pause) -> int:
    return FOREVER if pause.end is None else pause.end
