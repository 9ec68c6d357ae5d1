import fcntl
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from krausen.errors import OperatorNeeded, TryAgain
from krausen.storage.folder import SERVER, DataFolder

HOLDING = """
import sys
from pathlib import Path
from krausen.storage.folder import DataFolder
with DataFolder.find(Path(sys.argv[1])).hold("server") as hold:
    hold.publish("http://127.0.0.1:8080")
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def another_process(folder: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", HOLDING, str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize(
    ("environment", "platform", "expected"),
    [
        ({"KRAUSEN_DATA": "{home}/chosen"}, "linux", "chosen"),
        ({"KRAUSEN_DATA": "~/chosen", "XDG_DATA_HOME": "{home}/xdg"}, "linux", "chosen"),
        ({"XDG_DATA_HOME": "{home}/xdg"}, "linux", "xdg/krausen"),
        ({"XDG_DATA_HOME": "not/absolute"}, "linux", ".local/share/krausen"),
        ({"KRAUSEN_DATA": "", "XDG_DATA_HOME": ""}, "linux", ".local/share/krausen"),
        ({"XDG_DATA_HOME": "{home}/xdg"}, "darwin", "Library/Application Support/krausen"),
    ],
)
def test_the_folder_is_found_where_the_platform_keeps_such_things(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    environment: dict[str, str],
    platform: str,
    expected: str,
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    there = {name: value.format(home=tmp_path) for name, value in environment.items()}
    folder = DataFolder.find(environment=there, platform=platform)
    assert folder.path == tmp_path / expected
    assert mode(folder.path) == 0o700


def test_an_option_goes_before_the_environment(tmp_path: Path) -> None:
    folder = DataFolder.find(tmp_path / "option", environment={"KRAUSEN_DATA": str(tmp_path / "other")})
    assert folder.path == tmp_path / "option"
    assert not (tmp_path / "other").exists()


def test_a_folder_that_is_there_stays_as_it_is(tmp_path: Path) -> None:
    tmp_path.chmod(0o750)
    DataFolder.find(tmp_path)
    assert mode(tmp_path) == 0o750


def test_everything_has_its_place(tmp_path: Path) -> None:
    folder = DataFolder.find(tmp_path)
    assert folder.catalog == tmp_path / "catalog.sqlite"
    assert folder.readings == tmp_path / "readings.sqlite"
    assert folder.log == tmp_path / "log"
    assert folder.agent("shed") == tmp_path / "agents/shed"


@pytest.mark.parametrize("inside", ["", "deeper/still"])
def test_a_file_in_the_way_is_told(tmp_path: Path, inside: str) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OperatorNeeded, match="is, or lies in, a file") as caught:
        DataFolder.find(tmp_path / "file" / inside)
    assert "\n" not in str(caught.value)


def test_a_place_that_cannot_be_made_is_told() -> None:
    with pytest.raises(OperatorNeeded, match=r"/proc/krausen cannot be created: No such file"):
        DataFolder.find(Path("/proc/krausen"))


def test_a_folder_without_the_right_to_write_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda path, _mode: Path(path) != tmp_path)
    with pytest.raises(OperatorNeeded, match=r"cannot be written\. Give this user the right"):
        DataFolder.find(tmp_path)


def test_a_user_without_a_home_is_told_to_choose() -> None:
    with pytest.raises(OperatorNeeded, match="--data DIR"):
        DataFolder.find(Path("~nobody-of-this-name/x"))


def test_a_role_is_held_by_one_at_a_time(tmp_path: Path) -> None:
    folder = DataFolder.find(tmp_path)
    with folder.hold("server"):
        told = rf"Server, process {os.getpid()}, since 20\d\d-.* uses {tmp_path}\. Stop it"
        with pytest.raises(OperatorNeeded, match=told), folder.hold("server"):
            pass
        with folder.hold("agent-shed"):
            pass
    with folder.hold("server"):
        pass


def test_the_holder_can_be_called_by_another_name(tmp_path: Path) -> None:
    folder = DataFolder.find(tmp_path)
    with (
        folder.hold(SERVER, "krausen import"),
        pytest.raises(OperatorNeeded, match=r"^Krausen import, process"),
        folder.hold(SERVER),
    ):
        pass


def test_lock_files_are_private(tmp_path: Path) -> None:
    with DataFolder.find(tmp_path).hold("server"):
        assert mode(tmp_path / "server.lock") == 0o600


def test_an_error_while_holding_lets_go(tmp_path: Path) -> None:
    folder = DataFolder.find(tmp_path)
    with pytest.raises(KeyError), folder.hold("server"):
        raise KeyError
    with folder.hold("server"):
        pass


def test_a_lock_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    (tmp_path / "server.lock").mkdir()
    with (
        pytest.raises(OperatorNeeded, match=r"server\.lock cannot be opened: Is a directory"),
        DataFolder.find(tmp_path).hold("server"),
    ):
        pass


def test_a_full_disk_is_told(tmp_path: Path) -> None:
    (tmp_path / "server.lock").symlink_to("/dev/full")
    with (
        pytest.raises(OperatorNeeded, match="cannot be written: No space left on device"),
        DataFolder.find(tmp_path).hold("server"),
    ):
        pass


def test_nobody_is_running_in_a_new_folder(tmp_path: Path) -> None:
    folder = DataFolder.find(tmp_path)
    assert folder.running_server() is None
    assert list(tmp_path.iterdir()) == []


def test_the_address_of_a_running_server_is_known(tmp_path: Path) -> None:
    folder = DataFolder.find(tmp_path)
    with another_process(tmp_path) as process:
        assert folder.running_server() == "http://127.0.0.1:8080"
        with pytest.raises(OperatorNeeded, match=f"process {process.pid}"), folder.hold("server"):
            pass


def test_what_a_killed_server_left_is_no_obstacle(tmp_path: Path) -> None:
    folder = DataFolder.find(tmp_path)
    with another_process(tmp_path) as process:
        process.kill()
        process.wait()
    assert "http://127.0.0.1:8080" in (tmp_path / "server.lock").read_text()
    assert folder.running_server() is None
    with folder.hold("server"), pytest.raises(TryAgain):
        folder.running_server()


def test_a_server_that_has_no_address_yet_is_waited_for(tmp_path: Path) -> None:
    folder = DataFolder.find(tmp_path)
    with folder.hold("server") as hold:
        with pytest.raises(TryAgain, match=f"Server, process {os.getpid()}, .* Try again in a moment"):
            folder.running_server()
        hold.publish("http://127.0.0.1:9")
        assert folder.running_server() == "http://127.0.0.1:9"
    assert folder.running_server() is None


def test_a_shorter_address_replaces_a_longer_one(tmp_path: Path) -> None:
    folder = DataFolder.find(tmp_path)
    with folder.hold("server") as hold:
        hold.publish("http://127.0.0.1:8080/a/longer/one")
        hold.publish("http://[::1]:1")
        assert folder.running_server() == "http://[::1]:1"


def test_a_lock_file_without_sense_is_told_as_another_process(tmp_path: Path) -> None:
    folder = DataFolder.find(tmp_path)
    path = tmp_path / "server.lock"
    path.write_text("garbage")
    with path.open("r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(TryAgain, match="Another process since 20"):
            folder.running_server()


def test_one_who_only_looks_does_not_keep_a_server_from_starting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = DataFolder.find(tmp_path)
    path = tmp_path / "server.lock"
    path.touch()
    real = fcntl.flock
    with path.open() as looking:
        real(looking, fcntl.LOCK_SH)

        def flock(handle: int, kind: int) -> None:
            if kind == fcntl.LOCK_UN:
                real(looking, fcntl.LOCK_UN)
            real(handle, kind)

        monkeypatch.setattr(fcntl, "flock", flock)
        with folder.hold("server") as hold:
            hold.publish("http://127.0.0.1:1")


def test_one_who_looks_for_ever_is_told_of(tmp_path: Path) -> None:
    folder = DataFolder.find(tmp_path)
    path = tmp_path / "server.lock"
    path.touch()
    with path.open() as looking:
        fcntl.flock(looking, fcntl.LOCK_SH)
        with pytest.raises(OperatorNeeded, match="Another process"), folder.hold("server"):
            pass


def test_the_secret_is_left_for_this_user_alone(tmp_path: Path) -> None:
    folder = DataFolder.find(tmp_path)
    folder.leave_secret("one")
    folder.local_token.chmod(0o644)
    folder.leave_secret("two")
    assert folder.local_token.read_text() == "two"
    assert mode(folder.local_token) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["local-token"]


def test_a_secret_that_cannot_be_left_is_told(tmp_path: Path) -> None:
    folder = DataFolder.find(tmp_path)
    folder.local_token.mkdir()
    with pytest.raises(OperatorNeeded, match="local-token cannot be written"):
        folder.leave_secret("one")
