"""Sessions with emulated boards: each firmware, both units, over a wire in memory and in simulated time."""

import asyncio
from collections.abc import Awaitable

import pytest

from krausen.drivers.brewpi.wishes import BURST
from krausen.errors import Invalid
from krausen.model.level import Levels
from krausen.model.setpoint import Mode
from krausen.model.vessel import ControlState, Role
from krausen.physics.chamber import Chamber
from krausen.physics.chambers import chamber_kind
from krausen.ports.controller import Act, Held
from krausen.protocols.brewpi import states
from krausen.protocols.brewpi.requests import Change
from tests.unit.drivers.brewpi.wired import Rig, at_work, listening
from tests.unit.simulation.brewpi.emulated import ESPS, NAMES

BEER, CHAMBER, ROOM = "ow-28ff4a31b216038c", "ow-28ff5d07c3160427", "ow-28ff0e92d11605c7"
HEAT_PINS = {"uno": "pin-6", "esp8266": "pin-16", "esp32": "pin-25"}
DOOR_PINS = {"uno": "pin-4", "esp8266": "pin-13", "esp32": "pin-34"}


def commands(rig: Rig, letter: str) -> list[str]:
    return [one for one in rig.said if one.startswith(letter)]


async def refused(doing: Awaitable[None]) -> Invalid:
    with pytest.raises(Invalid) as caught:
        await doing
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


class Frozen(Chamber):
    """A chamber in which everything is at the point of freezing."""

    def read(self, _: Role) -> float:
        return 0.0


@pytest.mark.parametrize("name", ESPS)
async def test_a_true_zero_of_an_esp_is_told_and_a_missing_probe_is_not(name: str) -> None:
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
