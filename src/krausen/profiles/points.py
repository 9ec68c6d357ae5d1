"""Profiles as points, the way of older hosts: straight lines between them, a jump where two share a time."""

from collections.abc import Sequence

from krausen.model.profile import HOUR_MS, Run, Step, StepKind
from krausen.profiles.course import curve, timeline

Point = tuple[int, float]
"""Milliseconds since the start, and °C."""


def steps_of(points: Sequence[Point]) -> tuple[Step, ...]:
    """Give the steps of points whose times do not fall; until the first one its temperature is kept.

    There is at least one point. What older hosts do with them, those steps do: to the first point a hold,
    from point to point a line, and after the last one its temperature for ever.
    """
    t, here_c = 0, points[0][1]
    steps: list[Step] = []
    for at, to_c in points:
        if at > t:
            kind = StepKind.HOLD if to_c == here_c else StepKind.RAMP
            steps.append(Step(kind=kind, temperature=to_c, hours=(at - t) / HOUR_MS))
        elif to_c != here_c:
            steps.append(Step(kind=StepKind.STEP, temperature=to_c, hours=0.0))
        t, here_c = at, to_c
    if not steps:
        return (Step(kind=StepKind.HOLD, temperature=here_c),)
    if steps[0].kind is not StepKind.HOLD:
        steps.insert(0, Step(kind=StepKind.STEP, temperature=points[0][1], hours=0.0))
    return tuple(steps)


def points_of(run: Run) -> list[Point]:
    """Give the corners of a run. Titles, events and what would come after a pause that lasts are left out."""
    course = timeline(run)
    return [(t - run.start, c) for t, c in curve(course, run.start, course.starts[-1])]
