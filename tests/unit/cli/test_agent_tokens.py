"""Tokens that a server leaves for who runs on its machine."""

from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from krausen.cli.agent_tokens import LocalTokens
from krausen.errors import OperatorNeeded
from krausen.model.people import UserRole
from krausen.server.people import Reception
from krausen.storage.folder import DataFolder
from krausen.testing.catalog import MemoryCatalog
from krausen.testing.clock import HandClock


class Office:
    """A reception, a data folder, and who leaves tokens there."""

    def __init__(self, reception: Reception, catalog: MemoryCatalog, folder: Path) -> None:
        self.reception = reception
        self.catalog = catalog
        self.folder = folder
        self.tokens = LocalTokens(reception, DataFolder(folder))

    def agent(self, name: str, *files: str) -> Path:
        """Have a folder of an agent with some files in it."""
        place = self.folder / "agents" / name
        place.mkdir(parents=True)
        for file in files:
            (place / file).touch()
        return place

    async def titles(self) -> list[str]:
        return [token.title for token in await self.catalog.tokens()]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    numbers, catalog = count(1), MemoryCatalog()
    clock = HandClock(1_790_000_000_000)
    with closing(Reception(catalog, clock, lambda: f"secret-{next(numbers)}")) as reception:
        yield Office(reception, catalog, tmp_path)


async def test_programs_of_the_machine_get_a_token_that_only_their_user_can_read(office: Office) -> None:
    await office.tokens.leave()
    file = office.folder / "local-token"
    assert (await office.reception.by_token(file.read_text())).role is UserRole.ADMIN
    assert file.stat().st_mode & 0o777 == 0o600


async def test_a_token_that_still_holds_is_kept_across_restarts(office: Office) -> None:
    await office.tokens.leave()
    before = (office.folder / "local-token").read_text()
    await office.tokens.leave()
    assert (office.folder / "local-token").read_text() == before
    assert await office.titles() == ["this machine"]


@pytest.mark.parametrize("left", ["", "krs_unknown", "\n\n"])
async def test_a_token_that_does_not_hold_is_replaced(office: Office, left: str) -> None:
    (office.folder / "local-token").write_text(left)
    await office.tokens.leave()
    assert (await office.reception.by_token((office.folder / "local-token").read_text())).adapters == ("*",)


async def test_an_agent_with_devices_gets_a_token_for_its_own_name(office: Office) -> None:
    place = office.agent("pi", "devices.toml")
    with capture_logs() as logs:
        await office.tokens.give()
        await office.tokens.give()
    caller = await office.reception.by_token((place / "token").read_text())
    assert (caller.role, caller.adapters) == (UserRole.AGENT, ("pi",))
    assert (place / "token").stat().st_mode & 0o777 == 0o600
    assert [line["event"] for line in logs] == ["agent.token_made"]


async def test_a_folder_without_devices_is_no_agent_and_neither_is_a_file(office: Office) -> None:
    office.agent("old", "outbox.sqlite")
    (office.folder / "agents" / "note").touch()
    await office.tokens.give()
    assert await office.titles() == []


async def test_without_any_agent_there_is_nothing_to_do(office: Office) -> None:
    await office.tokens.give()
    assert await office.titles() == []


async def test_a_revoked_token_is_not_made_anew_but_said_once(office: Office) -> None:
    place = office.agent("pi", "devices.toml")
    await office.tokens.give()
    (token,) = await office.catalog.tokens()
    await office.reception.revoke(token.id, by="anna")
    with capture_logs() as logs:
        await office.tokens.give()
        await office.tokens.give()
    assert [line["event"] for line in logs] == ["agent.no_token"]
    assert "Remove the file" in logs[0]["detail"]
    assert await office.titles() == []
    (place / "token").unlink()
    await office.tokens.give()
    assert await office.titles() == ["agent pi"]


async def test_a_token_that_cannot_be_written_down_does_not_stay_in_the_catalog(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OperatorNeeded("token cannot be written: No space left on device.")

    monkeypatch.setattr(DataFolder, "leave_secret", full)
    office.agent("pi", "devices.toml")
    with capture_logs() as logs:
        await office.tokens.give()
        await office.tokens.give()
    assert [line["detail"] for line in logs] == ["token cannot be written: No space left on device."]
    assert await office.titles() == []
    with pytest.raises(OperatorNeeded):
        await office.tokens.leave()
    assert await office.titles() == []
