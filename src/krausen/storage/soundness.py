"""Whether an SQLite file of ours is sound, looked at beside whoever writes it."""

from pathlib import Path

from krausen.storage.connection import reading_only

MOST = 10
"""Flaws that are named at most."""


def flaws_of(path: Path) -> list[str]:
    """Name what SQLite finds wrong with the pages of a file, at most ten. Raises OperatorNeeded."""
    with reading_only(path) as connection:
        said = [str(line) for (line,) in connection.execute(f"PRAGMA quick_check({MOST})")]
    return [] if said == ["ok"] else said


def owed_in(outbox: Path) -> int:
    """Count the readings that wait in an agent's outbox. Raises OperatorNeeded."""
    with reading_only(outbox) as connection:
        return int(next(iter(connection.execute("SELECT count(*) FROM owed")))[0])
