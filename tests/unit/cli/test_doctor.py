import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import apsw
import msgspec
import pytest
from click.testing import CliRunner, Result

from krausen.cli.doctor import checks, command
from krausen.cli.doctor.finding import Finding, State
from krausen.errors import OperatorNeeded
from krausen.model.learned import Learned, Standing
from krausen.model.level import Levels
from krausen.model.reading import Reading
from krausen.model.reason import Occasion, Reason
from krausen.model.series import SeriesName
from krausen.storage.catalog import SqlCatalog
from krausen.storage.diary_sqlite import SqliteDiary
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


def agent_file(folder: DataFolder, name: str) -> Path:
    """Give a file in the folder of an agent, which is made."""
    place = folder.agent("cellar")
    place.mkdir(parents=True)
    return place / name


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
    diary = SqliteDiary.open(place / "diary.sqlite")
    await diary.keep([("fass", Reason(1, 1.0, 0.0, ("It is cold.",), Levels(), Occasion.CHANGE))])
    diary.close()
    (place / "desired.json").write_bytes(b'{"vessels": []}')
    (place / "learned.json").write_bytes(b'{"vessels": {"fass": {"learned": null}}}')
    (place / "token").write_text("secret\n")
    holds = "0 probes, 0 outputs; 3 readings and 1 reasons wait for the server."
    assert found(folder, "agent cellar").says == holds
    (place / "devices.toml").write_text("probes = 3")
    assert found(folder, "agent cellar").state is State.WRONG


@pytest.mark.parametrize("name", ["outbox.sqlite", "diary.sqlite"])
def test_a_database_of_an_agent_that_is_none_is_named(folder: DataFolder, name: str) -> None:
    file = agent_file(folder, name)
    file.write_bytes(b"nothing that SQLite could read, but long enough" * 40)
    finding = found(folder, "agent cellar")
    assert finding.state is State.WRONG
    assert str(file) in finding.says
    file.write_bytes(b"")
    assert found(folder, "agent cellar").state is State.WELL


@pytest.mark.parametrize("name", ["desired.json", "learned.json"])
@pytest.mark.parametrize("document", [b"", b"{", b'{"vessels": ["\xff"]}', b'{"vessels": {"fass": 3}}'])
def test_a_document_of_an_agent_that_is_damaged_is_named_with_what_that_means(
    folder: DataFolder, name: str, document: bytes
) -> None:
    file = agent_file(folder, name)
    file.write_bytes(document)
    finding = found(folder, "agent cellar")
    assert finding.state is State.WRONG
    assert f"{file} cannot be understood: " in finding.says
    assert finding.says.endswith(("until the server has told it what to hold.", "will learn anew."))


def test_what_an_agent_learned_that_can_be_of_no_chamber_is_named(folder: DataFolder) -> None:
    odd = Learned(mean=(1.0,), spread=(), flow=0.0, watched_h=1.0, standing=Standing.SURE)
    agent_file(folder, "learned.json").write_bytes(
        msgspec.json.encode({"vessels": {"fass": {"learned": odd}}})
    )
    assert "fass: A model has" in found(folder, "agent cellar").says


@pytest.mark.parametrize("token", [b"", b" \n", b"\xff\xfe"])
def test_a_token_of_an_agent_that_proves_nothing_is_named(folder: DataFolder, token: bytes) -> None:
    agent_file(folder, "token").write_bytes(token)
    finding = found(folder, "agent cellar")
    assert (finding.state, finding.mend) == (
        State.WRONG,
        "krausen token create cellar --role agent --adapter cellar",
    )


def test_what_an_agent_has_set_aside_is_to_be_looked_at(folder: DataFolder) -> None:
    agent_file(folder, "learned.aside").write_bytes(b"{")
    findings = [one for one in checks.findings(folder, _unheard) if one.check == "agent cellar"]
    assert [one.state for one in findings] == [State.WATCH, State.WELL]


@pytest.mark.parametrize(("secret", "says"), [(b"", "is empty"), (b"\xff\xfe", "cannot be read")])
def test_a_secret_of_the_server_that_proves_nothing_is_named(
    folder: DataFolder, secret: bytes, says: str
) -> None:
    folder.leave_secret("secret")
    assert all(one.check != "secret" for one in checks.findings(folder, _unheard))
    folder.local_token.write_bytes(secret)
    assert says in found(folder, "secret").says


def test_a_wish_for_processes_that_is_damaged_is_named(folder: DataFolder) -> None:
    Installation(folder.path).wish_for(Wish(running=False))
    assert found(folder, "processes").state is State.WELL
    (folder.path / checks.WISH).write_bytes(b"{")
    assert found(folder, "processes").state is State.WRONG
    (folder.path / checks.WISH).unlink()
    (folder.path / checks.WISH).mkdir()
    assert "cannot be read" in found(folder, "processes").says


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
