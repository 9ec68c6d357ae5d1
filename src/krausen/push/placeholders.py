"""The names that templates may use, and what they stand for.

`{{gravity}}` and its like tell of a vessel or hydrometer as brewing services see it, `{{vessel.beer}}` and
`{{sensor.angle}}` of the vessel or hydrometer itself. Temperatures are in °C and gravities in SG; the same
name with `_f` behind it is in °F, with `_plato` in °Plato.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct

from krausen.model.vessel import ControlState
from krausen.ports.target import SensorNow, Shipment, VesselNow
from krausen.push.devices import Device, credible, degrees, device_of, extract, finite
from krausen.push.template import Scalar
from krausen.wire.instants import iso

_TEMPERATURES: Final = frozenset(
    {"temperature", "target", "beer", "chamber", "ambient", "beer_setpoint", "chamber_setpoint"}
)
_UNTOLD: Final = frozenset({"vessel", "lowest", "highest"})


def scenes(shipment: Shipment) -> Iterator[Mapping[str, Scalar]]:
    """Give what the placeholders stand for, for each device of which anything is known."""
    every: list[tuple[Device, VesselNow | None, SensorNow | None]] = [
        *((device_of(one), one, None) for one in shipment.vessels),
        *((device_of(one), one.vessel, one) for one in shipment.sensors),
    ]
    for device, vessel, sensor in every:
        if device.is_known:
            yield {"time": iso(shipment.now), **_values(device, vessel, sensor)}


def _values(device: Device | None, vessel: VesselNow | None, sensor: SensorNow | None) -> dict[str, Scalar]:
    return {
        **_told("", Device, device),
        **_told("vessel.", VesselNow, vessel),
        **_told("sensor.", SensorNow, sensor),
    }


def _told(prefix: str, kind: type[Struct], one: Struct | None) -> dict[str, Scalar]:
    """Give the fields of a struct under their names and in both units, all unknown where there is none."""
    told: dict[str, Scalar] = {}
    for name in kind.__struct_fields__:
        if name not in _UNTOLD:
            variants = _variants(name, None if one is None else getattr(one, name))
            told |= {prefix + other: value for other, value in variants.items()}
    return told


def _variants(name: str, value: object) -> dict[str, Scalar]:
    number = finite(value) if isinstance(value, float) else None
    if name in _TEMPERATURES:
        return {name: degrees(number, "C"), f"{name}_f": degrees(number, "F")}
    if name == "gravity":
        gravity = credible(number)
        return {name: extract(gravity, "SG"), f"{name}_plato": extract(gravity, "°P")}
    if name == "at":
        return {"time": iso(value) if isinstance(value, int) else None}
    return {name: number if isinstance(value, float) else _scalar(value)}


def _scalar(value: object) -> Scalar:
    if isinstance(value, ControlState):
        return value.name.lower()
    if isinstance(value, str):
        return str(value) or None
    return value if isinstance(value, int) else None


NAMES: Final = frozenset({"time", "key", *_values(None, None, None)})
"""Every name that a template may use; `key` is the secret of whoever has one."""
