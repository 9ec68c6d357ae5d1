import pytest

from krausen.model.agent import is_agent_name, kind_of
from krausen.model.quantities import Quantity


@pytest.mark.parametrize("name", ["pi", "Cellar.2", "a" * 64, "0_-."])
def test_letters_digits_dots_dashes_and_underlines_make_a_name(name: str) -> None:
    assert is_agent_name(name)


@pytest.mark.parametrize("name", ["", "krausen", "a" * 65, "-pi", ".", "a b", "pi\n", "ü"])
def test_other_names_are_none_and_that_of_vessels_is_taken(name: str) -> None:
    assert not is_agent_name(name)


def test_a_device_is_what_it_measures_first() -> None:
    assert kind_of([Quantity.TEMPERATURE]) == "thermometer"
    assert kind_of([Quantity.TEMPERATURE, Quantity.GRAVITY]) == "hydrometer"
    assert kind_of([]) == kind_of([Quantity.ANY]) == "sensor"
