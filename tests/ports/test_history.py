"""One suite for everything that claims to be a history."""

import asyncio
import math
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from krausen.errors import Invalid, StorageAway
from krausen.model.reading import Quality, Reading
from krausen.model.series import SeriesName
from krausen.ports.history import Buckets, History, Point, Stored
from krausen.testing.history import MemoryHistory
from tests.ports.history_model import (
    ALL,
    BATCHES,
    BEER,
    NAMES,
    ROOM,
    Batch,
    Model,
    info,
    matches,
    points,
    reading,
    sqlite,
)

WILD = st.lists(
    st.builds(Reading, NAMES, st.integers(-(2**53), 2**53), st.floats(allow_nan=False, allow_infinity=False)),
    max_size=12,
)


@contextmanager
def memory(_: Path) -> Iterator[History]:
    yield MemoryHistory()


KINDS: dict[str, Callable[[Path], AbstractContextManager[History]]] = {"memory": memory, "sqlite": sqlite}
each_kind = pytest.mark.parametrize("kind", KINDS)


@pytest.fixture(params=KINDS)
def history(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[History]:
    with KINDS[request.param](tmp_path) as made:
        yield made


@contextmanager
def fresh(kind: str) -> Iterator[History]:
    """Give an empty history for one example of a property."""
    with TemporaryDirectory() as folder, KINDS[kind](Path(folder)) as made:
        yield made


def brute(points: Sequence[Point], start: int, end: int, width_ms: int) -> Buckets:
    chosen = [p for p in points if start <= p.t < end and p.quality is not Quality.BAD]
    groups = [(b, [p.v for p in g]) for b, g in groupby(chosen, lambda p: (p.t - start) // width_ms)]
    return Buckets(
        [start + b * width_ms for b, _ in groups],
        [min(values) for _, values in groups],
        [math.fsum(values) / len(values) for _, values in groups],
        [max(values) for _, values in groups],
        [len(values) for _, values in groups],
    )


async def test_an_empty_history_knows_nothing(history: History) -> None:
    assert await history.series() == []
    assert await history.id_of(BEER) is None
    assert await history.name_of("s1") is None
    assert await history.store([]) == Stored()


@each_kind
@settings(max_examples=40)
@given(batches=st.lists(BATCHES, max_size=6))
async def test_it_is_what_the_model_is_whatever_the_order_repeats_and_corrections(
    kind: str, batches: list[Batch]
) -> None:
    model = Model()
    with fresh(kind) as history:
        for batch in batches:
            assert await history.store(batch) == model.store(batch)
            await matches(history, model)


@each_kind
@settings(max_examples=40)
@given(batch=WILD)
async def test_any_finite_number_at_any_time_comes_back_exactly(kind: str, batch: Batch) -> None:
    model = Model()
    with fresh(kind) as history:
        assert await history.store(batch) == model.store(batch)
        await matches(history, model)


@each_kind
@settings(max_examples=40)
@given(
    batches=st.lists(BATCHES, min_size=1, max_size=4),
    start=st.integers(-30, 30),
    length=st.integers(0, 60),
    width_ms=st.integers(1, 40),
)
async def test_buckets_and_counts_are_those_of_the_raw_readings(
    kind: str, batches: list[Batch], start: int, length: int, width_ms: int
) -> None:
    model, end = Model(), start + length
    with fresh(kind) as history:
        for batch in batches:
            await history.store(batch)
            model.store(batch)
        for name in model.kept:
            series = await history.id_of(name)
            assert series is not None
            got, due = (
                await history.buckets(series, start, end, width_ms),
                brute(model.points(name), start, end, width_ms),
            )
            assert (got.t, got.min, got.max, got.n) == (due.t, due.min, due.max, due.n)
            assert got.mean == pytest.approx(due.mean, rel=1e-9, abs=1e-6)
            assert await history.count(series, start, end) == sum(due.n)


@each_kind
@settings(max_examples=40)
@given(batch=BATCHES, start=st.integers(-30, 30), end=st.integers(-30, 30), limit=st.integers(1, 9))
async def test_a_range_begins_with_its_start_ends_before_its_end_and_has_at_most_its_limit(
    kind: str, batch: Batch, start: int, end: int, limit: int
) -> None:
    model = Model()
    model.store(batch)
    with fresh(kind) as history:
        await history.store(batch)
        for name in model.kept:
            series = await history.id_of(name)
            assert series is not None
            due = [p for p in model.points(name) if start <= p.t < end]
            good = [p for p in due if p.quality is not Quality.BAD]
            assert await history.points(series, start, end, limit) == due[:limit]
            assert await history.points(series, start, end, limit, with_bad=False) == good[:limit]


async def test_bad_readings_are_kept_but_never_averaged(history: History) -> None:
    await history.store([reading(0, 10.0), reading(1, 85.0, Quality.BAD), reading(2, 20.0, Quality.DOUBTFUL)])
    series = await history.id_of(BEER)
    assert series is not None
    assert await history.buckets(series, 0, 10, 10) == Buckets([0], [10.0], [15.0], [20.0], [2])
    assert (await info(history)).count == 3


async def test_a_correction_of_the_latest_reading_shows_and_an_older_one_does_not(history: History) -> None:
    await history.store([reading(1, 1.0), reading(2, 2.0), reading(3, 3.0)])
    assert await history.store([reading(3, 3.5)]) == Stored(corrected=1)
    assert (await info(history)).latest == Point(3, 3.5)
    await history.store([reading(2, 9.0)])
    found = await info(history)
    assert (found.first, found.last, found.count, found.latest) == (1, 3, 3, Point(3, 3.5))
    await history.store([reading(0, 0.0), reading(3, 3.5, Quality.BAD)])
    found = await info(history)
    assert (found.first, found.last, found.count, found.latest) == (0, 3, 4, Point(3, 3.5, Quality.BAD))


async def test_within_one_call_the_last_value_of_an_instant_counts(history: History) -> None:
    assert await history.store([reading(1, 1.0), reading(1, 2.0), reading(1, 3.0)]) == Stored(1, 0, 2)
    assert await points(history, BEER) == [Point(1, 3.0)]


async def test_names_that_look_alike_are_different_series(history: History) -> None:
    names = [SeriesName("a", "b", "c"), SeriesName("a", "b", "C"), SeriesName("a", "b ", "c"), BEER]
    await history.store([reading(1, float(v), series=name) for v, name in enumerate(names)])
    assert len({await history.id_of(name) for name in names}) == 4
    assert [(await points(history, name))[0].v for name in names] == [0.0, 1.0, 2.0, 3.0]


async def test_ids_and_names_lead_to_each_other(history: History) -> None:
    await history.store([reading(1), reading(1, series=ROOM)])
    for name in (BEER, ROOM):
        series = await history.id_of(name)
        assert series is not None
        assert await history.name_of(series) == name


@pytest.mark.parametrize("series", ["", "s", "1", "s2", "s01", "s\u0661", "s-1", "x1", "s1 ", "s" + "9" * 40])
async def test_an_id_that_was_never_given_has_no_readings(history: History, series: str) -> None:
    await history.store([reading(1)])
    assert await history.name_of(series) is None
    assert await history.points(series, *ALL, 10) == []
    assert await history.count(series, *ALL) == 0
    assert await history.buckets(series, 0, 10, 5) == Buckets([], [], [], [], [])


@each_kind
@settings(max_examples=40)
@given(
    calls=st.lists(
        st.lists(st.tuples(NAMES, st.sampled_from(["", "°C", "°F"])), max_size=5) | BATCHES, max_size=6
    )
)
async def test_a_unit_once_declared_stays_and_ids_never_change(
    kind: str, calls: list[list[tuple[SeriesName, str]] | Batch]
) -> None:
    units: dict[SeriesName, str] = {}
    ids: dict[SeriesName, str] = {}
    with fresh(kind) as history:
        for call in calls:
            declared = [item for item in call if not isinstance(item, Reading)]
            await history.declare(declared)
            await history.store([item for item in call if isinstance(item, Reading)])
            for name, unit in declared:
                units[name] = units.get(name) or unit
            found = await history.series()
            assert {i.name: i.unit for i in found if i.name in units} == units
            assert all(ids.setdefault(i.name, i.id) == i.id for i in found)
            assert len({i.id for i in found}) == len(found)


async def test_of_two_units_in_one_call_the_first_stays(history: History) -> None:
    await history.store([reading(1)])
    await history.declare([(BEER, ""), (BEER, "°C"), (BEER, "°F")])
    assert (await info(history)).unit == "°C"


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("t", [1, 2], ids=["for a stored reading", "for a new one"])
async def test_what_is_no_number_never_gets_in(history: History, value: float, t: int) -> None:
    await history.store([reading(1)])
    before = await history.series()
    with pytest.raises(Invalid, match="pi/beer/temperature"):
        await history.store([reading(3), reading(t, value)])
    assert await history.series() == before
    assert await points(history, BEER) == [Point(1, 20.0)]


async def test_many_tasks_may_store_at_once(history: History) -> None:
    names = [SeriesName("pi", f"n{node}", "temperature") for node in range(5)]

    async def store(task: int) -> Stored:
        return await history.store([reading(task // 2 * 10 + t, series=n) for n in names for t in range(10)])

    async with asyncio.TaskGroup() as tasks:
        stores = [tasks.create_task(store(task)) for task in range(20)]
    assert sum(task.result().new for task in stores) == 5 * 10 * 10
    assert sum(task.result().repeated for task in stores) == 5 * 10 * 10
    assert [(i.count, i.first, i.last) for i in await history.series()] == [(100, 0, 99)] * 5


async def test_reading_goes_on_while_others_store(history: History) -> None:
    async def read() -> None:
        for _ in range(20):
            seen = await info(history)
            assert len(await points(history, BEER)) >= seen.count

    await history.store([reading(0)])
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(read())
        for t in range(1, 200):
            await history.store([reading(t)])


async def test_the_fake_refuses_when_told_to() -> None:
    history = MemoryHistory()
    await history.store([reading(1)])
    history.away = "The disk is full."
    calls: list[Callable[[], Awaitable[object]]] = [
        lambda: history.store([reading(2)]),
        lambda: history.declare([(BEER, "K")]),
        history.series,
        lambda: history.points("s1", 0, 9, 9),
        lambda: history.count("s1", 0, 9),
        lambda: history.buckets("s1", 0, 9, 9),
    ]
    for call in calls:
        with pytest.raises(StorageAway, match="The disk is full"):
            await call()
    history.away = ""
    assert (await info(history)).count == 1
