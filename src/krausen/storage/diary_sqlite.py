"""Why vessels were heated or cooled, in one SQLite file beside the hardware, until the server has it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import apsw
from msgspec import msgpack
from msgspec.structs import replace

from krausen.model.reason import Reason
from krausen.ports.diary import LIMIT, Line, Unsent
from krausen.storage.connection import disk, opening, transaction
from krausen.storage.thread import FileThread

_encode = msgpack.Encoder().encode
_decode = msgpack.Decoder(Reason).decode

_SCHEMA = """
CREATE TABLE IF NOT EXISTS unsent (
    n INTEGER PRIMARY KEY AUTOINCREMENT, vessel TEXT NOT NULL, at INTEGER NOT NULL, reason BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS unsent_of_vessel ON unsent (vessel, n);
"""
_OLDEST = """
SELECT n, vessel, at, reason FROM unsent
WHERE vessel = (SELECT vessel FROM unsent ORDER BY n LIMIT 1) ORDER BY n LIMIT ?
"""
_NEWEST = "SELECT seq FROM sqlite_sequence WHERE name = 'unsent'"


class SqliteDiary:
    """The diary port on one file. Numbers go on after a restart, so none is ever used twice."""

    def __init__(self, path: Path, connection: apsw.Connection, limit: int = LIMIT) -> None:
        self._path = path
        self._db = connection
        self._limit = limit
        self._thread = FileThread(path.stem)
        self._before = self._last()
        self._given: dict[str, int] = {}

    @classmethod
    def open(cls, path: Path, limit: int = LIMIT) -> "SqliteDiary":
        """Open or create a diary of at most `limit` reasons. Raises OperatorNeeded."""
        with opening(path) as connection:
            connection.execute(_SCHEMA)
            return cls(path, connection, limit)

    def close(self) -> None:
        """Finish what is under way and close the file."""
        self._thread.close()
        self._db.close()

    async def keep(self, lines: Sequence[Line]) -> int:
        """Keep reasons; when this returns they survive the process. Gives how many had to go for them."""
        return await self._thread.run(self._keep, [(vessel, one.at, _encode(one)) for vessel, one in lines])

    async def oldest(self, limit: int) -> Unsent | None:
        """Give up to `limit` reasons of the vessel that has the oldest of all, or None."""
        return await self._thread.run(self._oldest, limit)

    async def forget(self, vessel: str, through: int) -> None:
        """Drop what is numbered up to and including `through` of a vessel."""
        await self._thread.run(self._rows, "DELETE FROM unsent WHERE vessel = ? AND n <= ?", vessel, through)

    async def move(self, by_ms: int) -> None:
        """Move the times of what was kept since this diary was opened, and which `oldest` never gave."""
        await self._thread.run(self._move, by_ms)

    async def waiting(self) -> int:
        """Count the reasons that the server does not have yet."""
        rows = await self._thread.run(self._rows, "SELECT count(*) FROM unsent")
        return int(rows[0][0])

    def _keep(self, rows: Sequence[tuple[str, int, bytes]]) -> int:
        with disk(self._path), transaction(self._db):
            self._db.executemany("INSERT INTO unsent (vessel, at, reason) VALUES (?, ?, ?)", rows)
            self._db.execute("DELETE FROM unsent WHERE n <= ?", (self._last() - self._limit,))
            return self._db.changes()

    def _oldest(self, limit: int) -> Unsent | None:
        rows = self._rows(_OLDEST, limit)
        if not rows:
            return None
        through, vessel = int(rows[-1][0]), str(rows[-1][1])
        self._given[vessel] = max(self._given.get(vessel, 0), through)
        return Unsent(vessel, through, tuple(replace(_decode(blob), at=at) for _, _, at, blob in rows))

    def _move(self, by_ms: int) -> None:
        with disk(self._path), transaction(self._db):
            for (vessel,) in list(self._db.execute("SELECT DISTINCT vessel FROM unsent")):
                after = max(self._before, self._given.get(vessel, 0))
                move = "UPDATE unsent SET at = at + ? WHERE vessel = ? AND n > ?"
                self._db.execute(move, (by_ms, vessel, after))

    def _last(self) -> int:
        with disk(self._path):
            return int(next(iter(self._db.execute(_NEWEST)), (0,))[0])

    def _rows(self, sql: str, *values: str | int) -> list[tuple[Any, ...]]:
        with disk(self._path):
            return list(self._db.execute(sql, values))
