import pytest
from msgspec import ValidationError, convert

from krausen.drivers import controllers
from krausen.drivers.controllers.brewpi import CONTROLLER, Settings
from krausen.errors import Invalid
from krausen.plugins import discover
from krausen.ports.controller import ControllerDriver


def test_the_driver_is_found() -> None:
    assert discover(controllers, "CONTROLLER", ControllerDriver)["brewpi"] is CONTROLLER


def test_what_it_measures_is_among_its_series() -> None:
    assert {spec.metric for spec in CONTROLLER.series} >= set(CONTROLLER.measures.values())


def test_one_device_has_one_place() -> None:
    places = {
        CONTROLLER.place(Settings(port=port)) for port in ("tcp://BrewPi.local", "tcp://brewpi.local:23/")
    }
    assert places == {"tcp://brewpi.local:23"}


def test_a_wrong_place_is_refused_at_its_field() -> None:
    with pytest.raises(Invalid) as caught:
        CONTROLLER.place(Settings(port="brewpi.local"))
    assert caught.value.faults[0].where == "/port"


@pytest.mark.parametrize("every_s", [0.5, 61.0])
def test_it_is_read_neither_too_often_nor_too_seldom(every_s: float) -> None:
    with pytest.raises(ValidationError):
        convert({"port": "tcp://brewpi.local", "every_s": every_s}, Settings)
    assert CONTROLLER.every_s(Settings(port="tcp://brewpi.local")) == 5.0
