"""The history in a file: reopened, interrupted, and on disks that refuse."""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

import apsw
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from krausen.errors import OperatorNeeded, StorageAway
from krausen.ports.history import Stored
from krausen.storage.history.layout import LAYOUT
from krausen.storage.history.sqlite import SqliteHistory
from tests.ports.failing_disk import failing_disk
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


@given(batches=st.lists(BATCHES, max_size=4))
@settings(max_examples=25)
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


async def test_units_are_there_after_reopening(tmp_path: Path) -> None:
    with sqlite(tmp_path) as history:
        await history.declare([(BEER, "°C"), (BEER, "°F"), (ROOM, "")])
        before = await history.series()
    with sqlite(tmp_path) as history:
        assert await history.series() == before
        assert (await info(history)).unit == "°C"


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
@settings(max_examples=50)
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


async def test_a_file_on_a_read_only_disk_says_that_it_cannot_be_written(tmp_path: Path) -> None:
    path = tmp_path / "readings.sqlite"
    with sqlite(tmp_path) as history:
        await history.store([reading(1)])
    history = SqliteHistory(path, apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY))
    assert "attempt to write a readonly database" in await refuses(history, [reading(2)])
    history.close()


async def test_another_process_that_holds_the_file_is_said_and_waited_out(tmp_path: Path) -> None:
    with sqlite(tmp_path) as history:
        await history.store([reading(1)])
        await history.settle()
        history._db.set_busy_timeout(10)
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
    with pytest.raises((OperatorNeeded, StorageAway), match=r"readings\.sqlite"), sqlite(tmp_path) as history:
        await points(history, BEER)


@pytest.mark.parametrize("writes", [0, 6])
def test_a_disk_that_breaks_while_opening_is_the_operators(tmp_path: Path, writes: int) -> None:
    with failing_disk() as disk:
        disk.break_after, disk.once = writes, True
        assert "cannot be opened" in opened(tmp_path / "readings.sqlite")
        SqliteHistory.open(tmp_path / "readings.sqlite").close()
