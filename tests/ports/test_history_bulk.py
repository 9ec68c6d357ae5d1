"""Readings that are stored in bulk, for everything that claims to be a history."""

import asyncio
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from krausen.errors import Invalid, StorageAway
from krausen.model.reading import Quality, Reading
from krausen.model.series import SeriesName
from krausen.ports.history import QUALITIES, Bulk, History, Point, Stored, id_of
from krausen.storage.history.sqlite import SHORT, SqliteHistory
from krausen.testing.history import MemoryHistory
from tests.ports.history_model import (
    BATCHES,
    BEER,
    ROOM,
    Batch,
    Model,
    info,
    matches,
    points,
    reading,
    sqlite,
)

pytestmark = pytest.mark.anyio


@contextmanager
def fresh(kind: str) -> Iterator[History]:
    """Give an empty history."""
    if kind == "memory":
        yield MemoryHistory()
        return
    with TemporaryDirectory() as folder, sqlite(Path(folder)) as history:
        yield history


@pytest.fixture(params=["memory", "sqlite"])
def history(request: pytest.FixtureRequest) -> Iterator[History]:
    with fresh(request.param) as made:
        yield made


each_kind = pytest.mark.parametrize("kind", ["memory", "sqlite"])


def columns(numbers: list[int], t: list[int], v: list[float], q: bytes | None = None) -> Bulk:
    return Bulk(array("I", numbers), array("q", t), array("d", v), bytes(len(t)) if q is None else q)


async def bulk_of(history: History, batch: Batch) -> Bulk:
    numbers = [await history.number_of(one.series) for one in batch]
    return columns(
        [number for number in numbers if number is not None],
        [one.t for one in batch],
        [one.v for one in batch],
        bytes(QUALITIES.index(one.quality) for one in batch),
    )


async def number(history: History, name: SeriesName = BEER) -> int:
    await history.declare([(name, "°C")])
    found = await history.number_of(name)
    assert found is not None
    return found


@each_kind
@settings(max_examples=40)
@given(batches=st.lists(BATCHES, max_size=6))
async def test_bulk_is_stored_as_readings_are(kind: str, batches: list[Batch]) -> None:
    model = Model()
    with fresh(kind) as history:
        for n, batch in enumerate(batches):
            await history.declare([(one.series, "") for one in batch])
            if n % 2:
                assert await history.store_bulk(await bulk_of(history, batch)) == model.store(batch)
            else:
                assert await history.store(batch) == model.store(batch)
            await matches(history, model)


async def test_a_number_makes_the_id(history: History) -> None:
    assert await history.number_of(ROOM) is None
    assert id_of(await number(history, ROOM)) == await history.id_of(ROOM)


async def test_nothing_is_stored_of_nothing(history: History) -> None:
    assert await history.store_bulk(columns([], [], [])) == Stored()


@pytest.mark.parametrize("v", [float("nan"), float("inf"), float("-inf")])
async def test_what_is_no_number_refuses_all(history: History, v: float) -> None:
    beer = await number(history)
    with pytest.raises(Invalid):
        await history.store_bulk(columns([beer, beer], [1, 2], [20.0, v]))
    assert (await info(history)).count == 0


@pytest.mark.parametrize("strange", [0, 2, 17, 2**32 - 1])
async def test_a_number_that_no_series_has_refuses_all(history: History, strange: int) -> None:
    beer = await number(history)
    with pytest.raises(Invalid):
        await history.store_bulk(columns([beer, strange], [1, 2], [20.0, 21.0]))
    assert (await info(history)).count == 0


async def test_what_comes_at_once_is_stored_in_its_order(history: History) -> None:
    beer = await number(history)
    stored = await asyncio.gather(*(history.store_bulk(columns([beer], [1], [float(v)])) for v in range(9)))
    assert sum(one.new for one in stored) == 1
    assert (await info(history)).latest == Point(1, 8.0)


async def test_readings_and_bulk_of_the_same_moment_are_stored_in_their_order(history: History) -> None:
    beer = await number(history)
    await asyncio.gather(
        history.store([reading(1, 20.0)]),
        history.store_bulk(columns([beer, beer], [1, 2], [21.0, 22.0], bytes([1, 2]))),
        history.store([reading(2, 23.0)]),
    )
    assert await points(history, BEER) == [Point(1, 21.0, Quality.DOUBTFUL), Point(2, 23.0)]


async def test_a_disk_that_refuses_is_said() -> None:
    memory = MemoryHistory()
    beer = await number(memory)
    memory.away = "The disk is full."
    with pytest.raises(StorageAway):
        await memory.store_bulk(columns([beer], [1], [20.0]))


async def test_commits_on_the_event_loop_and_in_the_thread_keep_the_order_of_one_series(
    tmp_path: Path,
) -> None:
    """Large and small ones take turns while others read, so that both ways are gone."""
    with sqlite(tmp_path) as history:
        beer = await number(history)
        for n in range(60):
            length = SHORT + 1 if n % 7 == 0 else 3
            bulk = columns([beer] * length, list(range(length)), [float(n)] * length)
            _, found = await asyncio.gather(history.store_bulk(bulk), history.count("s1", 0, SHORT * 2))
            assert found in {0, SHORT + 1}
            assert (await history.points("s1", 0, 1, 1))[0].v == n
        assert (await info(history)).count == SHORT + 1


async def test_bulk_survives_reopening(tmp_path: Path) -> None:
    with sqlite(tmp_path) as history:
        beer = await number(history)
        await history.store_bulk(columns([beer] * 3, [3, 1, 2], [3.0, 1.0, 2.0]))
    again = SqliteHistory.open(tmp_path / "readings.sqlite")
    assert await points(again, BEER) == [Point(t, float(t)) for t in (1, 2, 3)]
    again.close()


def test_readings_have_codes_for_every_quality() -> None:
    assert [quality.value for quality in QUALITIES] == ["good", "doubtful", "bad"]
    assert Reading(BEER, 0, 0.0).quality is QUALITIES[0]
