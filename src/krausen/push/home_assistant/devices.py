"""Vessels and hydrometers as devices of Home Assistant: what announces them, and what says how they are."""

import re
from collections.abc import Mapping
from typing import Any

from msgspec import Struct, json

from krausen import __version__
from krausen.model.setpoint import Mode
from krausen.ports.target import SensorNow, VesselNow
from krausen.protocols import home_assistant as words
from krausen.protocols.home_assistant import Device, Knobs

Messages = tuple[tuple[str, bytes], ...]
"""Topics and payloads."""


class Naming(Struct, frozen=True):
    """What topics begin with, ours and those of discovery."""

    base: str
    prefix: str

    def topic(self, *parts: str) -> str:
        """Give one of our topics."""
        return "/".join((self.base, *parts))

    def config(self, name: str) -> str:
        """Give where a device is announced."""
        return words.discovery_topic(self.prefix, self.base, name)


def messages_of_vessel(naming: Naming, vessel: VesselNow, *, may_set: bool) -> Messages:
    """Give what announces a vessel and what says how it is."""
    name = name_of("vessel", vessel.id)
    commands = naming.topic(name, "set")
    knobs = Knobs(commands=commands, lowest=vessel.lowest, highest=vessel.highest)
    device = _device(naming, name, vessel.name, "Vessel")
    announced = words.discovery(device, words.VESSEL, knobs if may_set else None, __version__)
    return _told(naming, device, announced, _vessel_state(vessel))


def messages_of_sensor(naming: Naming, sensor: SensorNow) -> Messages:
    """Give what announces a hydrometer and what says how it is."""
    device = _device(naming, name_of("sensor", sensor.id), sensor.name, f"Hydrometer ({sensor.kind})")
    state = {
        "gravity": _rounded(sensor.gravity, 4),
        "temperature": _rounded(sensor.temperature),
        "battery": _rounded(sensor.battery_v),
        "angle": _rounded(sensor.angle),
        "signal": _rounded(sensor.signal_dbm, 0),
    }
    return _told(naming, device, words.discovery(device, words.HYDROMETER, None, __version__), state)


def _told(naming: Naming, device: Device, announced: Mapping[str, Any], state: Mapping[str, Any]) -> Messages:
    config = naming.config(device.name)
    return (config, json.encode(announced)), (device.state, json.encode(state))


def _vessel_state(vessel: VesselNow) -> dict[str, Any]:
    is_chamber = vessel.mode is Mode.CHAMBER
    return {
        "mode": vessel.mode.value,
        "hvac_mode": words.hvac_mode(vessel.mode),
        "preset": words.preset(vessel.mode),
        "action": words.action(vessel.mode, vessel.state, heat=vessel.heat, cool=vessel.cool),
        "state": None if vessel.state is None else vessel.state.name.lower(),
        "heating": words.switched(on=vessel.heat),
        "cooling": words.switched(on=vessel.cool),
        "target": _rounded(next(iter(held(vessel).values()), None)),
        "current": _rounded(vessel.chamber if is_chamber else vessel.beer),
        "beer": _rounded(vessel.beer),
        "chamber": _rounded(vessel.chamber),
        "ambient": _rounded(vessel.ambient),
        "beer_setpoint": _rounded(vessel.beer_setpoint),
        "chamber_setpoint": _rounded(vessel.chamber_setpoint),
        "gravity": _rounded(vessel.gravity, 4),
        "batch": vessel.batch[: words.LONGEST_STATE] or None,
    }


def held(vessel: VesselNow) -> dict[Mode, float]:
    """Give what is held, by the mode in which a person would hold it."""
    is_chamber = vessel.mode is Mode.CHAMBER
    value = vessel.chamber_setpoint if is_chamber else vessel.beer_setpoint
    if vessel.mode is Mode.OFF or value is None:
        return {}
    return {Mode.CHAMBER if is_chamber else Mode.BEER: value}


def start(vessel: VesselNow, before: Mapping[Mode, float]) -> dict[Mode, float]:
    """Give what to begin with in each mode: what was held last, else what is there, within the limits."""
    low = -100.0 if vessel.lowest is None else vessel.lowest
    high = 100.0 if vessel.highest is None else vessel.highest
    there = {Mode.BEER: vessel.beer, Mode.CHAMBER: vessel.chamber}
    found = {mode: min(max(round(c, 1), low), high) for mode, c in there.items() if c is not None}
    return {**found, **before}


def _device(naming: Naming, name: str, title: str, model: str) -> Device:
    return Device(
        node=naming.base,
        name=name,
        title=title,
        model=model,
        state=naming.topic(name, "state"),
        status=naming.topic("status"),
    )


def name_of(kind: str, id: str) -> str:
    """Give the name of a device, of letters that discovery topics may have."""
    return f"{kind}_{re.sub('[^a-zA-Z0-9_-]', '_', id)}"


def _rounded(value: float | None, digits: int = 2) -> float | None:
    return None if value is None else round(value, digits)
