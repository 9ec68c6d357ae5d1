"""Corrections: what they make of readings, and that buckets and charts are exactly what they make of them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from krausen.brewing.completeness import Span
from krausen.errors import Invalid, NotFound
from krausen.model.correction import Correction, CorrectionKind
from krausen.model.reading import Quality, Reading
from krausen.ports.history import Buckets, Point
from krausen.server.charts import Charts
from krausen.server.corrections import CorrectionPlan, Corrections, corrected
from krausen.server.rebucketing import Rebucketing
from krausen.testing.history import MemoryHistory
from tests.unit.server.desk import ANNA, BEER, Desk

pytestmark = pytest.mark.anyio

QUALITIES = st.sampled_from([Quality.GOOD, Quality.GOOD, Quality.DOUBTFUL, Quality.BAD])
VALUES = st.integers(-400, 1200).map(lambda n: n / 8)
READINGS = st.lists(
    st.builds(Reading, st.just(BEER), st.integers(0, 500), VALUES, QUALITIES),
    min_size=1,
    max_size=100,
    unique_by=lambda reading: reading.t,
)


@st.composite
def plans(draw: st.DrawFn) -> CorrectionPlan:
    kind = draw(st.sampled_from(CorrectionKind))
    start = draw(st.integers(0, 499))
    return CorrectionPlan(
        series="s1",
        start=start,
        end=draw(st.integers(start + 1, 510)),
        kind=kind,
        value=None if kind is CorrectionKind.MASK else draw(VALUES),
    )


PLANS = st.lists(plans(), max_size=4)


async def desk_with(readings: list[Reading], wanted: list[CorrectionPlan]) -> tuple[Desk, Corrections]:
    desk = Desk()
    await desk.history.store(readings)
    corrections = Corrections(desk.catalog, desk.history, desk.live, desk.clock)
    for plan in wanted:
        await corrections.add(plan, ANNA)
    return desk, corrections


def slowly(readings: list[Reading], wanted: list[CorrectionPlan]) -> list[Point]:
    """Give what corrections leave, one reading at a time."""
    left = []
    for reading in sorted(readings, key=lambda reading: reading.t):
        v: float | None = reading.v
        quality = reading.quality
        for plan in wanted:
            if v is None or not plan.start <= reading.t < plan.end:
                continue
            if plan.kind is CorrectionKind.MASK:
                v = None
            elif plan.kind is CorrectionKind.SHIFT:
                v += plan.value or 0.0
            else:
                v, quality = plan.value, Quality.GOOD
        if v is not None:
            left.append(Point(reading.t, v, quality))
    return left


@given(READINGS, PLANS)
async def test_corrections_count_in_the_order_in_which_they_were_made(
    readings: list[Reading], wanted: list[CorrectionPlan]
) -> None:
    desk, corrections = await desk_with(readings, wanted)
    raw = await desk.kept(BEER)
    assert corrected(raw, await corrections.of("s1", 0, 1000)) == slowly(readings, wanted)
    assert await desk.kept(BEER) == raw


@settings(max_examples=300)
@given(READINGS, PLANS, st.integers(0, 300), st.integers(1, 300), st.integers(1, 30))
async def test_chart_draws_exactly_what_corrections_leave(
    readings: list[Reading], wanted: list[CorrectionPlan], start: int, length: int, width: int
) -> None:
    desk, corrections = await desk_with(readings, wanted)
    span = Span(start, start + length)
    curve = await Charts(desk.history, corrections).curve("s1", span, width)
    left = [point for point in slowly(readings, wanted) if span.start <= point.t < span.end]
    good = [point for point in left if point.quality is not Quality.BAD]
    if curve.points is not None:
        assert curve.points == good
        assert len(good) <= width
    else:
        assert curve.buckets is not None
        hold_to(curve.buckets, good, span, width)


@settings(max_examples=200)
@given(st.lists(st.tuples(VALUES, QUALITIES), min_size=1, max_size=20), PLANS, st.integers(20, 60))
async def test_buckets_are_exactly_what_corrections_leave(
    pattern: list[tuple[float, Quality]], wanted: list[CorrectionPlan], width: int
) -> None:
    readings = [Reading(BEER, t, *pattern[t * 7 % len(pattern)]) for t in range(500)]
    desk, corrections = await desk_with(readings, wanted)
    span = Span(10, 490)
    width_ms = -((span.start - span.end) // width)
    stored = await desk.history.buckets("s1", span.start, span.end, width_ms)
    stack = await corrections.of("s1", span.start, span.end)
    found = await Rebucketing(desk.history, "s1", span, width_ms, stack).of(stored)
    left = [point for point in slowly(readings, wanted) if span.start <= point.t < span.end]
    good = [point for point in left if point.quality is not Quality.BAD]
    hold_to(found, good, span, width)


@pytest.mark.parametrize(("kind", "value"), [(CorrectionKind.MASK, None), (CorrectionKind.SHIFT, -2.0)])
async def test_buckets_that_lie_within_a_correction_are_not_read_again(
    kind: CorrectionKind, value: float | None
) -> None:
    readings = [Reading(BEER, t, t / 8) for t in range(100)]
    plan = CorrectionPlan(series="s1", start=20, end=60, kind=kind, value=value)
    desk, corrections = await desk_with(readings, [plan])
    stored = await desk.history.buckets("s1", 0, 100, 10)
    stack = await corrections.of("s1", 0, 100)
    found = await Rebucketing(MemoryHistory(), "s1", Span(0, 100), 10, stack).of(stored)
    good = slowly(readings, [plan])
    hold_to(found, good, Span(0, 100), 10)


def hold_to(buckets: Buckets, good: list[Point], span: Span, width: int) -> None:
    width_ms = max(1, -((span.start - span.end) // width))
    assert len(buckets.t) <= width
    assert sum(buckets.n) == len(good)
    for t, low, mean, high, n in zip(
        buckets.t, buckets.min, buckets.mean, buckets.max, buckets.n, strict=True
    ):
        within = [point.v for point in good if t <= point.t < t + width_ms]
        assert (low, high, n) == (min(within), max(within), len(within))
        assert mean == pytest.approx(sum(within) / n)


async def test_masked_spike_is_not_the_greatest_value_of_any_bucket() -> None:
    readings = [Reading(BEER, t, 85.0 if t == 60_000 else 20.0) for t in range(0, 120_000, 1000)]
    mask = CorrectionPlan(series="s1", start=60_000, end=60_001, kind=CorrectionKind.MASK)
    desk, corrections = await desk_with(readings, [mask])
    charts = Charts(desk.history, corrections)
    drawn = (await charts.curve("s1", Span(0, 120_000), 10)).buckets
    stored = (await charts.curve("s1", Span(0, 120_000), 10, as_stored=True)).buckets
    assert drawn is not None
    assert stored is not None
    assert max(drawn.max) == 20.0
    assert sum(drawn.n) == 119
    assert max(stored.max) == 85.0


async def test_undone_correction_leaves_what_was_stored() -> None:
    plan = CorrectionPlan(series="s1", start=0, end=10, kind=CorrectionKind.SHIFT, value=2.0, reason="Off.")
    desk, corrections = await desk_with([Reading(BEER, 5, 20.0)], [plan])
    listener = desk.hear("changes")
    (made,) = await corrections.all()
    assert (made.by, made.reason, made.series) == ("Anna", "Off.", BEER)
    await corrections.remove(made.id, ANNA, "It was right.")
    assert await corrections.of("s1", 0, 10) == []
    with pytest.raises(NotFound):
        await corrections.remove(made.id, ANNA)
    entries = await desk.catalog.journal(10)
    assert [(entry.what, entry.action, entry.reason) for entry in entries] == [
        ("correction", "deleted", "It was right."),
        ("correction", "created", "Off."),
    ]
    assert '"deleted"' in await listener.next()


async def test_corrections_of_one_instant_have_ids_of_their_own() -> None:
    plan = CorrectionPlan(series="s1", start=0, end=10, kind=CorrectionKind.MASK)
    _, corrections = await desk_with([Reading(BEER, 5, 20.0)], [plan, plan, plan])
    ids = [made.id for made in await corrections.all()]
    assert len(set(ids)) == 3


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"series": "s9"}, "/series"),
        ({"start": 10}, "/from"),
        ({"value": 1.0}, "/value"),
        ({"kind": CorrectionKind.SHIFT}, "/value"),
        ({"kind": CorrectionKind.REPLACE}, "/value"),
        ({"kind": CorrectionKind.SHIFT, "value": float("inf")}, "/value"),
    ],
)
async def test_correction_that_cannot_be_is_refused(changed: dict[str, object], where: str) -> None:
    _, corrections = await desk_with([Reading(BEER, 5, 20.0)], [])
    plan = CorrectionPlan(series="s1", start=0, end=10, kind=CorrectionKind.MASK)
    with pytest.raises(Invalid) as refused:
        await corrections.add(replace(plan, **changed), ANNA)
    assert [fault.where for fault in refused.value.faults] == [where]
    assert await corrections.all() == []


async def test_corrections_that_were_made_before_a_restart_count() -> None:
    plan = CorrectionPlan(series="s1", start=0, end=10, kind=CorrectionKind.REPLACE, value=19.0)
    desk, _ = await desk_with([Reading(BEER, 5, 20.0)], [plan])
    again = Corrections(desk.catalog, desk.history, desk.live, desk.clock)
    stack: list[Correction] = await again.of("s1", 0, 10)
    assert corrected([Point(5, 20.0)], stack) == [Point(5, 19.0)]
    assert await again.of("s1", 10, 20) == []
