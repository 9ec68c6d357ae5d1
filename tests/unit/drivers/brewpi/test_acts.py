"""What emulated boards can be asked to do once: devices, parameters, resets, a restart."""

import asyncio
from collections.abc import Awaitable

import pytest

from krausen.errors import Invalid
from krausen.model.setpoint import Mode
from krausen.ports.controller import Act, Held
from krausen.protocols.brewpi import states
from tests.unit.drivers.brewpi.wired import Rig, at_work, listening, until
from tests.unit.simulation.brewpi.emulated import NAMES

BEER, CHAMBER, ROOM = "ow-28ff4a31b216038c", "ow-28ff5d07c3160427", "ow-28ff0e92d11605c7"
HEAT_PINS = {"uno": "pin-6", "esp8266": "pin-16", "esp32": "pin-25"}
DOOR_PINS = {"uno": "pin-4", "esp8266": "pin-13", "esp32": "pin-34"}


def commands(rig: Rig, letter: str) -> list[str]:
    return [one for one in rig.said if one.startswith(letter)]


async def refused(doing: Awaitable[None]) -> Invalid:
    with pytest.raises(Invalid) as caught:
        await doing
    return caught.value


@pytest.mark.parametrize("name", NAMES)
async def test_a_device_is_freed_and_assigned_again_with_all_it_is(name: str) -> None:
    async with at_work(name) as (rig, session, heard):
        await session.perform(Act.ASSIGN, {"device": ROOM, "calibration": -0.5})
        await session.perform(Act.ASSIGN, {"device": HEAT_PINS[name], "inverted": False})
        await session.perform(Act.ASSIGN, {"device": DOOR_PINS[name], "function": "door", "slot": 9})
        await session.perform(Act.ASSIGN, {"device": BEER, "function": "none"})
        await asyncio.sleep(5.0)
        devices = {one.id: one for one in heard.facts[-1].devices}
        assert (devices[ROOM].calibration, devices[ROOM].function) == (-0.5, "room_temperature")
        assert (devices[HEAT_PINS[name]].inverted, devices[HEAT_PINS[name]].function) == (False, "heat")
        assert (devices[DOOR_PINS[name]].slot, devices[DOOR_PINS[name]].function) == (9, "door")
        assert (devices[BEER].slot, devices[BEER].function) == (None, "none")
        # A slot can change, too.
        await session.perform(Act.ASSIGN, {"device": DOOR_PINS[name], "slot": 11})
        assert [one.slot for one in rig.firmware.kept.slots if one.function.name == "DOOR"] == [11]


@pytest.mark.parametrize(
    ("body", "where", "words"),
    [
        ({"device": "pin-99"}, "/device", "no such device"),
        ({"device": "pin-14", "function": "beer_temperature"}, "/function", "cannot be a beer temperature"),
        ({"device": "pin-14", "function": "fly"}, "/function", "no function"),
        ({"device": "pin-13", "function": "heat"}, "/function", "wired as door"),
        ({"device": "pin-14", "function": "heat"}, "/function", "already"),
        ({"device": "pin-14", "slot": 20}, "/slot", "slots 0 to 19"),
        ({"device": "pin-14", "slot": 1}, "/slot", "Slot 1 holds"),
        ({"device": "pin-14", "chamber": 2}, "/chamber", "one chamber"),
        ({"device": "pin-14", "calibration": 1.0}, "/calibration", "probes"),
        ({"device": BEER, "calibration": 9.0}, "/calibration", "7.9"),
        ({"device": BEER, "slot": "one"}, "/slot", "Expected"),
        ({"device": BEER, "colour": 1}, "", "colour"),
    ],
)
async def test_an_assignment_that_cannot_be_is_refused_at_its_field(
    body: dict[str, object], where: str, words: str
) -> None:
    async with at_work("esp8266") as (rig, session, _):
        failure = await refused(session.perform(Act.ASSIGN, body))
        assert (failure.faults[0].where, words in failure.faults[0].message) == (where, True)
        assert not commands(rig, "U")


