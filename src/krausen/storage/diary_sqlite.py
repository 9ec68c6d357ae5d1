"""Why vessels were heated or cooled, in one SQLite file beside the hardware, until the server has it."""

from collections.abc import Sequence
from pathlib import Path

import apsw
from msgspec import msgpack
from msgspec.structs import replace

from krausen.model.reason import Reason
from krausen.ports.diary import LIMIT, Line, Unsent
from krausen.storage.queue_sqlite import Queueing, SqliteQueue

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
_FORGET = "DELETE FROM unsent WHERE vessel = ? AND n <= ?"
_MOVE = "UPDATE unsent SET at = at + ? WHERE vessel = ? AND n > ?"


class SqliteDiary(SqliteQueue):
    """The diary port on one file; its rows are reasons."""

    queueing = Queueing(
        schema=_SCHEMA,
        keep="INSERT INTO unsent (vessel, at, reason) VALUES (?, ?, ?)",
        drop="DELETE FROM unsent WHERE n <= ?",
        count="SELECT count(*) FROM unsent",
        limit=LIMIT,
    )

    def __init__(self, path: Path, connection: apsw.Connection, limit: int = LIMIT) -> None:
        super().__init__(path, connection, limit)
        self._before = self._last()
        self._given: dict[str, int] = {}

    async def keep(self, lines: Sequence[Line]) -> int:
        """Keep reasons; when this returns they survive the process. Gives how many had to go for them."""
        return await self._thread.run(self._keep, [(vessel, one.at, _encode(one)) for vessel, one in lines])

    async def oldest(self, limit: int) -> Unsent | None:
        """Give up to `limit` reasons of the vessel that has the oldest of all, or None."""
        return await self._thread.run(self._oldest, limit)

    async def forget(self, vessel: str, through: int) -> None:
        """Drop what is numbered up to and including `through` of a vessel."""
        await self._thread.run(self._rows, _FORGET, vessel, through)

    async def move(self, by_ms: int) -> None:
        """Move the times of what was kept since this diary was opened, and which `oldest` never gave."""
        await self._thread.run(self._move, by_ms)

    def _oldest(self, limit: int) -> Unsent | None:
        rows = self._rows(_OLDEST, limit)
        if not rows:
            return None
        through, vessel = int(rows[-1][0]), str(rows[-1][1])
        self._given[vessel] = max(self._given.get(vessel, 0), through)
        return Unsent(vessel, through, tuple(replace(_decode(blob), at=at) for _, _, at, blob in rows))

    def _move(self, by_ms: int) -> None:
        with self._writing():
            for (vessel,) in list(self._db.execute("SELECT DISTINCT vessel FROM unsent")):
                after = max(self._before, self._given.get(vessel, 0))
                self._db.execute(_MOVE, (by_ms, vessel, after))
