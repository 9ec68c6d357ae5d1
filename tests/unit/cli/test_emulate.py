"""`krausen emulate brewpi` as a process of its own."""

import json
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.unit.cli.running import PATIENCE_S, Running, given, running

pytestmark = pytest.mark.timeout(120)


@contextmanager
def emulated(folder: Path, *options: str) -> Iterator[tuple[Running, Any]]:
    """Give the command, and what it says of where it answers."""
    with running(folder / "said", "emulate", "brewpi", "--json", *options) as command:
        said = command.until_said("}\n")
        yield command, json.loads(next(line for line in said.splitlines() if line.startswith("{")))


@contextmanager
def host(place: Any) -> Iterator[socket.socket]:
    address, port = place["tcp"].rsplit(":", 1)
    with socket.create_connection((address, int(port)), timeout=PATIENCE_S) as line:
        yield line


def ask(line: socket.socket, command: str, letter: str) -> Any:
    """Send a command and wait for the line of a letter."""
    line.sendall(command.encode())
    heard = b""
    while True:
        heard += line.recv(4096)
        for one in heard.split(b"\r\n")[:-1]:
            if one.startswith(letter.encode() + b":"):
                return json.loads(one[2:])


def test_what_a_host_sets_survives_a_kill(tmp_path: Path) -> None:
    options = ("--tcp", "0", "--eeprom", str(tmp_path / "eeprom"), "--board", "esp32")
    with emulated(tmp_path, *options) as (command, place), host(place) as line:
        assert place["board"] == "esp32"
        assert ask(line, "n\n", "N")["b"] == "3"
        ask(line, 'j{"mode":"b","beerSet":17.5}\n', "C")
        command.stop(signal.SIGKILL)
    with emulated(tmp_path, *options) as (command, place), host(place) as line:
        settings = ask(line, "s\n", "S")
        assert (settings["mode"], settings["beerSet"]) == ("b", 17.5)
        assert command.stop() == 0


def test_a_serial_line_is_there_while_the_command_runs(tmp_path: Path) -> None:
    path = tmp_path / "ttyBrewPi"
    with emulated(tmp_path, "--pty", str(path), "--board", "uno") as (command, place):
        assert place == {"board": "uno", "chamber": "fridge2014", "pty": str(path)}
        port = os.open(path, os.O_RDWR | os.O_NOCTTY)
        os.write(port, b"n\n")
        heard = b""
        while b"N:{" not in heard or not heard.endswith(b"}\r\n"):
            heard += os.read(port, 4096)
        os.close(port)
        assert command.stop(signal.SIGINT) == 0
    assert not path.is_symlink()
    assert "Traceback" not in command.said()


def test_a_blank_board_has_no_devices(tmp_path: Path) -> None:
    with emulated(tmp_path, "--tcp", "0", "--blank") as (_, place), host(place) as line:
        assert ask(line, "d{}", "d") == []
        assert len(ask(line, "h{}", "h")) == 6


def test_with_faults_and_speed_it_goes_on_until_it_is_ended(tmp_path: Path) -> None:
    options = ("--tcp", "0", "--faults", "garbage,cut", "--speed", "50", "--seed", "7")
    with emulated(tmp_path, *options) as (command, place), host(place) as line:
        for _ in range(20):
            line.sendall(b"t\n")
        assert line.recv(4096)
        assert command.stop() == 0


def test_a_board_that_announces_itself_answers_and_ends_like_any_other(tmp_path: Path) -> None:
    with emulated(tmp_path, "--tcp", "0", "--mdns", "Shed9") as (command, place), host(place) as line:
        assert ask(line, "n\n", "N")["v"] == "0.2.4"
        assert command.stop() == 0
        assert "Traceback" not in command.said()


def test_it_says_in_words_where_it_answers(tmp_path: Path) -> None:
    with running(tmp_path / "said", "emulate", "brewpi", "--tcp", "0") as command:
        said = command.until_said("End with Ctrl-C.")
        assert "An emulated ESP8266 answers at 127.0.0.1:" in said


@pytest.mark.parametrize(
    ("options", "status", "told"),
    [
        (("--faults", "rust"), 2, "choose some of garbage, cut, silence, late, probe, reboot"),
        (("--chamber", "cupboard"), 2, "choose one of freezer20"),
        (("--board", "mega"), 2, "uno"),
        (("--mdns", "no name"), 2, "is no name of a host"),
        (("--eeprom", "nowhere/eeprom"), 1, "nowhere/eeprom cannot be written"),
        (("--pty", "nowhere/tty"), 1, "Choose another: --pty PATH."),
    ],
)
def test_what_cannot_be_is_said(options: tuple[str, ...], status: int, told: str) -> None:
    ended = given("emulate", "brewpi", "--tcp", "0", *options)
    assert ended.returncode == status
    assert told in " ".join(ended.stderr.split())
    assert "Traceback" not in ended.stderr


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with emulated(tmp_path, "--tcp", "0") as (_, place):
        port = place["tcp"].rsplit(":", 1)[1]
        ended = given("emulate", "brewpi", "--tcp", port)
    assert ended.returncode == 1
    assert f"Port {port}" in ended.stderr
    assert "--tcp PORT" in ended.stderr


def test_a_file_that_is_no_memory_is_refused_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "notes"
    file.write_text("milk, yeast")
    ended = given("emulate", "brewpi", "--tcp", "0", "--eeprom", str(file))
    assert ended.returncode == 1
    assert str(file) in ended.stderr
    assert file.read_text() == "milk, yeast"
