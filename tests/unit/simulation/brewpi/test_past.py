"""The past of a vessel that an emulated firmware holds."""

from collections import defaultdict

import pytest
from msgspec.structs import replace

from krausen.model.reading import Reading
from krausen.model.series import SeriesName
from krausen.model.setpoint import Mode, Setpoint
from krausen.model.vessel import VESSEL_ADAPTER, ControlState, Role
from krausen.physics.yeast import Wort
from krausen.simulation.past import End, Order, Piece, Span, simulate
from krausen.simulation.vessel import SimulatedVessel

START_MS = 1_767_225_600_000
HOUR_S = 3600
VESSEL = SimulatedVessel(
    id="fass",
    name="Fass",
    chamber="fridge2014",
    agent="float",
    controller="brewpi",
    beer_c=19.0,
    wort=Wort(original_gravity=1.050),
)


def wish(value: float, hours: float = 0.0, mode: Mode = Mode.BEER) -> Setpoint:
    return Setpoint(revision=1, mode=mode, value=value, at=START_MS + int(hours * HOUR_S * 1000))


def lived(hours: int, *wishes: Setpoint) -> tuple[dict[SeriesName, list[Reading]], End]:
    end_ms = START_MS + hours * HOUR_S * 1000
    order = Order(
        vessel=VESSEL,
        algorithm="firmware",
        settings={},
        started_ms=START_MS,
        seconds=hours * HOUR_S,
        wishes=wishes,
        spans=(Span(START_MS, end_ms),),
    )
    found: defaultdict[SeriesName, list[Reading]] = defaultdict(list)
    ends: list[End] = []
    for message in simulate(order):
        if isinstance(message, Piece):
            for reading in message.readings:
                found[reading.series].append(reading)
        elif isinstance(message, End):
            ends.append(message)
    (end,) = ends
    return {name: sorted(readings, key=lambda one: one.t) for name, readings in found.items()}, end


@pytest.fixture(scope="module")
def day() -> dict[SeriesName, list[Reading]]:
    return lived(30, wish(19.0), wish(18.0, hours=2))[0]


def test_its_series_are_those_of_the_controller_the_vessel_and_the_hydrometer(
    day: dict[SeriesName, list[Reading]],
) -> None:
    of_controller = {name.metric for name in day if name.adapter == "brewpi"}
    assert of_controller >= {"beer", "chamber", "room", "beer_setpoint", "chamber_setpoint", "state"}
    assert {name.node for name in day if name.adapter == "brewpi"} == {"brewpi"}
    assert SeriesName("float", "fass-hydrometer", "gravity") in day
    assert {name.metric for name in day if name.adapter == VESSEL_ADAPTER} >= {
        "setpoint_beer",
        "mode",
        "state",
    }


def test_firmware_brings_the_beer_to_the_wish_and_keeps_it_there(
    day: dict[SeriesName, list[Reading]],
) -> None:
    beer = day[VESSEL.series(Role.BEER)]
    late = [one.v for one in beer if one.t >= START_MS + 24 * HOUR_S * 1000]
    assert beer[0].v == pytest.approx(19.0, abs=0.3)
    assert all(abs(value - 18.0) < 0.3 for value in late)
    setpoints = {one.v for one in day[SeriesName("brewpi", "brewpi", "beer_setpoint")]}
    assert setpoints == {19.0, 18.0}


def test_state_and_outputs_say_the_same(day: dict[SeriesName, list[Reading]]) -> None:
    state = {one.t: one.v for one in day[SeriesName(VESSEL_ADAPTER, "fass", "state")]}
    cool = {one.t: one.v for one in day[SeriesName(VESSEL_ADAPTER, "fass", "cool")]}
    cooling = {ControlState.COOLING, ControlState.COOLING_MINIMUM}
    both = state.keys() & cool.keys()
    assert {bool(cool[t]) for t in both} == {True, False}
    assert all((state[t] in cooling) is bool(cool[t]) for t in both)


def test_life_goes_on_where_a_snapshot_was_taken() -> None:
    _, end = lived(3, wish(18.0))
    order = Order(
        vessel=VESSEL,
        algorithm="firmware",
        settings={},
        started_ms=START_MS,
        seconds=4 * HOUR_S,
        wishes=(wish(18.0),),
        spans=(Span(START_MS, START_MS + 4 * HOUR_S * 1000),),
        begin=end.snapshot,
    )
    (last,) = [message for message in simulate(order) if isinstance(message, End)]
    assert last.snapshot.at_s == 4 * HOUR_S
    assert last.snapshot != replace(end.snapshot, at_s=4 * HOUR_S)
