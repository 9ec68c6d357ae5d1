"""One suite for everything that claims to be an outbox."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import apsw
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from krausen.errors import OperatorNeeded, StorageAway
from krausen.model.reading import Quality, Reading
from krausen.model.series import SeriesName
from krausen.ports.outbox import Outbox, Owed
from krausen.storage.outbox_sqlite import SqliteOutbox
from krausen.testing.outbox import MemoryOutbox
from tests.ports.failing_disk import failing_disk

BEER = SeriesName("pi", "bär", "temperature")
READINGS = st.builds(
    Reading,
    st.builds(SeriesName, st.text(max_size=3), st.text(max_size=3), st.text(max_size=3)),
    st.integers(0, 2**53),
    st.floats(allow_nan=False),
    st.sampled_from(Quality),
)
OPERATIONS = st.lists(st.lists(READINGS, max_size=4) | st.integers(0, 9) | st.none(), max_size=10)


@contextmanager
def memory(_: Path) -> Iterator[Outbox]:
    yield MemoryOutbox()


@contextmanager
def sqlite(folder: Path) -> Iterator[SqliteOutbox]:
    outbox = SqliteOutbox.open(folder / "outbox.sqlite")
    try:
        yield outbox
    finally:
        outbox.close()


KINDS: dict[str, Callable[[Path], AbstractContextManager[Outbox]]] = {"memory": memory, "sqlite": sqlite}


@pytest.fixture(params=KINDS)
def outbox(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Outbox]:
    with KINDS[request.param](tmp_path) as made:
        yield made


def readings(start: int, stop: int) -> tuple[Reading, ...]:
    return tuple(Reading(BEER, t, t / 8) for t in range(start, stop))


async def test_an_empty_outbox_owes_nothing(outbox: Outbox) -> None:
    assert await outbox.oldest(10) is None
    assert await outbox.waiting() == 0
    await outbox.keep([])
    await outbox.forget(10)
    assert await outbox.oldest(10) is None


async def test_the_oldest_come_first_and_stay_until_they_are_forgotten(outbox: Outbox) -> None:
    await outbox.keep(readings(0, 5))
    await outbox.keep(readings(5, 7))
    first = await outbox.oldest(3)
    assert first == await outbox.oldest(3)
    assert first is not None
    assert first.readings == readings(0, 3)
    await outbox.forget(first.through)
    second = await outbox.oldest(10)
    assert second is not None
    assert second.readings == readings(3, 7)
    assert second.through > first.through
    assert await outbox.waiting() == 4


async def test_what_lies_beyond_a_number_can_be_had_and_it_is_known_how_much_is_left(outbox: Outbox) -> None:
    await outbox.keep(readings(0, 7))
    first = await outbox.oldest(3)
    assert first is not None
    assert first.left == 4
    second = await outbox.oldest(3, first.through)
    assert second is not None
    assert (second.readings, second.left) == (readings(3, 6), 1)
    await outbox.forget(first.through)
    assert await outbox.oldest(3, first.through) == second
    assert await outbox.oldest(3, second.through + 1) is None


async def test_forgetting_twice_harms_nobody(outbox: Outbox) -> None:
    await outbox.keep(readings(0, 3))
    owed = await outbox.oldest(2)
    assert owed is not None
    await outbox.forget(owed.through)
    await outbox.forget(owed.through)
    assert await outbox.waiting() == 1


async def test_the_same_reading_may_be_owed_twice(outbox: Outbox) -> None:
    await outbox.keep(readings(0, 1) + readings(0, 1))
    assert await outbox.waiting() == 2


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=40)
@given(operations=OPERATIONS)
async def test_it_is_a_queue_whatever_happens(
    kind: str, operations: list[list[Reading] | int | None]
) -> None:
    """Keep readings, forget some of the oldest, or (None) look at it as if after a restart."""
    due: list[Reading] = []
    last = 0
    with TemporaryDirectory() as folder, KINDS[kind](Path(folder)) as outbox:
        for operation in operations:
            match operation:
                case int(count):
                    owed = await outbox.oldest(count) if count else None
                    if owed is not None:
                        assert list(owed.readings) == due[:count]
                        await outbox.forget(owed.through)
                        due = due[count:]
                        assert owed.through > last
                        last = owed.through
                case None:
                    if kind == "sqlite":
                        with sqlite(Path(folder)) as again:
                            await same(again, due)
                case batch:
                    await outbox.keep(batch)
                    due += batch
            await same(outbox, due)


async def same(outbox: Outbox, due: list[Reading]) -> None:
    owed = await outbox.oldest(1000)
    assert list(owed.readings if owed is not None else ()) == due
    assert await outbox.waiting() == len(due)


@asynccontextmanager
async def small(kind: str, folder: Path, limit: int) -> AsyncIterator[Outbox]:
    if kind == "memory":
        yield MemoryOutbox(limit)
    else:
        with closing(SqliteOutbox.open(folder / "small.sqlite", limit)) as outbox:
            yield outbox


@pytest.mark.parametrize("kind", KINDS)
async def test_beyond_its_limit_the_oldest_go_and_are_counted(kind: str, tmp_path: Path) -> None:
    async with small(kind, tmp_path, 10) as outbox:
        assert await outbox.keep(readings(0, 8)) == 0
        assert await outbox.keep(readings(8, 11)) == 1
        assert await outbox.keep([]) == 0
        assert await outbox.keep(readings(11, 15)) == 4
        owed = await outbox.oldest(100)
        assert owed is not None
        assert (owed.readings, await outbox.waiting()) == (readings(5, 15), 10)
        await outbox.forget(owed.through)
        assert await outbox.keep(readings(15, 25)) == 0
        assert await outbox.keep(readings(25, 50)) == 25


async def test_a_stretch_in_the_middle_can_be_read_and_forgotten(outbox: Outbox) -> None:
    await outbox.keep(readings(0, 10))
    middle = await outbox.oldest(100, 3, 7)
    assert middle is not None
    assert (middle.through, middle.readings, middle.left) == (7, readings(3, 7), 3)
    await outbox.forget(7, 3)
    await outbox.forget(7, 3)
    rest = await outbox.oldest(100)
    assert rest is not None
    assert rest.readings == readings(0, 3) + readings(7, 10)
    assert await outbox.oldest(100, 3, 7) is None
    assert await outbox.newest() == 10


async def test_the_newest_number_stays_when_everything_is_forgotten(outbox: Outbox) -> None:
    assert await outbox.newest() == 0
    await outbox.keep(readings(0, 5))
    await outbox.forget(5)
    assert await outbox.newest() == 5


async def test_times_are_moved_of_what_nobody_was_given(outbox: Outbox) -> None:
    await outbox.keep(readings(0, 2))
    await outbox.oldest(2)
    await outbox.keep(readings(2, 4))
    await outbox.move(1000)
    await outbox.keep(readings(4, 6))
    await outbox.move(-200)
    owed = await outbox.oldest(100)
    assert owed is not None
    assert [reading.t for reading in owed.readings] == [0, 1, 802, 803, -196, -195]
    assert [reading.v for reading in owed.readings] == [t / 8 for t in range(6)]
    await outbox.move(5)
    assert await outbox.oldest(100) == owed


# ——— in a file ———


async def test_what_an_earlier_start_has_kept_is_not_moved_and_what_was_moved_stays_so(
    tmp_path: Path,
) -> None:
    with sqlite(tmp_path) as outbox:
        await outbox.keep(readings(0, 2))
        await outbox.move(1000)
    with sqlite(tmp_path) as outbox:
        await outbox.keep(readings(2, 3))
        await outbox.move(50)
        owed = await outbox.oldest(100)
        assert owed is not None
        assert [reading.t for reading in owed.readings] == [1000, 1001, 52]
        await outbox.forget(owed.through)
    with sqlite(tmp_path) as outbox:
        await outbox.keep(readings(3, 4))
        assert await outbox.oldest(100) == Owed(4, readings(3, 4))


async def test_a_disk_that_refuses_moves_nothing(tmp_path: Path) -> None:
    with failing_disk() as disk, sqlite(tmp_path) as outbox:
        await outbox.keep(readings(0, 2))
        disk.break_after, disk.once = 0, True
        with pytest.raises(StorageAway):
            await outbox.move(1000)
        assert await outbox.oldest(100) == Owed(2, readings(0, 2))


async def test_numbers_go_on_after_everything_was_forgotten_and_the_file_reopened(tmp_path: Path) -> None:
    with sqlite(tmp_path) as outbox:
        await outbox.keep(readings(0, 5))
        before = await outbox.oldest(10)
        assert before is not None
        await outbox.forget(before.through)
    with sqlite(tmp_path) as outbox:
        await outbox.keep(readings(5, 6))
        after = await outbox.oldest(10)
        assert after is not None
        assert after.through > before.through
        # An answer from before the restart that comes late must not take what is new.
        await outbox.forget(before.through)
        assert await outbox.waiting() == 1


async def test_what_was_kept_survives_a_process_that_never_closed(tmp_path: Path) -> None:
    killed = SqliteOutbox.open(tmp_path / "outbox.sqlite")
    await killed.keep(readings(0, 100))
    await killed.forget(10)
    with sqlite(tmp_path) as outbox:
        assert await outbox.oldest(1000) == Owed(100, readings(10, 100))
    killed.close()


@pytest.mark.parametrize("failure", [apsw.FullError, apsw.IOError, apsw.ReadOnlyError])
async def test_a_disk_that_refuses_takes_all_or_nothing_and_says_which_file(
    tmp_path: Path, failure: type[apsw.Error]
) -> None:
    with failing_disk() as disk, sqlite(tmp_path) as outbox:
        disk.failure = failure
        await outbox.keep(readings(0, 3))
        for writes in (0, 1, 5, 20):
            disk.break_after, disk.once = writes, True
            with pytest.raises(StorageAway, match=r"outbox\.sqlite"):
                await outbox.keep(readings(3, 5000))
            assert await outbox.oldest(9000) == Owed(3, readings(0, 3))
        await outbox.keep(readings(3, 5000))
        assert await outbox.waiting() == 5000


async def test_a_large_batch_on_a_full_disk_is_refused_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "outbox.sqlite"
    SqliteOutbox.open(path).close()
    connection = apsw.Connection(str(path))
    connection.pragma("max_page_count", 20)
    outbox = SqliteOutbox(path, connection)
    await outbox.keep(readings(0, 10))
    with pytest.raises(StorageAway, match="database or disk is full"):
        await outbox.keep(readings(10, 100_000))
    assert await outbox.waiting() == 10
    connection.pragma("max_page_count", 100_000)
    await outbox.keep(readings(10, 100_000))
    assert await outbox.waiting() == 100_000
    outbox.close()


async def test_forgetting_on_a_disk_that_refuses_forgets_nothing(tmp_path: Path) -> None:
    with failing_disk() as disk, sqlite(tmp_path) as outbox:
        await outbox.keep(readings(0, 3))
        disk.break_after = 0
        with pytest.raises(StorageAway):
            await outbox.forget(3)
        disk.break_after = None
        assert await outbox.waiting() == 3


async def test_the_fake_refuses_when_told_to() -> None:
    outbox = MemoryOutbox()
    await outbox.keep(readings(0, 3))
    outbox.away = "The disk is full."
    for call in (outbox.keep([]), outbox.oldest(1), outbox.forget(1), outbox.waiting()):
        with pytest.raises(StorageAway, match="The disk is full"):
            await call
    outbox.away = ""
    assert await outbox.waiting() == 3


@pytest.mark.parametrize("content", [b"no database at all " * 500, None], ids=["a diary", "no folder"])
def test_a_file_that_cannot_be_used_is_the_operators(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "folder" / "outbox.sqlite"
    if content is not None:
        path.parent.mkdir()
        path.write_bytes(content)
    with pytest.raises(OperatorNeeded, match=r"outbox\.sqlite cannot be opened"):
        SqliteOutbox.open(path)
