"""A host that keeps a wish, over lines with every fault, in simulated hours with each board."""

import asyncio
from collections.abc import Sequence

import pytest

from krausen.model.setpoint import Mode
from krausen.ports.controller import Held
from krausen.protocols.brewpi import states
from krausen.simulation.brewpi.faults import FAULTS
from tests.unit.drivers.brewpi.wired import Heard, Rig, kept_at, until
from tests.unit.simulation.brewpi.emulated import NAMES

HALF_AN_HOUR_S = 1800.0
TWO_HOURS_S = 7200.0
WISH = Held(Mode.BEER, 18.0)


async def kept(rig: Rig, seconds: float, wish: Held = WISH) -> Heard:
    heard = Heard()
    async with rig.alive(), asyncio.TaskGroup() as tasks:
        keeping = tasks.create_task(kept_at(rig, lambda: wish, heard))
        await asyncio.sleep(seconds)
        keeping.cancel()
    return heard


def assert_nothing_invented(heard: Heard) -> None:
    """The chamber was never warmer or colder than this, and wishes are what was wished."""
    for metric in ("beer", "chamber", "room"):
        assert all(3.0 < value < 26.0 for value in heard.values(metric)), metric
    assert set(heard.values("state")) <= set(map(float, range(10)))


@pytest.mark.parametrize(("name", "unit"), [("uno", "F"), ("esp8266", "C"), ("esp32", "F")])
@pytest.mark.parametrize("faults", [[name] for name in FAULTS] + [list(FAULTS)], ids="+".join)
async def test_the_wish_is_held_and_no_reading_is_invented(
    name: str, faults: Sequence[str], unit: str
) -> None:
    rig = Rig(name, faults=faults, seed=7)
    rig.speak(unit)
    heard = await kept(rig, HALF_AN_HOUR_S)
    assert rig.firmware.temperatures().beer_set_c == pytest.approx(18.0, abs=0.01)
    assert rig.firmware.running.mode is states.Mode.BEER
    assert len(heard.measured) > 75
    assert_nothing_invented(heard)


@pytest.mark.parametrize("name", NAMES)
async def test_without_faults_nothing_is_lost_and_the_wish_is_written_once(name: str) -> None:
    rig = Rig(name)
    before = rig.writes
    heard = await kept(rig, TWO_HOURS_S)
    assert heard.lost == []
    assert len(rig.said) > 1000
    assert sum(one.startswith("j") for one in rig.said) == 1
    # What the firmware learns of its chamber it writes by itself.
    assert rig.writes - before < 30
    assert len(heard.measured) == pytest.approx(TWO_HOURS_S / 5.0, rel=0.05)


@pytest.mark.parametrize("name", NAMES)
async def test_a_cable_that_was_pulled_is_found_again(name: str) -> None:
    rig, heard = Rig(name), Heard()
    async with rig.alive(), asyncio.TaskGroup() as tasks:
        keeping = tasks.create_task(kept_at(rig, lambda: WISH, heard))
        await until(lambda: len(heard.measured) > 3)
        rig.is_away = True
        rig.cable.cut()
        await until(lambda: len(heard.lost) > 3)
        count = len(heard.measured)
        rig.hold(states.Mode.FRIDGE, "fridgeSet", 5.0)
        rig.is_away = False
        await until(lambda: len(heard.measured) > count + 6)
        keeping.cancel()
    assert rig.firmware.temperatures().beer_set_c == 18.0


@pytest.mark.parametrize("name", NAMES)
async def test_a_line_on_which_nothing_passes_any_more_is_lost_within_half_a_minute(name: str) -> None:
    rig, heard = Rig(name), Heard()
    async with rig.alive(), asyncio.TaskGroup() as tasks:
        keeping = tasks.create_task(kept_at(rig, lambda: WISH, heard))
        await until(lambda: len(heard.measured) > 3)
        rig.cable.is_dead = True
        await until(lambda: bool(heard.lost), 30.0)
        count = len(heard.measured)
        await until(lambda: len(heard.measured) > count)
        keeping.cancel()
    assert len(heard.lost) == 1


@pytest.mark.parametrize("name", NAMES)
async def test_a_reboot_is_lived_through_and_the_wish_restored(name: str) -> None:
    rig, heard = Rig(name), Heard()
    wish = Held(Mode.PROFILE, 18.2)
    async with rig.alive(), asyncio.TaskGroup() as tasks:
        keeping = tasks.create_task(kept_at(rig, lambda: wish, heard))
        await until(lambda: bool(heard.measured) and heard.measured[-1].held == wish)
        wish = Held(Mode.PROFILE, 18.3)
        await until(lambda: heard.measured[-1].held == wish)
        rig.life.restart()
        # The last step was too small for the permanent memory.
        await until(lambda: rig.firmware.is_up)
        await asyncio.sleep(45.0)
        keeping.cancel()
    assert rig.firmware.temperatures().beer_set_c == pytest.approx(18.3, abs=0.01)
