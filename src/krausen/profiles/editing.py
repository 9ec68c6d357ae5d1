"""Changes to a profile that is being followed. What is past stays as it was, and no change makes a jump.

What jumps by itself still does: a step or hold elsewhere begins at once when its time comes.
All of them take the instant `now`, UTC milliseconds, and give the run as it is from then on. Its profile is
its own from there: the steps up to now exactly as they went, and after them those to come.
"""

from collections.abc import Iterator, Sequence
from math import copysign

from msgspec.structs import replace

from krausen.errors import Fault, Invalid
from krausen.model.profile import HOUR_MS, Pause, Profile, ProfileEvent, ProfileType, Run, Step, StepKind
from krausen.profiles.course import FOREVER, Leg, Timeline, as_of, running_ms, steps_laid, timeline

EASE_C_PER_H = {ProfileType.FERMENTATION: 1.0, ProfileType.MASH: 60.0}
"""How fast, °C an hour, the setpoint goes over from where it stands to a course that is elsewhere."""
_SAME_C = 1e-6


def start_now(profile: Profile, now: int, here_c: float | None = None) -> Run:
    """Give a run that begins now; from `here_c`, °C, if a temperature is held already.

    A ramp at the beginning then goes from there; to any other beginning the setpoint goes over gently.
    """
    run = Run(profile=profile, start=now)
    if here_c is None:
        return run
    if profile.steps[0].kind is StepKind.RAMP:
        return _with_steps(run, _after([], profile.steps, here_c))
    return _with_steps(run, _joined([], here_c, run, now))


def insert_now(run: Run, now: int) -> Run:
    """Part the present step at now, so that what follows can be changed; the course stays the same.

    After the last step, the time since then becomes a hold, and another one follows. Raises Invalid before
    the start.
    """
    if now < run.start:
        raise _wrong("It has not begun yet: insert a step at its beginning instead.")
    before, after = _parted(run, now)
    return _with_steps(run, [*before, *after])


def shifted(run: Run, now: int, by_ms: int) -> Run:
    """Move all that has not begun yet, dates and events too, to later or, if negative, to earlier.

    The present step ends later or earlier by that much, and a ramp is steeper or flatter from now on. An
    event that would lie before now is due at once. Before the start the whole run is moved. Raises Invalid
    when the present step does not last long enough, or has no end.
    """
    if now < run.start:
        return _moved(run, now, by_ms)
    before, after = _parted(run, now)
    if after[0].hours is None and after[0].until is None:
        raise _wrong("No step is left to be moved: the last temperature is kept.")
    steps = [*before, _longer(after[0], now, by_ms), *(_later(step, by_ms) for step in after[1:])]
    spent_ms = running_ms(run, now)
    events = (_event_later(event, spent_ms, by_ms) for event in run.profile.events)
    return replace(run, profile=replace(run.profile, steps=tuple(steps), events=tuple(events)))


def edited(run: Run, profile: Profile, now: int) -> Run:
    """Follow another profile, or another version, from now on, as if it had been followed from the start.

    Where its course is elsewhere now, the setpoint goes over to it gently, until both meet. Events up to now
    stay as they were. A run that has not begun takes the profile as it is.
    """
    if now < run.start:
        return replace(run, profile=profile)
    before, _ = _parted(run, now)
    ahead = as_of(replace(run, profile=profile), now)
    steps = _joined(before, timeline(run).at(now), ahead, now)
    spent_ms = running_ms(run, now)
    told = (event for event in run.profile.events if _is_past(event, spent_ms))
    due = (event for event in profile.events if not _is_past(event, spent_ms))
    return replace(run, profile=replace(profile, steps=tuple(steps), events=(*told, *due)))


def next_step(run: Run, now: int) -> Run:
    """End the present step now, and go on with the next one. Raises Invalid where there is none."""
    if now < run.start:
        raise _wrong("It has not begun yet: start it now instead.")
    before, after = _parted(run, now)
    if len(after) <= 1:
        raise _wrong("There is no next step.")
    return edited(run, replace(run.profile, steps=(*before, *after[1:])), now)


def paused(run: Run, now: int) -> Run:
    """Let the course stand still from now on. Raises Invalid when it does already."""
    if run.pauses and (run.pauses[-1].end is None or run.pauses[-1].end > now):
        raise _wrong("It is paused already.")
    return replace(run, pauses=(*run.pauses, Pause(now)))


def resumed(run: Run, now: int) -> Run:
    """Let the course go on. Raises Invalid when it is not paused."""
    if not run.pauses or run.pauses[-1].end is not None:
        raise _wrong("It is not paused.")
    *former, last = run.pauses
    return replace(run, pauses=(*former, Pause(last.start, max(now, last.start))))


def _wrong(message: str) -> Invalid:
    return Invalid(message, [Fault("", message)])


def _with_steps(run: Run, steps: Sequence[Step]) -> Run:
    return replace(run, profile=replace(run.profile, steps=tuple(steps)))


