"""Opens SQLite files the way Krausen wants them, and says in plain words when the disk refuses."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import apsw

from krausen.errors import OperatorNeeded, StorageAway

OLDEST_SQLITE = 3051003
"""Older ones can corrupt a write-ahead log that several connections write."""

_PRAGMAS = {"journal_mode": "WAL", "synchronous": "FULL", "foreign_keys": "ON"}

_AWAY = (
    apsw.FullError,
    apsw.ReadOnlyError,
    apsw.BusyError,
    apsw.IOError,
    apsw.CantOpenError,
    apsw.LockedError,
    apsw.ProtocolError,
    apsw.PermissionsError,
    apsw.CorruptError,
    apsw.NotADBError,
)


@contextmanager
def opening(path: Path) -> Iterator[apsw.Connection]:
    """Open a file so that a commit survives a power cut; it is closed again if what follows fails.

    Raises OperatorNeeded when the file cannot be used.
    """
    if apsw.SQLITE_VERSION_NUMBER < OLDEST_SQLITE:
        raise OperatorNeeded(f"SQLite {apsw.sqlite_lib_version()} is too old; 3.51.3 or later is needed.")
    with ExitStack() as undo:
        try:
            connection = apsw.Connection(str(path))
            undo.callback(connection.close)
            connection.set_busy_timeout(5000)
            for name, value in _PRAGMAS.items():
                connection.pragma(name, value)
            yield connection
        except _AWAY as error:
            raise OperatorNeeded(f"{path} cannot be opened: {error}.") from error
        undo.pop_all()


@contextmanager
def reading_only(path: Path) -> Iterator[apsw.Connection]:
    """Open a file that is there to read it, beside whoever writes it. Raises OperatorNeeded."""
    try:
        connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
        try:
            connection.set_busy_timeout(5000)
            yield connection
        finally:
            connection.close()
    except _AWAY as error:
        raise OperatorNeeded(f"{path} cannot be read: {error}.") from error


@contextmanager
def disk(path: Path) -> Iterator[None]:
    """Turn what the disk refuses into StorageAway that names the file."""
    try:
        yield
    except _AWAY as error:
        raise StorageAway(
            f"{path.name} cannot be written or read now: {error}. Nothing was stored."
        ) from error


@contextmanager
def transaction(connection: apsw.Connection) -> Iterator[None]:
    """Commit everything that is done meanwhile, or on an error nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # SQLite itself has rolled back already when a disk was full or failed.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
