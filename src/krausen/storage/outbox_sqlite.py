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

    async def oldest(self, limit: int) -> Owed | None:
        """Give up to `limit` of the oldest readings, or None when nothing is owed."""
        rows = await self._thread.run(self._rows, "SELECT n, reading FROM owed ORDER BY n LIMIT ?", limit)
        return Owed(rows[-1][0], tuple(_decode(blob) for _, blob in rows)) if rows else None

    async def forget(self, through: int) -> None:
        """Drop everything up to and including this number."""
        await self._thread.run(self._rows, "DELETE FROM owed WHERE n <= ?", through)

    async def waiting(self) -> int:
        """Count the readings that are owed."""
        rows = await self._thread.run(self._rows, "SELECT 0, count(*) FROM owed WHERE n >= ?", 0)
        return int(rows[0][1])

    def _keep(self, blobs: Sequence[tuple[bytes]]) -> None:
        with disk(self._path), transaction(self._db):
            self._db.executemany("INSERT INTO owed (reading) VALUES (?)", blobs)

    def _rows(self, sql: str, value: int) -> list[tuple[int, Any]]:
        with disk(self._path):
            return list(self._db.execute(sql, (value,)))
