"""Firmwares that are not known are read and never told anything."""

import asyncio

import pytest

from krausen.drivers.brewpi.lines import Ear, Line
from krausen.drivers.brewpi.opening import session_over
from krausen.errors import Invalid
from krausen.model.setpoint import Mode
from krausen.ports.controller import Act, Held, Measured
from tests.unit.drivers.brewpi.wired import listening

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

    async def connect(self, ear: Ear) -> Line:
        self._ear = ear
        return self

    def say(self, said: bytes) -> None:
        self.said.append(said.decode().strip())
        answer = self._answers.get(self.said[-1])
        if answer:
            loop = asyncio.get_running_loop()
            loop.call_soon(self._ear.heard, answer.encode() + b"\r\n")

    def close(self) -> None:
        pass


async def met(stranger: _Stranger, seconds: float = 60.0) -> list[Measured]:
    async with session_over(stranger.connect, 5.0) as session, listening(session) as heard:
        await asyncio.sleep(seconds)
        for doing in (session.hold(Held(Mode.OFF)), session.perform(Act.SCAN, {})):
            with pytest.raises(Invalid, match="not known"):
                await doing
    assert heard.facts[-1].strange
    return heard.measured


@pytest.mark.parametrize("version", STRANGERS)
async def test_an_unknown_firmware_is_only_read(version: str) -> None:
    stranger = _Stranger(version, 'C:{"tempFormat":"F","heater1":{"kp":30}}')
    measured = await met(stranger)
    told = {sample.metric: round(sample.value, 2) for sample in measured[-1].samples}
    assert (told["beer"], told["chamber"]) == (20.0, 19.0)
    assert set(stranger.said) <= {"n", "c", "t", "s"}


async def test_an_unknown_firmware_of_an_unknown_unit_gives_no_readings() -> None:
    measured = await met(_Stranger(STRANGERS[0]), 120.0)
    assert measured
    assert not any(one.samples for one in measured)
