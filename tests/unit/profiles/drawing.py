"""Profiles, runs and hosts of old to test with."""

from bisect import bisect_right
from collections.abc import Sequence

from hypothesis import strategies as st

from krausen.model.profile import HOUR_MS, Pause, Profile, Run, Step, StepKind

START = 1_767_600_000_000
"""2026-01-05T08:00Z."""
HOLD, RAMP, STEP = StepKind.HOLD, StepKind.RAMP, StepKind.STEP
TEMPERATURES = st.integers(-500, 3500).map(lambda n: n / 100)


def profile(*steps: Step) -> Profile:
    return Profile(id="p", name="Ale", steps=steps)


def run(*steps: Step, pauses: Sequence[Pause] = ()) -> Run:
    return Run(profile=profile(*steps), start=START, pauses=tuple(pauses))


def hold(temperature: float, hours: float | None = None, until: int | None = None) -> Step:
    return Step(kind=HOLD, temperature=temperature, hours=hours, until=until)


def ramp(temperature: float, hours: float | None = None, until: int | None = None) -> Step:
    return Step(kind=RAMP, temperature=temperature, hours=hours, until=until)


def step(temperature: float, hours: float | None = None) -> Step:
    return Step(kind=STEP, temperature=temperature, hours=hours)


def at_hour(hours: float) -> int:
    return START + round(hours * HOUR_MS)


def lengths(least: int) -> st.SearchStrategy[float]:
    return st.integers(least, 200 * 3600).map(lambda seconds: seconds / 3600)


def steps() -> st.SearchStrategy[list[Step]]:
    """Draw steps in hours."""
    one = st.one_of(
        st.builds(hold, TEMPERATURES, lengths(0)),
        st.builds(ramp, TEMPERATURES, lengths(1)),
        st.builds(step, TEMPERATURES, st.none() | lengths(0)),
    )
    last = st.one_of(one, st.builds(hold, TEMPERATURES))
    return st.builds(lambda former, end: [*former, end], st.lists(one, max_size=6), last)


@st.composite
def pauses(draw: st.DrawFn, *, latest_h: int = 400) -> list[Pause]:
    edges = sorted(draw(st.lists(st.integers(-20 * 3600, latest_h * 3600), max_size=6, unique=True)))
    found = [Pause(START + a * 1000, START + b * 1000) for a, b in zip(edges[::2], edges[1::2], strict=False)]
    return [*found, Pause(START + edges[-1] * 1000)] if len(edges) % 2 else found


@st.composite
def runs(draw: st.DrawFn, *, dated: bool = True) -> Run:
    """Draw runs with pauses, some with the dates of their steps."""
    drawn = draw(steps())
    if dated and draw(st.booleans()):
        dates = sorted(
            draw(st.lists(st.integers(0, 900 * 3600), min_size=len(drawn), max_size=len(drawn), unique=True))
        )
        has_date = draw(st.lists(st.booleans(), min_size=len(drawn), max_size=len(drawn)))
        drawn = [
            Step(kind=one.kind, temperature=one.temperature, until=START + date * 1000) if chosen else one
            for one, date, chosen in zip(drawn, dates, has_date, strict=True)
        ]
    return run(*drawn, pauses=draw(pauses()))


def instants(earliest_h: int = -10, latest_h: int = 1000) -> st.SearchStrategy[int]:
    return st.integers(earliest_h * HOUR_MS, latest_h * HOUR_MS).map(lambda ms: START + ms)


def points() -> st.SearchStrategy[list[tuple[int, float]]]:
    """Draw points, milliseconds since the start and °C, to a second and a hundredth."""
    times = st.lists(st.integers(0, 300 * 3600), min_size=1, max_size=8).map(sorted)
    return times.flatmap(
        lambda found: st.lists(TEMPERATURES, min_size=len(found), max_size=len(found)).map(
            lambda degrees: [(t * 1000, c) for t, c in zip(found, degrees, strict=True)]
        )
    )


def between_points(points: Sequence[tuple[int, float]], t: int) -> float:
    """Give what hosts of old want, not rounded: a line from point to point, outside the nearest point."""
    place = bisect_right([at for at, _ in points], t)
    if place in (0, len(points)):
        return points[min(place, len(points) - 1)][1]
    (before, from_c), (after, to_c) = points[place - 1], points[place]
    return from_c + (to_c - from_c) * (t - before) / (after - before)
