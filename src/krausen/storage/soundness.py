"""Whether an SQLite file of ours is sound, looked at beside whoever writes it."""

from pathlib import Path

import apsw

from krausen.storage.connection import reading_only
from krausen.storage.queue_sqlite import SqliteQueue

MOST = 10
"""Flaws that are named at most."""


def flaws_of(path: Path) -> list[str]:
    """Name what SQLite finds wrong with the pages of a file, at most ten. Raises OperatorNeeded."""
    with reading_only(path) as connection:
        said = [str(line) for (line,) in connection.execute(f"PRAGMA quick_check({MOST})")]
    return [] if said == ["ok"] else said


def waiting_in(path: Path, kind: type[SqliteQueue]) -> int:
    """Count what waits in a sound queue of an agent, which need not be there. Raises OperatorNeeded."""
    if not path.exists():
        return 0
    with reading_only(path) as connection:
        try:
            return int(next(iter(connection.execute(kind.queueing.count)))[0])
        except apsw.SQLError:  # a power cut left the file without its table, which the agent makes
            return 0
