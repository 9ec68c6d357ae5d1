"""Readings as rows of one SQLite file, with the registry of series in the same transaction."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from math import isfinite
from pathlib import Path
from typing import Any, TypeVar, TypeVarTuple, Unpack

import apsw
from msgspec.structs import replace

from krausen.errors import Invalid, OperatorNeeded
from krausen.model.reading import Quality, Reading
from krausen.model.series import SeriesName
from krausen.ports.history import Buckets, Point, SeriesRecord, Stored
from krausen.storage.connection import disk, opening, transaction
from krausen.storage.thread import FileThread

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

LAYOUT = 1
_SCHEMA = """
CREATE TABLE IF NOT EXISTS series (
    id INTEGER PRIMARY KEY,
    adapter TEXT NOT NULL, node TEXT NOT NULL, metric TEXT NOT NULL,
    unit TEXT NOT NULL DEFAULT '',
    UNIQUE (adapter, node, metric)
);
CREATE TABLE IF NOT EXISTS reading (
    series INTEGER NOT NULL REFERENCES series, t INTEGER NOT NULL, v REAL NOT NULL, q INTEGER NOT NULL,
    PRIMARY KEY (series, t)
) WITHOUT ROWID;
"""
_QUALITIES = (Quality.GOOD, Quality.DOUBTFUL, Quality.BAD)
_CODES = {quality: code for code, quality in enumerate(_QUALITIES)}
_BAD = _CODES[Quality.BAD]


class SqliteHistory:
    """The history port on one file. Open with `SqliteHistory.open`, close when done."""

    def __init__(self, path: Path, connection: apsw.Connection) -> None:
        self._path = path
        self._db = connection
        self._thread = FileThread(path.stem)
        self._known: dict[SeriesName, SeriesRecord] = {}
        self._names: dict[str, SeriesName] = {}

    @classmethod
    def open(cls, path: Path) -> "SqliteHistory":
        """Open or create a history file. Raises OperatorNeeded."""
        with opening(path) as connection:
            layout = connection.pragma("user_version")
            if layout not in (0, LAYOUT):
                raise OperatorNeeded(
                    f"{path} has layout {layout}, this version knows {LAYOUT}: update Krausen."
                )
            with transaction(connection):
                connection.execute(_SCHEMA)
                connection.pragma("user_version", LAYOUT)
            history = cls(path, connection)
            history._learn(_read_known(connection))
            return history

    def close(self) -> None:
        """Finish what is under way and close the file."""
        self._thread.close()
        self._db.close()

    def newest_t(self) -> int:
        """Give the instant of the newest reading, UTC milliseconds, 0 while there is none."""
        return max((info.last or 0 for info in self._known.values()), default=0)

    async def declare(self, units: Sequence[tuple[SeriesName, str]]) -> None:
        """Register series with their units; a unit once declared stays."""
        await self._run(self._declare, units)

    async def store(self, readings: Sequence[Reading]) -> Stored:
        """Store all or, on an error, none. Raises Invalid for a value that is no number."""
        return await self._run(self._store, readings)

    async def series(self) -> list[SeriesRecord]:
        """Give every series, ordered by name."""
        known = self._known.copy()
        return [known[name] for name in sorted(known)]

    async def id_of(self, name: SeriesName) -> str | None:
        """Give the id of a series, or None."""
        info = self._known.get(name)
        return None if info is None else info.id

    async def name_of(self, id: str) -> SeriesName | None:
        """Give the name behind an id, or None."""
        return self._names.get(id)

    async def points(
        self, series: str, start: int, end: int, limit: int, *, with_bad: bool = True
    ) -> list[Point]:
        """Give at most `limit` readings with start <= t < end, oldest first."""
        worst = _BAD if with_bad else _BAD - 1
        rows = await self._run(self._rows, _POINTS, (self._id(series), start, end, worst, limit))
        return [Point(t, v, _QUALITIES[q]) for t, v, q in rows]

    async def count(self, series: str, start: int, end: int) -> int:
        """Count the readings with start <= t < end that are not bad."""
        rows = await self._run(self._rows, _COUNT, (self._id(series), start, end, _BAD))
        return int(rows[0][0])

    async def buckets(self, series: str, start: int, end: int, width_ms: int) -> Buckets:
        """Gather what is not bad in buckets of `width_ms`, counted from `start`."""
        rows = await self._run(self._rows, _BUCKETS, (start, width_ms, self._id(series), start, end, _BAD))
        t, low, mean, high, n = map(list, zip(*rows, strict=True)) if rows else ([], [], [], [], [])
        return Buckets([start + b * width_ms for b in t], low, mean, high, n)

    def _id(self, series: str) -> int:
        return _number(series) if series in self._names else -1

    async def _run(self, call: Callable[[Unpack[Ts]], T], *args: *Ts) -> T:
        return await self._thread.run(call, *args)

    def _rows(self, sql: str, values: tuple[object, ...]) -> list[tuple[Any, ...]]:
        with disk(self._path):
            return list(self._db.execute(sql, values))

    def _declare(self, units: Sequence[tuple[SeriesName, str]]) -> None:
        first: dict[SeriesName, str] = {}
        for name, unit in units:
            first[name] = first.get(name) or unit
        with disk(self._path), transaction(self._db):
            learnt = [self._with_unit(self._found(name), unit) for name, unit in first.items()]
        self._learn(learnt)

    def _with_unit(self, info: SeriesRecord, unit: str) -> SeriesRecord:
        if info.unit or not unit:
            return info
        self._db.execute("UPDATE series SET unit = ? WHERE id = ?", (unit, _number(info.id)))
        return replace(info, unit=unit)

    def _store(self, readings: Sequence[Reading]) -> Stored:
        groups: dict[SeriesName, dict[int, Point]] = {}
        for reading in readings:
            if not isfinite(reading.v):
                raise Invalid(f"{reading.series} has the value {reading.v}, which is no number.")
            groups.setdefault(reading.series, {})[reading.t] = Point(reading.t, reading.v, reading.quality)
        with disk(self._path), transaction(self._db):
            done = [
                self._store_one(self._found(name), list(points.values())) for name, points in groups.items()
            ]
        self._learn(info for info, _ in done)
        new = sum(stored.new for _, stored in done)
        corrected = sum(stored.corrected for _, stored in done)
        return Stored(new, corrected, len(readings) - new - corrected)

    def _store_one(self, info: SeriesRecord, points: Sequence[Point]) -> tuple[SeriesRecord, Stored]:
        number = _number(info.id)
        new = self._changed(_INSERT, [(number, p.t, p.v, _CODES[p.quality]) for p in points])
        corrected = 0
        if new < len(points):
            values = [(p.v, _CODES[p.quality], number, p.t, p.v, _CODES[p.quality]) for p in points]
            corrected = self._changed(_CORRECT, values)
        newest = max(points, key=lambda point: point.t)
        latest = newest if info.latest is None or newest.t >= info.latest.t else info.latest
        first = min(point.t for point in points)
        info = replace(
            info,
            first=first if info.first is None else min(first, info.first),
            last=latest.t,
            count=info.count + new,
            latest=latest,
        )
        return info, Stored(new, corrected)

    def _changed(self, sql: str, rows: Sequence[tuple[object, ...]]) -> int:
        before = self._db.total_changes()
        self._db.executemany(sql, rows)
        return self._db.total_changes() - before

    def _found(self, name: SeriesName) -> SeriesRecord:
        known = self._known.get(name)
        if known is not None:
            return known
        parts = (name.adapter, name.node, name.metric)
        self._db.execute("INSERT OR IGNORE INTO series (adapter, node, metric) VALUES (?, ?, ?)", parts)
        sql = "SELECT id, unit FROM series WHERE adapter = ? AND node = ? AND metric = ?"
        number, unit = next(self._db.execute(sql, parts))
        return SeriesRecord(id=f"s{number}", name=name, unit=unit)

    def _learn(self, infos: Iterable[SeriesRecord]) -> None:
        for info in infos:
            self._known[info.name] = info
            self._names[info.id] = info.name


_INSERT = "INSERT OR IGNORE INTO reading (series, t, v, q) VALUES (?, ?, ?, ?)"
_CORRECT = "UPDATE reading SET v = ?, q = ? WHERE series = ? AND t = ? AND (v IS NOT ? OR q IS NOT ?)"
_POINTS = "SELECT t, v, q FROM reading WHERE series = ? AND t >= ? AND t < ? AND q <= ? ORDER BY t LIMIT ?"
_COUNT = "SELECT count(*) FROM reading WHERE series = ? AND t >= ? AND t < ? AND q < ?"
_BUCKETS = """
SELECT (t - ?) / ? AS b, min(v), avg(v), max(v), count(*) FROM reading
WHERE series = ? AND t >= ? AND t < ? AND q < ? GROUP BY b ORDER BY b
"""
_KNOWN = """
SELECT series.id, adapter, node, metric, unit, first, last, n, newest.v, newest.q
FROM series
LEFT JOIN (SELECT series, min(t) AS first, max(t) AS last, count(*) AS n FROM reading GROUP BY series) AS span
    ON span.series = series.id
LEFT JOIN reading AS newest ON newest.series = series.id AND newest.t = last
"""


def _number(id: str) -> int:
    return int(id[1:])


def _read_known(connection: apsw.Connection) -> Iterator[SeriesRecord]:
    for number, adapter, node, metric, unit, first, last, n, v, q in connection.execute(_KNOWN):
        yield SeriesRecord(
            id=f"s{number}",
            name=SeriesName(adapter, node, metric),
            unit=unit,
            first=first,
            last=last,
            count=n or 0,
            latest=None if last is None else Point(last, v, _QUALITIES[q]),
        )
