"""Vessels and hydrometers as brewing services know them: devices with a name and what was read of them."""

from collections.abc import Mapping
from math import isfinite
from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

from krausen.brewing.gravity import LEAST, MOST, plato_of
from krausen.errors import TargetRefused
from krausen.ports.target import SensorNow, Shipment, VesselNow

OURSELVES: Final = "Krausen"
"""What we call ourselves where a service asks who reports."""

DegreesIn = Annotated[Literal["C", "F"], Meta(title="Unit of temperatures")]
GravityIn = Annotated[Literal["SG", "°P"], Meta(title="Unit of gravities")]

GRAVITY_LETTERS: Final = {"SG": "G", "°P": "P"}
"""What custom streams call the units of gravities."""

_SOURCES: Final = {
    "ispindel": "iSpindel",
    "manual": "Manual",
    "plaato": "Plaato",
    "rapt_pill": "RAPT Pill",
    "tilt": "Tilt",
}


class Device(Struct, frozen=True, kw_only=True):
    """A vessel, or a hydrometer together with what its vessel tells of the same beer.

    Temperatures in °C, gravity in SG, battery in V, angle in °, signal in dBm. None is unknown; nothing else
    stands for that. `temperature` is that of the beer, `target` the one that is held. `source` is what
    measures, in the words of brewers. `doing` is heating, cooling or off. `vessel` is the id of the one that
    it is or swims in.
    """

    name: str
    number: int
    source: str
    batch: str = ""
    vessel: str = ""
    gravity: float | None = None
    temperature: float | None = None
    chamber: float | None = None
    ambient: float | None = None
    target: float | None = None
    doing: Literal["heating", "cooling", "off"] | None = None
    battery_v: float | None = None
    angle: float | None = None
    signal_dbm: float | None = None

    @property
    def is_known(self) -> bool:
        """Whether anything of its beer or its surroundings is known."""
        return any(one is not None for one in (self.gravity, self.temperature, self.chamber, self.ambient))


def devices(shipment: Shipment) -> list[Device]:
    """Give the devices of a shipment of which anything is known, the vessels first."""
    found = [*map(device_of, shipment.vessels), *map(device_of, shipment.sensors)]
    return [one for one in found if one.is_known]


def device_of(one: VesselNow | SensorNow) -> Device:
    """Give a vessel or a hydrometer as a device.

    Where the vessel of a hydrometer has a probe in the beer, that tells its temperature.
    """
    return _of_vessel(one) if isinstance(one, VesselNow) else _of_sensor(one)


def beers(shipment: Shipment) -> list[Device]:
    """Give the devices of which anything is known; a vessel is left out where its own hydrometer is there."""
    return _once(devices(shipment))


def measured(shipment: Shipment) -> list[Device]:
    """Give the devices whose gravity is known, of a vessel and its own hydrometer the hydrometer alone."""
    return _once([one for one in devices(shipment) if one.gravity is not None])


def the_only(found: list[Device]) -> Device | None:
    """Give the one device of an address that belongs to one, None if there is none. Raises TargetRefused."""
    if len(found) > 1:
        names = ", ".join(one.name for one in found)
        raise TargetRefused(
            f"This address belongs to one device, and {len(found)} were chosen: {names}. "
            "Choose one of them, and add a target with an address of its own for each of the others."
        )
    return found[0] if found else None


def degrees(celsius: float | None, unit: Literal["C", "F"]) -> float | None:
    """Give a temperature in °C or °F (°F = 1.8 °C + 32), to a ten-thousandth; unknown stays unknown."""
    if celsius is None:
        return None
    return round(celsius * 1.8 + 32.0 if unit == "F" else celsius, 4)


def extract(gravity: float | None, unit: Literal["SG", "°P"]) -> float | None:
    """Give a gravity in SG to a ten-thousandth, or in °Plato to a hundredth; unknown stays unknown."""
    if gravity is None:
        return None
    return round(gravity, 4) if unit == "SG" else round(plato_of(gravity), 2) + 0.0


def known(body: Mapping[str, object]) -> dict[str, object]:
    """Give the part of a body that is known. Services are told nothing rather than null, zero or ''."""
    return {name: value for name, value in body.items() if value is not None and value != ""}


def credible(value: float | None) -> float | None:
    """Give a gravity in SG if a wort can have it; a hydrometer that fell over tells others."""
    return value if value is not None and LEAST <= value <= MOST else None


def finite(value: float | None) -> float | None:
    """Give a value if it is a number."""
    return value if value is not None and isfinite(value) else None


def _once(found: list[Device]) -> list[Device]:
    swum_in = {one.vessel for one in found if one.source != OURSELVES}
    return [one for one in found if one.source != OURSELVES or one.vessel not in swum_in]


def _of_sensor(sensor: SensorNow) -> Device:
    home = _NOWHERE if sensor.vessel is None else _of_vessel(sensor.vessel)
    return Device(
        name=sensor.name,
        number=sensor.number,
        source=_SOURCES.get(sensor.kind, sensor.kind),
        batch=home.batch,
        vessel=home.vessel,
        gravity=credible(sensor.gravity),
        temperature=finite(sensor.temperature) if home.temperature is None else home.temperature,
        chamber=home.chamber,
        ambient=home.ambient,
        target=home.target,
        doing=home.doing,
        battery_v=finite(sensor.battery_v),
        angle=finite(sensor.angle),
        signal_dbm=finite(sensor.signal_dbm),
    )


def _of_vessel(vessel: VesselNow) -> Device:
    held = vessel.chamber_setpoint if vessel.beer_setpoint is None else vessel.beer_setpoint
    return Device(
        name=vessel.name,
        number=vessel.number,
        source=OURSELVES,
        batch=vessel.batch,
        vessel=vessel.id,
        gravity=credible(vessel.gravity),
        temperature=finite(vessel.beer),
        chamber=finite(vessel.chamber),
        ambient=finite(vessel.ambient),
        target=finite(held),
        doing=_doing(vessel),
    )


def _doing(vessel: VesselNow) -> Literal["heating", "cooling", "off"] | None:
    if vessel.heat:
        return "heating"
    if vessel.cool:
        return "cooling"
    return None if vessel.heat is None and vessel.cool is None else "off"


_NOWHERE: Final = Device(name="", number=0, source="")
