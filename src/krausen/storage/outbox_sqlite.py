"""What an agent still owes the server, in one SQLite file beside the hardware."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import apsw
from msgspec import msgpack

from krausen.model.reading import Reading
from krausen.ports.outbox import Owed
from krausen.storage.connection import disk, opening, transaction
from krausen.storage.thread import FileThread

_encode = msgpack.Encoder().encode
_decode = msgpack.Decoder(Reading).decode

_OLDEST = "SELECT n, reading, (SELECT max(n) FROM owed) FROM owed WHERE n > ? ORDER BY n LIMIT ?"


class SqliteOutbox:
    """The outbox port on one file. Numbers go on after a restart, so none is ever used twice."""

    def __init__(self, path: Path, connection: apsw.Connection) -> None:
        self._path = path
        self._db = connection
        self._thread = FileThread(path.stem)

    @classmethod
    def open(cls, path: Path) -> "SqliteOutbox":
        """Open or create an outbox. Raises OperatorNeeded."""
        with opening(path) as connection:
            connection.execute(
                "CREATE TABLE IF NOT EXISTS owed (n INTEGER PRIMARY KEY AUTOINCREMENT, reading BLOB)"
            )
            return cls(path, connection)

    def close(self) -> None:
        """Finish what is under way and close the file."""
        self._thread.close()
        self._db.close()

    async def keep(self, readings: Sequence[Reading]) -> None:
        """Keep readings; when this returns they survive the process."""
        await self._thread.run(self._keep, [(_encode(reading),) for reading in readings])

    async def oldest(self, limit: int, after: int = 0) -> Owed | None:
        """Give up to `limit` of the oldest readings numbered beyond `after`, or None."""
        rows = await self._thread.run(self._rows, _OLDEST, after, limit)
        if not rows:
            return None
        through, _, last = rows[-1]
        # Numbers have no gaps: they are given in transactions, and only the oldest ever go.
        return Owed(through, tuple(_decode(blob) for _, blob, _ in rows), last - through)

    async def forget(self, through: int) -> None:
        """Drop everything up to and including this number."""
        await self._thread.run(self._rows, "DELETE FROM owed WHERE n <= ?", through)

    async def waiting(self) -> int:
        """Count the readings that are owed."""
        rows = await self._thread.run(self._rows, "SELECT count(*) FROM owed")
        return int(rows[0][0])

    def _keep(self, blobs: Sequence[tuple[bytes]]) -> None:
        with disk(self._path), transaction(self._db):
            self._db.executemany("INSERT INTO owed (reading) VALUES (?)", blobs)

    def _rows(self, sql: str, *values: int) -> list[tuple[Any, ...]]:
        with disk(self._path):
            return list(self._db.execute(sql, values))
