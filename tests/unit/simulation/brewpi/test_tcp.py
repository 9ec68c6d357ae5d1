"""The TCP line of an emulated board, in real time."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from random import Random

import pytest

from krausen.cli.serving import bound
from krausen.simulation.brewpi import tcp
from krausen.simulation.brewpi.board import Board
from krausen.simulation.brewpi.faults import Faults
from krausen.simulation.brewpi.firmware import Firmware
from krausen.simulation.brewpi.life import Life, Surroundings
from krausen.simulation.brewpi.memory import fresh
from krausen.simulation.brewpi.model import MODELS
from tests.unit.simulation.brewpi.emulated import chamber

PATIENCE_S = 10.0

Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Place:
    """Where a board answers."""

    def __init__(self, life: Life, listener: socket.socket) -> None:
        self.life = life
        self._address = listener.getsockname()

    async def host(self) -> Ends:
        return await asyncio.open_connection(*self._address)


def meet(script: Callable[[Place], Awaitable[None]], name: str = "esp8266") -> None:
    """Let hosts act while a board answers."""

    async def run() -> None:
        model = MODELS[name]
        board = Board(Firmware(model, chamber(), fresh(model)))
        life = Life(board, Surroundings(Faults((), Random(1)), lambda _: None))
        with bound("127.0.0.1", 0) as listener:
            async with asyncio.timeout(PATIENCE_S), asyncio.TaskGroup() as tasks:
                serving = tasks.create_task(tcp.serve(life, listener))
                await script(Place(life, listener))
                serving.cancel()

    asyncio.run(run())


async def said(host: Ends, command: bytes) -> bytes:
    host[1].write(command)
    return await host[0].readline()


async def left(host: Ends) -> bytes:
    rest = await host[0].read()
    host[1].close()
    await host[1].wait_closed()
    return rest


def test_a_host_is_answered_and_another_takes_its_line() -> None:
    async def script(place: Place) -> None:
        first = await place.host()
        assert (await said(first, b"n\n")).startswith(b'N:{"v":"0.2.4"')
        second = await place.host()
        assert (await said(second, b"t\n")).startswith(b"T:{")
        assert await left(first) == b""
        assert (await said(second, b"n\n")).startswith(b"N:{")
        second[1].close()
        await second[1].wait_closed()

    meet(script)


def test_half_a_command_is_not_finished_by_the_next_host() -> None:
    async def script(place: Place) -> None:
        first = await place.host()
        assert (await said(first, b'nj{"mode":')).startswith(b"N:{")
        second = await place.host()
        assert (await said(second, b"n\n")).startswith(b"N:{")
        await left(first)
        second[1].close()
        await second[1].wait_closed()

    meet(script)


@pytest.mark.parametrize(("name", "stays"), [("esp32", False), ("uno", True)])
def test_an_esp_that_starts_anew_drops_its_host(name: str, *, stays: bool) -> None:
    async def script(place: Place) -> None:
        host = await place.host()
        assert (await said(host, b"n\n")).startswith(b"N:{")
        if stays:
            assert (await said(host, b"nR")).startswith(b"N:{")
            assert place.life.board.firmware.starts == 1
            for _ in range(MODELS[name].boot_s):
                place.life.board.second()
            assert (await said(host, b"n\n")).startswith(b"N:{")
            host[1].close()
            await host[1].wait_closed()
        else:
            host[1].write(b"R")
            assert await left(host) == b""

    meet(script, name)


def test_whoever_leaves_in_the_middle_of_a_command_does_no_harm() -> None:
    async def script(place: Place) -> None:
        for _ in range(3):
            host = await place.host()
            host[1].write(b"\xff\xfdU{")
            await host[1].drain()
            host[1].transport.abort()
            await host[1].wait_closed()
        last = await place.host()
        assert (await said(last, b"n\n")).startswith(b"N:{")
        last[1].close()
        await last[1].wait_closed()

    meet(script)


def test_a_board_that_ends_closes_its_line() -> None:
    hosts: list[Ends] = []

    async def script(place: Place) -> None:
        hosts.append(await place.host())
        await said(hosts[0], b"n")

    async def run() -> None:
        model = MODELS["uno"]
        board = Board(Firmware(model, chamber(), fresh(model)))
        life = Life(board, Surroundings(Faults((), Random(1)), lambda _: None))
        with bound("127.0.0.1", 0) as listener:
            async with asyncio.timeout(PATIENCE_S), asyncio.TaskGroup() as tasks:
                serving = tasks.create_task(tcp.serve(life, listener))
                await script(Place(life, listener))
                serving.cancel()
            assert await left(hosts[0]) == b""

    asyncio.run(run())
