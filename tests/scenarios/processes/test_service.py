"""`krausen service` with a stand-in for systemd that keeps what a unit starts running."""

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from krausen.supervision.heartbeat import ear_at
from tests.scenarios.processes import systemd
from tests.scenarios.processes.conftest import Brewery, eventually

BROKEN = "echo 'System has not been booted with systemd as init system (PID 1).' >&2; exit 1"


@pytest.fixture
def units(tmp_path: Path) -> Iterator[Path]:
    """Put systemctl and loginctl on the path, and give the folder of units."""
    program(tmp_path, "systemctl", f'exec {sys.executable} {systemd.__file__} "$@"')
    program(tmp_path, "loginctl", "exit 0")
    folder = tmp_path / ".config" / "systemd" / "user"
    yield folder
    for unit in folder.glob("*.service"):
        systemd.end(unit)


def program(folder: Path, name: str, text: str) -> None:
    """Put a program on the path."""
    (folder / "bin").mkdir(exist_ok=True)
    file = folder / "bin" / name
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)


def test_a_unit_is_written_enabled_and_started_and_taken_away_again(brewery: Brewery, units: Path) -> None:
    brewery.agent("keezer")
    installed = brewery.krausen("service", "install", "--user")
    assert (installed.returncode, installed.stderr) == (0, "")
    assert str(units / "krausen.service") in installed.stdout
    assert brewery.krausen("status").returncode == 0
    assert told(units) == ["daemon-reload", "enable krausen.service", "restart krausen.service"]
    gone = brewery.krausen("service", "uninstall")
    assert (gone.returncode, gone.stderr) == (0, "")
    assert not (units / "krausen.service").exists()
    assert brewery.krausen("status").returncode == 3
    again = brewery.krausen("service", "uninstall")
    assert (again.returncode, "nothing to do" in again.stdout) == (0, True)


def test_what_runs_already_hands_over_to_systemd(brewery: Brewery, units: Path) -> None:
    brewery.agent("keezer")
    brewery.krausen("start", "--port", "8131")
    before = brewery.pid("circusd")
    assert brewery.krausen("service", "install", "--user").returncode == 0
    assert brewery.pid("circusd") not in {None, before}
    assert brewery.gap_s("dev-keezer") < 1.0
    assert "port=8131" in brewery.log("server.log").splitlines()[-2]
    assert (units / "krausen.service").exists()


@pytest.mark.usefixtures("units")
def test_systemd_brings_a_killed_process_manager_back(brewery: Brewery) -> None:
    brewery.krausen("service", "install", "--user")
    killed = brewery.kill("circusd")
    eventually(lambda: brewery.pid("circusd") not in {None, killed})
    eventually(lambda: brewery.krausen("status").returncode == 0)


def test_stop_lasts_under_systemd_too_and_start_goes_by_systemd(brewery: Brewery, units: Path) -> None:
    brewery.krausen("service", "install", "--user")
    unit = units / "krausen.service"
    assert brewery.krausen("stop").returncode == 0
    eventually(lambda: not systemd.running(unit))
    systemd_at_boot(brewery, unit)
    assert brewery.krausen("status").returncode == 3
    started = brewery.krausen("start")
    assert (started.returncode, started.stderr) == (0, "")
    assert systemd.running(unit)
    starts = told(units)
    assert starts.pop() == "start krausen.service"
    restarted = brewery.krausen("restart")
    assert (restarted.returncode, restarted.stderr) == (0, "")
    assert systemd.running(unit)
    assert told(units) == [*starts, "start krausen.service"]


def test_a_second_data_folder_needs_a_name_of_its_own(brewery: Brewery, units: Path) -> None:
    units.mkdir(parents=True)
    other = "[Service]\nEnvironment=KRAUSEN_DATA=/cider\n"
    (units / "krausen.service").write_text(other)
    refused = brewery.krausen("service", "install", "--user")
    assert (refused.returncode, "--name krausen-2" in refused.stderr) == (1, True)
    assert (units / "krausen.service").read_text() == other
    assert brewery.krausen("service", "install", "--user", "--name", "krausen-2").returncode == 0
    assert brewery.krausen("service", "uninstall").returncode == 0
    assert [file.name for file in units.glob("*.service")] == ["krausen.service"]
    assert brewery.krausen("service", "install", "--user", "--name", "beer").returncode == 2


@pytest.mark.parametrize("text", [None, BROKEN])
def test_without_systemd_it_names_the_command_for_cron(
    brewery: Brewery, tmp_path: Path, text: str | None
) -> None:
    if text is not None:
        program(tmp_path, "systemctl", text)
    empty = {"PATH": str(tmp_path / "bin")}
    for words in (["--user"], []):
        refused = brewery.krausen("service", "install", *words, **empty)
        assert refused.returncode == 1
        assert "krausen add2cron" in refused.stderr
        assert refused.stderr.count("\n") == 1
    assert not (tmp_path / ".config").exists()


@pytest.mark.usefixtures("units")
def test_where_the_user_does_not_linger_it_says_how_to_start_at_boot(
    brewery: Brewery, tmp_path: Path
) -> None:
    program(tmp_path, "loginctl", "exit 1")
    told = brewery.krausen("service", "install", "--user")
    assert (told.returncode, "sudo loginctl enable-linger" in told.stdout) == (0, True)


def test_a_unit_for_the_machine_takes_root_and_a_folder_of_somebody_else(
    brewery: Brewery, tmp_path: Path
) -> None:
    program(tmp_path, "systemctl", "exit 0")
    refused = brewery.krausen("service", "install")
    said = "belongs to root" if os.geteuid() == 0 else f"service install --data {brewery.data}"
    assert (refused.returncode, said in refused.stderr) == (1, True)


def test_systemd_hears_that_all_went_well_where_it_is_to_stay_stopped(brewery: Brewery) -> None:
    brewery.krausen("stop")
    with ear_at(brewery.data / "ear") as ear:
        ended = brewery.krausen("up", "--unless-stopped", NOTIFY_SOCKET=str(brewery.data / "ear"))
        assert (ended.returncode, "stopped on purpose" in ended.stdout) == (0, True)
        assert ear.recv(100).startswith(b"READY=1")
    assert brewery.krausen("status").returncode == 3


def test_systemd_hears_that_it_is_up_and_how_it_makes_way(brewery: Brewery) -> None:
    with (
        ear_at(brewery.data / "ear") as ear,
        brewery.open("up", NOTIFY_SOCKET=str(brewery.data / "ear")) as up,
    ):
        eventually(lambda: "server" in brewery.states() and set(brewery.states().values()) == {"active"})
        assert ear.recv(100).startswith(b"READY=1\nWATCHDOG=1")
        up.send_signal(signal.SIGUSR2)
        up.communicate(timeout=30)
    assert up.returncode == 75


def told(units: Path) -> list[str]:
    """Give what systemctl was told to do; questions do not count."""
    lines = (units.parent / "told").read_text().splitlines()
    return [line for line in lines if line.split()[0] not in {"show", "is-active"}]


def systemd_at_boot(brewery: Brewery, unit: Path) -> None:
    """Start a unit as a boot does, and wait until that is over."""
    started = brewery.shell(f"{sys.executable} {systemd.__file__} --user start {unit.name}")
    assert started.returncode == 0
    eventually(lambda: not systemd.running(unit))
