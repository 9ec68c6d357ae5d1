from math import isfinite

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from krausen.errors import Defect, NotFound
from krausen.model.vessel import Role
from krausen.physics.chamber import Chamber, Snapshot
from krausen.physics.chambers import CHAMBERS, ChamberKind, relative
from krausen.physics.weather import Climate, steady
from krausen.physics.yeast import Wort

KINDS = st.sampled_from(list(CHAMBERS.values()))
SEEDS = st.integers(0, 2**32)
RUNS = st.lists(st.tuples(st.integers(1, 600), st.booleans(), st.booleans()), min_size=1, max_size=6)
PROBES = (Role.BEER, Role.CHAMBER, Role.AMBIENT)
BUSY = Climate(mean_c=18.0, swing_c=4.0, openings_per_day=300.0)

Runs = list[tuple[int, bool, bool]]


def drive(chamber: Chamber, runs: Runs) -> None:
    for seconds, heat, cool in runs:
        chamber.advance(chamber.at_s + seconds, heat=heat, cool=cool)


def life(kind: ChamberKind, seed: int) -> Chamber:
    return Chamber(kind, seed, wort=Wort(start_share=0.3), climate=BUSY, beer_c=19.0)


@given(KINDS, SEEDS, RUNS)
def test_energy_is_neither_made_nor_lost(kind: ChamberKind, seed: int, runs: Runs) -> None:
    chamber = life(kind, seed)
    start_j = chamber.stored_j
    drive(chamber, runs)
    paid = chamber.energy
    gained_j = paid.leaked_j + paid.fermented_j + paid.heated_j - paid.removed_j
    assert chamber.stored_j - start_j == pytest.approx(gained_j, abs=2e-10 * start_j)


@given(KINDS, SEEDS, RUNS)
def test_electricity_is_that_of_the_time_the_outputs_were_on(
    kind: ChamberKind, seed: int, runs: Runs
) -> None:
    chamber = life(kind, seed)
    drive(chamber, runs)
    heating_s = sum(seconds for seconds, heat, _ in runs if heat)
    cooling_s = sum(seconds for seconds, _, cool in runs if cool)
    energy = chamber.energy
    assert energy.heating_kwh == pytest.approx(kind.cabinet.heater_w * heating_s / 3.6e6)
    assert energy.kwh == pytest.approx(energy.heating_kwh + energy.cooling_kwh)
    draw, paid_j = kind.refrigeration.draw(), energy.removed_j * kind.refrigeration.drawn_per_removed
    coldest_w, warmest_w = draw.at_zero_w - 50.0 * draw.slope_w_k, draw.at_zero_w + 60.0 * draw.slope_w_k
    assert coldest_w * cooling_s <= energy.cooling_j - paid_j + 1e-6
    assert energy.cooling_j - paid_j <= warmest_w * cooling_s + 1e-6


@given(KINDS, SEEDS, RUNS, st.lists(st.floats(0.0, 1.0), max_size=8))
def test_readings_do_not_depend_on_how_time_is_cut_or_probes_are_read(
    kind: ChamberKind, seed: int, runs: Runs, cuts: list[float]
) -> None:
    plain, curious = life(kind, seed), life(kind, seed)
    for seconds, heat, cool in runs:
        start_s = curious.at_s
        for cut in sorted(cuts):
            curious.advance(start_s + cut * seconds, heat=heat, cool=cool)
            for role in PROBES:
                curious.read(role)
        curious.advance(start_s + seconds, heat=heat, cool=cool)
        plain.advance(start_s + seconds, heat=heat, cool=cool)
        backwards = [curious.read(role) for role in reversed(PROBES)]
        assert [plain.read(role) for role in PROBES] == backwards[::-1]
    assert plain.snapshot() == curious.snapshot()


@given(KINDS, SEEDS, RUNS, RUNS)
def test_a_restored_chamber_goes_on_as_if_it_had_never_stopped(
    kind: ChamberKind, seed: int, before: Runs, after: Runs
) -> None:
    chamber, twin = life(kind, seed), life(kind, seed)
    drive(chamber, before)
    stored = msgspec.json.encode(chamber.snapshot())
    drive(chamber, after)
    twin.restore(msgspec.json.decode(stored, type=Snapshot))
    drive(twin, after)
    assert twin.snapshot() == chamber.snapshot()
    assert [twin.read(role) for role in PROBES] == [chamber.read(role) for role in PROBES]


def test_a_run_can_be_replayed_from_the_past() -> None:
    chamber = life(CHAMBERS["fridge20"], 1)
    past = chamber.snapshot()
    chamber.advance(900, heat=True, cool=False)
    once = chamber.snapshot()
    chamber.restore(past)
    chamber.advance(900, heat=True, cool=False)
    assert chamber.snapshot() == once


def test_other_seeds_live_other_lives() -> None:
    lives = [life(CHAMBERS["fridge20"], seed) for seed in range(5)]
    for chamber in lives:
        chamber.advance(3600, heat=False, cool=False)
    assert len({chamber.room_c for chamber in lives}) == 5


@given(KINDS, SEEDS, RUNS)
def test_any_relative_stays_within_what_physics_allows(kind: ChamberKind, seed: int, runs: Runs) -> None:
    odd = relative(kind, seed, sigma=0.3)
    chamber = life(odd, seed)
    cooling, coldest_room_c = odd.refrigeration, 10.0
    idle_c = cooling.rated_c - cooling.swing_c - cooling.rated_w / cooling.slope_w_k
    coldest_c = min(coldest_room_c, idle_c)
    glow_c = odd.cabinet.heater_w / (odd.cabinet.heater_air_w_k + odd.cabinet.heater_layer_w_k)
    for run in runs:
        drive(chamber, [run])
        *others_c, heater_c = chamber.state.temperatures_c
        assert all(isfinite(number) for number in msgspec.structs.astuple(chamber.state))
        assert all(coldest_c <= node_c <= 90.0 for node_c in others_c)
        assert coldest_c <= heater_c <= 90.0 + glow_c
        assert 0.0 <= chamber.state.flow <= 1.0
        assert 0.3 <= chamber.state.attenuation <= 1.0