@pytest.mark.parametrize("unit", ["C", "F"])
@pytest.mark.parametrize("name", NAMES)
async def test_parameters_are_set_in_celsius_whatever_it_speaks(name: str, unit: str) -> None:
    rig = Rig(name)
    rig.speak(unit)
    async with rig.alive(), rig.session() as session, listening(session) as heard:
        wanted = {
            "Kp": 6.5,
            "Kd": -2.0,
            "tempSetMin": -1.0,
            "heatTargetH": 0.4,
            "maxCoolTimeForEst": 900,
            "lah": True,
            "coolEst": 4.0,
            "beerFastFilt": 2,
        }
        await session.perform(Act.SET, wanted)
        await asyncio.sleep(5.0)
    constants = rig.firmware.constants
    assert (constants.kp, constants.kd, constants.light_as_heater) == (6.5, -2.0, True)
    assert constants.lowest_c == pytest.approx(-1.0, abs=0.003)
    assert constants.heat_target_high_c == pytest.approx(0.4, abs=0.003)
    assert constants.longest_cool_s == 900
    shown = {one.key: one.value for one in heard.facts[-1].parameters}
    assert shown["tempSetMin"] == pytest.approx(-1.0, abs=0.06)
    assert shown["coolEst"] == 4.0


async def test_the_unit_of_the_display_can_be_set() -> None:
    async with at_work("esp32") as (rig, session, heard):
        await session.perform(Act.SET, {"tempFormat": "F"})
        await asyncio.sleep(20.0)
        assert rig.firmware.constants.unit == "F"
        assert "°F" in heard.facts[-1].display[1]
        assert 15.0 < heard.values("beer")[-1] < 25.0


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"Kp": "much"}, "/Kp"),
        ({"Kp": 100.0}, "/Kp"),
        ({"beerSet": 18.0}, "/beerSet"),
        ({"nothing": 1}, "/nothing"),
        ({"lah": 1}, "/lah"),
        ({"tempFormat": "K"}, "/tempFormat"),
        ({"maxHeatTimeForEst": 1.5}, "/maxHeatTimeForEst"),
        ({"lowDelay": True}, "/lowDelay"),
        ({"Kp": 5.0, "Ki": True}, "/Ki"),
    ],
)
async def test_a_parameter_that_cannot_be_set_is_refused_and_nothing_is_written(
    body: dict[str, object], where: str
) -> None:
    async with at_work("uno") as (rig, session, _):
        failure = await refused(session.perform(Act.SET, body))
        assert [fault.where for fault in failure.faults] == [where]
        assert not commands(rig, "j")


async def test_the_further_settings_of_an_esp_are_set() -> None:
    async with at_work("esp8266") as (rig, session, _):
        await asyncio.sleep(6.0)
        await session.perform(Act.SET, {"glycol": True})
        assert rig.firmware.kept.extended.glycol is True


@pytest.mark.parametrize("name", NAMES)
async def test_resets_go_back_to_the_defaults(name: str) -> None:
    async with at_work(name) as (rig, session, heard):
        await session.hold(Held(Mode.BEER, 18.0))
        await session.perform(Act.SET, {"Kp": 9.0})
        await session.perform(Act.RESET, {"what": "constants"})
        assert rig.firmware.constants.kp == 5.0
        await session.perform(Act.RESET, {"what": "settings"})
        assert rig.firmware.running.mode is states.Mode.OFF
        await session.perform(Act.RESET, {"what": "memory"})
        await asyncio.sleep(5.0)
        assert all(one.function == "none" for one in heard.facts[-1].devices)
        failure = await refused(session.perform(Act.RESET, {"what": "beer"}))
        assert failure.faults[0].where == "/what"


async def test_a_restart_of_an_esp_ends_its_connection() -> None:
    async with at_work("esp32") as (rig, session, heard):
        await session.perform(Act.RESTART, {})
        await until(lambda: bool(heard.lost))
        assert rig.firmware.starts == 1


async def test_a_restart_of_an_uno_is_lived_through() -> None:
    async with at_work("uno") as (rig, session, heard):
        starts = rig.firmware.starts
        await session.perform(Act.RESTART, {})
        await asyncio.sleep(60.0)
        assert rig.firmware.starts == starts + 1
        assert not heard.lost
        assert len(heard.measured) >= 10


async def test_a_scan_finds_what_is_free() -> None:
    async with at_work("uno") as (rig, session, _):
        before = len(commands(rig, "h"))
        await session.perform(Act.SCAN, {})
        assert len(commands(rig, "h")) == before + 1
