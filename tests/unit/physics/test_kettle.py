from math import exp

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.errors import Defect, NotFound
from krausen.model.vessel import Role
from krausen.physics.kettle import BOILING_C, KETTLE_30, Kettle

RUNS = st.lists(st.tuples(st.integers(1, 400), st.booleans(), st.booleans(), st.booleans()), max_size=6)

Runs = list[tuple[int, bool, bool, bool]]


def drive(kettle: Kettle, runs: Runs) -> None:
    for seconds, heat, cool, stir in runs:
        kettle.advance(kettle.at_s + seconds, heat=heat, cool=cool, stir=stir)


@given(RUNS, st.floats(5.0, 99.0), st.floats(-10.0, 40.0))
def test_energy_is_neither_made_nor_lost(runs: Runs, mash_c: float, room_c: float) -> None:
    kettle = Kettle(KETTLE_30, 1, mash_c=mash_c, room_c=room_c)
    start_j = kettle.stored_j
    drive(kettle, runs)
    state = kettle.state
    gained_j = state.heated_j - state.lost_j - state.chilled_j - state.steamed_j
    assert kettle.stored_j - start_j == pytest.approx(gained_j, abs=1e-2)


@given(RUNS)
def test_nothing_gets_hotter_than_boiling_but_the_element(runs: Runs) -> None:
    kettle = Kettle(KETTLE_30, 1, mash_c=60.0, room_c=20.0)
    drive(kettle, runs)
    state = kettle.state
    hottest_c = BOILING_C + KETTLE_30.element_w / KETTLE_30.element_w_k
    assert KETTLE_30.tap_c <= min(state.liquor_c, state.bed_c, state.probe_c)
    assert max(state.liquor_c, state.bed_c, state.probe_c) <= BOILING_C
    assert state.element_c <= hottest_c


def test_a_stirred_mash_warms_by_nearly_two_degrees_a_minute() -> None:
    kettle = Kettle(KETTLE_30, 1, mash_c=52.0)
    kettle.advance(300, heat=True)
    start_c = kettle.true_mash_c
    kettle.advance(900, heat=True)
    rate = (kettle.true_mash_c - start_c) / 10.0
    capacity_j_k = KETTLE_30.liquor_j_k + KETTLE_30.bed_j_k + KETTLE_30.element_j_k
    losses_w = 3.6 * (0.5 * (start_c + kettle.true_mash_c) - 20.0)
    assert rate == pytest.approx(60.0 * (2500.0 - losses_w) / capacity_j_k, rel=0.01)
    assert rate == pytest.approx(1.7, abs=0.1)
    assert kettle.kwh == pytest.approx(2.5 * 0.25)


def test_without_stirring_the_wort_runs_away_from_the_bed() -> None:
    stirred, still = Kettle(KETTLE_30, 1, mash_c=52.0), Kettle(KETTLE_30, 1, mash_c=52.0)
    stirred.advance(600, heat=True, stir=True)
    still.advance(600, heat=True, stir=False)
    assert stirred.state.liquor_c - stirred.state.bed_c < 5.0
    assert still.state.liquor_c - still.state.bed_c > 20.0


def test_a_mash_left_alone_loses_a_few_degrees_an_hour() -> None:
    kettle = Kettle(KETTLE_30, 1, mash_c=66.0)
    kettle.advance(3600, heat=False)
    assert 66.0 - kettle.true_mash_c == pytest.approx(46.0 * (1.0 - exp(-3600 * 3.6 / 81.9e3)), rel=0.03)


def test_boiling_wort_turns_power_into_steam() -> None:
    kettle = Kettle(KETTLE_30, 1, mash_c=100.0)
    kettle.advance(1800, heat=True)
    before_kg = kettle.steamed_kg
    kettle.advance(5400, heat=True)
    assert kettle.state.liquor_c == BOILING_C
    assert kettle.steamed_kg - before_kg == pytest.approx(3600 * (2500.0 - 3.6 * 80.0) / 2257e3, rel=0.01)


def test_the_chiller_cools_towards_the_tap() -> None:
    kettle = Kettle(KETTLE_30, 1, mash_c=95.0)
    kettle.advance(4 * 3600, heat=False, cool=True)
    assert kettle.true_mash_c == pytest.approx(KETTLE_30.tap_c, abs=0.5)
    assert kettle.state.chilled_j > 0.0


def test_the_probe_follows_the_wort_and_reads_sixteenths() -> None:
    kettle = Kettle(KETTLE_30, 1, mash_c=66.0)
    assert abs(kettle.read(Role.BEER) - 66.0) < 0.2
    kettle.advance(600, heat=True)
    assert (kettle.read(Role.BEER) * 16.0).is_integer()
    behind_c = kettle.state.liquor_c - kettle.state.probe_c
    assert 0.3 < behind_c < 1.5


@given(RUNS, RUNS)
def test_a_restored_kettle_goes_on_as_if_it_had_never_stopped(before: Runs, after: Runs) -> None:
    kettle, twin = Kettle(KETTLE_30, 5), Kettle(KETTLE_30, 5)
    drive(kettle, before)
    twin.restore(kettle.snapshot())
    drive(kettle, after)
    drive(twin, after)
    assert twin.snapshot() == kettle.snapshot()
    assert twin.read(Role.BEER) == kettle.read(Role.BEER)


@given(st.lists(st.floats(0.0, 600.0), max_size=5))
def test_it_does_not_matter_how_time_is_cut(stops_s: list[float]) -> None:
    kettle, plain = Kettle(KETTLE_30, 5), Kettle(KETTLE_30, 5)
    for stop_s in sorted(stops_s):
        kettle.advance(stop_s, heat=True)
    kettle.advance(600, heat=True)
    plain.advance(600, heat=True)
    assert kettle.snapshot() == plain.snapshot()


def test_time_does_not_run_back() -> None:
    kettle = Kettle(KETTLE_30, 1)
    kettle.advance(10, heat=False)
    with pytest.raises(Defect, match="cannot go back"):
        kettle.advance(9.0, heat=False)


def test_a_kettle_has_a_probe_in_the_wort_alone() -> None:
    with pytest.raises(NotFound, match="no probe for chamber"):
        Kettle(KETTLE_30, 1).read(Role.CHAMBER)
