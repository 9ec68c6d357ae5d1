import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import ValidationError, convert

from krausen.control.algorithm import Inputs
from krausen.control.algorithms.hysteresis import ALGORITHM, Settings, State, step
from krausen.model.level import Demand

HALF = Settings(band_c=0.5)
AT_REST, HEATING, COOLING = State(), State(heating=True), State(cooling=True)
CELSIUS = st.floats(-50.0, 130.0)
STATES = st.sampled_from([AT_REST, HEATING, COOLING, State(heating=True, cooling=True)])


def asked(state: State, measured_c: float, *, can_heat: bool = True, can_cool: bool = True) -> Demand:
    """The demand at a setpoint of 18 °C."""
    return step(HALF, state, Inputs(0.0, 18.0, measured_c, can_heat=can_heat, can_cool=can_cool))[1]


@pytest.mark.parametrize(
    ("state", "measured_c", "after"),
    [
        (AT_REST, 17.75, AT_REST),
        (AT_REST, 17.5625, AT_REST),
        (AT_REST, 17.5, HEATING),
        (AT_REST, 4.0, HEATING),
        (HEATING, 17.9375, HEATING),
        (HEATING, 18.0, AT_REST),
        (HEATING, 18.25, AT_REST),
        (HEATING, 18.5, COOLING),
        (AT_REST, 18.4375, AT_REST),
        (AT_REST, 18.5, COOLING),
        (AT_REST, 30.0, COOLING),
        (COOLING, 18.0625, COOLING),
        (COOLING, 18.0, AT_REST),
        (COOLING, 17.75, AT_REST),
        (COOLING, 17.5, HEATING),
    ],
)
def test_it_is_on_from_the_edge_of_the_band_to_the_setpoint(
    state: State, measured_c: float, after: State
) -> None:
    done, demand = step(HALF, state, Inputs(0.0, 18.0, measured_c))
    assert done == after
    assert (demand.heat, demand.cool) == (float(after.heating), float(after.cooling))


def test_it_starts_by_doing_nothing() -> None:
    for measured_c in (17.75, 18.0, 18.25):
        _, demand = ALGORITHM.step(HALF, ALGORITHM.start, Inputs(0.0, 18.0, measured_c))
        assert (demand.heat, demand.cool) == (0.0, 0.0)


@given(STATES, CELSIUS, CELSIUS)
def test_it_never_drives_away_from_the_setpoint(state: State, setpoint_c: float, measured_c: float) -> None:
    _, demand = step(HALF, state, Inputs(0.0, setpoint_c, measured_c))
    assert demand.heat == 0.0 or measured_c < setpoint_c
    assert demand.cool == 0.0 or measured_c > setpoint_c


@given(STATES, CELSIUS)
def test_it_asks_for_nothing_that_is_not_there(state: State, measured_c: float) -> None:
    demand = asked(state, measured_c, can_heat=False, can_cool=False)
    assert (demand.heat, demand.cool) == (0.0, 0.0)


def test_it_says_why_in_plain_words() -> None:
    assert asked(AT_REST, 17.0).why == (
        "It is 1.00 °C below the setpoint of 18.0 °C; heat until it is reached.",
    )
    assert asked(AT_REST, 19.5).why == (
        "It is 1.50 °C above the setpoint of 18.0 °C; cool until it is reached.",
    )
    assert asked(AT_REST, 18.25).why == (
        "It is 0.25 °C above the setpoint of 18.0 °C, inside the band of ± 0.50 °C.",
    )


def test_it_says_when_the_means_are_missing() -> None:
    assert asked(AT_REST, 13.0, can_heat=False).why == (
        "It is 5.00 °C below the setpoint of 18.0 °C, and there is no heater.",
    )
    assert asked(AT_REST, 18.5, can_cool=False).why == (
        "It is 0.50 °C above the setpoint of 18.0 °C, and there is no cooler.",
    )


@pytest.mark.parametrize("band_c", [0.0, -1.0, 0.04, 5.1])
def test_a_band_of_nothing_or_everything_is_refused(band_c: float) -> None:
    with pytest.raises(ValidationError, match="band_c"):
        convert({"band_c": band_c}, ALGORITHM.settings)
