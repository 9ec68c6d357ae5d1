from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from krausen.model.vessel import Role
from krausen.physics.chamber import Chamber
from krausen.physics.chambers import CHAMBERS
from krausen.physics.weather import ROOM
from krausen.physics.yeast import Wort
from krausen.protocols.brewpi.cycle.counts import temperature
from krausen.protocols.brewpi.cycle.memory import begun
from krausen.protocols.brewpi.cycle.running import UPTIME_S, Inputs, Outputs, Peaks, Running
from krausen.protocols.brewpi.cycle.second import step
from krausen.protocols.brewpi.cycle.tuning import LOW_DELAY, Times, tuning
from krausen.protocols.brewpi.parameters import Constants, Settings
from krausen.protocols.brewpi.states import Mode, State

TUNING = tuning(Constants())
FRIDGE = Settings(mode=Mode.FRIDGE, fridge_set_c=20.0)
BEER = Settings(mode=Mode.BEER, beer_set_c=20.0)


def lived(now: Running, inputs: Inputs, seconds: int) -> tuple[Running, list[Outputs | None]]:
    seen: list[Outputs | None] = []
    for _ in range(seconds):
        now, outcome = step(TUNING, now, inputs)
        seen.append(outcome.outputs)
    return now, seen


def test_after_power_came_nothing_starts_for_ten_minutes() -> None:
    now, seen = lived(begun(Constants(), FRIDGE), Inputs(beer_c=None, fridge_c=23.0), 599)
    assert now.state is State.WAITING_TO_COOL
    assert now.wait_s == 1
    assert all(outputs == Outputs() for outputs in seen)
    now, (outputs,) = lived(now, Inputs(beer_c=None, fridge_c=23.0), 1)
    assert now.state is State.COOLING
    assert outputs == Outputs(cool=True, fan=True)


def test_the_beer_leads_the_fridge() -> None:
    now, _ = lived(begun(Constants(), BEER), Inputs(beer_c=21.0, fridge_c=20.0), 2)
    assert (now.fridge_set, now.pid.p) == (temperature(15.0), -5 * 512)
    assert (now.state, now.beer_set) == (State.WAITING_TO_COOL, temperature(20.0))


def test_a_fridge_that_is_held_needs_no_beer() -> None:
    now, _ = lived(
        begun(Constants(), replace(FRIDGE, beer_set_c=19.0)), Inputs(beer_c=None, fridge_c=20.0), 1
    )
    assert (now.beer_set, now.fridge_set) == (None, temperature(20.0))
    assert now.stored.beer_set_c == 19.0


def test_off_is_off() -> None:
    now, (outputs,) = lived(begun(Constants(), Settings()), Inputs(beer_c=20.0, fridge_c=40.0), 1)
    assert (now.state, outputs) == (State.OFF, Outputs())


def test_in_test_mode_outputs_stay_as_somebody_set_them() -> None:
    _, seen = lived(
        begun(Constants(), replace(FRIDGE, mode=Mode.TEST)), Inputs(beer_c=None, fridge_c=30.0), 700
    )
    assert set(seen) == {None}


@pytest.mark.parametrize(
    ("lah", "inputs", "state", "outputs"),
    [
        (False, {}, State.HEATING, Outputs(heat=True, fan=True)),
        (True, {}, State.HEATING, Outputs(light=True, fan=True)),
        (False, {"door_open": True}, State.COOLING, Outputs(cool=True, light=True, fan=True)),
        (False, {"camera_light": True}, State.IDLE, Outputs(light=True)),
    ],
)
def test_outputs_follow_the_state(lah: bool, inputs: dict[str, bool], state: State, outputs: Outputs) -> None:
    fridge_c = {State.HEATING: 10.0, State.COOLING: 30.0}.get(state, 20.0)
    now = replace(begun(Constants(), FRIDGE), state=state)
    sight = replace(Inputs(beer_c=None, fridge_c=fridge_c), **inputs)
    now, outcome = step(tuning(Constants(light_as_heater=lah)), now, sight)
    assert (now.state, outcome.outputs) == (state, outputs)


