"""Sessions with emulated boards: each firmware, both units, over a wire in memory and in simulated time."""

import asyncio
from collections.abc import Sequence

import pytest

from krausen.drivers.brewpi.session import BrewpiSession
from krausen.drivers.brewpi.wishes import BURST
from krausen.errors import Invalid
from krausen.model.level import Levels
from krausen.model.setpoint import Mode
from krausen.model.vessel import ControlState
from krausen.physics.chamber import Chamber
from krausen.ports.controller import Act, Held
from krausen.protocols.brewpi import states
from krausen.protocols.brewpi.requests import Change
from tests.unit.drivers.brewpi.wired import Rig, at_work, listening, until
from tests.unit.simulation.brewpi.emulated import ESPS, NAMES

BEER, CHAMBER, ROOM = "ow-28ff4a31b216038c", "ow-28ff5d07c3160427", "ow-28ff0e92d11605c7"
HEAT_PINS = {"uno": "pin-6", "esp8266": "pin-16", "esp32": "pin-25"}
DOOR_PINS = {"uno": "pin-4", "esp8266": "pin-13", "esp32": "pin-34"}


def commands(rig: Rig, letter: str) -> list[str]:
    return [one for one in rig.said if one.startswith(letter)]


async def refused(doing: "asyncio.Future[None] | object") -> Invalid:
    with pytest.raises(Invalid) as caught:
        await doing  # type: ignore[misc]  # any coroutine
    return caught.value


@pytest.mark.parametrize("unit", ["C", "F"])
@pytest.mark.parametrize("name", NAMES)
async def test_readings_are_the_chambers_own_in_celsius(name: str, unit: str) -> None:
    rig = Rig(name)
    rig.speak(unit)
    async with rig.alive(), rig.session() as session, listening(session) as heard:
        await asyncio.sleep(60.0)
        told = rig.firmware.temperatures()
    last = {sample.metric: sample.value for sample in heard.measured[-1].samples}
    assert told.beer_c is not None
    assert told.fridge_c is not None
    assert last["beer"] == pytest.approx(told.beer_c, abs=0.1)
    assert last["chamber"] == pytest.approx(told.fridge_c, abs=0.1)
    assert last["room"] == pytest.approx(told.room_c, abs=0.3)
    assert (last["state"], last["heat"], last["cool"]) == (1.0, 0.0, 0.0)
    assert "beer_setpoint" not in last
    assert heard.measured[-1].held == Held(Mode.OFF)
    assert heard.measured[-1].state is ControlState.OFF
    assert heard.measured[-1].levels == Levels(heat=False, cool=False)


@pytest.mark.parametrize("name", NAMES)
async def test_readings_come_every_few_seconds(name: str) -> None:
    async with at_work(name) as (_, _, heard):
        await asyncio.sleep(60.0)
    assert 12 <= len(heard.measured) <= 14


@pytest.mark.parametrize("unit", ["C", "F"])
@pytest.mark.parametrize("name", NAMES)
async def test_what_is_wished_is_held_and_written_once(name: str, unit: str) -> None:
    wishes = [Held(Mode.BEER, 18.46), Held(Mode.PROFILE, 18.47), Held(Mode.CHAMBER, 12.03), Held(Mode.OFF)]
    rig = Rig(name)
    rig.speak(unit)
    async with rig.alive(), rig.session() as session, listening(session) as heard:
        for number, wish in enumerate(wishes, 1):
            await session.hold(wish)
            await session.hold(wish)
            await asyncio.sleep(10.0)
            assert heard.measured[-1].held == wish
            assert len(commands(rig, "j")) == number
            running = rig.firmware.temperatures()
            held_c = running.fridge_set_c if wish.mode is Mode.CHAMBER else running.beer_set_c
            assert held_c == (None if wish.value is None else pytest.approx(wish.value, abs=0.006))


@pytest.mark.parametrize("name", NAMES)
async def test_what_another_host_changed_is_seen_and_can_be_restored(name: str) -> None:
    async with at_work(name) as (rig, session, heard):
        await session.hold(Held(Mode.BEER, 18.0))
        rig.hold(states.Mode.FRIDGE, "fridgeSet", 5.0)
        await asyncio.sleep(10.0)
        assert heard.measured[-1].held == Held(Mode.CHAMBER, 5.0)
        await session.hold(Held(Mode.BEER, 18.0))
        await asyncio.sleep(10.0)
        assert heard.measured[-1].held == Held(Mode.BEER, 18.0)


async def test_a_controller_in_test_mode_holds_nothing() -> None:
    async with at_work("uno") as (rig, session, heard):
        rig.firmware.alter(Change("mode", "t"))
        await asyncio.sleep(10.0)
        assert heard.measured[-1].held == Held(Mode.OFF)
        await session.hold(Held(Mode.BEER, 18.0))
        assert rig.firmware.running.mode is states.Mode.BEER


