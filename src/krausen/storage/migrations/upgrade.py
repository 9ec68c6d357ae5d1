"""Brings a catalog file from the layout it has to the present one, in one transaction."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, StaticPool, create_engine, event
from sqlalchemy.exc import DatabaseError

from krausen.errors import OperatorNeeded
from krausen.storage.catalog.tables import LAYOUT, catalog

FOLDER = Path(__file__).parent
PATIENCE_S = 60.0


def upgrade(path: Path, to: int = LAYOUT) -> None:
    """Upgrade a file to a layout or leave it as it was, raising OperatorNeeded; harmless when it is there."""
    engine = create_engine("sqlite://", creator=lambda: _connect(path), poolclass=StaticPool)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    try:
        with engine.begin() as connection:
            _walk(connection, to)
    except (DatabaseError, sqlite3.Error) as error:
        raise OperatorNeeded(
            f"{path} has an older layout and cannot be upgraded: {error}. It is as it was."
        ) from error
    finally:
        engine.dispose()


def steps() -> list[tuple[int, Callable[[], None]]]:
    """Give every layout with what makes it of the one before it, the first one first."""
    found = ScriptDirectory(str(FOLDER)).walk_revisions()
    return sorted((int(step.revision), step.module.upgrade) for step in found)


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None)
    # Tables are replaced by changed copies, which references must survive.
    connection.execute("PRAGMA foreign_keys=OFF")
    connection.execute(f"PRAGMA busy_timeout={PATIENCE_S * 1000:.0f}")
    return connection


def _walk(connection: Connection, to: int) -> None:
    layout: Any = connection.exec_driver_sql("PRAGMA user_version").scalar()
    context = MigrationContext.configure(connection, opts={"target_metadata": catalog})
    with Operations.context(context):
        for number, take in steps():
            if layout < number <= to:
                take()
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if broken is not None:
        raise sqlite3.IntegrityError(f"a row of the table {broken[0]} refers to one that is not there")
    connection.exec_driver_sql(f"PRAGMA user_version = {max(layout, to)}")