def test_a_peak_that_does_not_come_is_given_up_and_noted() -> None:
    late = replace(
        begun(Constants(), FRIDGE),
        peaks=Peaks(awaits_low=True, low_estimate=temperature(15.0)),
        uptime_s=5000,
    )
    now, outcome = step(TUNING, late, Inputs(beer_c=None, fridge_c=19.9))
    assert [lesson.log for lesson in outcome.lessons] == [20]
    assert not now.peaks.awaits_low


def test_seconds_are_counted_in_16_bits() -> None:
    now = replace(begun(Constants(), FRIDGE), uptime_s=UPTIME_S - 1)
    assert step(TUNING, now, Inputs(beer_c=None, fridge_c=20.0))[0].uptime_s == 0


SECTIONS = st.lists(
    st.tuples(st.integers(60, 900), st.none() | st.integers(10, 30), st.none() | st.integers(5, 35)),
    min_size=1,
    max_size=4,
)


def runs(on: list[bool]) -> list[tuple[int, int]]:
    """Give from when until when an output was on."""
    edges = [place for place, (one, other) in enumerate(pairwise([False, *on, False])) if one is not other]
    return list(zip(edges[::2], edges[1::2], strict=True))


@settings(max_examples=25)
@given(SECTIONS, st.sampled_from([FRIDGE, BEER, replace(BEER, mode=Mode.PROFILE)]), st.booleans())
def test_outputs_keep_their_times_and_never_run_together(
    sections: list[tuple[int, int | None, int | None]], kept: Settings, glycol: bool
) -> None:
    times = LOW_DELAY if glycol else Times()
    rules, now, seen, lost = tuning(Constants(), times), begun(Constants(), kept), list[Outputs](), False
    for seconds, beer_c, fridge_c in sections:
        lost = lost or beer_c is None or fridge_c is None
        for _ in range(seconds):
            now, outcome = step(rules, now, Inputs(beer_c=beer_c, fridge_c=fridge_c))
            assert outcome.outputs is not None
            seen.append(outcome.outputs)
    assert not any(one.heat and one.cool for one in seen)
    heats, cools = runs([one.heat for one in seen]), runs([one.cool for one in seen])
    for own, least_s, rest_s in ((heats, times.heat_on_s, 300), (cools, times.cool_on_s, times.cool_off_s)):
        # A lost probe ends a run at once, and the end of the test all others.
        assert lost or all(end - start > least_s for start, end in own if end < len(seen))
        assert all(later[0] - former[1] >= rest_s - 1 for former, later in pairwise(own))
    both = sorted([(*one, "heat") for one in heats] + [(*one, "cool") for one in cools])
    for former, later in pairwise(both):
        assert former[2] == later[2] or later[0] - former[1] >= times.switch_s - 1


def held(kind: str, beer_c: float, set_c: float, room_c: float, hours: int) -> list[float]:
    """Give the true errors of the beer minute by minute."""
    climate = replace(ROOM, mean_c=room_c)
    chamber = Chamber(CHAMBERS[kind], seed=1, wort=Wort(), climate=climate, beer_c=beer_c)
    now, errors_c = begun(Constants(), Settings(mode=Mode.BEER, beer_set_c=set_c)), list[float]()
    for second in range(hours * 3600):
        inputs = Inputs(beer_c=chamber.read(Role.BEER), fridge_c=chamber.read(Role.CHAMBER))
        now, outcome = step(TUNING, now, inputs)
        outputs = outcome.outputs or Outputs()
        chamber.advance(second + 1, heat=outputs.heat, cool=outputs.cool)
        if second % 60 == 0:
            errors_c.append(chamber.true_beer_c - set_c)
    return errors_c


@pytest.mark.parametrize(
    ("kind", "settle_h", "within_c"), [("freezer20", 3.1, 0.12), ("fridge20", 4.4, 0.12)]
)
def test_a_chamber_is_held_as_the_firmware_holds_it(kind: str, settle_h: float, within_c: float) -> None:
    """Lager in a warm room, brought from 12 to 10 °C, settles as soon as it does with the firmware."""
    errors_c = held(kind, 12.0, 10.0, 28.0, hours=10)
    settled = max(place for place, error_c in enumerate(errors_c) if abs(error_c) > 0.25) / 60.0
    assert settled == pytest.approx(settle_h, rel=0.15)
    assert all(abs(error_c) < within_c for error_c in errors_c[-60:])
