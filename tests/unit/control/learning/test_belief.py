from math import isfinite

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from krausen.control.learning.belief import Belief, begin, bounded, corrected, predicted, renewed, widened
from krausen.control.learning.chamber import PRIORS, SIZE, STATES, At

LOOKS = st.lists(
    st.tuples(st.floats(-5.0, 40.0), st.floats(-20.0, 60.0), st.sampled_from([0.0, 0.5, 1.0]), st.booleans()),
    min_size=1,
    max_size=40,
)


def after(looks: list[tuple[float, float, float, bool]]) -> Belief:
    belief = begin(18.0, 18.0, valve=False)
    for beer_c, air_c, share, heats in looks:
        belief = predicted(belief, 30.0, cool=0.0 if heats else share, heat=share if heats else 0.0)
        belief, _ = corrected(belief, At.BEER_PROBE, beer_c, 0.06)
        belief, _ = corrected(belief, At.AIR_PROBE, air_c, 0.5)
        belief = bounded(belief, valve=False) or begin(beer_c, air_c, valve=False)
    return belief


@given(LOOKS)
def test_whatever_the_probes_say_the_numbers_stay_numbers_and_the_covariance_one(
    looks: list[tuple[float, float, float, bool]],
) -> None:
    belief = after(looks)
    assert len(belief.mean) == SIZE
    assert all(map(isfinite, belief.mean))
    for row in range(SIZE):
        assert belief.spread[row][row] > -1e-9
        for column in range(row):
            assert belief.spread[row][column] == pytest.approx(belief.spread[column][row], rel=1e-6, abs=1e-6)
    for place in list(At)[STATES:]:
        assert PRIORS[place].low <= belief.mean[place] <= PRIORS[place].high


def test_without_a_look_it_only_grows_less_sure() -> None:
    belief = begin(18.0, 18.0, valve=False)
    later = predicted(belief, 30.0, cool=0.0, heat=0.0)
    assert later.mean[: At.HEATER] == pytest.approx(belief.mean[: At.HEATER], abs=0.05)
    assert later.deviation(At.AMBIENT) > belief.deviation(At.AMBIENT)


def test_a_look_draws_towards_itself_and_makes_surer() -> None:
    belief = begin(18.0, 18.0, valve=False)
    seen, surprise = corrected(belief, At.BEER_PROBE, 19.0, 0.06)
    assert surprise > 3.0
    assert belief.mean[At.BEER_PROBE] < seen.mean[At.BEER_PROBE] < 19.0
    assert seen.deviation(At.BEER_PROBE) < belief.deviation(At.BEER_PROBE)


def test_after_a_pause_the_probes_count_anew_and_what_was_learned_stays() -> None:
    belief = after([(18.0, 10.0 - number / 10.0, 1.0, False) for number in range(60)])
    again = renewed(belief, 12.0, 9.0)
    assert again.mean[At.CORE] == pytest.approx(12.0, abs=0.1)
    assert (again.mean[At.BEER_PROBE], again.mean[At.AIR]) == (12.0, 9.0)
    assert again.mean[STATES:] == belief.mean[STATES:]
    assert again.deviation(At.COOLING) == belief.deviation(At.COOLING)


def test_what_is_doubted_is_less_sure_and_no_other() -> None:
    belief = begin(18.0, 18.0, valve=False)
    doubted = widened(belief, valve=False)
    assert doubted.mean == belief.mean
    assert doubted.deviation(At.COOLING) > belief.deviation(At.COOLING)


def test_a_valve_is_expected_before_a_cold_bath() -> None:
    assert begin(18.0, 18.0, valve=True).mean[At.SINK] < begin(18.0, 18.0, valve=False).mean[At.SINK]


def test_a_probe_that_is_known_to_feel_the_air_does_not_make_the_beer_cold_after_a_pause() -> None:
    mean = list(begin(18.0, 18.0, valve=False).mean)
    mean[At.EXPOSURE] = 0.1
    known = replace(begin(18.0, 18.0, valve=False), mean=tuple(mean))
    after = renewed(known, 17.5, 13.0)
    assert after.mean[At.CORE] == pytest.approx(18.0)
    assert after.mean[At.BEER_PROBE] == 17.5
    assert renewed(known, 17.5, None).mean[At.CORE] == 17.5
