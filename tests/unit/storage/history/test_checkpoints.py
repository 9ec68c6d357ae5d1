"""The write-ahead log is copied into the file beside those who write."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import apsw
from structlog.testing import capture_logs

from krausen.model.reading import Reading
from krausen.model.series import SeriesName
from krausen.storage.connection import opening, transaction
from krausen.storage.history.checkpoints import Checkpoints
from krausen.storage.history.sealing import Pace
from krausen.storage.history.sqlite import SqliteHistory
from tests.ports.failing_disk import failing_disk

BEER = SeriesName("cellar", "28-0000", "temperature")
PAGE = 4096 + 24
"""A page in the log, with what stands before it."""
PAGES = 10


@contextmanager
def growing(path: Path) -> Iterator[apsw.Connection]:
    """A file into which numbers are put, each with a commit of a page."""
    with opening(path) as connection, closing(connection):
        connection.execute("CREATE TABLE number (n INTEGER PRIMARY KEY)")
        yield connection


def grow(connection: apsw.Connection, count: int) -> None:
    for _ in range(count):
        with transaction(connection):
            connection.execute("INSERT INTO number DEFAULT VALUES")


def log_of(path: Path) -> Path:
    return path.with_name(f"{path.name}-wal")


def settled(checkpoints: Checkpoints) -> None:
    while checkpoints.is_copying:
        pass


async def test_the_log_stays_short_however_much_is_stored(tmp_path: Path) -> None:
    path = tmp_path / "readings.sqlite"
    with closing(SqliteHistory.open(path, Pace(pages=PAGES))) as history:
        for t in range(20 * PAGES):
            await history.store([Reading(BEER, t, 20.0)])
            await history.settle()
        assert log_of(path).stat().st_size <= 3 * PAGES * PAGE


def test_a_commit_copies_nothing_however_long_the_log_is(tmp_path: Path) -> None:
    path = tmp_path / "file.sqlite"
    with growing(path) as connection:
        checkpoints = Checkpoints(path, connection, PAGES)
        before = path.stat().st_size
        grow(connection, 2000)
        assert path.stat().st_size == before
        checkpoints.close()


def test_what_came_while_it_was_copied_is_copied_after_the_next_commit(tmp_path: Path) -> None:
    path = tmp_path / "file.sqlite"
    with growing(path) as connection:
        checkpoints = Checkpoints(path, connection, PAGES)
        grow(connection, PAGES)
        checkpoints.keep_short()
        checkpoints.close()
        grow(connection, 3)
        checkpoints.keep_short()
        size = log_of(path).stat().st_size
        grow(connection, PAGES)
        assert log_of(path).stat().st_size == size


def test_a_copy_that_the_disk_refuses_costs_no_commit_and_is_tried_when_more_has_come(tmp_path: Path) -> None:
    path = tmp_path / "file.sqlite"
    with failing_disk() as disk, growing(path) as connection, capture_logs() as said:
        checkpoints = Checkpoints(path, connection, PAGES)
        grow(connection, PAGES)
        disk.break_after = 0
        checkpoints.keep_short()
        settled(checkpoints)
        disk.break_after = None
        before = path.read_bytes()
        grow(connection, PAGES - 1)
        checkpoints.keep_short()
        assert path.read_bytes() == before
        assert [one["event"] for one in said] == ["history.not_copied"]
        assert connection.execute("SELECT count(*) FROM number").get == 2 * PAGES - 1
        grow(connection, 1)
        checkpoints.keep_short()
        checkpoints.close()
        assert path.read_bytes() != before
