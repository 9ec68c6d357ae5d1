"""A device that raises, hangs, lies or sticks takes down nobody else, and never an interlock."""

import asyncio
from itertools import count, pairwise
from typing import Any

import pytest
from msgspec import Struct
from structlog.testing import capture_logs

from krausen.model.reading import Quality
from krausen.model.series import SeriesName
from krausen.model.vessel import Role
from krausen.ports.history import Point
from krausen.testing.devices import FaultyProbe, ScriptedRelay
from tests.scenarios.brewery import FASS, HOUR_S, KEG, OUTPUTS, START_MS, Brewery, Pace

PACE = Pace(every_s=30.0, tick_s=30.0, flush_s=30.0)
PART_S = 2400.0
BETWEEN_S = 10.0
"""What happens, happens so long before a tick and a sample."""
TURNS = count()
SILENT: dict[str, tuple[str, Any]] = {
    "lost": ("lost", True),
    "hanging": ("hang", True),
    "crashing": ("crash", RuntimeError("odd")),
    "crashing in a group": ("crash", ExceptionGroup("g", [ValueError("a"), KeyError("b")])),
    "cancelled": ("crash", asyncio.CancelledError()),
}
LIES: dict[str, tuple[str, Any]] = {
    "no number": ("lie", lambda _: float("nan")),
    "infinite": ("lie", lambda _: float("inf")),
    "power-on": ("lie", lambda _: 85.0),
    "absurd": ("lie", lambda c: c + 1000.0),
    "jumping": ("lie", lambda c: c + 20.0 * (-1) ** next(TURNS)),
}


class Ended(Struct, frozen=True):
    """What was left of a run: the brewery, its history, what was said of devices, which outputs ran."""

    brewery: Brewery
    history: dict[SeriesName, list[Point]]
    said: list[tuple[str, str]]
    on: set[Role]

    def of(self, vessel: str) -> dict[SeriesName, list[Point]]:
        """Give the history of one vessel and its devices, but for the last moments."""
        end = START_MS + 3000 * PART_S
        return {
            name: [point for point in line if point.t <= end]
            for name, line in self.history.items()
            if name.node.split("-")[0] == vessel
        }


async def run(role: Role | None, fault: tuple[str, Any] = ("lost", False)) -> Ended:
    """Heat two vessels, then cool them twice as long; at first a device of one is faulty then."""
    with capture_logs() as logs:
        async with Brewery(FASS, KEG, pace=PACE).opened() as brewery:
            gear = brewery.gear["fass"]
            devices: dict[Role, FaultyProbe | ScriptedRelay] = {**gear.probes, **gear.relays}
            device = ScriptedRelay() if role is None else devices[role]
            await want(brewery, 22.0)
            await asyncio.sleep(PART_S - BETWEEN_S)
            assert gear.on == {Role.HEAT}
            setattr(device, *fault)
            await want(brewery, 12.0)
            await asyncio.sleep(PART_S)
            device.heal()
            await asyncio.sleep(PART_S + BETWEEN_S + 100.0)
            on = gear.on
    told = [line for line in logs if "device" in line and line["log_level"] != "debug"]
    return Ended(brewery, await brewery.history(), [(line["event"], line["device"]) for line in told], on)


async def want(brewery: Brewery, value_c: float) -> None:
    for vessel in brewery.gear:
        await brewery.wish(vessel, value_c)


@pytest.fixture(scope="module")
async def undisturbed() -> Ended:
    return await run(None)


async def test_undisturbed_all_is_well(undisturbed: Ended) -> None:
    assert undisturbed.brewery.broken() == []
    assert undisturbed.said == []
    assert undisturbed.on == {Role.COOL}


@pytest.mark.parametrize(
    ("role", "fault"),
    [*((Role.BEER, fault) for fault in SILENT), (Role.CHAMBER, "hanging"), (Role.GRAVITY, "lost")],
)
async def test_a_probe_that_falls_silent_harms_nobody(fault: str, role: Role, undisturbed: Ended) -> None:
    ended = await run(role, SILENT[fault])
    device = FASS.device(role)
    assert ended.said == [("probe.lost", device), ("probe.back", device)]
    assert ended.brewery.broken() == []
    assert ended.of("keg") == undisturbed.of("keg")
    assert ended.on == {Role.COOL}
    times = [point.t for point in ended.history[FASS.series(role)]]
    assert max(later - earlier for earlier, later in pairwise(times)) >= 1000 * PART_S


@pytest.mark.parametrize("lie", LIES)
async def test_a_probe_that_lies_drives_nothing(lie: str, undisturbed: Ended) -> None:
    ended = await run(Role.BEER, LIES[lie])
    assert ended.brewery.broken() == []
    assert ended.of("keg") == undisturbed.of("keg")
    assert ended.on == {Role.COOL}
    told = ended.history[FASS.series(Role.BEER)]
    good = [point.v for point in told if point.quality is Quality.GOOD]
    assert max(abs(v - 19.0) for v in good) < 8.0
    assert len(told) - len(good) == (0 if lie in ("no number", "infinite") else PART_S / PACE.every_s)


@pytest.mark.parametrize("fault", [*SILENT, "stuck"])
@pytest.mark.parametrize("role", OUTPUTS)
async def test_an_output_that_fails_harms_nobody(fault: str, role: Role, undisturbed: Ended) -> None:
    ended = await run(role, SILENT.get(fault, ("stuck", True)))
    device = FASS.device(role)
    assert ended.said == ([("relay.lost", device), ("relay.back", device)] if fault in SILENT else [])
    assert ended.brewery.broken((PART_S, 2 * PART_S + 2 * PACE.tick_s)) == []
    assert ended.of("keg") == undisturbed.of("keg")
    assert ended.on == {Role.COOL}
    assert ended.brewery.switches("fass")[Role.COOL][0][0] >= 2 * PART_S


async def test_an_output_that_is_lost_shows_as_unknown() -> None:
    with capture_logs():
        async with Brewery(pace=PACE).opened() as brewery:
            await brewery.wish("fass", 22.0)
            await asyncio.sleep(HOUR_S)
            brewery.gear["fass"].relays[Role.HEAT].lost = True
            await asyncio.sleep(60.0)
            observed = (await brewery.body()).observed
            assert (observed.heat, observed.cool, observed.stale) == (None, False, False)


async def test_all_devices_at_once_may_fail_and_come_back() -> None:
    with capture_logs() as logs:
        async with Brewery(pace=PACE).opened() as brewery:
            await brewery.wish("fass", 22.0)
            await asyncio.sleep(HOUR_S)
            gear = brewery.gear["fass"]
            devices = [*gear.probes.values(), *gear.relays.values()]
            for n, device in enumerate(devices):
                device.lost, device.hang = n % 2 == 1, n % 2 == 0
            await asyncio.sleep(HOUR_S)
            body = await brewery.body()
            assert (body.observed.heat, body.observed.cool, body.observed.beer) == (None, None, None)
            for device in devices:
                device.heal()
            await asyncio.sleep(HOUR_S)
            assert gear.on == {Role.HEAT}
    said = [line["event"] for line in logs if "device" in line and line["log_level"] != "debug"]
    assert sorted(said) == ["probe.back"] * 4 + ["probe.lost"] * 4 + ["relay.back"] * 2 + ["relay.lost"] * 2
