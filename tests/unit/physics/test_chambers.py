from math import log
from statistics import fmean, pstdev

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import asdict

from krausen.errors import NotFound
from krausen.physics.chambers import CHAMBERS, ChamberKind, chamber_kind, filled, relative
from krausen.physics.heat import Plant

KINDS = st.sampled_from(list(CHAMBERS.values()))


def test_there_are_six_chambers_under_their_own_names() -> None:
    assert list(CHAMBERS) == ["freezer20", "fridge20", "freezer60", "glycol300", "fridge2014", "fridge20tape"]
    assert all(chamber_kind(name) is kind and kind.name == name for name, kind in CHAMBERS.items())
    assert len({kind.title for kind in CHAMBERS.values()}) == 6


def test_an_unknown_chamber_is_refused_with_the_names_of_all() -> None:
    with pytest.raises(NotFound, match=r"no chamber 'bathtub'.*freezer20.*fridge20tape"):
        chamber_kind("bathtub")


@pytest.mark.parametrize("kind", CHAMBERS.values(), ids=CHAMBERS)
def test_beer_holds_about_as_much_heat_as_its_volume_of_water(kind: ChamberKind) -> None:
    beer_j_k = kind.cabinet.core_j_k + kind.cabinet.layer_j_k
    assert beer_j_k / kind.cabinet.litres == pytest.approx(4200.0, rel=0.01)


def test_only_the_glycol_valve_may_pulse_for_20_seconds() -> None:
    times = {kind.name: (kind.cool_min_off_s, kind.cool_min_on_s) for kind in CHAMBERS.values()}
    assert times.pop("glycol300") == (60.0, 20.0)
    assert set(times.values()) == {(300.0, 180.0)}
    assert {(kind.heat_min_off_s, kind.heat_min_on_s) for kind in CHAMBERS.values()} == {(300.0, 180.0)}


def test_losses_of_the_cabinets_are_those_of_their_foam() -> None:
    losses = {
        name: kind.cabinet.wall_room_w_k + kind.cabinet.plate_room_w_k + kind.cabinet.leak_w_k
        for name, kind in CHAMBERS.items()
    }
    assert losses["freezer20"] == pytest.approx(0.9)
    assert losses["fridge20"] == pytest.approx(1.4)
    assert losses["freezer60"] == pytest.approx(1.3)


def test_the_fitted_fridge_is_slow_in_its_plate_its_heater_and_its_probes() -> None:
    kind = CHAMBERS["fridge2014"]
    plate_w_k = kind.cabinet.air_plate_w_k + kind.cabinet.wall_plate_w_k
    assert kind.cabinet.plate_j_k / plate_w_k / 3600.0 == pytest.approx(1.6, abs=0.1)
    assert kind.cabinet.heater_j_k / kind.cabinet.heater_air_w_k / 60.0 == pytest.approx(35.0, abs=0.5)
    assert (kind.placing.well_s, kind.placing.air_s) == (266.0, 366.0)


@given(KINDS, st.integers(0, 2**64 - 1))
def test_a_relative_differs_in_its_physics_and_in_nothing_else(kind: ChamberKind, seed: int) -> None:
    other = relative(kind, seed)
    assert other == relative(kind, seed)
    assert other != kind
    Plant(other.cabinet, other.refrigeration, other.placing)
    assert other.placing.weights == kind.placing.weights
    assert other.cabinet.litres == kind.cabinet.litres
    assert (other.name, other.cool_min_off_s, other.heat_min_on_s) == (
        kind.name,
        kind.cool_min_off_s,
        kind.heat_min_on_s,
    )


def test_relatives_scatter_log_normally_by_sigma() -> None:
    kind = CHAMBERS["freezer20"]
    fields = {name for name, number in asdict(kind.cabinet).items() if number and name != "litres"}
    logs = [
        log(getattr(relative(kind, seed, 0.3).cabinet, name) / getattr(kind.cabinet, name))
        for seed in range(50)
        for name in sorted(fields)
    ]
    assert abs(fmean(logs)) < 0.03
    assert pstdev(logs) == pytest.approx(0.3, rel=0.05)


def test_a_relative_without_scatter_is_the_chamber_itself() -> None:
    assert all(relative(kind, 3, sigma=0.0) == kind for kind in CHAMBERS.values())


def test_a_relative_has_a_name_of_its_own_and_is_ever_the_same() -> None:
    other = chamber_kind("freezer20~3")
    assert other.name == "freezer20~3"
    assert other == chamber_kind("freezer20~3")
    assert other.cabinet != chamber_kind("freezer20").cabinet
    for name in ("freezer20~", "freezer20~x", "bathtub~1", "~1"):
        with pytest.raises(NotFound):
            chamber_kind(name)


@pytest.mark.parametrize("kind", CHAMBERS.values(), ids=CHAMBERS)
def test_with_other_litres_the_fermenter_alone_changes(kind: ChamberKind) -> None:
    doubled = filled(kind, 2.0 * kind.cabinet.litres)
    before, after = asdict(kind.cabinet), asdict(doubled.cabinet)
    grown = {name: after[name] / before[name] for name in before if after[name] != before[name]}
    assert {name: grown.pop(name) for name in ("litres", "core_j_k", "layer_j_k")} == {
        "litres": 2.0,
        "core_j_k": 2.0,
        "layer_j_k": 2.0,
    }
    assert grown
    assert list(grown.values()) == pytest.approx([2.0 ** (2.0 / 3.0)] * len(grown))
    assert filled(kind, kind.cabinet.litres) == kind
    assert doubled.refrigeration == kind.refrigeration
