"""What an agent still owes the server, in one SQLite file beside the hardware."""

from collections.abc import Sequence
from pathlib import Path

import apsw
from msgspec import msgpack
from msgspec.structs import replace

from krausen.model.reading import Reading
from krausen.ports.outbox import LIMIT, Owed
from krausen.storage.queue_sqlite import Queueing, SqliteQueue

_encode = msgpack.Encoder().encode
_decode = msgpack.Decoder(Reading).decode

_SCHEMA = """
CREATE TABLE IF NOT EXISTS owed (n INTEGER PRIMARY KEY AUTOINCREMENT, reading BLOB);
CREATE TABLE IF NOT EXISTS moved (first INTEGER NOT NULL, last INTEGER NOT NULL, by_ms INTEGER NOT NULL);
"""
_OLDEST = "SELECT n, reading, (SELECT max(n) FROM owed) FROM owed WHERE n > ? AND n <= ? ORDER BY n LIMIT ?"
_FORGET = "DELETE FROM owed WHERE n <= ? AND n > ?"
_FORGET_MOVED = "DELETE FROM moved WHERE last < (SELECT coalesce(min(n), 1 << 62) FROM owed)"
_FAR = 2**62


class SqliteOutbox(SqliteQueue):
    """The outbox port on one file; its rows are readings.

    Times are moved when they are read, so that moving a month of readings writes one row.
    """

    queueing = Queueing(
        schema=_SCHEMA,
        keep="INSERT INTO owed (reading) VALUES (?)",
        drop="DELETE FROM owed WHERE n <= ?",
        count="SELECT count(*) FROM owed",
        limit=LIMIT,
    )

    def __init__(self, path: Path, connection: apsw.Connection, limit: int = LIMIT) -> None:
        super().__init__(path, connection, limit)
        self._given = self._last()
        self._moves: list[tuple[int, int, int]] = list(connection.execute("SELECT * FROM moved"))

    async def keep(self, readings: Sequence[Reading]) -> int:
        """Keep readings; when this returns they survive the process. Gives how many had to go for them."""
        return await self._thread.run(self._keep, [(_encode(reading),) for reading in readings])

    async def oldest(self, limit: int, after: int = 0, until: int | None = None) -> Owed | None:
        """Give up to `limit` of the oldest readings numbered beyond `after`, or None."""
        return await self._thread.run(self._oldest, limit, after, _FAR if until is None else until)

    async def forget(self, through: int, after: int = 0) -> None:
        """Drop everything numbered beyond `after`, up to and including `through`."""
        await self._thread.run(self._rows, _FORGET, through, after)

    async def newest(self) -> int:
        """Give the number of the reading that was kept last, 0 if there never was one."""
        return await self._thread.run(self._last)

    async def move(self, by_ms: int) -> None:
        """Move the times of what was kept since this outbox was opened, and which `oldest` never gave."""
        await self._thread.run(self._move, by_ms)

    def _oldest(self, limit: int, after: int, until: int) -> Owed | None:
        rows = self._rows(_OLDEST, after, until, limit)
        if not rows:
            return None
        through, _, newest = rows[-1]
        self._given = max(self._given, through)
        return Owed(through, tuple(self._reading(n, blob) for n, blob, _ in rows), newest - through)

    def _reading(self, n: int, blob: bytes) -> Reading:
        reading = _decode(blob)
        by_ms = sum(by_ms for first, last, by_ms in self._moves if first <= n <= last)
        return replace(reading, t=reading.t + by_ms) if by_ms else reading

    def _move(self, by_ms: int) -> None:
        with self._writing():
            move = (self._given + 1, self._last(), by_ms)
            self._db.execute(_FORGET_MOVED)
            self._db.execute("INSERT INTO moved VALUES (?, ?, ?)", move)
        self._moves.append(move)
