from typing import Any

import pytest
from msgspec.structs import replace

from krausen.protocols.brewpi.cycle.counts import difference, temperature
from krausen.protocols.brewpi.cycle.filters import Exponents, Probe, heard
from krausen.protocols.brewpi.cycle.machine import VETO, Turn, turned
from krausen.protocols.brewpi.cycle.memory import begun
from krausen.protocols.brewpi.cycle.running import Inputs, Peaks, Running
from krausen.protocols.brewpi.cycle.tuning import LOW_DELAY, Tuning, tuning
from krausen.protocols.brewpi.parameters import Constants, Settings
from krausen.protocols.brewpi.states import Mode, State

TUNING = tuning(Constants())
INPUTS = Inputs(beer_c=None, fridge_c=None)
LONG_AGO = 10_000


def probe(counts: int) -> Probe:
    found = heard(None, counts / 512, Exponents(0, 0, 0))
    assert found is not None
    return replace(found, fast=tuple(counts << 16 for _ in range(9)))


def running(mode: Mode, fridge_c: float, beer_counts: int = 0, **changes: Any) -> Running:
    """Make a controller that has rested for long; the beer is so many counts too warm."""
    plain = begun(Constants(), Settings(mode=mode, beer_set_c=20.0, fridge_set_c=20.0))
    beer = probe(temperature(20.0) + beer_counts)
    rested = replace(plain, fridge=probe(temperature(fridge_c)), beer=beer, uptime_s=LONG_AGO)
    return replace(rested, **changes)


def state_of(now: Running, inputs: Inputs = INPUTS, rules: Tuning = TUNING) -> State:
    return turned(rules, now, inputs).state


@pytest.mark.parametrize(
    ("fridge_c", "state"),
    [
        (20.0, State.IDLE),
        (21.0, State.IDLE),
        (21.01, State.COOLING),
        (19.0, State.IDLE),
        (18.99, State.HEATING),
    ],
)
def test_outside_its_band_the_fridge_is_cooled_or_heated(fridge_c: float, state: State) -> None:
    assert state_of(running(Mode.FRIDGE, fridge_c)) is state


@pytest.mark.parametrize(
    ("fridge_c", "beer_counts", "state"),
    [
        (22.0, VETO, State.COOLING),
        (22.0, VETO - 1, State.IDLE),
        (18.0, -VETO, State.HEATING),
        (18.0, 1 - VETO, State.IDLE),
    ],
)
@pytest.mark.parametrize("mode", [Mode.BEER, Mode.PROFILE])
def test_a_beer_that_is_there_has_a_veto(mode: Mode, fridge_c: float, beer_counts: int, state: State) -> None:
    assert state_of(running(mode, fridge_c, beer_counts)) is state


@pytest.mark.parametrize(
    ("fridge_c", "inputs", "state"),
    [
        (22.0, {"can_cool": False}, State.IDLE),
        (18.0, {"can_heat": False}, State.IDLE),
        (18.0, {"can_heat": False, "can_light": True}, State.IDLE),
    ],
)
def test_without_the_hardware_it_stays_at_rest(
    fridge_c: float, inputs: dict[str, bool], state: State
) -> None:
    assert state_of(running(Mode.FRIDGE, fridge_c), replace(INPUTS, **inputs)) is state


def test_a_light_may_be_the_heater() -> None:
    lit = tuning(Constants(light_as_heater=True))
    inputs = replace(INPUTS, can_heat=False, can_light=True)
    assert state_of(running(Mode.FRIDGE, 18.0), inputs, lit) is State.HEATING


@pytest.mark.parametrize(
    ("mode", "fridge_c", "since", "wait_s"),
    [
        (Mode.BEER, 22.0, {"cool_at_s": 200}, 100),
        (Mode.FRIDGE, 22.0, {"cool_at_s": 200}, 400),
        (Mode.BEER, 22.0, {"heat_at_s": 200}, 400),
        (Mode.BEER, 22.0, {"heat_at_s": 200, "cool_at_s": 0}, 400),
        (Mode.BEER, 18.0, {"heat_at_s": 200}, 100),
        (Mode.BEER, 18.0, {"cool_at_s": 200}, 400),
        (Mode.BEER, 18.0, {"cool_at_s": 599}, 1),
        (Mode.BEER, 18.0, {"cool_at_s": 600}, 0),
    ],
)
def test_minimum_times_are_waited_for(
    mode: Mode, fridge_c: float, since: dict[str, int], wait_s: int
) -> None:
    """The table gives how long ago it cooled or heated."""
    warm = fridge_c > 20.0
    instants = {name: LONG_AGO - ago_s for name, ago_s in since.items()}
    now = running(mode, fridge_c, VETO if warm else -VETO, **instants)
    turn = turned(TUNING, now, INPUTS)
    waits, runs = (State.WAITING_TO_COOL, State.COOLING) if warm else (State.WAITING_TO_HEAT, State.HEATING)
    assert (turn.state, turn.wait_s) == (waits if wait_s else runs, wait_s)


