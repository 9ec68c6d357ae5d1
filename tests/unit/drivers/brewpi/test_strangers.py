"""Firmwares that are not known are read and never told anything."""

import asyncio
from collections.abc import Sequence

import pytest

from krausen.drivers.brewpi.opening import session_over
from krausen.drivers.brewpi.session import BrewpiSession
from krausen.errors import Invalid
from krausen.model.setpoint import Mode
from krausen.ports.controller import Act, Held
from tests.unit.drivers.brewpi.wired import Rig, listening

BEER, CHAMBER, ROOM = "ow-28ff4a31b216038c", "ow-28ff5d07c3160427", "ow-28ff0e92d11605c7"
HEAT_PINS = {"uno": "pin-6", "esp8266": "pin-16", "esp32": "pin-25"}
DOOR_PINS = {"uno": "pin-4", "esp8266": "pin-13", "esp32": "pin-34"}


def commands(rig: Rig, letter: str) -> list[str]:
    return [one for one in rig.said if one.startswith(letter)]


async def refused(doing: "asyncio.Future[None] | object") -> Invalid:
    with pytest.raises(Invalid) as caught:
        await doing  # type: ignore[misc]  # any coroutine
    return caught.value


STRANGERS = [
    'N:{"v":"0.5.10","n":"abc","s":3,"y":0,"b":"p","l":"4"}',
    'N:{"v":"0.2.4","n":"abc","s":0,"y":0,"b":"e","l":3,"e":"0.99"}',
    'N:{"v":"9.1.0","n":"abc","s":0,"y":0,"b":"s","l":"1"}',
]


class _Stranger:
    """A firmware that we do not know, which answers what it is asked by letters."""

    def __init__(self, version: str, constants: str = "") -> None:
        self.said: list[str] = []
        self._answers = {
            "n": version,
            "c": constants,
            "t": 'T:{"BeerTemp":68.0,"BeerSet":null,"FridgeTemp":66.2,"FridgeSet":null,"State":0}',
        }

    async def connect(self, ear: object) -> "_Stranger":
        self._ear = ear
        return self

    def say(self, said: bytes) -> None:
        self.said.append(said.decode().strip())
        answer = self._answers.get(self.said[-1])
        if answer:
            loop = asyncio.get_running_loop()
            loop.call_soon(self._ear.heard, answer.encode() + b"\r\n")  # type: ignore[attr-defined]

    def close(self) -> None:
        pass


async def _met(stranger: _Stranger, seconds: float = 60.0) -> tuple[BrewpiSession, Sequence[object]]:
    async with (
        session_over(stranger.connect, 5.0) as session,
        listening(session) as heard,
    ):
        await asyncio.sleep(seconds)
        for doing in (session.hold(Held(Mode.OFF)), session.perform(Act.SCAN, {})):
            assert "not known" in str(await refused(doing))
    assert heard.facts[-1].strange
    return session, heard.measured


@pytest.mark.parametrize("version", STRANGERS)
async def test_an_unknown_firmware_is_only_read(version: str) -> None:
    stranger = _Stranger(version, 'C:{"tempFormat":"F","heater1":{"kp":30}}')
    _, measured = await _met(stranger)
    assert {"beer": 20.0, "chamber": 19.0}.items() <= {
        sample.metric: round(sample.value, 2)
        for sample in measured[-1].samples  # type: ignore[attr-defined]
    }.items()
    assert set(stranger.said) <= {"n", "c", "t", "s"}


async def test_an_unknown_firmware_of_an_unknown_unit_gives_no_readings() -> None:
    _, measured = await _met(_Stranger(STRANGERS[0]), 120.0)
    assert measured
    assert not any(round_.samples for round_ in measured)  # type: ignore[attr-defined]
