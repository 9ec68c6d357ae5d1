"""What the catalog promises of its file: nothing half done, nothing lost, plain words for a bad disk."""

import resource
import shutil
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from stat import S_IMODE

import anyio
import pytest
from anyio.lowlevel import checkpoint
from msgspec.structs import replace

from krausen.errors import OperatorNeeded, StorageAway
from krausen.model.batch import Batch, BatchEvent, BatchState
from krausen.model.journal import JournalEntry
from krausen.model.people import Session, Token, User, UserRole
from krausen.model.series import SeriesName
from krausen.model.setpoint import Answer, AnswerState, Mode, Setpoint
from krausen.model.vessel import Role, Vessel
from krausen.ports.catalog import Adapter, Catalog
from krausen.storage.catalog import SqlCatalog
from krausen.storage.catalog.tables import LAYOUT

pytestmark = pytest.mark.anyio

ENTRY = JournalEntry(at=1, by="mikkel", what="vessel", id="v", action="created")
VESSEL = Vessel(id="v", name="V", agent="a", roles={Role.BEER: SeriesName("a", "b", "c")})
WISH = Setpoint(revision=1, mode=Mode.BEER, value=18.0)
BREW = Batch(id="b", name="B", state=BatchState.RUNNING, source="file")
ANNA = User(id="u", login="anna", name="Anna", role=UserRole.ADMIN)
TOKEN = Token(id="t", title="T", role=UserRole.SENDER, digest="d")
BROWSER = Session(digest="c", user="u", created_at=1, seen_at=1)


async def remove_vessel(catalog: Catalog) -> None:
    await catalog.remove_vessel(await catalog.vessel("v"), ENTRY)


CHANGES: dict[str, Callable[[Catalog], Awaitable[object]]] = {
    "add_vessel": lambda catalog: catalog.add_vessel(replace(VESSEL, id="w"), WISH, ENTRY),
    "request": lambda catalog: catalog.request("v", WISH, ENTRY),
    "keep_batch": lambda catalog: catalog.keep_batch(
        replace(BREW, name="C"), [BatchEvent(2, "note", "")], ENTRY
    ),
    "keep_user": lambda catalog: catalog.keep_user(replace(ANNA, name="Bo"), ENTRY),
    "add_token": lambda catalog: catalog.add_token(replace(TOKEN, id="s", digest="e"), ENTRY),
    "remove_token": lambda catalog: catalog.remove_token("t", ENTRY),
    "keep_adapter": lambda catalog: catalog.keep_adapter(Adapter(name="a", title="B"), ENTRY),
    "keep_adapters": lambda catalog: catalog.keep_adapters([Adapter(name="b")], [ENTRY]),
    "keep_setting": lambda catalog: catalog.keep_setting("k", 2, ENTRY),
    "keep_settings": lambda catalog: catalog.keep_settings({"k": 2, "m": 3}, [ENTRY, ENTRY]),
    "remove_setting": lambda catalog: catalog.remove_setting("k", ENTRY),
    "remove_user": lambda catalog: catalog.remove_user("u", ENTRY),
    "change_vessel": lambda catalog: catalog.change_vessel(replace(VESSEL, roles={}), ENTRY),
    "remove_vessel": remove_vessel,
}
UNNOTED: dict[str, Callable[[Catalog], Awaitable[object]]] = {
    "answered": lambda catalog: catalog.answered("v", 2, Answer(setpoint=WISH, state=AnswerState.ACCEPTED)),
    "keep_session": lambda catalog: catalog.keep_session(replace(BROWSER, seen_at=2)),
    "remove_session": lambda catalog: catalog.remove_session("c"),
    "remove_sessions": lambda catalog: catalog.remove_sessions("u"),
    "forget_sessions": lambda catalog: catalog.forget_sessions(2),
}
WRITES = CHANGES | UNNOTED
each_change = pytest.mark.parametrize("name", CHANGES)
each_write = pytest.mark.parametrize("name", WRITES)


async def fill(catalog: Catalog) -> None:
    await catalog.add_vessel(VESSEL, WISH, ENTRY)
    await catalog.request("v", WISH, ENTRY)
    await catalog.keep_batch(BREW, [BatchEvent(1, "note", "")], ENTRY)
    await catalog.keep_user(ANNA, ENTRY)
    await catalog.add_token(TOKEN, ENTRY)
    await catalog.keep_adapter(Adapter(name="a"), ENTRY)
    await catalog.keep_setting("k", 1, ENTRY)
    await catalog.keep_session(BROWSER)


async def everything(catalog: Catalog) -> list[object]:
    return [
        await catalog.vessels(),
        await catalog.wishes("v", 0, 10**13),
        await catalog.roles_at("v", 0, 10**13),
        await catalog.batches(),
        await catalog.events("b"),
        await catalog.users(),
        await catalog.tokens(),
        await catalog.session("c"),
        await catalog.adapters(),
        await catalog.settings(),
        await catalog.journal(100),
    ]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "catalog.sqlite"


@pytest.fixture
async def catalog(path: Path) -> AsyncIterator[SqlCatalog]:
    opened = SqlCatalog.open(path, patience_s=0.0)
    await fill(opened)
    yield opened
    opened.close()


@contextmanager
def full_disk() -> Iterator[None]:
    """Let no file of this process be written, so that the disk is as good as full."""
    before, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (before, most))


