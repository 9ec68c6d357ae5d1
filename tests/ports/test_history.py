"""One suite for everything that claims to be a history."""

import asyncio
import math
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

import apsw
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from krausen.errors import Invalid, OperatorNeeded, StorageAway
from krausen.model.reading import Quality, Reading
from krausen.model.series import SeriesName
from krausen.ports.history import Buckets, History, Point, SeriesRecord, Stored
from krausen.storage.history.sqlite import LAYOUT, SqliteHistory
from krausen.testing.history import MemoryHistory
from tests.ports.failing_disk import FailingDisk, failing_disk

BEER = SeriesName("pi", "beer", "temperature")
ROOM = SeriesName("pi", "room", "temperature")
ALL = (-(2**62), 2**62)
Rows = list[tuple[int, float, Quality]]
Batch = list[Reading]

NAMES = st.sampled_from([BEER, ROOM, SeriesName("pi", "beer", "gravity"), SeriesName("ä", "ß", "°")])
VALUES = st.floats(-1e6, 1e6, width=32) | st.sampled_from([0.0, -0.0, 20.0])
READINGS = st.builds(Reading, NAMES, st.integers(-20, 20), VALUES, st.sampled_from(Quality))
BATCHES = st.lists(READINGS, max_size=12)
WILD = st.lists(
    st.builds(
        Reading, NAMES, st.integers(-(2**53), 2**53), st.floats(allow_nan=False, allow_infinity=False)
    ),
    max_size=12,
)


@contextmanager
def memory(_: Path) -> Iterator[MemoryHistory]:
    yield MemoryHistory()


@contextmanager
def sqlite(folder: Path) -> Iterator[SqliteHistory]:
    history = SqliteHistory.open(folder / "readings.sqlite")
    try:
        yield history
    finally:
        history.close()


KINDS = {"memory": memory, "sqlite": sqlite}
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


def reading(t: int, v: float = 20.0, quality: Quality = Quality.GOOD, series: SeriesName = BEER) -> Reading:
    return Reading(series, t, v, quality)


async def points(history: History, name: SeriesName, *, with_bad: bool = True) -> list[Point]:
    series = await history.id_of(name)
    assert series is not None
    return await history.points(series, *ALL, 10**6, with_bad=with_bad)


async def info(history: History, name: SeriesName = BEER) -> SeriesRecord:
    (found,) = [info for info in await history.series() if info.name == name]
    return found


class Model:
    """What a history is, said as plainly as can be."""

    def __init__(self) -> None:
        self.kept: dict[SeriesName, dict[int, Point]] = {}

    def store(self, batch: Batch) -> Stored:
        before = {name: dict(points) for name, points in self.kept.items()}
        for item in batch:
            self.kept.setdefault(item.series, {})[item.t] = Point(item.t, item.v, item.quality)
        changes = [
            before.get(name, {}).get(t)
            for name, points in self.kept.items()
            for t, point in points.items()
            if before.get(name, {}).get(t) != point
        ]
        new = changes.count(None)
        return Stored(new, len(changes) - new, len(batch) - len(changes))

    def points(self, name: SeriesName) -> list[Point]:
        return [self.kept[name][t] for t in sorted(self.kept[name])]

    def fits(self, infos: Sequence[SeriesRecord]) -> bool:
        said = [(i.name, i.first, i.last, i.count, i.latest) for i in infos]
        due = [
            (name, points[0].t, points[-1].t, len(points), points[-1])
            for name, points in ((name, self.points(name)) for name in sorted(self.kept))
        ]
        return said == due


async def matches(history: History, model: Model) -> None:
    """Compare everything a history tells with the model."""
    assert model.fits(await history.series())
    for name in model.kept:
        assert await points(history, name) == model.points(name)


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
@given(batch=WILD)
async def test_any_finite_number_at_any_time_comes_back_exactly(kind: str, batch: Batch) -> None:
    model = Model()
    with fresh(kind) as history:
        assert await history.store(batch) == model.store(batch)
        await matches(history, model)