@pytest.mark.parametrize("name", NAMES)
async def test_a_profile_is_written_in_small_steps_and_seldom_into_permanent_memory(name: str) -> None:
    async with at_work(name) as (rig, session, _):
        await session.hold(Held(Mode.PROFILE, 18.0))
        stored = rig.firmware.kept.settings
        changes = 0
        for step in range(200):
            await session.hold(Held(Mode.PROFILE, round(18.0 + step / 200.0, 2)))
            await asyncio.sleep(40.0)
            if rig.firmware.kept.settings != stored:
                stored, changes = rig.firmware.kept.settings, changes + 1
        assert rig.firmware.temperatures().beer_set_c == pytest.approx(19.0, abs=0.02)
    assert 95 <= len(commands(rig, "j")) <= 102
    assert changes <= 4


async def test_a_fast_profile_rests_between_small_steps() -> None:
    async with at_work("uno") as (rig, session, _):
        await session.hold(Held(Mode.PROFILE, 18.0))
        for second in range(300):
            await session.hold(Held(Mode.PROFILE, round(18.0 + second / 1000.0, 2)))
            await asyncio.sleep(1.0)
    assert 8 <= len(commands(rig, "j")) <= 12


async def test_a_quarrel_with_another_host_does_not_wear_out_the_memory() -> None:
    async with at_work("uno") as (rig, session, heard):
        for _ in range(60):
            rig.hold(states.Mode.BEER, "beerSet", 10.0)
            await session.hold(Held(Mode.BEER, 18.0))
            await asyncio.sleep(1.0)
        assert len(commands(rig, "j")) <= BURST + 3
        assert sum("has to wait" in text for text in heard.texts) in (1, 2, 3)
        await asyncio.sleep(60.0)
        await session.hold(Held(Mode.BEER, 18.0))
        assert rig.firmware.temperatures().beer_set_c == 18.0


@pytest.mark.parametrize("value", [0.5, 31.0])
async def test_what_lies_beyond_the_controllers_limits_is_refused(value: float) -> None:
    async with at_work("esp32") as (rig, session, _):
        await asyncio.sleep(5.0)
        failure = await refused(session.hold(Held(Mode.BEER, value)))
        assert "1 to 30 °C" in str(failure)
        assert not commands(rig, "j")


async def test_a_mode_without_its_temperature_is_refused() -> None:
    async with at_work("uno") as (_, session, _):
        assert "needs a temperature" in str(await refused(session.hold(Held(Mode.BEER))))


@pytest.mark.parametrize("name", ESPS)
async def test_a_true_zero_of_an_esp_is_told_and_a_missing_probe_is_not(name: str) -> None:
    class Frozen(Chamber):
        def read(self, role: object) -> float:
            return 0.0

    from krausen.physics.chambers import chamber_kind

    async with at_work(name, inside=Frozen(chamber_kind("fridge2014"), 1)) as (_, session, heard):
        await asyncio.sleep(300.0)
        assert heard.values("beer")[-1] == 0.0
        await session.perform(Act.ASSIGN, {"device": BEER, "function": "none"})
        before = len(heard.values("beer"))
        await asyncio.sleep(120.0)
        assert len(heard.values("beer")) <= before + 1


async def test_another_unit_is_noticed_before_a_reading_is_taken_in_the_wrong_one() -> None:
    async with at_work("esp8266") as (rig, _, heard):
        for unit in ("F", "C", "F"):
            await asyncio.sleep(33.0)
            rig.speak(unit)
        await asyncio.sleep(33.0)
    assert all(
        10.0 < value < 30.0 for metric in ("beer", "chamber", "room") for value in heard.values(metric)
    )
    assert len(heard.values("beer")) >= 25


@pytest.mark.parametrize("name", NAMES)
async def test_facts_name_board_display_doing_parameters_and_devices(name: str) -> None:
    async with at_work(name) as (rig, session, heard):
        await session.hold(Held(Mode.BEER, 10.0))
        await asyncio.sleep(30.0)
    facts = heard.facts[-1]
    assert facts.strange == ""
    assert rig.model.board.title in facts.title
    assert facts.slots == rig.model.board.slots
    assert facts.display[0].startswith("Mode   Beer Const.")
    assert facts.doing is not None
    assert facts.doing.code == int(rig.firmware.running.state)
    assert facts.doing.text == "Waiting until the cooler may run again."
    assert facts.doing.remaining_s == pytest.approx(rig.firmware.running.wait_s, abs=6.0)
    parameters = {one.key: one for one in facts.parameters}
    assert parameters["beerSet"].value == 10.0
    assert not parameters["beerSet"].writable
    assert parameters["Kp"].value == parameters["Kp"].default == 5.0
    assert {one.group for one in facts.parameters} == {"settings", "constants", "variables"}
    assert all(one.title and one.text for one in facts.parameters)
    functions = {one.id: one.function for one in facts.devices}
    assert functions[BEER] == "beer_temperature"
    assert functions[CHAMBER] == "chamber_temperature"
    assert functions[HEAT_PINS[name]] == "heat"
    assert functions[DOOR_PINS[name]] == "none"
    assert {one.function for one in facts.choices} >= set(functions.values())


async def test_facts_come_again_only_when_something_has_changed() -> None:
    async with at_work("esp32") as (_, _, heard):
        await asyncio.sleep(300.0)
    assert all(one != other for one, other in zip(heard.facts, heard.facts[1:], strict=False))


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
    from krausen.drivers.brewpi.opening import session_over

    async with (
        session_over(stranger.connect, 5.0) as session,  # type: ignore[arg-type]
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