@contextmanager
def held_by_another(path: Path) -> Iterator[None]:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


@contextmanager
def without_journal(path: Path) -> Iterator[None]:
    with closing(sqlite3.connect(path)) as other:
        other.execute("ALTER TABLE journal RENAME TO elsewhere")
        yield
        other.execute("ALTER TABLE elsewhere RENAME TO journal")


def spoil(path: Path) -> None:
    """Overwrite everything after the first page, once all of it is in the main file."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("DELETE FROM setting")
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    sound = path.read_bytes()
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xa5" * (len(sound) - 4096))


async def test_reopened_it_is_the_same(catalog: SqlCatalog, path: Path) -> None:
    before = await everything(catalog)
    catalog.close()
    again = SqlCatalog.open(path)
    assert await everything(again) == before
    await again.keep_setting("k", 3, replace(ENTRY, at=5))
    assert (await again.journal(1))[0].at == 5
    again.close()


async def test_what_was_kept_survives_the_end_of_the_process(
    catalog: SqlCatalog, path: Path, tmp_path: Path
) -> None:
    after_power_cut = tmp_path / "after"
    after_power_cut.mkdir()
    for name in (path.name, f"{path.name}-wal"):
        shutil.copy(tmp_path / name, after_power_cut / name)
    again = SqlCatalog.open(after_power_cut / path.name)
    assert await everything(again) == await everything(catalog)
    again.close()


@each_change
async def test_change_is_not_made_without_its_journal_entry(
    catalog: SqlCatalog, path: Path, name: str
) -> None:
    before = await everything(catalog)
    with without_journal(path), pytest.raises(StorageAway, match="journal"):
        await CHANGES[name](catalog)
    assert await everything(catalog) == before


@each_write
async def test_full_disk_refuses_in_plain_words_and_nothing_is_kept(catalog: SqlCatalog, name: str) -> None:
    before = await everything(catalog)
    with full_disk():
        with pytest.raises(StorageAway, match=r"^catalog\.sqlite cannot be written .* Nothing was stored\.$"):
            await WRITES[name](catalog)
        assert await everything(catalog) == before
    await WRITES[name](catalog)
    assert await everything(catalog) != before


@each_write
async def test_locked_file_refuses_in_plain_words_and_nothing_is_kept(
    catalog: SqlCatalog, path: Path, name: str
) -> None:
    before = await everything(catalog)
    with held_by_another(path):
        with pytest.raises(StorageAway, match="locked"):
            await WRITES[name](catalog)
        assert await everything(catalog) == before
    await WRITES[name](catalog)
    assert await everything(catalog) != before


async def test_file_that_another_program_lets_go_in_time_is_written(path: Path) -> None:
    catalog = SqlCatalog.open(path, patience_s=30.0)
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(catalog.keep_setting, "k", 1, ENTRY)
            await checkpoint()
            other.execute("ROLLBACK")
    assert await catalog.setting("k") == 1
    catalog.close()


async def test_damaged_file_needs_the_operator(catalog: SqlCatalog, path: Path) -> None:
    spoil(path)
    with pytest.raises(OperatorNeeded, match=r"damaged: .*Restore a backup"):
        await everything(catalog)


async def test_newer_layout_is_refused_with_both_versions(catalog: SqlCatalog, path: Path) -> None:
    catalog.close()
    with closing(sqlite3.connect(path)) as other:
        other.execute(f"PRAGMA user_version = {LAYOUT + 1}")
    with pytest.raises(
        OperatorNeeded, match=rf"catalog\.sqlite has layout {LAYOUT + 1}, this version knows {LAYOUT}"
    ):
        SqlCatalog.open(path)
    with closing(sqlite3.connect(path)) as other:
        assert other.execute("PRAGMA user_version").fetchone() == (LAYOUT + 1,)


def test_new_file_has_the_newest_layout_and_is_for_its_owner_alone(path: Path) -> None:
    SqlCatalog.open(path).close()
    with closing(sqlite3.connect(path)) as other:
        assert other.execute("PRAGMA user_version").fetchone() == (LAYOUT,)
    assert S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("pragma", "value"), [("synchronous", 2), ("foreign_keys", 1), ("journal_mode", "wal")]
)
async def test_commit_is_flushed_to_the_disk_and_rows_belong_together(
    catalog: SqlCatalog, pragma: str, value: object
) -> None:
    found: object = await catalog._read(lambda file: file.exec_driver_sql(f"PRAGMA {pragma}").scalar())
    assert found == value


def test_file_that_is_something_else_is_refused(path: Path) -> None:
    path.write_text("Dear diary, " * 100)
    with pytest.raises(OperatorNeeded, match=r"catalog\.sqlite cannot be opened: .*not a database"):
        SqlCatalog.open(path)
    assert path.read_text() == "Dear diary, " * 100


def test_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(OperatorNeeded, match=r"nowhere/catalog\.sqlite cannot be opened: No such file"):
        SqlCatalog.open(tmp_path / "nowhere" / "catalog.sqlite")


def test_file_cannot_be_made_on_a_full_disk(path: Path) -> None:
    with full_disk(), pytest.raises(OperatorNeeded, match=r"catalog\.sqlite cannot be opened"):
        SqlCatalog.open(path)
    SqlCatalog.open(path).close()
