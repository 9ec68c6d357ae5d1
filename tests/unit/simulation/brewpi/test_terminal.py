"""The serial line of an emulated board, in real time."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest

from krausen.errors import OperatorNeeded
from krausen.protocols.brewpi.commands import Outgoing
from krausen.protocols.brewpi.states import State
from krausen.simulation.brewpi.board import Board
from krausen.simulation.brewpi.faults import Faults
from krausen.simulation.brewpi.firmware import Firmware
from krausen.simulation.brewpi.life import Life, Surroundings
from krausen.simulation.brewpi.memory import fresh
from krausen.simulation.brewpi.model import MODELS
from krausen.simulation.brewpi.terminal import LOOK_S, serve, terminal
from krausen.simulation.loop import PacedLoop
from tests.unit.simulation.brewpi.emulated import chamber

PATIENCE_S = 20.0
SPEED = 500.0
LONG_S = 700.0


class Host:
    """A program that has a serial line open."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.heard = b""
        self._more = asyncio.Event()

    def hear(self) -> None:
        self.heard += os.read(self._port, 65536)
        self._more.set()

    def send(self, command: bytes) -> None:
        os.write(self._port, command)

    async def until(self, letter: bytes) -> bytes:
        """Wait for a whole line that begins with a letter."""
        while True:
            for line in self.heard.split(b"\r\n")[:-1]:
                if line.startswith(letter):
                    return line
            self._more.clear()
            await self._more.wait()


@contextmanager
def opened(path: Path) -> Iterator[Host]:
    port = os.open(path, os.O_RDWR | os.O_NOCTTY)
    loop = asyncio.get_running_loop()
    host = Host(port)
    loop.add_reader(port, host.hear)
    try:
        yield host
    finally:
        loop.remove_reader(port)
        os.close(port)


def meet(name: str, path: Path, script: Callable[[Life], Awaitable[None]]) -> Life:
    """Let hosts act while a board answers at a path."""
    model = MODELS[name]
    board = Board(Firmware(model, chamber(), fresh(model)))
    life = Life(board, Surroundings(Faults((), Random(1)), lambda _: None, SPEED))

    async def run() -> None:
        with terminal(path) as ours:
            async with asyncio.timeout(PATIENCE_S * SPEED), asyncio.TaskGroup() as tasks:
                work = [tasks.create_task(life.run()), tasks.create_task(serve(life, ours))]
                await script(life)
                for task in work:
                    task.cancel()

    with asyncio.Runner(loop_factory=lambda: PacedLoop(SPEED)) as runner:
        runner.run(run())
    return life


@pytest.mark.parametrize(("name", "starts"), [("uno", 2), ("esp32", 0)])
def test_hosts_come_and_go_and_a_board_resets_if_it_is_one_that_does(
    tmp_path: Path, name: str, starts: int
) -> None:
    path = tmp_path / "brewpi"

    async def script(life: Life) -> None:
        for _ in range(2):
            before = life.board.firmware.starts
            with opened(path) as host:
                host.send(b"n\nt\n")
                assert (await host.until(b"N:")).endswith(b"}")
                assert b"BeerTemp" in await host.until(b"T:")
            if name == "uno":
                assert life.board.firmware.starts == before + 1
            await asyncio.sleep(2 * LOOK_S * SPEED)

    assert meet(name, path, script).board.firmware.starts == starts
    assert not path.is_symlink()


def test_a_long_answer_arrives_whole_and_raw(tmp_path: Path) -> None:
    async def script(_: Life) -> None:
        with opened(tmp_path / "brewpi") as host:
            host.send(b"d{e:1}" * 20 + b"n")
            await host.until(b"N:")

    meet("esp8266", tmp_path / "brewpi", script)


def test_a_host_that_reads_late_gets_it_all(tmp_path: Path) -> None:
    path = tmp_path / "brewpi"

    async def script(_: Life) -> None:
        port = os.open(path, os.O_RDWR | os.O_NOCTTY)
        os.write(port, b"d{e:1}" * 30)
        await asyncio.sleep(4 * LOOK_S * SPEED)
        os.write(port, b"n")
        await asyncio.sleep(4 * LOOK_S * SPEED)
        with opened(path) as host:
            assert (await host.until(b"N:")).endswith(b"}")
            assert host.heard.count(b"d:[") == 30
        os.close(port)

    meet("esp8266", path, script)


def test_a_host_that_leaves_without_reading_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "brewpi"

    async def script(_: Life) -> None:
        port = os.open(path, os.O_RDWR | os.O_NOCTTY)
        os.write(port, b"d{e:1}" * 30)
        await asyncio.sleep(4 * LOOK_S * SPEED)
        os.close(port)
        await asyncio.sleep(4 * LOOK_S * SPEED)
        with opened(path) as host:
            host.send(b"n")
            assert (await host.until(b"N:")).endswith(b"}")

    meet("esp8266", path, script)


def test_what_is_said_to_nobody_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "brewpi"

    async def script(life: Life) -> None:
        life.board.take(Outgoing(), b'j{"mode":"f","fridgeSet":5}')
        await asyncio.sleep(LONG_S)
        assert life.board.firmware.running.state is State.COOLING
        with opened(path) as host:
            host.send(b"n")
            await host.until(b"N:")
            assert host.heard.startswith(b"N:")

    meet("esp8266", path, script)


def test_a_link_is_replaced_and_a_file_is_not(tmp_path: Path) -> None:
    stale, file = tmp_path / "stale", tmp_path / "file"
    stale.symlink_to("/nowhere")
    file.write_text("mine")
    with terminal(stale):
        assert stale.is_char_device()
    assert not stale.is_symlink()
    with pytest.raises(OperatorNeeded, match="--pty PATH"), terminal(file):
        pass
    assert file.read_text() == "mine"


def test_a_link_that_somebody_else_has_put_there_stays(tmp_path: Path) -> None:
    path = tmp_path / "brewpi"
    with terminal(path), terminal(path):
        pass
    assert not path.is_symlink()
    with terminal(path):
        path.unlink()
        path.symlink_to("elsewhere")
    assert path.is_symlink()
