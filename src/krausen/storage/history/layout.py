"""The tables of a history file, and how a file of an earlier layout becomes one of this."""

import zlib
from collections.abc import Iterator
from itertools import islice

import apsw
import numpy as np
import structlog

from krausen.storage.history.archive import Archive
from krausen.storage.history.chunks import by_day
from krausen.storage.history.columns import Columns, columns
from krausen.storage.history.log import records, written

log = structlog.get_logger()

LAYOUT = 3
ROWS = 100_000
"""Rows of the first layout that are taken at a time."""

_SERIES = """
CREATE TABLE IF NOT EXISTS series (
    id INTEGER PRIMARY KEY,
    adapter TEXT NOT NULL, node TEXT NOT NULL, metric TEXT NOT NULL,
    unit TEXT NOT NULL DEFAULT '',
    UNIQUE (adapter, node, metric)
);
"""
_SUMMARY = """
ALTER TABLE series ADD COLUMN n INTEGER NOT NULL DEFAULT 0;
ALTER TABLE series ADD COLUMN first INTEGER;
ALTER TABLE series ADD COLUMN last INTEGER;
ALTER TABLE series ADD COLUMN v REAL;
ALTER TABLE series ADD COLUMN q INTEGER;
"""
_REST = """
CREATE TABLE log (seq INTEGER PRIMARY KEY, b BLOB NOT NULL);
CREATE TABLE sealed (id INTEGER PRIMARY KEY, through INTEGER NOT NULL);
CREATE TABLE chunk (id INTEGER PRIMARY KEY, n INTEGER NOT NULL, b BLOB NOT NULL);
CREATE TABLE rollup (id INTEGER PRIMARY KEY, b BLOB NOT NULL);
CREATE TABLE damaged (
    number INTEGER PRIMARY KEY,
    what TEXT NOT NULL, series INTEGER, start INTEGER, end INTEGER,
    b BLOB NOT NULL
);
"""
"""`series` says what is sealed of each; `log` holds what is not; `sealed` which days of the log already are;
`unrolled` which chunks are not in the roll-ups as they should be.

A chunk's id is series << 32 | day + 2**31, a roll-up's series << 33 | level << 32 | block + 2**31.
"""


_UNROLLED = "CREATE TABLE unrolled (id INTEGER PRIMARY KEY);"

_SECOND_RECORD = np.dtype([("series", "<u4"), ("t", "<i8"), ("v", "<f8"), ("code", "u1")])
"""What the log of the second layout consists of, behind a checksum."""


def laid_out(connection: apsw.Connection, layout: int) -> None:
    """Bring an empty file or one of an earlier layout to this one. Belongs into a transaction."""
    if layout == LAYOUT:
        return
    if layout < 2:
        connection.execute(_SERIES + _SUMMARY + _REST)
    connection.execute(_UNROLLED)
    if layout == 1:
        _pack(connection)
    if layout == 2:
        _write_anew(connection)
    connection.pragma("user_version", LAYOUT)


def _pack(connection: apsw.Connection) -> None:
    """Turn the rows of the first layout, one for each reading, into chunks."""
    log.info("history.packing", detail="The history is brought into a smaller form; this happens once.")
    archive = Archive(connection)
    numbers = [number for (number,) in connection.execute("SELECT id FROM series")]
    for number in numbers:
        for stretch in _stretches(connection, number):
            archive.seal(number, by_day(stretch))
    connection.execute("DROP TABLE reading")
    log.info("history.packed", detail=f"The history of {len(numbers)} series is in its smaller form.")


def _stretches(connection: apsw.Connection, number: int) -> Iterator[Columns]:
    found = connection.execute("SELECT t, v, q FROM reading WHERE series = ? ORDER BY t", (number,))
    while rows := list(islice(found, ROWS)):
        yield columns(*zip(*rows, strict=True))


def _write_anew(connection: apsw.Connection) -> None:
    """Turn the log of the second layout into columns; what is damaged stays so, for whoever reads it."""
    for (seq,) in connection.execute("SELECT seq FROM log ORDER BY seq").fetchall():
        (blob,) = next(iter(connection.execute("SELECT b FROM log WHERE seq = ?", (seq,))))
        body = memoryview(blob)[4:]
        if zlib.crc32(body).to_bytes(4, "little") == blob[:4] and not len(body) % _SECOND_RECORD.itemsize:
            old = np.frombuffer(body, _SECOND_RECORD)
            new = written(records(old["series"], old["t"], old["v"], old["code"]))
            connection.execute("UPDATE log SET b = ? WHERE seq = ?", (new, seq))
