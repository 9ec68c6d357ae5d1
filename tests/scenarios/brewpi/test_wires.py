"""The driver over real wires: TCP through a network that fails, a real pseudo-terminal, a script's socket."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random
from typing import Any

import pytest

from krausen.cli.serving import bound
from krausen.drivers.brewpi.conversation import Conversation
from krausen.drivers.brewpi.places import Tcp
from krausen.drivers.brewpi.wiring import connect
from krausen.drivers.controllers.brewpi import CONTROLLER, Settings
from krausen.errors import DeviceLost, Invalid
from krausen.model.setpoint import Mode
from krausen.ports.controller import Act, Held, Measured
from krausen.simulation.brewpi import tcp, terminal
from krausen.simulation.brewpi.board import Board
from krausen.simulation.brewpi.faults import Faults
from krausen.simulation.brewpi.firmware import Firmware
from krausen.simulation.brewpi.life import Life, Surroundings
from krausen.simulation.brewpi.memory import fresh
from krausen.simulation.brewpi.model import MODELS
from krausen.simulation.loop import PacedLoop
from tests.scenarios.brewpi.proxy import Proxy
from tests.unit.drivers.brewpi.scripted import Script
from tests.unit.drivers.brewpi.wired import Heard, until
from tests.unit.simulation.brewpi.emulated import NAMES, board, chamber

SPEED = 50.0
CLOSING_S = 2.0
"""What was closed is gone after this."""
WISH = Held(Mode.BEER, 18.0)


@pytest.fixture(scope="module")
def anyio_backend() -> tuple[str, dict[str, Any]]:
    """Run in real time, fifty seconds of it in one: the wires are real."""
    return "asyncio", {"loop_factory": lambda: PacedLoop(SPEED)}


@pytest.fixture(autouse=True)
def _own_locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


@asynccontextmanager
async def living(name: str) -> AsyncIterator[Life]:
    model = MODELS[name]
    life = Life(
        Board(Firmware(model, chamber(), fresh(model))), Surroundings(Faults((), Random(1)), lambda _: None)
    )
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(life.run())
        yield life
        task.cancel()


@asynccontextmanager
async def networked(name: str) -> AsyncIterator[tuple[Life, Proxy]]:
    with bound("127.0.0.1", 0) as listener:
        async with living(name) as life, asyncio.TaskGroup() as tasks:
            serving = tasks.create_task(tcp.serve(life, listener))
            async with Proxy(listener.getsockname()[1]).open() as proxy:
                yield life, proxy
            serving.cancel()


async def keep(port: str, heard: Heard, wish: Held = WISH) -> None:
    """Do for ever what an agent does."""
    while True:
        try:
            async with CONTROLLER.open(Settings(port=port, every_s=2.0)) as session:
                async for news in session.news():
                    heard.take(news)
                    if isinstance(news, Measured) and news.held != wish:
                        await session.hold(wish)
        except DeviceLost as error:
            heard.lost.append(str(error))
        await asyncio.sleep(2.0)


@asynccontextmanager
async def keeping(port: str) -> AsyncIterator[Heard]:
    heard = Heard()
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(keep(port, heard))
        yield heard
        task.cancel()


def more(heard: Heard, rounds: int = 4) -> Callable[[], bool]:
    wanted = len(heard.measured) + rounds
    return lambda: len(heard.measured) >= wanted


@pytest.mark.parametrize("name", NAMES)
async def test_a_network_that_fails_costs_time_and_no_truth(name: str) -> None:
    async with networked(name) as (life, proxy), keeping(f"tcp://127.0.0.1:{proxy.port}") as heard:
        await until(more(heard))
        proxy.late_s = 3.0
        await until(more(heard), 300.0)
        proxy.late_s = 0.0
        proxy.garble(b'T:{"BeerTemp":99\xff\x00\r\nQ:{}\r\n\x00\x01S:{"mode":\r\n')
        await until(more(heard))
        assert heard.lost == []
        proxy.cut()
        await until(more(heard), 120.0)
        proxy.is_half_open = True
        await until(lambda: len(heard.lost) > 1, 60.0)
        proxy.is_half_open = False
        proxy.cut()
        await until(more(heard), 120.0)
        proxy.is_shut = True
        proxy.cut()
        before = len(heard.lost)
        await until(lambda: len(heard.lost) > before + 1, 60.0)
        proxy.is_shut = False
        await until(more(heard), 120.0)
        life.restart()
        await until(more(heard), 120.0)
        assert life.board.firmware.temperatures().beer_set_c == 18.0
    for metric in ("beer", "chamber", "room"):
        assert all(5.0 < value < 26.0 for value in heard.values(metric))


@pytest.mark.parametrize("name", NAMES)
async def test_a_serial_line_is_spoken_with_and_a_board_that_resets_is_waited_for(
    name: str, tmp_path: Path
) -> None:
    path = tmp_path / "ttyBrewPi"
    with terminal.terminal(path) as line:
        async with living(name) as life, asyncio.TaskGroup() as tasks:
            serving = tasks.create_task(terminal.serve(life, line))
            async with keeping(f"serial://{path}") as heard:
                await until(more(heard))
                assert life.board.firmware.temperatures().beer_set_c == 18.0
                # On a busy machine a board may once have been given up.
                opened = 1 + len(heard.lost)
                assert life.board.firmware.starts == (opened if name == "uno" else 0)
            await asyncio.sleep(CLOSING_S)
            serving.cancel()


async def test_the_second_session_with_a_place_is_refused_and_names_the_first() -> None:
    async with networked("esp32") as (_, proxy):
        settings = Settings(port=f"tcp://127.0.0.1:{proxy.port}")
        async with CONTROLLER.open(settings):
            with pytest.raises(Invalid, match="is in use by"):
                async with CONTROLLER.open(settings):
                    pytest.fail("Two have the same controller.")
        async with CONTROLLER.open(settings) as session:
            await session.perform(Act.SCAN, {})


async def test_what_is_not_there_is_a_loss_that_says_what_to_do(tmp_path: Path) -> None:
    for port, words in (
        ("tcp://127.0.0.1:9", "connection refused"),
        (f"serial://{tmp_path}/ttyNone", "/dev/serial/by-id"),
        (f"script://{tmp_path}/BEERSOCKET", "script running"),
    ):
        with pytest.raises(DeviceLost, match=words):
            async with CONTROLLER.open(Settings(port=port)):
                pytest.fail("There is nothing.")


async def test_a_name_that_the_system_does_not_know_is_asked_for_in_the_network() -> None:
    asked: list[str] = []

    async def resolve(host: str) -> str:
        asked.append(host)
        return "127.0.0.1"

    async with await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        line = await connect(Tcp("krausen-nobody.local", port), Conversation(), resolve)
        line.close()
        await asyncio.sleep(CLOSING_S)
    assert asked == ["krausen-nobody.local"]

    async def unknown(host: str) -> str:
        return host

    with pytest.raises(DeviceLost, match="not known in the network"):
        await connect(Tcp("krausen-nobody.invalid", 23), Conversation(), unknown)


async def test_somebody_who_answers_something_else_is_no_controller() -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(100):
            writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(DeviceLost, match="who it is"):
            async with CONTROLLER.open(Settings(port=f"tcp://127.0.0.1:{port}")):
                pytest.fail("That is no controller.")
        await asyncio.sleep(CLOSING_S)


async def test_a_running_script_is_spoken_with_at_its_socket(tmp_path: Path) -> None:
    version = {"version": "0.2.8", "board": "uno", "shield": "revC"}
    script = Script(board("uno"), version)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        command = (await reader.read(4096)).decode()
        if command == "lcd" or command.startswith("get"):
            writer.write((await script.ask(command)).encode())
            await writer.drain()
        else:
            await script.tell(command)
        writer.close()

    path = tmp_path / "BEERSOCKET"
    async with await asyncio.start_unix_server(answer, path):
        async with keeping(f"script://{path}") as heard:
            await until(lambda: bool(heard.measured) and heard.measured[-1].held == WISH)
        await asyncio.sleep(CLOSING_S)
    assert script.board.firmware.temperatures().beer_set_c == 18.0