@given(batches=st.lists(BATCHES, max_size=4))
@settings(max_examples=50)
async def test_reopened_it_is_the_same(batches: list[Batch]) -> None:
    model = Model()
    with TemporaryDirectory() as folder:
        for batch in batches:
            with sqlite(Path(folder)) as history:
                await history.store(batch)
                before = await history.series()
            model.store(batch)
            with sqlite(Path(folder)) as history:
                assert await history.series() == before
                await matches(history, model)


async def test_what_was_stored_survives_a_process_that_never_closed(tmp_path: Path) -> None:
    history = SqliteHistory.open(tmp_path / "readings.sqlite")
    await history.store([reading(t) for t in range(100)])
    with sqlite(tmp_path) as other:
        assert (await info(other)).count == 100
    history.close()


@each_kind
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


@pytest.mark.parametrize("series", ["", "s", "1", "s2", "s01", "s١", "s-1", "x1", "s1 ", "s" + "9" * 40])
async def test_an_id_that_was_never_given_has_no_readings(history: History, series: str) -> None:
    await history.store([reading(1)])
    assert await history.name_of(series) is None
    assert await history.points(series, *ALL, 10) == []
    assert await history.count(series, *ALL) == 0
    assert await history.buckets(series, 0, 10, 5) == Buckets([], [], [], [], [])


@each_kind
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


async def test_units_are_there_after_reopening(tmp_path: Path) -> None:
    with sqlite(tmp_path) as history:
        await history.declare([(BEER, "°C"), (BEER, "°F"), (ROOM, "")])
        before = await history.series()
    with sqlite(tmp_path) as history:
        assert await history.series() == before
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


async def test_a_cancelled_store_leaves_registry_and_rows_in_agreement(tmp_path: Path) -> None:
    with sqlite(tmp_path) as history:
        async with asyncio.TaskGroup() as tasks:
            stores = [tasks.create_task(history.store([reading(t)])) for t in range(30)]
            await asyncio.sleep(0)
            for task in stores[::2]:
                task.cancel()
        seen = await info(history)
        assert seen.count >= 15
        assert len(await points(history, BEER)) == seen.count
    with sqlite(tmp_path) as history:
        assert await info(history) == seen


# ——— disks that refuse ———


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


async def refuses(history: SqliteHistory, batch: Batch) -> str:
    """See that a store fails as a whole; give what was said."""
    before = await history.series()
    with pytest.raises(StorageAway) as refused:
        await history.store(batch)
    assert await history.series() == before
    return str(refused.value)


async def test_a_file_that_may_not_grow_takes_nothing_of_a_batch_and_says_which_file(tmp_path: Path) -> None:
    path = tmp_path / "readings.sqlite"
    connection = apsw.Connection(str(path))
    SqliteHistory.open(path).close()
    connection.pragma("max_page_count", 8)
    history = SqliteHistory(path, connection)
    await history.store([reading(t) for t in range(100)])
    batch = [reading(t, series=ROOM) for t in range(100_000)]
    assert "readings.sqlite" in await refuses(history, batch)
    assert await history.id_of(ROOM) is None
    connection.pragma("max_page_count", 10_000_000)
    assert await history.store(batch) == Stored(new=100_000)
    assert [i.count for i in await history.series()] == [100, 100_000]
    history.close()


@given(
    batches=st.lists(BATCHES, min_size=1, max_size=4),
    break_after=st.integers(0, 12),
    failure=st.sampled_from([apsw.FullError, apsw.IOError, apsw.ReadOnlyError]),
)
@settings(max_examples=60)
async def test_whenever_the_disk_breaks_all_or_nothing_of_a_batch_is_there(
    batches: list[Batch], break_after: int, failure: type[apsw.Error]
) -> None:
    model = Model()
    with failing_disk() as disk, TemporaryDirectory() as folder:
        disk.failure = failure
        with sqlite(Path(folder)) as history:
            for count, batch in enumerate(batches):
                disk.break_after = break_after if count % 2 else None
                try:
                    stored = await history.store(batch)
                except StorageAway:
                    disk.break_after = None
                else:
                    assert stored == model.store(batch)
                disk.break_after = None
                await matches(history, model)
            disk.break_after = None
        with sqlite(Path(folder)) as history:
            await matches(history, model)


