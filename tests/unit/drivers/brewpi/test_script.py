"""Controllers behind a BrewPi script are read and told as others are, by the script's own commands."""

import asyncio
import json
from pathlib import Path

import pytest

from krausen.drivers.brewpi.opening import session_through
from krausen.drivers.brewpi.places import ScriptFile
from krausen.drivers.brewpi.script_socket import Socket
from krausen.errors import DeviceLost, Invalid
from krausen.model.setpoint import Mode
from krausen.ports.controller import Act, Held
from tests.unit.drivers.brewpi.scripted import Script
from tests.unit.drivers.brewpi.wired import listening
from tests.unit.simulation.brewpi.emulated import board

UNO = {
    "version": "0.2.8",
    "build": "krausen",
    "board": "uno",
    "shield": "revC",
    "log": "1",
    "simulator": False,
}
ESP = {"version": "0.2.4", "build": "krausen", "board": "esp8266", "shield": None, "log": 3}
BEER = "ow-28ff4a31b216038c"


@pytest.mark.parametrize("unit", ["C", "F"])
@pytest.mark.parametrize(("name", "version"), [("uno", UNO), ("esp8266", ESP)])
async def test_a_controller_behind_a_script_is_read_and_told(
    name: str, version: dict[str, object], unit: str
) -> None:
    script = Script(board(name), version)
    script.write(f'j{{"tempFormat":"{unit}"}}')
    session = await session_through(script, 5.0)
    async with listening(session) as heard:
        for wish in (
            Held(Mode.BEER, 18.0),
            Held(Mode.CHAMBER, 12.0),
            Held(Mode.PROFILE, 19.0),
            Held(Mode.OFF),
        ):
            await session.hold(wish)
            await asyncio.sleep(12.0)
            assert heard.measured[-1].held == wish
    samples = {sample.metric: sample.value for sample in heard.measured[0].samples}
    assert samples["beer"] == pytest.approx(20.0, abs=0.1)
    assert samples["state"] == 1.0
    told = [command.partition("=")[0] for command in script.heard]
    assert {"setBeer", "setFridge", "setOff"} <= set(told)
    assert "setActiveProfile" not in told
    assert heard.facts[-1].devices


async def test_parameters_and_devices_are_changed_through_a_script() -> None:
    script = Script(board("uno"), UNO)
    session = await session_through(script, 5.0)
    await session.perform(Act.SET, {"Kp": 7.0})
    assert script.board.firmware.constants.kp == 7.0
    await session.perform(Act.ASSIGN, {"device": BEER, "function": "none"})
    assert all(one.function.name != "BEER_TEMPERATURE" for one in script.board.firmware.kept.slots)
    with pytest.raises(Invalid, match="own cable"):
        await session.perform(Act.RESTART, {})


async def test_a_script_that_has_heard_nothing_yet_is_a_loss() -> None:
    script = Script(board("uno"), UNO)
    session = await session_through(script, 5.0)
    script.display = ["Script starting up", " ", " ", " "]
    async with listening(session) as heard:
        await asyncio.sleep(5.0)
    assert not heard.measured
    assert "starting up" in heard.lost[0]


async def test_a_script_without_a_controller_is_a_loss() -> None:
    with pytest.raises(DeviceLost, match="no controller"):
        await session_through(Script(board("uno"), {}), 5.0)


async def test_where_no_script_runs_nothing_is_opened(tmp_path: Path) -> None:
    with pytest.raises(DeviceLost, match="script running"):
        await Socket(ScriptFile(str(tmp_path / "BEERSOCKET"))).ask("lcd")


async def test_answers_are_read_whole_whether_the_script_hangs_up_or_not(tmp_path: Path) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        command = (await reader.read(4096)).decode()
        if command == "getDeviceList":
            writer.write(b"device-list-not-up-to-date")
        elif command == "lcd":
            writer.write(b'["Mode   Off", "')
            await writer.drain()
            writer.write(b'b", "c", "d"]')
        else:
            writer.write(b"b")
            writer.close()
        await reader.read()
        writer.close()

    path = tmp_path / "BEERSOCKET"
    server = await asyncio.start_unix_server(answer, path)
    async with server:
        socket = Socket(ScriptFile(str(path)))
        assert json.loads(await socket.ask("lcd"))[0] == "Mode   Off"
        assert await socket.ask("getDeviceList") == "device-list-not-up-to-date"
        assert await socket.ask("getMode") == "b"
