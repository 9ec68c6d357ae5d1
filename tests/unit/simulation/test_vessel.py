import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import json
from msgspec.structs import replace

from krausen.control.interlocks import Hardware
from krausen.errors import NotFound
from krausen.model.series import SeriesName
from krausen.model.vessel import Limits, Role
from krausen.physics.chambers import CHAMBERS
from krausen.simulation.vessel import SimulatedVessel, hardware_of

FASS = SimulatedVessel(id="fass", name="Fass", chamber="glycol300", agent="pi", limits=Limits(1.0, 25.0))


def test_every_role_has_a_device_and_a_series_of_its_own() -> None:
    devices = {FASS.device(role) for role in Role}
    assert len(devices) == len(Role)
    assert FASS.series(Role.BEER) == SeriesName("pi", "fass-beer", "temperature")
    assert FASS.series(Role.GRAVITY) == SeriesName("pi", "fass-hydrometer", "gravity")
    assert FASS.series(Role.COOL) == SeriesName("pi", "fass-cooler", "on")


def test_people_see_it_as_a_vessel_with_its_series() -> None:
    vessel = FASS.vessel()
    assert (vessel.id, vessel.name, vessel.agent, vessel.limits) == ("fass", "Fass", "pi", Limits(1.0, 25.0))
    assert replace(FASS, algorithm="pid").vessel().algorithm == "pid"
    assert vessel.roles == {role: FASS.series(role) for role in Role}


@pytest.mark.parametrize("chamber", CHAMBERS)
def test_outputs_keep_the_times_of_their_chamber(chamber: str) -> None:
    vessel, kind = replace(FASS, chamber=chamber), CHAMBERS[chamber]
    heat, cool = vessel.times(Role.HEAT), vessel.times(Role.COOL)
    assert (heat.min_on_s, heat.min_off_s) == (kind.heat_min_on_s, kind.heat_min_off_s)
    assert (cool.min_on_s, cool.min_off_s) == (kind.cool_min_on_s, kind.cool_min_off_s)
    assert vessel.hardware() == hardware_of(kind) == Hardware(heat, cool)


def test_an_output_that_it_does_not_have_has_no_times() -> None:
    without = replace(FASS, roles=(Role.BEER, Role.COOL))
    assert without.hardware() == Hardware(None, FASS.times(Role.COOL))
    assert set(without.vessel().roles) == {Role.BEER, Role.COOL}


def test_a_chamber_that_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFound, match="cave"):
        replace(FASS, chamber="cave").fresh()


@given(seed=st.integers(0, 2**31), beer_c=st.floats(0.0, 30.0), chamber=st.sampled_from(sorted(CHAMBERS)))
def test_equal_vessels_live_equal_lives(seed: int, beer_c: float, chamber: str) -> None:
    vessel = replace(FASS, seed=seed, beer_c=beer_c, chamber=chamber)
    one, two = vessel.fresh(), vessel.fresh()
    for made in (one, two):
        made.advance(600, heat=True, cool=False)
    assert one.snapshot() == two.snapshot()
    assert one.kind is CHAMBERS[chamber]


def test_it_survives_being_written_down() -> None:
    assert json.decode(json.encode(FASS), type=SimulatedVessel) == FASS
