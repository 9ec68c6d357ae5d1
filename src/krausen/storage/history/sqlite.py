"""Readings in one SQLite file, with the registry of series in the same transactions.

What is stored goes into a log, one row a commit, and is on disk when that is acknowledged; from there it
moves into compressed days with roll-ups. Whoever reads sees both as one.
"""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from threading import Lock
from typing import TypeVar, TypeVarTuple, Unpack

import apsw
import structlog

from krausen.errors import OperatorNeeded, StorageAway
from krausen.model.reading import Reading
from krausen.model.series import SeriesName
from krausen.ports.history import Buckets, Bulk, Point, SeriesRecord, Stored, id_of
from krausen.storage.connection import disk, opening, transaction
from krausen.storage.group_commit import GroupCommit
from krausen.storage.history.archive import Archive
from krausen.storage.history.checkpoints import Checkpoints
from krausen.storage.history.layout import LAYOUT, laid_out
from krausen.storage.history.log import written
from krausen.storage.history.reading import Reader
from krausen.storage.history.registry import Known, Registry, points
from krausen.storage.history.replay import replayed
from krausen.storage.history.sealing import USUAL, Pace, Plan, Sealing
from krausen.storage.history.sorting import Batch, Sorter
from krausen.storage.thread import FileThread

log = structlog.get_logger()

SHORT = 1_000
"""Readings that are stored on the event loop, where the disk is quick."""

AT_ONCE = 4
"""Steps of sealing that are taken after a commit where it is behind."""

T = TypeVar("T")
Ts = TypeVarTuple("Ts")


