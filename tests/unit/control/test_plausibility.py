from collections.abc import Iterable
from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.control.plausibility import NOTHING_YET, POWER_ON_C, Memory, Plausible, judge, plausible
from krausen.model.quantities import BOUNDS, Quantity
from krausen.model.reading import Quality

GOOD, DOUBTFUL, BAD = Quality.GOOD, Quality.DOUBTFUL, Quality.BAD
PROBE = plausible(Quantity.TEMPERATURE)
ABSURD = st.sampled_from([nan, inf, -inf, -127.0, -50.1, 130.1, 2047.9, 1e300])
IN_RANGE = st.floats(-50.0, 130.0)
AFTER_S = st.floats(0.0, 100.0)
COURSES = st.lists(st.tuples(AFTER_S, IN_RANGE | ABSURD | st.just(POWER_ON_C)), max_size=30)


def judged(values: Iterable[float], belief: Plausible = PROBE, every_s: float = 5.0) -> list[Quality]:
    """The qualities of values that come one after the other."""
    memory, qualities = NOTHING_YET, []
    for number, value in enumerate(values):
        memory, quality = judge(belief, memory, number * every_s, value)
        qualities.append(quality)
    return qualities


def remembered(course: Iterable[tuple[float, float]]) -> tuple[Memory, float]:
    """What is remembered after a course of (seconds passed, value), and the time at its end."""
    memory, at_s = NOTHING_YET, 0.0
    for after_s, value in course:
        at_s += after_s
        memory, _ = judge(PROBE, memory, at_s, value)
    return memory, at_s


@given(COURSES, AFTER_S, ABSURD)
def test_what_cannot_be_true_is_bad_and_leaves_no_trace(
    course: list[tuple[float, float]], after_s: float, value: float
) -> None:
    memory, at_s = remembered(course)
    after, quality = judge(PROBE, memory, at_s + after_s, value)
    assert quality is BAD
    assert after is memory


@given(COURSES)
def test_the_reference_is_the_last_value_that_was_believed(course: list[tuple[float, float]]) -> None:
    memory, at_s, believed = NOTHING_YET, 0.0, None
    for after_s, value in course:
        at_s += after_s
        memory, quality = judge(PROBE, memory, at_s, value)
        believed = value if quality is GOOD else believed
        assert memory.good_v == believed


@pytest.mark.parametrize("edge", [-50.0, 130.0])
def test_the_ends_of_the_range_are_good(edge: float) -> None:
    assert judged([edge]) == [GOOD]


def test_the_power_on_value_is_bad_at_the_start_and_out_of_the_blue() -> None:
    assert judged([85.0, 20.0, 85.0, 85.0, 85.0, 85.0, 20.1]) == [BAD, GOOD, BAD, BAD, BAD, BAD, GOOD]


def test_the_power_on_value_is_bad_even_in_the_middle_of_a_jump() -> None:
    assert judged([20.0, 84.0, 85.0, 84.0, 85.0]) == [GOOD, DOUBTFUL, BAD, DOUBTFUL, BAD]


def test_a_kettle_may_pass_through_the_power_on_value() -> None:
    assert judged([82.0, 84.0, 85.0, 85.0, 86.0]) == [GOOD] * 5
    assert judged([82.0, 85.0]) == [GOOD, GOOD]
    assert judged([81.9375, 85.0]) == [GOOD, BAD]


def test_other_quantities_know_no_power_on_value() -> None:
    assert judged([85.0], plausible(Quantity.PRESSURE)) == [GOOD]


@given(IN_RANGE, st.lists(st.tuples(AFTER_S, st.floats(-1.0, 1.0)), max_size=60))
def test_what_moves_no_faster_than_matter_can_is_good(
    start_c: float, steps: list[tuple[float, float]]
) -> None:
    memory, at_s = remembered([(0.0, start_c)])
    value = start_c
    for after_s, share in steps:
        at_s += after_s
        value += 0.999 * share * (PROBE.slack + PROBE.per_s * after_s)
        if not -50.0 <= value <= 130.0 or value == POWER_ON_C:
            return
        memory, quality = judge(PROBE, memory, at_s, value)
        assert quality is GOOD


@pytest.mark.parametrize(
    ("value", "quality"), [(25.5, GOOD), (25.6, DOUBTFUL), (14.5, GOOD), (14.4, DOUBTFUL)]
)
def test_a_jump_is_more_than_the_slack_and_what_the_time_allows(value: float, quality: Quality) -> None:
    assert judged([20.0, value]) == [GOOD, quality]


def test_a_jump_is_doubtful_until_it_has_been_confirmed() -> None:
    assert judged([20.0, 5.0, 5.0, 5.0, 5.0]) == [GOOD, DOUBTFUL, DOUBTFUL, GOOD, GOOD]
    assert judged([20.0, 5.0, 4.0, 6.0, 5.5]) == [GOOD, DOUBTFUL, DOUBTFUL, GOOD, GOOD]