async def test_a_disk_that_breaks_while_a_large_batch_spills_takes_nothing(tmp_path: Path) -> None:
    with failing_disk() as disk, sqlite(tmp_path) as history:
        await history.store([reading(t) for t in range(1000)])
        batch = [reading(t, series=ROOM) for t in range(200_000)]
        disk.break_after = 200
        said = await refuses(history, batch)
        assert "Nothing was stored" in said
        disk.break_after = None
        assert await history.store([reading(2000)]) == Stored(new=1)
        assert len(await points(history, BEER)) == 1001
        assert await history.id_of(ROOM) is None


async def test_a_declaration_that_fails_leaves_no_trace(tmp_path: Path) -> None:
    with failing_disk() as disk, sqlite(tmp_path) as history:
        await history.declare([(BEER, "°C")])
        disk.break_after = 0
        with pytest.raises(StorageAway):
            await history.declare([(ROOM, "°C"), (BEER, "K")])
        disk.break_after = None
        assert [i.name for i in await history.series()] == [BEER]
        await history.declare([(ROOM, "K")])
        assert (await info(history, ROOM)).unit == "K"


async def test_another_process_that_holds_the_file_is_said_and_waited_out(tmp_path: Path) -> None:
    with sqlite(tmp_path) as history:
        await history.store([reading(1)])
        other = apsw.Connection(str(tmp_path / "readings.sqlite"))
        other.execute("BEGIN IMMEDIATE")
        assert "readings.sqlite" in await refuses(history, [reading(2)])
        other.execute("ROLLBACK")
        assert await history.store([reading(2)]) == Stored(new=1)
        other.close()


# ——— files that cannot be used ———


def opened(path: Path) -> str:
    with pytest.raises(OperatorNeeded) as refused:
        SqliteHistory.open(path)
    assert str(path) in str(refused.value)
    return str(refused.value)


def test_a_folder_that_is_not_there_is_the_operators(tmp_path: Path) -> None:
    opened(tmp_path / "gone" / "readings.sqlite")


def test_a_file_that_is_no_database_is_the_operators(tmp_path: Path) -> None:
    path = tmp_path / "readings.sqlite"
    path.write_bytes(b"This is a diary, not a database. " * 100)
    opened(path)


def test_a_file_of_a_later_version_is_the_operators(tmp_path: Path) -> None:
    path = tmp_path / "readings.sqlite"
    SqliteHistory.open(path).close()
    connection = apsw.Connection(str(path))
    connection.pragma("user_version", LAYOUT + 1)
    connection.close()
    assert "update Krausen" in opened(path)


async def test_a_torn_file_is_said_and_not_a_crash(tmp_path: Path) -> None:
    path = tmp_path / "readings.sqlite"
    with sqlite(tmp_path) as history:
        await history.store([reading(t) for t in range(50_000)])
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2 // 4096 * 4096])
    try:
        history = SqliteHistory.open(path)
    except OperatorNeeded as error:
        assert str(path) in str(error)
        return
    with pytest.raises(StorageAway, match=r"readings\.sqlite"):
        await points(history, BEER)
    history.close()


async def test_a_disk_that_breaks_while_opening_is_the_operators(tmp_path: Path) -> None:
    path = tmp_path / "readings.sqlite"
    with failing_disk() as disk:
        for writes in range(40):
            disk.break_after = writes
            try:
                SqliteHistory.open(path).close()
            except OperatorNeeded as error:
                assert str(path) in str(error)
            else:
                break
        else:
            pytest.fail("It never opened.")


def _used(disk: FailingDisk) -> int:
    return disk.writes
