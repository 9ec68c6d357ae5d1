"""What is sealed into days and roll-ups is still the same history."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

import apsw
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from krausen.errors import StorageAway
from krausen.model.reading import Quality, Reading
from krausen.ports.history import Buckets, Point
from krausen.storage.history.archive import EVER, GATHERED, Archive
from krausen.storage.history.chunks import DAY_MS
from krausen.storage.history.rollups import HOUR_MS
from krausen.storage.history.sealing import Pace
from krausen.storage.history.sqlite import SqliteHistory
from tests.ports.failing_disk import failing_disk
from tests.ports.history_model import ALL, BEER, NAMES, VALUES, Batch, Model, matches, points, reading

EAGER = Pace(many=1, worth=1, step=3, step_days=2, pages=3)
LAZY = Pace(many=20, worth=5, step=3, step_days=2)

INSTANTS = st.builds(
    lambda day, hour, rest: day * DAY_MS + hour * HOUR_MS + rest,
    st.integers(-40, 40),
    st.integers(0, 23),
    st.sampled_from([0, 1, HOUR_MS - 1]),
)
READINGS = st.builds(Reading, NAMES, INSTANTS, VALUES, st.sampled_from(Quality))
BATCHES = st.lists(st.lists(READINGS, max_size=25), max_size=5)
PACES = st.sampled_from([EAGER, LAZY, Pace()])


@contextmanager
def sealing(folder: Path, pace: Pace = EAGER) -> Iterator[SqliteHistory]:
    history = SqliteHistory.open(folder / "readings.sqlite", pace)
    try:
        yield history
    finally:
        history.close()


def brute(points: list[Point], start: int, end: int, width_ms: int) -> Buckets:
    chosen = [p for p in points if start <= p.t < end and p.quality is not Quality.BAD]
    groups = [(b, [p.v for p in g]) for b, g in groupby(chosen, lambda p: (p.t - start) // width_ms)]
    return Buckets(
        [start + b * width_ms for b, _ in groups],
        [min(values) for _, values in groups],
        [math.fsum(values) / len(values) for _, values in groups],
        [max(values) for _, values in groups],
        [len(values) for _, values in groups],
    )


@given(batches=BATCHES, pace=PACES)
@settings(max_examples=25)
async def test_sealing_changes_nothing_however_it_is_paced(batches: list[Batch], pace: Pace) -> None:
    model = Model()
    with TemporaryDirectory() as folder:
        with sealing(Path(folder), pace) as history:
            for batch in batches:
                assert await history.store(batch) == model.store(batch)
                await matches(history, model)
                await history.settle()
                await matches(history, model)
        with sealing(Path(folder)) as history:
            await matches(history, model)


@given(batches=BATCHES, pace=PACES)
@settings(max_examples=25)
async def test_a_process_that_ends_at_any_step_of_sealing_has_lost_nothing(
    batches: list[Batch], pace: Pace
) -> None:
    model = Model()
    with TemporaryDirectory() as folder:
        for batch in batches:
            with sealing(Path(folder), pace) as history:
                await history.store(batch)
            model.store(batch)
            with sealing(Path(folder), pace) as history:
                await matches(history, model)


@given(
    batches=BATCHES,
    pace=PACES,
    start=INSTANTS,
    length=st.integers(1, 90) | st.integers(1, 90).map(lambda days: days * DAY_MS),
    width_ms=st.sampled_from([HOUR_MS, 3 * HOUR_MS, 8 * HOUR_MS, DAY_MS, 16 * DAY_MS, 7_000_001]),
)
@settings(max_examples=30)
async def test_far_views_are_those_of_the_readings(
    batches: list[Batch], pace: Pace, start: int, length: int, width_ms: int
) -> None:
    model, end = Model(), start + length
    with TemporaryDirectory() as folder, sealing(Path(folder), pace) as history:
        for batch in batches:
            await history.store(batch)
            model.store(batch)
        await history.settle()
        for name in model.kept:
            series = await history.id_of(name)
            assert series is not None
            got = await history.buckets(series, start, end, width_ms)
            due = brute(model.points(name), start, end, width_ms)
            assert (got.t, got.min, got.max, got.n) == (due.t, due.min, due.max, due.n)
            assert got.mean == pytest.approx(due.mean, rel=1e-9, abs=1e-6)
            assert await history.count(series, start, end) == sum(due.n)
            chosen = [p for p in model.points(name) if start <= p.t < end]
            assert await history.points(series, start, end, 7) == chosen[:7]


@given(
    batches=st.lists(st.lists(READINGS, max_size=25), min_size=1, max_size=5),
    break_after=st.integers(0, 60),
    failure=st.sampled_from([apsw.FullError, apsw.IOError, apsw.ReadOnlyError]),
)
@settings(max_examples=25)
async def test_a_disk_that_breaks_while_sealing_loses_nothing(
    batches: list[Batch], break_after: int, failure: type[apsw.Error]
) -> None:
    model = Model()
    with failing_disk() as disk, TemporaryDirectory() as folder:
        disk.failure = failure
        with sealing(Path(folder), EAGER) as history:
            for count, batch in enumerate(batches):
                disk.break_after = break_after if count % 2 else None
                try:
                    await history.store(batch)
                except StorageAway:
                    disk.break_after = None
                else:
                    model.store(batch)
                await history.settle()
                disk.break_after = None
                await matches(history, model)
        with sealing(Path(folder)) as history:
            await matches(history, model)


async def test_a_disk_that_stays_full_is_not_tried_again_and_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full() -> bool:
        raise apsw.FullError("the test said so")

    with sealing(tmp_path) as history:
        with capture_logs() as logs, monkeypatch.context() as patch:
            patch.setattr(history._sealing, "step", full)
            for day in range(1, 6):
                await history.store([reading(day * DAY_MS + t) for t in range(9)])
                await history.settle()
        assert 1 <= len([line for line in logs if line["event"] == "history.not_sealed"]) <= 5
        assert len(await points(history, BEER)) == 45
        await history.store([reading(9 * DAY_MS + t) for t in range(2)])
        await history.settle()
        assert len(history._head) <= 2
        assert len(await points(history, BEER)) == 47


async def test_a_day_that_is_over_leaves_the_log(tmp_path: Path) -> None:
    with sealing(tmp_path, Pace()) as history:
        await history.store([reading(t * 60_000, 20 + t % 7 / 10) for t in range(2000)])
        await history.settle()
        assert len(history._head) == 2000 - 1440
    with sealing(tmp_path, Pace()) as history:
        assert len(history._head) == 2000 - 1440
        assert len(await points(history, BEER)) == 2000


async def test_sums_of_days_are_gathered_and_yet_every_view_is_exact(tmp_path: Path) -> None:
    hourly = [reading(t * HOUR_MS, 20 + t % 7) for t in range(40 * 24)]
    for _ in range(2):
        with sealing(tmp_path) as history:
            for day in range(40):
                await history.store(hourly[day * 24 : (day + 1) * 24])
                await history.settle()
                assert len(Archive(history._db).unrolled(1, *EVER)) < GATHERED
            due = brute([Point(one.t, one.v) for one in hourly], 0, 40 * DAY_MS, 8 * HOUR_MS)
            assert await history.buckets("s1", 0, 40 * DAY_MS, 8 * HOUR_MS) == due
        hourly[77] = reading(hourly[77].t, 99.0)


async def test_a_day_is_sealed_when_other_series_had_time_to_end_it_too(tmp_path: Path) -> None:
    pace = Pace(leeway_ms=HOUR_MS)
    with sealing(tmp_path, pace) as history:
        await history.store([reading(t * HOUR_MS) for t in range(24)])
        await history.store([reading(DAY_MS + HOUR_MS - 1)])
        await history.settle()
        assert len(history._head) == 25
        await history.store([reading(DAY_MS + HOUR_MS)])
        await history.settle()
        assert len(history._head) == 2
        assert len(await points(history, BEER)) == 26


async def test_a_damaged_day_is_put_aside_and_the_rest_stays(tmp_path: Path) -> None:
    with sealing(tmp_path) as history:
        await history.store([reading(t * HOUR_MS) for t in range(240)])
        await history.settle()
    file = apsw.Connection(str(tmp_path / "readings.sqlite"))
    ids = [id for (id,) in file.execute("SELECT id FROM chunk ORDER BY id")]
    file.execute("UPDATE chunk SET b = x'00112233445566' WHERE id = ?", (ids[1],))
    file.close()
    with sealing(tmp_path) as history:
        left = [point.t // HOUR_MS for point in await points(history, BEER)]
        assert left == [*range(24), *range(48, 240)]
        assert len(await points(history, BEER)) == 216
        series = await history.id_of(BEER) or ""
        assert (await history.buckets(series, 0, 240 * HOUR_MS, HOUR_MS)).n == [1] * 240
        assert await history.points(series, *ALL, 3) == [Point(t * HOUR_MS, 20.0) for t in range(3)]
