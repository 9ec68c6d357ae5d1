from math import exp

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from krausen.errors import Defect
from krausen.physics.chambers import CHAMBERS, ChamberKind
from krausen.physics.heat import Forcing, Plant, State

KINDS = st.sampled_from(list(CHAMBERS.values()))
SWITCHES = st.tuples(st.booleans(), st.booleans())
REST = Forcing(0.0, 0.0, 0.0, 25.0, 0.1, 20.0, 200.0, 4.0)
EVEN = State(20.0, 20.0, 20.0, 20.0, 20.0, 20.0, 0.0, 0.0, 20.0, 20.0, 20.0)


def plant(kind: ChamberKind) -> Plant:
    return Plant(kind.cabinet, kind.refrigeration, kind.placing)


temperatures = st.floats(-20.0, 60.0)
states = st.builds(
    State,
    *[temperatures] * 6,
    flow=st.floats(0.0, 1.0),
    attenuation=st.floats(0.0, 1.0),
    well_c=temperatures,
    beer_probe_c=temperatures,
    air_probe_c=temperatures,
)
forcings = st.builds(
    Forcing,
    core_w=st.floats(0.0, 50.0),
    layer_w=st.floats(0.0, 50.0),
    pace_per_s=st.floats(0.0, 1e-4),
    mixing_w_k=st.floats(10.0, 1000.0),
    seeping_w_k=st.floats(0.0, 25.0),
    room_c=temperatures,
    lift_w=st.floats(-500.0, 500.0),
    lift_slope_w_k=st.floats(0.0, 260.0),
)


@given(KINDS, states, forcings, st.integers(1, 120), SWITCHES)
def test_stored_heat_changes_by_what_goes_in_less_what_goes_out(
    kind: ChamberKind, before: State, forcing: Forcing, seconds: int, switches: tuple[bool, bool]
) -> None:
    chamber, (heat, cool) = plant(kind), switches
    after = chamber.advance(before, forcing, seconds, heat=heat, cool=cool)
    fermented_j = seconds * (forcing.core_w + forcing.layer_w)
    gained_j = after.leaked_j + after.heated_j + fermented_j - after.removed_j
    change_j = chamber.stored_j(after) - chamber.stored_j(before)
    assert change_j == pytest.approx(gained_j, abs=1e-12 * 100.0 * sum(kind.cabinet.capacities_j_k) + 1e-6)


@given(KINDS, states, forcings, st.integers(0, 60), st.integers(0, 60))
def test_two_steps_in_a_row_are_one_long_step(
    kind: ChamberKind, before: State, forcing: Forcing, first_s: int, then_s: int
) -> None:
    chamber = plant(kind)
    halfway = chamber.advance(before, forcing, first_s, heat=True, cool=False)
    in_two = chamber.advance(halfway, forcing, then_s, heat=True, cool=False)
    assert in_two == chamber.advance(before, forcing, first_s + then_s, heat=True, cool=False)


@given(KINDS, st.integers(1, 1000))
def test_nothing_moves_where_all_is_equally_warm(kind: ChamberKind, seconds: int) -> None:
    assert plant(kind).advance(EVEN, REST, seconds, heat=False, cool=False) == EVEN


@pytest.mark.parametrize("kind", CHAMBERS.values(), ids=CHAMBERS)
def test_refrigerant_builds_up_and_dies_away_with_its_time_constants(kind: ChamberKind) -> None:
    rise_s, fall_s = kind.refrigeration.rise_s, kind.refrigeration.fall_s
    on = plant(kind).advance(EVEN, REST, round(rise_s), heat=False, cool=True)
    assert on.flow == pytest.approx(1.0 - (1.0 - 1.0 / rise_s) ** round(rise_s))
    off = plant(kind).advance(replace(on, flow=1.0), REST, round(fall_s), heat=False, cool=False)
    assert off.flow == pytest.approx((1.0 - 1.0 / fall_s) ** round(fall_s))


@pytest.mark.parametrize("kind", CHAMBERS.values(), ids=CHAMBERS)
def test_probes_follow_a_step_through_one_lag_and_two(kind: ChamberKind) -> None:
    cold = replace(EVEN, well_c=10.0, beer_probe_c=10.0, air_probe_c=10.0)
    well_s, tip_s, air_s = kind.placing.well_s, kind.placing.tip_s, kind.placing.air_s
    for seconds in (10, 60, 300, 1200):
        state = plant(kind).advance(cold, REST, seconds, heat=False, cool=False)
        assert state.well_c == pytest.approx(20.0 - 10.0 * exp(-seconds / well_s), abs=0.1)
        assert state.air_probe_c == pytest.approx(20.0 - 10.0 * exp(-seconds / air_s), abs=0.1)
        behind = (well_s * exp(-seconds / well_s) - tip_s * exp(-seconds / tip_s)) / (well_s - tip_s)
        assert state.beer_probe_c == pytest.approx(20.0 - 10.0 * behind, abs=0.2)


@pytest.mark.parametrize("kind", CHAMBERS.values(), ids=CHAMBERS)
def test_the_beer_probe_ends_at_its_mean_of_core_layer_and_air(kind: ChamberKind) -> None:
    core, layer, air = kind.placing.weights
    uneven = replace(EVEN, core_c=22.0, layer_c=18.0, air_c=5.0)
    state = plant(kind).advance(uneven, REST, 1, heat=False, cool=False)
    felt_c = 22.0 * core + 18.0 * layer + 5.0 * air
    assert state.well_c == pytest.approx(20.0 + (felt_c - 20.0) / kind.placing.well_s)


@pytest.mark.parametrize(("plate_c", "expected_w"), [(-60.0, 0.0), (-10.0, 160.0), (20.0, 230.0)])
def test_capacity_is_held_between_nothing_and_the_highest(plate_c: float, expected_w: float) -> None:
    cold = replace(EVEN, plate_c=plate_c, flow=1.0)
    state = plant(CHAMBERS["freezer20"]).advance(cold, REST, 1, heat=False, cool=True)
    assert state.removed_j == pytest.approx(expected_w)


def test_electricity_of_heater_and_compressor_is_kept_apart() -> None:
    freezer = plant(CHAMBERS["freezer20"])
    assert freezer.advance(EVEN, REST, 10, heat=True, cool=False).heated_j == pytest.approx(300.0)
    assert freezer.advance(EVEN, REST, 10, heat=True, cool=False).drawn_j == 0.0
    assert freezer.advance(EVEN, REST, 1, heat=False, cool=True).drawn_j == pytest.approx(85.0 + 43.3)
    assert freezer.advance(EVEN, REST, 1, heat=False, cool=True).heated_j == 0.0


def test_the_beer_is_the_mean_of_core_and_layer_by_their_heat_capacities() -> None:
    assert plant(CHAMBERS["freezer20"]).beer_c(replace(EVEN, core_c=22.0, layer_c=18.0)) == pytest.approx(
        21.0
    )


@pytest.mark.parametrize(
    ("node", "change"),
    [
        ("core", {"core_j_k": 20.0}),
        ("layer", {"layer_j_k": 20.0}),
        ("air", {"air_j_k": 30.0}),
        ("wall", {"wall_j_k": 5.0}),
        ("plate", {"plate_j_k": 4.0}),
        ("heater", {"heater_j_k": 1.0}),
    ],
)
def test_a_chamber_too_quick_for_the_step_is_refused(node: str, change: dict[str, float]) -> None:
    kind = CHAMBERS["fridge20"]
    with pytest.raises(Defect, match=f"The {node} of the chamber"):
        Plant(replace(kind.cabinet, **change), kind.refrigeration, kind.placing)
