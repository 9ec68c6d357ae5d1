import pytest

from krausen.model.quantities import BOUNDS, Quantity


@pytest.mark.parametrize("quantity", Quantity)
def test_every_quantity_has_a_unit_and_a_range(quantity: Quantity) -> None:
    bounds = BOUNDS[quantity]
    assert bounds.lowest < bounds.highest


def test_a_temperature_and_a_difference_are_not_the_same() -> None:
    points, differences = BOUNDS[Quantity.TEMPERATURE], BOUNDS[Quantity.TEMPERATURE_DIFFERENCE]
    assert points.unit == differences.unit == "°C"
    assert differences.highest == -differences.lowest == points.highest - points.lowest


def test_units_are_canonical() -> None:
    assert {quantity.value: bounds.unit for quantity, bounds in BOUNDS.items()} == {
        "temperature": "°C",
        "temperature difference": "°C",
        "gravity": "SG",
        "pressure": "kPa",
        "share": "",
        "switch": "",
        "code": "",
        "any": "",
    }