@settings(max_examples=20)
@given(KINDS, SEEDS)
def test_cooling_cools_and_heating_heats(kind: ChamberKind, seed: int) -> None:
    left, heated, cooled = (Chamber(kind, seed, climate=steady(19.0)) for _ in range(3))
    left.advance(1800, heat=False, cool=False)
    heated.advance(1800, heat=True, cool=False)
    cooled.advance(1800, heat=False, cool=True)
    assert cooled.true_beer_c < left.true_beer_c < heated.true_beer_c


def test_a_chamber_starts_with_its_beer_as_told_and_the_rest_at_the_room() -> None:
    chamber = Chamber(CHAMBERS["freezer20"], 1, climate=steady(25.0), beer_c=12.0)
    assert chamber.true_beer_c == pytest.approx(12.0)
    assert chamber.state.temperatures_c == (12.0, 12.0, 25.0, 25.0, 25.0, 25.0)
    assert abs(chamber.read(Role.BEER) - 12.0) < 0.2
    assert abs(chamber.read(Role.CHAMBER) - 25.0) < 0.2
    assert abs(chamber.read(Role.AMBIENT) - 25.0) < 0.2
    assert chamber.room_c == 25.0


def cool_until_the_door(chamber: Chamber, *, is_open: bool) -> None:
    while chamber.door_open is not is_open:
        chamber.advance(chamber.at_s + 1, heat=False, cool=True)


def test_an_open_door_lets_the_room_in() -> None:
    chamber = Chamber(
        CHAMBERS["fridge20"], 3, climate=replace(steady(30.0), openings_per_day=50.0), beer_c=5.0
    )
    chamber.restore(
        replace(chamber.snapshot(), state=replace(chamber.state, air_c=5.0, wall_c=5.0, plate_c=5.0))
    )
    cool_until_the_door(chamber, is_open=True)
    shut_c = chamber.state.air_c
    cool_until_the_door(chamber, is_open=False)
    assert chamber.state.air_c > shut_c + 5.0


def test_the_open_door_counts_from_the_second_it_opens_to_the_second_it_closes() -> None:
    chamber = Chamber(CHAMBERS["fridge20"], 3, climate=replace(steady(30.0), openings_per_day=500.0))
    cabinet, open_s = chamber.kind.cabinet, 0
    for second in range(3600):
        was_open = chamber.door_open
        chamber.advance(second + 1, heat=False, cool=False)
        assert chamber.snapshot().forcing.seeping_w_k == cabinet.leak_w_k + cabinet.door_w_k * was_open
        open_s += was_open
    assert 300 < open_s < 3000


def test_each_probe_errs_in_its_own_way() -> None:
    chamber = Chamber(CHAMBERS["fridge20"], 1, climate=steady(20.03), beer_c=20.03)
    courses: dict[Role, list[float]] = {role: [] for role in PROBES}
    for second in range(200):
        chamber.advance(second, heat=False, cool=False)
        for role, course in courses.items():
            course.append(chamber.read(role))
    assert len({tuple(course) for course in courses.values()}) == 3
    assert all({20.0, 20.0625} <= set(course) for course in courses.values())


def test_time_is_a_grid_of_whole_seconds_that_does_not_run_back() -> None:
    chamber = Chamber(CHAMBERS["fridge20"], 1)
    chamber.advance(0.9, heat=True, cool=False)
    assert chamber.at_s == 0
    chamber.advance(61.5, heat=True, cool=False)
    assert chamber.at_s == 61
    with pytest.raises(Defect, match="cannot go back"):
        chamber.advance(60.0, heat=True, cool=False)


def test_there_is_no_probe_for_gravity() -> None:
    with pytest.raises(NotFound, match="no probe for gravity"):
        Chamber(CHAMBERS["fridge20"], 1).read(Role.GRAVITY)


def test_offsets_of_the_probes_show_in_their_readings() -> None:
    kind = CHAMBERS["fridge20"]
    off = replace(kind, placing=replace(kind.placing, beer_offset_c=0.5, chamber_offset_c=-0.5))
    chamber, honest = Chamber(off, 1, climate=steady(20.0)), Chamber(kind, 1, climate=steady(20.0))
    assert chamber.read(Role.BEER) - honest.read(Role.BEER) == pytest.approx(0.5)
    assert chamber.read(Role.CHAMBER) - honest.read(Role.CHAMBER) == pytest.approx(-0.5)


def test_a_batch_ferments_from_its_original_to_its_final_gravity() -> None:
    chamber = Chamber(CHAMBERS["fridge20"], 1, wort=Wort(start_share=0.2), climate=steady(20.0))
    start = chamber.gravity
    assert chamber.co2_kg_s > 0.0
    chamber.advance(48 * 3600, heat=False, cool=False)
    assert 1.0097 < chamber.gravity < 1.015 < start < 1.0484
    assert chamber.true_beer_c > 22.0


def test_water_rests_in_a_room_as_warm_as_itself() -> None:
    chamber = Chamber(CHAMBERS["fridge20"], 1, climate=steady(20.0))
    chamber.advance(6 * 3600, heat=False, cool=False)
    assert chamber.true_beer_c == 20.0
    assert chamber.gravity == 1.0
    assert chamber.energy.kwh == 0.0
