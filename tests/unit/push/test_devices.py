import math
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from krausen.errors import TargetRefused
from krausen.model.setpoint import Mode
from krausen.model.units import celsius, gravity_of
from krausen.ports.target import VesselNow
from krausen.push.devices import beers, degrees, device_of, devices, extract, known, measured, the_only
from tests.unit.push.brewery import BOTH, LONE, SENSOR, VESSEL, shipment

EMPTY = VesselNow(id="leer", number=9, name="Leer", at=None, mode=Mode.OFF)


@pytest.mark.parametrize(
    ("temperature_c", "temperature_f"),
    [(0.0, 32.0), (100.0, 212.0), (-40.0, -40.0), (18.5, 65.3), (20.0, 68.0), (18.0625, 64.5125)],
)
def test_degrees_are_exact(temperature_c: float, temperature_f: float) -> None:
    assert degrees(temperature_c, "F") == temperature_f
    assert degrees(temperature_c, "C") == temperature_c


@given(st.floats(-50.0, 150.0))
def test_degrees_come_back(temperature_c: float) -> None:
    told = degrees(temperature_c, "F")
    assert told is not None
    assert celsius(told, "F") == pytest.approx(temperature_c, abs=1e-4)


@pytest.mark.parametrize(
    ("gravity", "plato"), [(1.0, 0.0), (1.040, 9.99), (1.048, 11.91), (1.083, 20.01), (1.1, 23.78)]
)
def test_extracts_are_those_of_the_tables(gravity: float, plato: float) -> None:
    assert extract(gravity, "°P") == pytest.approx(plato, abs=0.02)
    assert extract(gravity, "SG") == gravity


@given(st.floats(1.0, 1.14))
def test_extracts_come_back(gravity: float) -> None:
    told = extract(gravity, "°P")
    assert told is not None
    assert gravity_of(told) == pytest.approx(gravity, abs=2e-4)
    assert not (told == 0.0 and math.copysign(1.0, told) < 0.0)


@pytest.mark.parametrize("unit", ["C", "F"])
def test_what_is_unknown_stays_so(unit: Literal["C", "F"]) -> None:
    assert degrees(None, unit) is None
    assert extract(None, "°P") is None


def test_zero_degrees_are_known_and_a_gravity_of_zero_is_not() -> None:
    device = device_of(replace(LONE, temperature=0.0, gravity=0.0))
    assert (device.temperature, device.gravity) == (0.0, None)


@pytest.mark.parametrize("odd", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_not_told(odd: float) -> None:
    device = device_of(replace(LONE, temperature=odd, gravity=odd, battery_v=odd))
    assert not device.is_known
    assert device.battery_v is None


def test_a_hydrometer_knows_what_its_vessel_knows() -> None:
    device = device_of(SENSOR)
    assert (device.name, device.source, device.batch) == ("Red", "Tilt", "Märzen")
    assert (device.temperature, device.chamber, device.ambient) == (18.5, 12.25, 21.0)
    assert (device.target, device.doing, device.battery_v) == (18.0, "cooling", 3.9)


def test_a_hydrometer_tells_its_own_temperature_where_there_is_no_probe() -> None:
    assert device_of(LONE).temperature == 18.75
    assert device_of(replace(SENSOR, vessel=replace(VESSEL, beer=None))).temperature == 18.75


@pytest.mark.parametrize(
    ("parts", "doing"),
    [
        ({"heat": True, "cool": False}, "heating"),
        ({"heat": False, "cool": True}, "cooling"),
        ({"heat": False, "cool": None}, "off"),
        ({"heat": None, "cool": None}, None),
    ],
)
def test_it_is_told_what_a_vessel_is_doing(parts: dict[str, Any], doing: str | None) -> None:
    assert device_of(replace(VESSEL, **parts)).doing == doing


def test_the_target_is_what_is_held() -> None:
    in_chamber = replace(VESSEL, mode=Mode.CHAMBER, beer_setpoint=None)
    assert device_of(in_chamber).target == 11.5


def test_what_nothing_is_known_of_is_no_device() -> None:
    assert devices(shipment(EMPTY)) == []


def test_of_a_vessel_and_its_own_hydrometer_one_is_told() -> None:
    assert [one.name for one in devices(BOTH)] == ["Fass 1", "Red"]
    assert [one.name for one in beers(BOTH)] == ["Red"]
    assert [one.name for one in measured(BOTH)] == ["Red"]


def test_a_vessel_is_told_where_its_hydrometer_has_no_gravity() -> None:
    silent = replace(SENSOR, gravity=None)
    assert [one.name for one in measured(shipment(VESSEL, silent))] == ["Fass 1"]


def test_vessels_without_gravity_are_not_measured() -> None:
    assert measured(shipment(replace(VESSEL, gravity=None))) == []


def test_an_address_of_one_device_is_not_told_of_two() -> None:
    with pytest.raises(TargetRefused, match="2 were chosen: Fass 1, Green"):
        the_only(devices(shipment(VESSEL, LONE)))
    assert the_only([]) is None


def test_bodies_hold_what_is_known() -> None:
    assert known({"a": 0.0, "b": None, "c": "", "d": False, "e": "x"}) == {"a": 0.0, "d": False, "e": "x"}
