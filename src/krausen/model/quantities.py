"""The quantities that are measured or commanded, each with its canonical unit and plausible range."""

from enum import StrEnum

from msgspec import Struct


class Quantity(StrEnum):
    """What a series measures. A temperature and a temperature difference are not the same."""

    TEMPERATURE = "temperature"
    TEMPERATURE_DIFFERENCE = "temperature difference"
    GRAVITY = "gravity"
    PRESSURE = "pressure"
    SHARE = "share"
    SWITCH = "switch"
    CODE = "code"
    ANY = "any"


class Bounds(Struct, frozen=True):
    """Canonical unit, and the range outside which a value cannot be true."""

    unit: str
    lowest: float
    highest: float


BOUNDS = {
    Quantity.TEMPERATURE: Bounds("°C", -50.0, 130.0),
    Quantity.TEMPERATURE_DIFFERENCE: Bounds("°C", -180.0, 180.0),
    Quantity.GRAVITY: Bounds("SG", 0.95, 1.25),
    Quantity.PRESSURE: Bounds("kPa", -101.325, 1000.0),
    Quantity.SHARE: Bounds("", 0.0, 1.0),
    Quantity.SWITCH: Bounds("", 0.0, 1.0),
    Quantity.CODE: Bounds("", 0.0, 1000.0),
    Quantity.ANY: Bounds("", float("-inf"), float("inf")),
}