def test_glycol_waits_less() -> None:
    now = running(Mode.BEER, 22.0, VETO, cool_at_s=LONG_AGO - 60)
    assert state_of(now) is State.WAITING_TO_COOL
    assert state_of(now, rules=tuning(Constants(), LOW_DELAY)) is State.COOLING


def test_after_18_hours_the_wait_begins_anew() -> None:
    now = running(Mode.BEER, 22.0, VETO, uptime_s=10, heat_at_s=5000, cool_at_s=65_530)
    assert turned(TUNING, now, INPUTS).wait_s == 300 - 16


@pytest.mark.parametrize("peaks", [Peaks(awaits_high=True), Peaks(awaits_low=True)])
def test_an_awaited_peak_comes_first(peaks: Peaks) -> None:
    assert state_of(running(Mode.FRIDGE, 22.0, peaks=peaks)) is State.WAITING_FOR_PEAK
    assert state_of(running(Mode.FRIDGE, 22.0, peaks=peaks, cool_at_s=LONG_AGO)) is State.WAITING_TO_COOL


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"mode": Mode.OFF}, State.OFF),
        ({"fridge": None}, State.IDLE),
        ({"fridge_set": None}, State.IDLE),
        ({"mode": Mode.BEER, "beer": None}, State.IDLE),
        ({"mode": Mode.PROFILE, "beer_set": None}, State.IDLE),
        ({"mode": Mode.FRIDGE, "beer": None}, State.COOLING),
    ],
)
def test_what_is_missing_ends_a_run_at_once(changes: dict[str, Any], state: State) -> None:
    now = running(Mode.FRIDGE, 22.0, state=State.COOLING, idle_at_s=LONG_AGO - 10)
    assert state_of(replace(now, **changes)) is state


def run(state: State, fridge_c: float, ran_s: int, beer_counts: int = 0, **changes: Any) -> Turn:
    now = running(Mode.BEER, fridge_c, beer_counts, state=state, idle_at_s=LONG_AGO - ran_s, **changes)
    return turned(TUNING, now, INPUTS)


@pytest.mark.parametrize(
    ("fridge_c", "ran_s", "beer_counts", "state"),
    [
        (22.0, 100, 0, State.COOLING),
        (20.1, 100, 0, State.COOLING_MINIMUM),
        (20.1, 180, 0, State.COOLING_MINIMUM),
        (20.1, 181, 0, State.IDLE),
        (21.5, 1080, 0, State.IDLE),
        (21.51, 1080, 0, State.COOLING),
        (21.66, 1200, 0, State.IDLE),
        (21.68, 5000, 0, State.COOLING),
        (25.0, 500, -VETO, State.COOLING),
        (25.0, 500, -VETO - 1, State.IDLE),
        (25.0, 100, -VETO - 1, State.COOLING_MINIMUM),
    ],
)
def test_cooling_ends_where_it_is_expected_to_come_to_rest(
    fridge_c: float, ran_s: int, beer_counts: int, state: State
) -> None:
    for before in (State.COOLING, State.COOLING_MINIMUM):
        turn = run(before, fridge_c, ran_s, beer_counts)
        assert turn.state is state
        assert (turn.cool_at_s, turn.peaks.awaits_low) == (LONG_AGO, True)
        estimated = temperature(fridge_c) - difference(5.0) * min(ran_s, 1200) // 3600
        assert turn.peaks.estimated == estimated
        assert turn.peaks.low_estimate == (estimated if state is State.IDLE else None)


@pytest.mark.parametrize(
    ("fridge_c", "ran_s", "beer_counts", "state"),
    [
        (18.0, 100, 0, State.HEATING),
        (19.997, 100, 0, State.HEATING_MINIMUM),
        (19.997, 181, 0, State.IDLE),
        (19.97, 600, 0, State.IDLE),
        (19.96, 5000, 0, State.HEATING),
        (15.0, 500, VETO, State.HEATING),
        (15.0, 500, VETO + 1, State.IDLE),
        (15.0, 100, VETO + 1, State.HEATING_MINIMUM),
    ],
)
def test_heating_ends_where_it_is_expected_to_come_to_rest(
    fridge_c: float, ran_s: int, beer_counts: int, state: State
) -> None:
    for before in (State.HEATING, State.HEATING_MINIMUM):
        turn = run(before, fridge_c, ran_s, beer_counts)
        assert turn.state is state
        assert (turn.heat_at_s, turn.peaks.awaits_high) == (LONG_AGO, True)
        assert (turn.peaks.high_estimate == turn.peaks.estimated) is (state is State.IDLE)
