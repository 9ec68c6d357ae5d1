"""A bounded queue in one SQLite file: what the outbox and the diary of an agent have in common."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar, Self

import apsw
from msgspec import Struct

from krausen.storage.connection import disk, opening, transaction
from krausen.storage.thread import FileThread

_NEWEST = "SELECT seq FROM sqlite_sequence"


class Queueing(Struct, frozen=True, kw_only=True):
    """The statements of one kind of queue, and how many rows it has room for unless it is told otherwise.

    Its one table numbers its rows: `n INTEGER PRIMARY KEY AUTOINCREMENT`. `keep` puts a row in, `drop` takes
    out all up to a number, `count` counts.
    """

    schema: str
    keep: str
    drop: str
    count: str
    limit: int


class SqliteQueue:
    """Rows that wait in a file of their own, the oldest of which are given up when there are too many.

    Numbers go on after a restart, so none is ever used twice. A kind of queue says in `queueing` how its rows
    are put in, and finds and forgets them by itself.
    """

    queueing: ClassVar[Queueing]

    def __init__(self, path: Path, connection: apsw.Connection, limit: int) -> None:
        self._path = path
        self._db = connection
        self._limit = limit
        self._thread = FileThread(path.stem)

    @classmethod
    def open(cls, path: Path, limit: int | None = None) -> Self:
        """Open or create a queue of at most `limit` rows, else of its usual size. Raises OperatorNeeded."""
        with opening(path) as connection:
            connection.execute(cls.queueing.schema)
            return cls(path, connection, cls.queueing.limit if limit is None else limit)

    def close(self) -> None:
        """Finish what is under way and close the file."""
        self._thread.close()
        self._db.close()

    async def waiting(self) -> int:
        """Count the rows."""
        rows = await self._thread.run(self._rows, self.queueing.count)
        return int(rows[0][0])

    def _keep(self, rows: Sequence[tuple[Any, ...]]) -> int:
        """Put rows in, durably; gives how many of the oldest had to go for them."""
        with self._writing():
            self._db.executemany(self.queueing.keep, rows)
            self._db.execute(self.queueing.drop, (self._last() - self._limit,))
            return self._db.changes()

    def _last(self) -> int:
        """Give the number of the row that was put in last, 0 if there never was one."""
        rows = self._rows(_NEWEST)
        return int(rows[0][0]) if rows else 0

    def _rows(self, sql: str, *values: str | int) -> list[tuple[Any, ...]]:
        with disk(self._path):
            return list(self._db.execute(sql, values))

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with disk(self._path), transaction(self._db):
            yield
