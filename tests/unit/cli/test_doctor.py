import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import apsw
import pytest
from click.testing import CliRunner, Result

from krausen.cli.doctor import checks, command
from krausen.cli.doctor.finding import Finding, State
from krausen.errors import OperatorNeeded
from krausen.model.reading import Reading
from krausen.model.series import SeriesName
from krausen.storage.catalog import SqlCatalog
from krausen.storage.folder import DataFolder
from krausen.storage.history.examination import Progress
from krausen.storage.history.sqlite import SqliteHistory
from krausen.storage.outbox_sqlite import SqliteOutbox
from krausen.supervision.installation import Installation, Wish

BEER = SeriesName("pi", "beer", "temperature")


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return DataFolder.find(tmp_path / "data")


def _unheard(_: int, __: int) -> None:
    """Hear progress and leave it at that."""


def found(folder: DataFolder, check: str) -> Finding:
    (one,) = [one for one in checks.findings(folder, _unheard) if one.check == check]
    return one


def doctor(folder: DataFolder, *words: str) -> Result:
    return CliRunner().invoke(command.COMMAND, ["--data", str(folder.path), *words])


async def _history(folder: DataFolder) -> None:
    history = SqliteHistory.open(folder.readings)
    await history.store([Reading(BEER, t, 20.0) for t in range(10)])
    history.close()


def _damaged(path: Path, sql: str) -> None:
    connection = apsw.Connection(str(path))
    connection.execute(sql)
    connection.close()


def test_a_folder_in_which_nothing_is_yet_has_nothing_wrong(folder: DataFolder) -> None:
    result = doctor(folder)
    assert result.exit_code == 0
    assert "✓ history: There is none yet" in result.stdout


async def test_a_sound_installation_tells_what_it_holds(folder: DataFolder) -> None:
    SqlCatalog.open(folder.catalog).close()
    await _history(folder)
    assert found(folder, "catalog").says == "catalog.sqlite is sound."
    assert found(folder, "history").says.endswith("10 in the log: every one can be read.")


async def test_a_damaged_history_is_named_and_ends_with_1(folder: DataFolder) -> None:
    await _history(folder)
    _damaged(folder.readings, "UPDATE log SET b = CAST(x'00000000' || substr(b, 5) AS BLOB)")
    result = doctor(folder)
    assert result.exit_code == 1
    assert "✗ history: " in result.stdout
    assert "of the log cannot be read: it is damaged." in result.stdout


def test_a_catalog_that_is_no_database_is_named(folder: DataFolder) -> None:
    folder.catalog.write_bytes(b"nothing that SQLite could read, but long enough" * 40)
    assert found(folder, "catalog").state is State.WRONG


def test_pages_that_do_not_hang_together_are_named(folder: DataFolder) -> None:
    SqlCatalog.open(folder.catalog).close()
    content = bytearray(folder.catalog.read_bytes())
    content[36:40] = (5).to_bytes(4, "big")  # so many free pages, says the header
    folder.catalog.write_bytes(content)
    assert "is damaged" in found(folder, "catalog").says


def test_settings_that_cannot_be_read_are_named(folder: DataFolder) -> None:
    (folder.path / "krausen.toml").write_text("[server]\nport = 'many'\n")
    assert found(folder, "settings").state is State.WRONG


@pytest.mark.parametrize(("free_mb", "state"), [(10, State.WRONG), (100, State.WATCH), (9000, State.WELL)])
def test_room_on_the_disk_is_watched(
    folder: DataFolder, monkeypatch: pytest.MonkeyPatch, free_mb: int, state: State
) -> None:
    def usage(_: Path) -> object:
        return type("Usage", (), {"free": free_mb * 2**20})

    monkeypatch.setattr(shutil, "disk_usage", usage)
    assert found(folder, "disk").state is state


async def test_an_agent_tells_its_devices_and_what_it_owes(folder: DataFolder) -> None:
    place = folder.agent("cellar")
    place.mkdir(parents=True)
    outbox = SqliteOutbox.open(place / "outbox.sqlite")
    await outbox.keep([Reading(BEER, t, 20.0) for t in range(3)])
    outbox.close()
    assert found(folder, "agent cellar").says == "0 probes, 0 outputs; 3 readings wait for the server."
    (place / "devices.toml").write_text("probes = 3")
    assert found(folder, "agent cellar").state is State.WRONG


def test_processes_that_are_wanted_and_away_are_named(folder: DataFolder) -> None:
    Installation(folder.path).wish_for(Wish(running=True))
    assert found(folder, "processes").mend == "krausen start"


def test_programs_get_everything(folder: DataFolder) -> None:
    answer = json.loads(doctor(folder, "--json").stdout)
    assert {"check": "settings", "state": "well", "says": "None are set.", "mend": ""} in answer["findings"]


def test_a_folder_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    result = CliRunner().invoke(command.COMMAND, ["--data", str(tmp_path / "none")])
    assert isinstance(result.exception, OperatorNeeded)
    assert not (tmp_path / "none").exists()


def test_a_page_that_was_not_built_is_named(
    folder: DataFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "PAGE", tmp_path)
    assert found(folder, "page").state is State.WRONG


def test_checks_tell_how_far_they_are(folder: DataFolder) -> None:
    told: list[tuple[int, int]] = []

    def check(_: DataFolder, tell: Progress) -> Iterator[Finding]:
        tell(1, 2)
        yield from ()

    assert list(checks.findings(folder, lambda done, of: told.append((done, of)), [check])) == []
    assert told == [(1, 2)]
