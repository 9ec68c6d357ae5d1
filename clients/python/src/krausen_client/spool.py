"""A store on disk: what was taken survives a crash of the program, and is sent by the next one."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from krausen_client.errors import SpoolUnusable
from krausen_client.store import Key, Waiting

_LAYOUT = 1
_TABLE = """
CREATE TABLE IF NOT EXISTS waiting (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    adapter TEXT NOT NULL,
    node TEXT NOT NULL,
    timestamp TEXT NOT NULL,
    metric TEXT NOT NULL,
    value NOT NULL,
    UNIQUE (adapter, node, timestamp, metric)
)"""
_OF_KEY = "DELETE FROM waiting WHERE adapter = ? AND node = ? AND timestamp = ? AND metric = ?"
_ADD = "INSERT INTO waiting (adapter, node, timestamp, metric, value) VALUES (?, ?, ?, ?, ?)"
_COUNT = "SELECT count(*), ifnull(max(number), 0) FROM waiting"
_OLDEST = """
SELECT number, adapter, node, timestamp, metric, value FROM waiting
WHERE number <= ? ORDER BY number LIMIT ?"""


class Spool:
    """Keeps values in a SQLite file. One program uses it at a time.

    A value is in the file when `put` returns: that survives the end of the process, however it ends. A
    power cut may take the last seconds, never more and never the file. Every method raises SpoolUnusable.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._count = 0
        self._newest = 0
        with self._telling():
            self._db = sqlite3.connect(path, timeout=0, check_same_thread=False)
        try:
            with self._telling():
                self._open()
        except SpoolUnusable:
            self._db.close()
            raise

    def __len__(self) -> int:
        return self._count

    @property
    def newest(self) -> int:
        """The number of the value that came last, 0 before the first."""
        return self._newest

    def put(self, key: Key, value: float) -> None:
        """Take a value; it replaces the one of the same key."""
        with self._telling(), self._db:
            replaced = self._db.execute(_OF_KEY, key).rowcount
            self._newest = self._db.execute(_ADD, (*key, value)).lastrowid or self._newest
        self._count += 1 - replaced

    def oldest(self, most: int, until: int) -> Sequence[Waiting]:
        """Give the oldest values whose numbers are not above `until`."""
        with self._telling():
            rows = self._db.execute(_OLDEST, (until, most)).fetchall()
        return [Waiting(number, Key(*key), value) for number, *key, value in rows]

    def forget(self, gone: Iterable[Waiting]) -> None:
        """Let values go, but none that has been replaced since."""
        with self._telling(), self._db:
            numbers = [(one.number,) for one in gone]
            self._count -= self._db.executemany("DELETE FROM waiting WHERE number = ?", numbers).rowcount

    def close(self) -> None:
        """Let go of the file; what waits goes on waiting in it."""
        with self._telling():
            self._db.close()

    def _open(self) -> None:
        for pragma in ("locking_mode = EXCLUSIVE", "journal_mode = WAL", "synchronous = NORMAL"):
            self._db.execute(f"PRAGMA {pragma}")
        with self._db:
            self._db.execute("BEGIN EXCLUSIVE")
            layout = self._db.execute("PRAGMA user_version").fetchone()[0]
            if layout not in {0, _LAYOUT}:
                raise SpoolUnusable(f"{self._path} was written by a newer krausen-client: update this one.")
            self._db.execute(_TABLE)
            self._db.execute(f"PRAGMA user_version = {_LAYOUT}")
        found: tuple[int, int] = self._db.execute(_COUNT).fetchone()
        self._count, self._newest = found

    @contextmanager
    def _telling(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise SpoolUnusable(self._told(error)) from error

    def _told(self, error: sqlite3.Error) -> str:
        if "closed" in str(error):
            return f"{self._path} was closed: make another accumulator with it."
        if "locked" in str(error):
            return f"{self._path} is in use by another program: give each its own file."
        if isinstance(error, sqlite3.OperationalError):
            return f"{self._path} cannot be used ({error}): look at folder, rights and space on the disk."
        return f"{self._path} is damaged or no spool ({error}): move it away, and keep it to look into it."
