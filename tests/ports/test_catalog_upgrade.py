"""Files of every layout there ever was are opened as if they had been made today."""

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from msgspec.structs import replace
from sqlalchemy import create_engine

from krausen.errors import OperatorNeeded
from krausen.model.agent import Agent
from krausen.model.door import DoorState
from krausen.model.setpoint import AnswerState
from krausen.model.vessel import Role
from krausen.storage.catalog import SqlCatalog, tables
from krausen.storage.migrations.upgrade import steps, upgrade
from tests.databases.make import BEER, COOL, VESSEL, WISH, entry, write

pytestmark = pytest.mark.anyio

DATABASES = Path(__file__).parent.parent / "databases"
LAYOUTS = range(1, tables.LAYOUT + 1)
FIRST_CHANGES = ["north", "south", "north", "pale", "u-1", "t-1", "kettle", "site.zone"]
each_layout = pytest.mark.parametrize("layout", LAYOUTS)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "catalog.sqlite"


def shape(path: Path) -> dict[str, object]:
    """Give what each table of a file is made of, in no order."""
    with closing(sqlite3.connect(path)) as file:
        names = [name for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            name: [
                {column[1:] for column in file.execute(f"PRAGMA table_info('{name}')")},
                {key[2:] for key in file.execute(f"PRAGMA foreign_key_list('{name}')")},
                {index[2:] for index in file.execute(f"PRAGMA index_list('{name}')")},
            ]
            for name in names
        }


def differences(path: Path) -> list[object]:
    """Give what the tables that the code knows differ from those of a file."""
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        found: list[object] = list(compare_metadata(MigrationContext.configure(connection), tables.catalog))
    engine.dispose()
    return found


def layout_of(path: Path) -> int:
    with closing(sqlite3.connect(path)) as file:
        (found,) = file.execute("PRAGMA user_version").fetchone()
    return int(found)


def test_every_layout_has_a_step_and_a_file() -> None:
    assert [number for number, _ in steps()] == list(LAYOUTS)
    assert sorted(DATABASES.glob("catalog-*.sqlite")) == [
        DATABASES / f"catalog-{layout}.sqlite" for layout in LAYOUTS
    ]
    for layout in LAYOUTS:
        assert layout_of(DATABASES / f"catalog-{layout}.sqlite") == layout


def test_steps_lead_from_nothing_to_what_the_code_knows(path: Path, tmp_path: Path) -> None:
    sqlite3.connect(path).close()
    upgrade(path)
    SqlCatalog.open(tmp_path / "new.sqlite").close()
    assert differences(path) == []
    assert shape(path) == shape(tmp_path / "new.sqlite")


@each_layout
def test_steps_lead_to_the_shape_of_every_file(layout: int, path: Path) -> None:
    sqlite3.connect(path).close()
    upgrade(path, layout)
    assert shape(path) == shape(DATABASES / f"catalog-{layout}.sqlite")


@pytest.fixture(scope="module", params=LAYOUTS)
def upgraded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of an old layout that was opened once; upgrading takes longer than all that follows."""
    path = tmp_path_factory.mktemp("upgraded") / "catalog.sqlite"
    shutil.copy(DATABASES / f"catalog-{request.param}.sqlite", path)
    SqlCatalog.open(path).close()
    assert layout_of(path) == tables.LAYOUT
    assert differences(path) == []
    return path


@pytest.fixture
def opened(upgraded: Path, path: Path) -> Iterator[SqlCatalog]:
    shutil.copy(upgraded, path)
    with closing(SqlCatalog.open(path)) as catalog:
        yield catalog


async def test_file_of_any_layout_is_opened_with_all_that_is_in_it(opened: SqlCatalog) -> None:
    north, south = await opened.vessels()
    assert (north.vessel, south.vessel.roles) == (VESSEL, {})
    assert (north.requested, north.answer.setpoint, north.answer.state) == (WISH, WISH, AnswerState.ACCEPTED)
    assert (north.created_at, north.updated_at) == (1000, 2000)
    assert (await opened.batch("pale")).roles == {"beer": BEER}
    assert [event.text for event in await opened.events("pale")] == ["Hops in."]
    assert [user.login for user in await opened.users()] == ["anna"]
    assert ("kettle",) in [token.adapters for token in await opened.tokens()]
    assert await opened.session("c1") is not None
    kettle = await opened.adapter("kettle")
    assert kettle is not None
    assert kettle.zone == "Europe/Copenhagen"
    assert await opened.setting("site.zone") == "Europe/Oslo"
    assert [entry.id for entry in (await opened.journal(100))[-8:]] == FIRST_CHANGES[::-1]


async def test_roles_of_any_layout_last_since_their_vessel_was_made(opened: SqlCatalog) -> None:
    found = await opened.roles_at("north", 0, 10**13)
    assert [(one.role, one.series, one.start, one.end) for one in found] == [
        (Role.BEER, BEER, 1000, None),
        (Role.COOL, COOL, 1000, None),
    ]


async def test_vessels_of_any_layout_stand_nowhere_and_agents_call_anew(opened: SqlCatalog) -> None:
    assert [record.vessel.chamber for record in await opened.vessels()] == [None, None]
    await opened.note_agent(Agent(name="cellar", known_since=9000, version="1"))
    assert [agent.version for agent in await opened.agents()] == ["1"]


async def test_batches_of_any_layout_are_not_binned_and_can_be_changed(opened: SqlCatalog) -> None:
    pale = await opened.batch("pale")
    assert (pale.style, pale.volume_l, pale.deleted_at) == ("", None, None)
    await opened.change_batch(replace(pale, yeast="Kveik"), [], entry("batch", "pale", 9000), seen=1)
    assert (await opened.batch("pale")).yeast == "Kveik"
    assert [one.id for one in await opened.corrections()] in ([], ["c-1"])


async def test_doors_of_any_layout_can_be_changed(opened: SqlCatalog) -> None:
    assert [door.name for door in await opened.doors()] in ([], ["ispindel"])
    kept = await opened.keep_door(DoorState(name="pylot"), entry("door", "pylot", 9000), seen=0)
    assert kept == DoorState(name="pylot", revision=1)


def test_file_of_today_is_the_one_that_is_kept(path: Path) -> None:
    write(path)
    with (
        closing(sqlite3.connect(path)) as made,
        closing(sqlite3.connect(DATABASES / f"catalog-{tables.LAYOUT}.sqlite")) as kept,
    ):
        assert list(made.iterdump()) == list(kept.iterdump())


def test_step_that_fails_leaves_the_file_as_it_was(path: Path) -> None:
    shutil.copy(DATABASES / "catalog-1.sqlite", path)
    with closing(sqlite3.connect(path, isolation_level=None)) as file:
        file.execute("INSERT INTO event VALUES ('nobody', 1, 'note', '')")
    before = path.read_bytes()
    with pytest.raises(OperatorNeeded, match=r"catalog\.sqlite .*table event refers to .*as it was"):
        upgrade(path)
    assert path.read_bytes() == before


def test_alembic_is_loaded_for_an_upgrade_alone(path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from krausen.storage.catalog import SqlCatalog;"
        f"SqlCatalog.open(Path({str(path)!r})).close(); assert 'alembic' not in sys.modules"
    )
    for source in (None, DATABASES / "catalog-1.sqlite"):
        if source is not None:
            shutil.copy(source, path)
        subprocess.run([sys.executable, "-c", script], check=True)
