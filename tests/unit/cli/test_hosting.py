"""Agents of controllers in the data folder."""

import stat
from pathlib import Path

import pytest

from krausen.cli.hosting import FolderHosting
from krausen.errors import OperatorNeeded
from krausen.ports.hosting import Hosting
from krausen.storage.folder import DataFolder
from krausen.supervision.installation import KEEPER, KEEPER_IS
from krausen.supervision.wanted import wanted_agents

pytestmark = pytest.mark.anyio


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return DataFolder.find(tmp_path / "data")


def hosting_of(folder: DataFolder) -> Hosting:
    return FolderHosting(folder)


async def test_settled_agent_is_wanted_by_the_process_manager_until_it_is_evicted(folder: DataFolder) -> None:
    hosting, agents = hosting_of(folder), folder.path / "agents"
    assert not hosting.hosts("fridge")
    await hosting.settle("fridge", "krs_1")
    assert wanted_agents(agents).names == {"fridge"}
    assert hosting.hosts("fridge")
    file = agents / "fridge" / "token"
    assert file.read_text() == "krs_1"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    (agents / "fridge" / "outbox.sqlite").touch()
    await hosting.evict("fridge")
    assert wanted_agents(agents).names == set()
    assert not hosting.hosts("fridge")
    assert [path.name for path in (agents / "fridge").iterdir()] == ["outbox.sqlite"]


async def test_another_token_takes_the_place_of_the_first_also_after_a_crash(folder: DataFolder) -> None:
    hosting, place = hosting_of(folder), folder.agent("fridge")
    await hosting.settle("fridge", "krs_1")
    (place / "token.new").write_text("half")
    (place / "token.new").chmod(0o644)
    await hosting.settle("fridge", "krs_2")
    assert (place / "token").read_text() == "krs_2"
    assert stat.S_IMODE((place / "token").stat().st_mode) == 0o600
    assert [path.name for path in place.iterdir()] == ["token"]


async def test_who_was_never_here_is_evicted_without_a_word(folder: DataFolder) -> None:
    await hosting_of(folder).evict("nobody")


async def test_folder_that_cannot_be_written_is_said(folder: DataFolder) -> None:
    (folder.path / "agents").write_text("a file")
    with pytest.raises(OperatorNeeded, match=r"fridge/token cannot be written: "):
        await hosting_of(folder).settle("fridge", "krs_1")
    await hosting_of(folder).evict("fridge")


async def test_token_that_cannot_be_removed_is_said(folder: DataFolder) -> None:
    (folder.agent("fridge") / "token").mkdir(parents=True)
    with pytest.raises(OperatorNeeded, match=r"fridge/token cannot be removed: "):
        await hosting_of(folder).evict("fridge")


async def test_agents_run_by_themselves_where_a_process_manager_is(folder: DataFolder) -> None:
    hosting = hosting_of(folder)
    assert not hosting.runs
    with folder.hold(KEEPER, KEEPER_IS):
        assert hosting.runs