def _parted(run: Run, now: int) -> tuple[list[Step], list[Step]]:
    """Give the steps up to now, with lengths in hours as they went, and those from now on, at least one."""
    steps, course = run.profile.steps, timeline(run)
    number = course.leg(now).step
    step = steps_laid(run.profile)[number]
    legs = [leg for leg in course.legs if leg.step == number and leg.start < now and not leg.is_paused]
    before = [*steps[:number], *_spent(step, legs, now)]
    return before, [*_left(step, _spent_ms(legs, now)), *steps[number + 1 :]]


def _spent_ms(legs: Sequence[Leg], now: int) -> int:
    return sum(min(leg.end, now) - leg.start for leg in legs)


def _spent(step: Step, legs: Sequence[Leg], now: int) -> Iterator[Step]:
    """Yield what was done of a step; a ramp with a date has another slope after each pause."""
    bends = step.kind is StepKind.RAMP and step.until is not None
    for part in ([leg] for leg in legs) if bends else filter(None, [legs]):
        hours = _spent_ms(part, now) / HOUR_MS
        yield replace(step, temperature=part[-1].at(now), hours=hours, until=None)


def _left(step: Step, spent_ms: int) -> Iterator[Step]:
    if not spent_ms:
        yield step
        return
    kind = StepKind.RAMP if step.kind is StepKind.RAMP else StepKind.HOLD
    hours = None if step.hours is None else (round(step.hours * HOUR_MS) - spent_ms) / HOUR_MS
    yield replace(step, kind=kind, hours=hours)


def _joined(before: Sequence[Step], here_c: float, ahead: Run, now: int) -> list[Step]:
    """Give the steps before, a ramp from `here_c` to where the run ahead is met, and its steps from there."""
    course = timeline(ahead)
    pace = EASE_C_PER_H[ahead.profile.type] / HOUR_MS
    met, met_c = _meeting(course, now, here_c, pace)
    steps = list(before)
    if met > now:
        over = Step(kind=StepKind.RAMP, temperature=met_c, hours=(met - now) / HOUR_MS)
        steps = _after(steps, [over], here_c)
    return _after(steps, _parted(ahead, met)[1], course.at(met))


def _after(before: Sequence[Step], more: Sequence[Step], here_c: float) -> list[Step]:
    """Let steps follow on others; where the first is a ramp that begins elsewhere, say so."""
    steps = list(before)
    if more[0].kind is StepKind.RAMP and (not before or before[-1].temperature != here_c):
        steps.append(Step(kind=StepKind.STEP, temperature=here_c, hours=0.0))
    return [*steps, *more]


def _meeting(course: Timeline, now: int, here_c: float, pace: float) -> tuple[int, float]:
    """Give when and where a line from `here_c`, of `pace` in °C a millisecond, meets the course.

    It also does where the course jumps across it. The last leg is level, so that they always meet.
    """
    gap_c = course.at(now) - here_c
    if abs(gap_c) <= _SAME_C:
        return now, here_c
    slope = copysign(pace, gap_c)
    legs = course.legs[course.place(now) :]
    lines = ((leg, max(now, leg.start)) for leg in legs)
    found = (_met(leg, begin, here_c + slope * (begin - now), slope) for leg, begin in lines)
    return next(filter(None, found))


def _met(leg: Leg, begin: int, line_c: float, slope: float) -> tuple[int, float] | None:
    """Give when and where a line that is at `line_c` when it comes to a leg meets it."""
    ahead_c = copysign(1.0, slope) * (leg.at(begin) - line_c)
    if ahead_c <= 0.0:
        return begin, line_c
    if leg.end == leg.start:
        return None
    closing = abs(slope) - copysign(1.0, slope) * (leg.to_c - leg.from_c) / (leg.end - leg.start)
    met = begin + max(1, round(ahead_c / closing)) if closing > 0.0 else FOREVER
    return (met, leg.at(met)) if met <= leg.end else None


def _longer(step: Step, now: int, by_ms: int) -> Step:
    """Give what is left of the present step, longer or shorter. Raises Invalid where it is too short."""
    ends = step.until if step.until is not None else now + round((step.hours or 0.0) * HOUR_MS)
    if ends + by_ms < now + (step.kind is StepKind.RAMP):
        left_h = (ends - now) / HOUR_MS
        raise _wrong(f"The present step lasts {left_h:.4g} hours more, so it cannot end so much earlier.")
    if step.until is not None:
        return _later(step, by_ms)
    return replace(step, hours=(ends + by_ms - now) / HOUR_MS)


def _later(step: Step, by_ms: int) -> Step:
    return step if step.until is None else replace(step, until=step.until + by_ms)


def _is_past(event: ProfileEvent, spent_ms: int) -> bool:
    return round(event.hours * HOUR_MS) <= spent_ms


def _event_later(event: ProfileEvent, spent_ms: int, by_ms: int) -> ProfileEvent:
    if _is_past(event, spent_ms):
        return event
    return ProfileEvent(max(spent_ms + 1, round(event.hours * HOUR_MS) + by_ms) / HOUR_MS, event.text)


def _moved(run: Run, now: int, by_ms: int) -> Run:
    if run.start + by_ms < now:
        raise _wrong("It would have begun already: start it now instead.")
    moved = _with_steps(run, [_later(step, by_ms) for step in run.profile.steps])
    return replace(moved, start=run.start + by_ms)
