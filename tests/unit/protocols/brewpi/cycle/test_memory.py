from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from krausen.errors import Invalid
from krausen.protocols.brewpi.boards import Family
from krausen.protocols.brewpi.cycle.counts import LARGEST, difference, temperature
from krausen.protocols.brewpi.cycle.filters import Exponents
from krausen.protocols.brewpi.cycle.memory import (
    altered,
    begun,
    note,
    reset,
    retuned,
    settings,
    timer_s,
    variables,
)
from krausen.protocols.brewpi.cycle.running import Lesson, Peaks, Pid, Running
from krausen.protocols.brewpi.cycle.tuning import Times, applied
from krausen.protocols.brewpi.logs import Log, LogKind
from krausen.protocols.brewpi.parameters import SETTABLE, Constants, Settings, Variables
from krausen.protocols.brewpi.requests import Change
from krausen.protocols.brewpi.scalars import Scalar
from krausen.protocols.brewpi.states import Mode, State

BEER = Settings(mode=Mode.BEER, beer_set_c=20.0, fridge_set_c=18.0)
AWAITED = Peaks(awaits_high=True, awaits_low=True, high_estimate=1)


def running(kept: Settings = BEER, **changes: Any) -> Running:
    return replace(begun(Constants(), kept), **changes)


def after(now: Running, key: str, value: Scalar, family: Family = Family.AVR) -> Running:
    constants, changed = altered(Constants(), now, Change(key, value), family)
    assert constants == Constants()
    return changed


GRID = st.integers(-8190, 57_343).map(lambda counts: counts / 512)


@given(
    st.builds(
        Settings,
        mode=st.sampled_from(Mode),
        beer_set_c=st.none() | GRID,
        fridge_set_c=st.none() | GRID,
        heat_estimator=st.integers(0, LARGEST).map(lambda counts: counts / 512),
        cool_estimator=st.integers(0, LARGEST).map(lambda counts: counts / 512),
    )
)
def test_settings_go_in_and_come_out(kept: Settings) -> None:
    assert settings(begun(Constants(), kept)) == kept
    assert settings(reset(running(state=State.WAITING_TO_COOL), kept)) == kept


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("mode", Mode)
def test_another_mode_or_the_same_while_waiting_begins_at_rest(mode: Mode, state: State) -> None:
    changed = after(running(state=state), "mode", mode)
    if mode is Mode.BEER and not state.waits:
        assert changed == running(state=state)
    else:
        assert (changed.mode, changed.state) == (mode, State.IDLE)
        assert changed.stored == settings(changed)


def test_off_forgets_both_setpoints() -> None:
    changed = after(running(), "mode", Mode.OFF)
    assert (changed.beer_set, changed.fridge_set) == (None, None)
    assert after(running(), "mode", Mode.FRIDGE).beer_set == temperature(20.0)


@pytest.mark.parametrize(
    ("value_c", "awaits"), [(20.5, True), (20.51, False), (19.5, True), (19.4, False), (None, False)]
)
def test_a_larger_step_of_the_beer_ends_the_watch_for_a_peak(value_c: float | None, awaits: bool) -> None:
    changed = after(running(peaks=AWAITED), "beerSet", value_c)
    assert (changed.peaks.awaits_high, changed.peaks.awaits_low) == (awaits, awaits)
    assert changed.peaks.high_estimate == 1
    assert settings(changed).beer_set_c == (None if value_c is None else pytest.approx(value_c, abs=0.001))


def test_a_first_setpoint_ends_the_watch_too() -> None:
    assert not after(running(beer_set=None, peaks=AWAITED), "beerSet", 20.0).peaks.awaits_low


def test_every_fridge_setpoint_ends_the_watch_for_a_peak() -> None:
    changed = after(running(peaks=AWAITED), "fridgeSet", 18.0)
    assert not changed.peaks.awaits_high
    assert after(running(), "fridgeSet", None).fridge_set is None


@pytest.mark.parametrize(
    ("mode", "value_c", "stored_c"),
    [
        (Mode.BEER, 20.1, 20.1),
        (Mode.PROFILE, 20.1, 20.0),
        (Mode.PROFILE, 20.25, 20.0),
        (Mode.PROFILE, 20.3, 20.3),
        (Mode.PROFILE, None, None),
    ],
)
def test_in_a_profile_small_steps_are_not_stored(
    mode: Mode, value_c: float | None, stored_c: float | None
) -> None:
    changed = after(running(replace(BEER, mode=mode)), "beerSet", value_c)
    assert changed.beer_set == (None if value_c is None else temperature(value_c))
    assert changed.stored.beer_set_c == (None if stored_c is None else pytest.approx(stored_c, abs=0.001))


