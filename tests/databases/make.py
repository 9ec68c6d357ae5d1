"""Writes a small catalog of the present layout beside this file: `python -m tests.databases.make`.

A layout that was released is never written again: its file shows what such an installation has on disk.
"""

import asyncio
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

from krausen.model.batch import Batch, BatchEvent, BatchState
from krausen.model.journal import JournalEntry
from krausen.model.people import Session, Token, User, UserRole
from krausen.model.series import SeriesName
from krausen.model.setpoint import Answer, AnswerState, Mode, Setpoint
from krausen.model.vessel import Limits, Role, Vessel
from krausen.ports.catalog import Adapter, Catalog
from krausen.storage.catalog import SqlCatalog
from krausen.storage.catalog.tables import LAYOUT

FOLDER = Path(__file__).parent
BEER = SeriesName("cellar", "28-0000", "temperature")
COOL = SeriesName("cellar", "relay-1", "on")
VESSEL = Vessel(
    id="north",
    name="North",
    agent="cellar",
    limits=Limits(1.5, 25.0),
    roles={Role.BEER: BEER, Role.COOL: COOL},
    settings={"band_c": 0.5},
)
FIRST = Setpoint(revision=1, mode=Mode.OFF, by="Anna", at=1000)
WISH = Setpoint(revision=2, mode=Mode.BEER, value=18.5, reason="Pitching", by="Anna", at=2000)


async def fill(catalog: Catalog) -> None:
    """Put something of everything into a catalog, calling only what every layout has had."""
    await catalog.add_vessel(VESSEL, FIRST, entry("vessel", "north", 1000))
    bare = Vessel(id="south", name="South", agent="cellar")
    await catalog.add_vessel(bare, FIRST, entry("vessel", "south", 1500))
    await catalog.request("north", WISH, entry("vessel", "north", 2000, "setpoint"))
    await catalog.answered("north", 2, Answer(setpoint=WISH, state=AnswerState.ACCEPTED, at=2100))
    batch = Batch(
        id="pale",
        name="Pale",
        state=BatchState.RUNNING,
        vessel="north",
        started_at=2000,
        roles={"beer": BEER},
        source="import:import/pale",
    )
    await catalog.keep_batch(batch, [BatchEvent(2500, "note", "Hops in.")], entry("batch", "pale", 2000))
    anna = User(id="u-1", login="anna", name="Anna", role=UserRole.ADMIN, password_hash="$argon2id$x")
    await catalog.keep_user(anna, entry("user", "u-1", 900))
    token = Token(id="t-1", title="kettle", role=UserRole.SENDER, adapters=("kettle",), digest="d1")
    await catalog.add_token(token, entry("token", "t-1", 950))
    await catalog.keep_session(Session(digest="c1", user="u-1", created_at=900, seen_at=3000))
    await catalog.keep_adapter(
        Adapter(name="kettle", title="Kettle", zone="Europe/Copenhagen"), entry("adapter", "kettle", 960)
    )
    await catalog.keep_setting("site.zone", "Europe/Oslo", entry("setting", "site.zone", 970))


def entry(what: str, id: str, at: int, action: str = "created") -> JournalEntry:
    """Give the journal entry of a change."""
    return JournalEntry(at=at, by="anna", what=what, id=id, action=action, reason="because")


def write(path: Path) -> None:
    """Write the catalog into one small file."""
    with closing(SqlCatalog.open(path)) as catalog:
        asyncio.run(fill(catalog))
    with closing(sqlite3.connect(path)) as file:
        file.executescript("PRAGMA journal_mode=DELETE; PRAGMA page_size=512; VACUUM;")


def main() -> int:
    """Write the file of the present layout, unless there is one."""
    path = FOLDER / f"catalog-{LAYOUT}.sqlite"
    if path.exists():
        print(f"{path.name} is there and stays as it is.", file=sys.stderr)
        return 1
    write(path)
    print(f"Written: {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
