import os
from pathlib import Path

import pytest

from krausen.errors import OperatorNeeded
from krausen.storage.folder import DataFolder
from krausen.supervision.installation import KEEPER, KEEPER_IS, Installation, Wish


def test_the_last_wish_is_remembered(tmp_path: Path) -> None:
    installation = Installation(tmp_path)
    assert installation.wish() is None
    installation.wish_for(Wish(running=True, port=8081))
    installation.wish_for(Wish(running=False, port=8081))
    assert Installation(tmp_path).wish() == Wish(running=False, port=8081)


@pytest.mark.parametrize("spoilt", [b"", b"\x00" * 30, b'{"running":"perhaps"}'])
def test_a_wish_that_a_power_cut_has_spoilt_is_none(tmp_path: Path, spoilt: bytes) -> None:
    installation = Installation(tmp_path)
    installation.wish_for(Wish(running=False))
    (tmp_path / "run" / "wanted").write_bytes(spoilt)
    assert installation.wish() is None


def test_a_wish_that_cannot_be_kept_is_told(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("in the way")
    with pytest.raises(OperatorNeeded, match="run"):
        Installation(tmp_path).wish_for(Wish(running=True))


def test_a_wish_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "run" / "wanted").mkdir(parents=True)
    with pytest.raises(OperatorNeeded, match="cannot be read"):
        Installation(tmp_path).wish()


def test_a_wish_that_finds_no_room_is_told_and_the_last_one_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    installation = Installation(tmp_path)
    installation.wish_for(Wish(running=True))
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OperatorNeeded, match="cannot be written: No space left on device"):
        installation.wish_for(Wish(running=False))
    assert installation.wish() == Wish(running=True)
    installation.wish_for(Wish(running=True))


def test_the_process_manager_is_known_by_its_lock(tmp_path: Path) -> None:
    installation = Installation(tmp_path)
    assert (installation.keeper(), installation.is_kept()) == (None, False)
    with DataFolder.find(tmp_path).hold(KEEPER, KEEPER_IS):
        keeper = installation.keeper()
        assert keeper is not None
        assert keeper.what == "krausen up"
        assert installation.is_kept()


def test_processes_that_go_on_without_one_are_known_by_their_locks(tmp_path: Path) -> None:
    folder = DataFolder.find(tmp_path)
    with folder.hold("server"), folder.hold("dev-a"):
        assert installation_names(tmp_path) == ["server", "dev-a"]


def test_an_import_is_not_taken_for_the_server(tmp_path: Path) -> None:
    with DataFolder.find(tmp_path).hold("server", "krausen import"):
        assert installation_names(tmp_path) == []


def installation_names(data: Path) -> list[str]:
    return list(Installation(data).held())
