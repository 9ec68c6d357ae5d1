"""Opens SQLite files the way Krausen wants them, and says in plain words when the disk refuses."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw

from krausen.errors import OperatorNeeded, StorageAway

OLDEST_SQLITE = 3051003
"""Older ones can corrupt a write-ahead log that several connections write."""

_AWAY = (apsw.FullError, apsw.ReadOnlyError, apsw.BusyError, apsw.IOError, apsw.CantOpenError, apsw.LockedError)


def connect(path: Path) -> apsw.Connection:
    """Open a file so that a commit survives a power cut. Raises OperatorNeeded when it cannot be opened."""
    if apsw.SQLITE_VERSION_NUMBER < OLDEST_SQLITE:
        raise OperatorNeeded(f"SQLite {apsw.sqlite_lib_version()} is too old; 3.51.3 or later is needed.")
    try:
        connection = apsw.Connection(str(path))
        connection.set_busy_timeout(5000)
        connection.execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON")
    except (*_AWAY, apsw.NotADBError) as error:
        raise OperatorNeeded(f"{path} cannot be opened: {error}.") from error
    return connection


@contextmanager
def disk(path: Path) -> Iterator[None]:
    """Turn what the disk refuses into StorageAway that names the file."""
    try:
        yield
    except _AWAY as error:
        raise StorageAway(f"{path.name} cannot be written or read now: {error}. Nothing was stored.") from error