def test_a_profile_that_has_stored_nothing_stores_its_first_step() -> None:
    first = running(Settings(mode=Mode.PROFILE))
    assert after(first, "beerSet", 20.0).stored.beer_set_c == 20.0


def test_estimators_are_set_and_stored() -> None:
    changed = after(after(running(), "heatEst", 0.5), "coolEst", 100.0)
    assert (changed.stored.heat_estimator, changed.stored.cool_estimator) == (0.5, LARGEST / 512)


@pytest.mark.parametrize(
    ("key", "value", "attribute", "kept"),
    [
        ("tempSetMin", -40.0, "lowest_c", (-16 * 512 + 2) / 512),
        ("pidMax", 100.0, "pid_max_c", LARGEST / 512),
        ("Kp", 4.001, "kp", round(4.001 * 512) / 512),
        ("maxHeatTimeForEst", 100_000, "longest_heat_s", 65_535),
        ("tempFormat", "F", "unit", "F"),
        ("lah", True, "light_as_heater", True),
    ],
)
def test_a_constant_is_kept_as_far_as_it_can_be_counted(
    key: str, value: Scalar, attribute: str, kept: Scalar
) -> None:
    constants, now = altered(Constants(), running(), Change(key, value), Family.ESP)
    assert getattr(constants, attribute) == kept
    assert now == running()


def test_an_avr_shows_a_new_filter_and_an_esp_only_uses_it() -> None:
    change = Change("beerSlowFilt", 6)
    used = replace(applied(Constants()), beer=Exponents(3, 6, 4))
    constants, now = altered(Constants(), running(), change, Family.AVR)
    assert (constants.beer_slow, now.applied) == (6, used)
    constants, now = altered(Constants(), running(), change, Family.ESP)
    assert (constants.beer_slow, now.applied) == (4, used)
    assert retuned(now, Constants()).applied == applied(Constants())


def test_a_filter_beyond_reason_does_not_move_and_does_no_harm() -> None:
    constants, now = altered(Constants(), running(), Change("fridgeFastFilt", 999), Family.AVR)
    assert (constants.fridge_fast, now.applied.fridge.fast) == (255, 31)


def test_an_unknown_key_is_refused() -> None:
    with pytest.raises(Invalid, match="no setting"):
        altered(Constants(), running(), Change("beer", 20.0), Family.AVR)
    for key, parameter in SETTABLE.items():
        values: dict[str, Scalar] = {"unit": "C", "mode": "b", "flag": True}
        value = values.get(parameter.kind.value, 1)
        altered(Constants(), running(), Change(key, value), Family.AVR)


def test_variables_are_shown_in_degrees() -> None:
    now = running(
        pid=Pid(error=512, integral=-1024, slope=256, p=2560, i=-256, d=-384),
        peaks=Peaks(estimated=10_240, low_estimate=9728, low=9216),
    )
    assert variables(now) == Variables(
        beer_error_c=1.0,
        integral_c=-2.0,
        beer_slope_c_h=0.5,
        p_c=5.0,
        i_c=-0.5,
        d_c=-0.75,
        estimated_peak_c=20.0,
        low_peak_estimate_c=19.0,
        low_peak_c=18.0,
    )


@pytest.mark.parametrize(
    ("state", "seconds"),
    [
        (State.IDLE, 300),
        (State.OFF, None),
        (State.COOLING, 100),
        (State.HEATING, 100),
        (State.COOLING_MINIMUM, 80),
        (State.HEATING_MINIMUM, 80),
        (State.WAITING_TO_COOL, 42),
        (State.WAITING_TO_HEAT, 42),
        (State.WAITING_FOR_PEAK, None),
    ],
)
def test_a_display_counts_up_or_down(state: State, seconds: int | None) -> None:
    now = running(state=state, uptime_s=1000, idle_at_s=900, heat_at_s=700, cool_at_s=500, wait_s=42)
    assert timer_s(now, Times()) == seconds


def test_what_was_learned_is_logged_in_the_controller_s_unit() -> None:
    lesson = Lesson(17, temperature(20.5), temperature(-20.0), difference(0.2), difference(0.25))
    assert note(lesson, "C") == Log(LogKind.NOTE, 17, (" 20.5", "-16.0", " 0.199", " 0.250"))
    assert note(lesson, "F").values[0] == " 68.9"