class SqliteHistory:
    """The history port on one file. Open with `SqliteHistory.open`, close when done."""

    def __init__(self, path: Path, connection: apsw.Connection, pace: Pace = USUAL) -> None:
        self._path = path
        self._db = connection
        self._thread, self._aside = FileThread(path.stem), FileThread(f"{path.stem}-order")
        self._registry = Registry()
        head = replayed(connection, self._registry)
        self._head = head
        archive = Archive(connection)
        self._reader = Reader(archive, head)
        self._sorter = Sorter(self._reader, self._registry)
        self._sealing = Sealing(archive, head, self._registry, pace)
        self._checkpoints = Checkpoints(path, connection, pace.pages)
        self._is_planning = self._is_sealing = self._has_turn = False
        self._open = Lock()
        self._is_open = True
        self._commits: GroupCommit[Batch, Stored] = GroupCommit(self._thread, self._commit, self._is_short)

    @classmethod
    def open(cls, path: Path, pace: Pace = USUAL) -> "SqliteHistory":
        """Open or create a history file. Raises OperatorNeeded."""
        with opening(path) as connection:
            layout = connection.pragma("user_version")
            if layout not in range(LAYOUT + 1):
                raise OperatorNeeded(
                    f"{path} has layout {layout}, this version knows {LAYOUT}: update Krausen."
                )
            with transaction(connection):
                laid_out(connection, layout)
            return cls(path, connection, pace)

    def close(self) -> None:
        """Finish what is under way and close the file."""
        with self._open:
            self._is_open = False
        self._thread.close()
        self._aside.close()
        self._checkpoints.close()
        self._db.close()

    async def settle(self) -> None:
        """Wait until nothing is being sealed or copied."""
        while await self._thread.run(self._is_at_work):
            pass

    def newest_t(self) -> int:
        """Give the instant of the newest reading, UTC milliseconds, 0 while there is none."""
        return self._registry.newest() or 0

    async def declare(self, units: Sequence[tuple[SeriesName, str]]) -> None:
        """Register series with their units; a unit once declared stays."""
        await self._run(self._declare, units)

    async def store(self, readings: Sequence[Reading]) -> Stored:
        """Store all or, on an error, none. Raises Invalid for a value that is no number."""
        return await self._commits.put(Batch.of(readings))

    async def number_of(self, name: SeriesName) -> int | None:
        """Give the number of a series, or None."""
        return self._registry.number(name)

    async def store_bulk(self, bulk: Bulk) -> Stored:
        """Store as `store` does. Raises Invalid also for a number that no series has."""
        return await self._commits.put(Batch.of_bulk(bulk, self._registry))

    async def series(self) -> list[SeriesRecord]:
        """Give every series, ordered by name."""
        return self._registry.records()

    async def id_of(self, name: SeriesName) -> str | None:
        """Give the id of a series, or None."""
        number = self._registry.number(name)
        return None if number is None else id_of(number)

    async def name_of(self, id: str) -> SeriesName | None:
        """Give the name behind an id, or None."""
        known = self._registry.with_id(id)
        return None if known is None else known.name

    async def points(
        self, series: str, start: int, end: int, limit: int, *, with_bad: bool = True
    ) -> list[Point]:
        """Give at most `limit` readings with start <= t < end, oldest first."""
        known = self._registry.with_id(series)
        if known is None or start >= end:
            return []
        return points(await self._run(self._reader.first, known.number, (start, end), limit, with_bad))

    async def count(self, series: str, start: int, end: int) -> int:
        """Count the readings with start <= t < end that are not bad."""
        known = self._registry.with_id(series)
        if known is None or start >= end:
            return 0
        return await self._run(self._reader.count, known.number, start, end)

    async def buckets(self, series: str, start: int, end: int, width_ms: int) -> Buckets:
        """Gather what is not bad in buckets of `width_ms`, counted from `start`."""
        known = self._registry.with_id(series)
        if known is None or start >= end:
            return Buckets([], [], [], [], [])
        return await self._run(self._reader.buckets, known.number, (start, end), width_ms)

    async def _run(self, call: Callable[[Unpack[Ts]], T], *args: *Ts) -> T:
        return await self._thread.run(self._disk, call, *args)

    def _disk(self, call: Callable[[Unpack[Ts]], T], *args: *Ts) -> T:
        with disk(self._path):
            return call(*args)

    def _declare(self, units: Sequence[tuple[SeriesName, str]]) -> None:
        first: dict[SeriesName, str] = {}
        for name, unit in units:
            first[name] = first.get(name) or unit
        with transaction(self._db):
            learnt = [self._with_unit(self._found(name), unit) for name, unit in first.items()]
        self._registry.learn(learnt)

    def _with_unit(self, known: Known, unit: str) -> Known:
        if known.unit or not unit:
            return known
        self._db.execute("UPDATE series SET unit = ? WHERE id = ?", (unit, known.number))
        return Known(known.number, known.name, unit)

    def _found(self, name: SeriesName) -> Known:
        known = self._registry.named(name)
        if known is not None:
            return known
        parts = (name.adapter, name.node, name.metric)
        self._db.execute("INSERT OR IGNORE INTO series (adapter, node, metric) VALUES (?, ?, ?)", parts)
        sql = "SELECT id, unit FROM series WHERE adapter = ? AND node = ? AND metric = ?"
        number, unit = next(iter(self._db.execute(sql, parts)))
        return Known(number, name, unit)

    def _commit(self, batches: list[Batch]) -> list[Stored]:
        """Write batches down in one commit."""
        with disk(self._path):
            with transaction(self._db):
                names = dict.fromkeys(name for batch in batches for name in batch.names)
                found = {name: self._found(name) for name in names}
                numbers = {name: known.number for name, known in found.items()}
                records, stored = self._sorter.sorted(batches, numbers)
                if len(records):
                    self._db.execute("INSERT INTO log (b) VALUES (?)", (written(records),))
            self._registry.learn(found.values())
            self._head.add(records)
            self._registry.add(records)
        self._seal_on()
        return stored

    def _is_at_work(self) -> bool:
        return self._is_sealing or self._is_planning or self._has_turn or self._checkpoints.is_copying

    def _is_short(self, batches: list[Batch]) -> bool:
        """Tell whether a commit is so little work that the event loop can wait for it."""
        return not self._is_sealing and sum(len(batch.records) for batch in batches) <= SHORT

    def _seal_on(self) -> None:
        """Have put in order and sealed what waits, in short steps between which others have their turn.

        Where it is behind, some are taken at once.
        """
        self._checkpoints.keep_short()
        for _ in range(AT_ONCE):
            if self._is_sealing and self._sealing.behind():
                self._step()
        is_busy = self._has_turn or self._is_planning
        if not is_busy and (self._is_sealing or self._sealing.due()):
            self._has_turn = True
            self._thread.later(self._take_turn)

    def _take_turn(self) -> None:
        self._has_turn = False
        if self._is_sealing:
            self._step()
        elif not self._is_planning and self._sealing.due():
            self._plan()
        self._seal_on()

    def _plan(self) -> None:
        """Have it seen in the other thread what is to be sealed; that takes too long for others to wait."""
        try:
            with disk(self._path):
                planning = self._sealing.planning()
        except StorageAway as error:
            log.warning("history.not_sealed", detail=f"{error} It is tried again when more has come.")
        else:
            self._is_planning = True
            self._aside.later(partial(self._plan_aside, planning))

    def _plan_aside(self, planning: Callable[[], Plan]) -> None:
        plan = planning()
        with self._open:
            if self._is_open:
                self._thread.later(partial(self._begin, plan))

    def _begin(self, plan: Plan) -> None:
        self._is_planning, self._is_sealing = False, self._sealing.begin(plan)
        self._seal_on()

    def _step(self) -> None:
        try:
            with disk(self._path), transaction(self._db):
                self._is_sealing = self._sealing.step()
        except StorageAway as error:
            log.warning("history.not_sealed", detail=f"{error} It is tried again when more has come.")
            self._sealing.give_up()
            self._is_sealing = False
        else:
            if not self._is_sealing:
                self._sealing.end()
