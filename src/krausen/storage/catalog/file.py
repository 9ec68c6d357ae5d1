"""One SQLite file, one connection, one thread, and one transaction for each call."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Self, TypeVar, TypeVarTuple

from msgspec import json
from sqlalchemy import Connection, Engine, StaticPool, create_engine, event, insert
from sqlalchemy.exc import DatabaseError, OperationalError

from krausen.errors import OperatorNeeded, StorageAway
from krausen.model.journal import JournalEntry
from krausen.storage.catalog import tables
from krausen.storage.catalog.rows import row_of
from krausen.storage.thread import FileThread

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON")


class CatalogFile:
    """An open file and how it is read and changed."""

    def __init__(self, path: Path, engine: Engine) -> None:
        self._path = path
        self._reading = engine
        self._writing = engine.execution_options(writing=True)
        self._thread = FileThread(path.stem)

    @classmethod
    def open(cls, path: Path, *, patience_s: float = 5.0) -> Self:
        """Open a file, or create one that only its owner may read, for it holds the digests of secrets.

        Whenever another program holds it, a call waits for up to `patience_s` seconds. Raises OperatorNeeded
        when it cannot be opened or was written by a newer version of Krausen.
        """
        engine = _engine(path, patience_s)
        with ExitStack() as undo:
            undo.callback(engine.dispose)
            try:
                path.touch(mode=0o600)
                _lay_out(engine, path)
            except OSError as error:
                raise OperatorNeeded(f"{path} cannot be opened: {error.strerror}.") from error
            except DatabaseError as error:
                raise OperatorNeeded(f"{path} cannot be opened: {error.orig}.") from error
            undo.pop_all()
        return cls(path, engine)

    def close(self) -> None:
        """Finish what is under way and close the file."""
        self._thread.close()
        self._reading.dispose()

    async def _read(self, call: Callable[[Connection, *Ts], T], *args: *Ts) -> T:
        return await self._thread.run(self._done, self._reading, call, args)

    async def _write(self, call: Callable[[Connection, *Ts], T], *args: *Ts) -> T:
        return await self._thread.run(self._done, self._writing, call, args)

    async def _change(self, entry: JournalEntry, call: Callable[[Connection, *Ts], T], *args: *Ts) -> T:
        return await self._write(_noted, [entry], call, args)

    async def _change_many(
        self, entries: Sequence[JournalEntry], call: Callable[[Connection, *Ts], T], *args: *Ts
    ) -> T:
        return await self._write(_noted, entries, call, args)

    def _done(self, engine: Engine, call: Callable[[Connection, *Ts], T], args: tuple[*Ts]) -> T:
        with _disk(self._path), engine.begin() as connection:
            return call(connection, *args)


def _noted(
    connection: Connection,
    entries: Sequence[JournalEntry],
    call: Callable[[Connection, *Ts], T],
    args: tuple[*Ts],
) -> T:
    result = call(connection, *args)
    for entry in entries:
        connection.execute(insert(tables.journal).values(row_of(entry)))
    return result


@contextmanager
def _disk(path: Path) -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        told = f"{path.name} cannot be written or read now: {error.orig}. Nothing was stored."
        raise StorageAway(told) from error
    except DatabaseError as error:
        if type(error) is not DatabaseError:
            raise
        raise OperatorNeeded(f"{path} is damaged: {error.orig}. Restore a backup of it.") from error


def _engine(path: Path, patience_s: float) -> Engine:
    engine = create_engine(
        "sqlite://",
        creator=lambda: _connect(path, patience_s),
        poolclass=StaticPool,
        json_serializer=lambda value: json.encode(value).decode(),
        json_deserializer=json.decode,
    )
    event.listen(engine, "begin", _begin)
    return engine


def _connect(path: Path, patience_s: float) -> sqlite3.Connection:
    with ExitStack() as undo:
        connection = sqlite3.connect(path, timeout=patience_s, isolation_level=None, check_same_thread=False)
        undo.callback(connection.close)
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        undo.pop_all()
    return connection


def _begin(connection: Connection) -> None:
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _lay_out(engine: Engine, path: Path) -> None:
    layout = _layout(engine)
    if layout > tables.LAYOUT:
        raise OperatorNeeded(
            f"{path} has layout {layout}, this version knows {tables.LAYOUT}: update Krausen."
        )
    if 0 < layout < tables.LAYOUT:
        _upgrade(path)
    with engine.execution_options(writing=True).begin() as connection:
        tables.catalog.create_all(connection)
        connection.exec_driver_sql(f"PRAGMA user_version = {tables.LAYOUT}")


def _layout(engine: Engine) -> int:
    with engine.begin() as connection:
        layout: Any = connection.exec_driver_sql("PRAGMA user_version").scalar()
    return int(layout)


def _upgrade(path: Path) -> None:
    """Have a file upgraded by a process of its own, so that this one never holds what that takes."""
    command = [sys.executable, "-m", "krausen.storage.migrations", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        told = done.stderr.strip().rpartition("\n")[2]
        raise OperatorNeeded(told or f"{path} could not be upgraded.")