def test_jumps_that_do_not_agree_are_never_believed() -> None:
    assert judged([20.0, *[60.0, 40.0] * 20], every_s=1.0)[1:] == [DOUBTFUL] * 40


def test_a_jump_that_goes_on_elsewhere_is_counted_anew() -> None:
    assert judged([20.0, 60.0, 60.0, 40.0, 40.0, 40.0], every_s=1.0)[1:] == [DOUBTFUL] * 4 + [GOOD]


def test_jumps_agree_within_the_slack() -> None:
    assert judged([20.0, 60.0, 63.0, 66.0], every_s=1.0)[1:] == [DOUBTFUL, DOUBTFUL, GOOD]
    assert judged([20.0, 60.0, 63.1, 66.2], every_s=1.0)[1:] == [DOUBTFUL] * 3


def test_only_the_time_since_the_last_good_value_counts() -> None:
    for second in (20.1, 20.0):
        memory, _ = remembered([(0.0, 20.0), (100.0, second)])
        assert judge(PROBE, memory, 101.0, 40.0)[1] is DOUBTFUL


def test_a_spike_harms_nothing_and_is_forgotten() -> None:
    spiky = [20.0, 60.0, 60.0, 20.0, 60.0, 60.0, 20.1]
    assert judged(spiky) == [GOOD, DOUBTFUL, DOUBTFUL, GOOD, DOUBTFUL, DOUBTFUL, GOOD]


def test_bad_values_between_do_not_break_off_a_confirmation() -> None:
    assert judged([20.0, 5.0, nan, 5.0, -127.0, 5.0]) == [GOOD, DOUBTFUL, BAD, DOUBTFUL, BAD, GOOD]


def test_after_a_long_silence_anything_in_range_may_be_true() -> None:
    memory, _ = remembered([(0.0, 20.0)])
    assert judge(PROBE, memory, 74.0, 60.0)[1] is GOOD
    assert judge(PROBE, memory, 73.9, 60.0)[1] is DOUBTFUL


@given(st.floats(0.0, 1e6), st.floats(-50.0, 130.0).filter(lambda value: abs(value - 20.0) > 3.0))
def test_a_reading_out_of_order_gets_no_time_to_jump_in(before_s: float, value: float) -> None:
    memory, _ = remembered([(1e6, 20.0)])
    assert judge(PROBE, memory, 1e6 - before_s, value)[1] is not GOOD


def test_what_does_not_move_at_all_is_doubtful_after_half_a_day_until_it_moves() -> None:
    assert judged([18.0, 18.0, 18.0], every_s=6 * 3600.0) == [GOOD, GOOD, DOUBTFUL]
    assert judged([18.0, 18.0, 18.0], every_s=6 * 3600.0 - 1.0) == [GOOD] * 3
    assert judged([18.0] * 4 + [18.0625], every_s=6 * 3600.0)[-2:] == [DOUBTFUL, GOOD]


def test_what_moves_a_little_is_not_frozen() -> None:
    assert judged([18.0, 18.0625] * 20, every_s=6 * 3600.0) == [GOOD] * 40


def test_a_jump_to_a_value_that_then_freezes_is_doubtful_again() -> None:
    qualities = judged([20.0] + [50.0] * 721, every_s=60.0)
    assert set(qualities[:-1]) == {GOOD}
    assert qualities[-1] is DOUBTFUL


@pytest.mark.parametrize("quantity", [quantity for quantity in Quantity if quantity is not Quantity.ANY])
def test_every_quantity_has_a_range(quantity: Quantity) -> None:
    belief, bounds = plausible(quantity), BOUNDS[quantity]
    for edge in (bounds.lowest, bounds.highest):
        assert judged([edge], belief) == [GOOD]
    assert judged([bounds.lowest - 0.01, bounds.highest + 0.01], belief) == [BAD, BAD]


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=20))
def test_of_an_unknown_quantity_every_number_is_good(values: list[float]) -> None:
    assert set(judged(values, plausible(Quantity.ANY))) <= {GOOD}


@pytest.mark.parametrize("value", [nan, inf, -inf])
def test_of_an_unknown_quantity_what_is_no_number_is_bad(value: float) -> None:
    assert judged([value, 20.0, value, 20.0], plausible(Quantity.ANY)) == [BAD, GOOD, BAD, GOOD]


def test_a_switch_may_flip_at_any_time_and_stay_for_ever() -> None:
    assert judged([0.0, 1.0, 0.0, 0.0, 0.0, 1.0], plausible(Quantity.SWITCH), every_s=1e6) == [GOOD] * 6


def test_one_confirmation_is_none() -> None:
    eager = Plausible(quantity=Quantity.TEMPERATURE, slack=3.0, confirm=1)
    assert judged([20.0, 50.0, 20.0], eager) == [GOOD] * 3
