"""What Home Assistant wants to hear by MQTT: its discovery, one message a device, and thermostats both ways.

After the documentation of its MQTT integration (https://www.home-assistant.io/integrations/mqtt/, "device
discovery payload", and the pages of sensor, binary_sensor and climate). Names are spelled out.
"""

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any, Final, Literal

from msgspec import Struct

from krausen.errors import Fault, Invalid
from krausen.model.setpoint import Mode
from krausen.model.vessel import ControlState

ONLINE: Final = b"online"
OFFLINE: Final = b"offline"

Part = Literal["mode", "temperature", "preset"]
"""What a thermostat's knobs are for."""
PARTS: Final[tuple[Part, ...]] = ("mode", "temperature", "preset")
LONGEST_STATE = 255
"""Characters that a state may have."""


class Entity(Struct, frozen=True):
    """One thing that a device shows: `key` is its name in the state, `traits` the rest of its discovery."""

    key: str
    title: str
    platform: Literal["sensor", "binary_sensor"]
    traits: Mapping[str, Any] = {}


class Device(Struct, frozen=True, kw_only=True):
    """A device, announced under a node. Topics: `state` of its values, `status` of whether it is there."""

    node: str
    name: str
    title: str
    model: str
    state: str
    status: str


class Knobs(Struct, frozen=True, kw_only=True):
    """What a thermostat lets be set: topics of commands end with a `Part`. Limits in °C, None unknown."""

    commands: str
    lowest: float | None
    highest: float | None


class Wanted(Struct, frozen=True):
    """What somebody turned a thermostat to; `value` in °C."""

    mode: Mode
    value: float | None = None


def discovery_topic(prefix: str, node: str, name: str) -> str:
    """Give where a device is announced."""
    return f"{prefix}/device/{node}/{name}/config"


def discovery(
    device: Device, entities: Sequence[Entity], knobs: Knobs | None, version: str
) -> dict[str, Any]:
    """Give what announces a device; without `knobs` a thermostat that it once had is taken back."""
    root = f"{device.node}_{device.name}"
    components = {one.key: _component(one, root) for one in entities}
    components["thermostat"] = (
        {"platform": "climate"} if knobs is None else _climate(knobs, device.state, root)
    )
    return {
        "device": {
            "identifiers": [root],
            "name": device.title,
            "manufacturer": "Krausen",
            "model": device.model,
            "sw_version": version,
        },
        "origin": {"name": "Krausen", "sw_version": version},
        "state_topic": device.state,
        "availability_topic": device.status,
        "components": components,
    }


def hvac_mode(mode: Mode) -> str:
    """Give a mode as thermostats have it."""
    return "off" if mode is Mode.OFF else "auto"


def preset(mode: Mode) -> str:
    """Give what is held as a preset, `none` where nothing is."""
    return "none" if mode is Mode.OFF else mode.value


def action(mode: Mode, state: ControlState | None, *, heat: bool | None, cool: bool | None) -> str | None:
    """Give what a thermostat is doing, None unknown."""
    if mode is Mode.OFF:
        return "off"
    if heat or state in _HEATING:
        return "heating"
    if cool or state in _COOLING:
        return "cooling"
    return None if state is None and heat is None and cool is None else "idle"


def switched(*, on: bool | None) -> str | None:
    """Give what an output does as binary sensors have it, None unknown."""
    return None if on is None else ("ON" if on else "OFF")


def wanted(part: Part, payload: bytes, mode: Mode, start: Mapping[Mode, float]) -> Wanted | None:
    """Give what a turned knob means where `mode` is held, None for what is so already.

    `start` has, for modes that can be turned to, the temperature to begin with, °C. Raises Invalid.
    """
    text = payload.decode("utf-8", "replace").strip()
    if part == "temperature":
        return Wanted(_held(mode), _number(text))
    if part == "mode" and text == "off":
        return None if mode is Mode.OFF else Wanted(Mode.OFF)
    if part == "mode" and text == "auto":
        return _begun(Mode.BEER, start) if mode is Mode.OFF else None
    if part == "preset" and text in (preset(mode), "none"):
        return None
    if part == "preset" and text in (Mode.BEER, Mode.CHAMBER):
        return _begun(Mode(text), start)
    if part == "preset" and text == Mode.PROFILE:
        raise _wrong("Which profile to follow is chosen in Krausen, not here.")
    raise _wrong(f"There is no {part} called {text[:40]!r}.")


def _held(mode: Mode) -> Mode:
    if mode is Mode.OFF:
        raise _wrong("Nothing is held, so there is no temperature to change: turn it on first.")
    return Mode.CHAMBER if mode is Mode.CHAMBER else Mode.BEER


def _begun(mode: Mode, start: Mapping[Mode, float]) -> Wanted:
    if mode not in start:
        raise _wrong(
            f"It is not known which temperature of the {mode.value} to hold: set it in Krausen once."
        )
    return Wanted(mode, start[mode])


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError as error:
        raise _wrong(f"{text[:40]!r} is no temperature.") from error
    if not isfinite(value):
        raise _wrong(f"{text[:40]!r} is no temperature.")
    return value


def _wrong(message: str) -> Invalid:
    return Invalid(message, [Fault("", message)])


def _component(entity: Entity, root: str) -> dict[str, Any]:
    return {
        "platform": entity.platform,
        "unique_id": f"{root}_{entity.key}",
        "name": entity.title,
        "value_template": _value(entity.key),
        **entity.traits,
    }


def _climate(knobs: Knobs, state: str, root: str) -> dict[str, Any]:
    low, high = knobs.lowest, knobs.highest
    limits = (
        {"min_temp": low, "max_temp": high} if low is not None and high is not None and low < high else {}
    )
    return {
        "platform": "climate",
        "unique_id": f"{root}_thermostat",
        "name": None,
        "temperature_unit": "C",
        "precision": 0.1,
        "temp_step": 0.1,
        **limits,
        "modes": ["off", "auto"],
        "mode_state_topic": state,
        "mode_state_template": _value("hvac_mode"),
        "mode_command_topic": f"{knobs.commands}/mode",
        "temperature_state_topic": state,
        "temperature_state_template": _value("target"),
        "temperature_command_topic": f"{knobs.commands}/temperature",
        "current_temperature_topic": state,
        "current_temperature_template": _value("current"),
        "action_topic": state,
        "action_template": _value("action"),
        "preset_modes": [Mode.BEER.value, Mode.CHAMBER.value, Mode.PROFILE.value],
        "preset_mode_state_topic": state,
        "preset_mode_value_template": _value("preset"),
        "preset_mode_command_topic": f"{knobs.commands}/preset",
    }


def _value(key: str) -> str:
    return f"{{{{ value_json.{key} }}}}"


def _celsius(key: str, title: str) -> Entity:
    return Entity(key, title, "sensor", _CELSIUS)


_HEATING = frozenset({ControlState.HEATING, ControlState.HEATING_MINIMUM})
_COOLING = frozenset({ControlState.COOLING, ControlState.COOLING_MINIMUM})
_MEASURED = {"state_class": "measurement"}
_CELSIUS = {
    **_MEASURED,
    "device_class": "temperature",
    "unit_of_measurement": "°C",
    "suggested_display_precision": 1,
}
_GRAVITY = {
    **_MEASURED,
    "unit_of_measurement": "SG",
    "suggested_display_precision": 4,
    "icon": "mdi:glass-mug-variant",
}
_RUNNING = {"device_class": "running", "payload_on": "ON", "payload_off": "OFF"}
_ASIDE = {"entity_category": "diagnostic"}

VESSEL: Final = (
    _celsius("beer", "Beer"),
    _celsius("chamber", "Chamber"),
    _celsius("ambient", "Room"),
    _celsius("beer_setpoint", "Beer setpoint"),
    _celsius("chamber_setpoint", "Chamber setpoint"),
    Entity("gravity", "Gravity", "sensor", _GRAVITY),
    Entity("mode", "Mode", "sensor", {"device_class": "enum", "options": [one.value for one in Mode]}),
    Entity(
        "state",
        "State",
        "sensor",
        {"device_class": "enum", "options": [one.name.lower() for one in ControlState]},
    ),
    Entity("heating", "Heating", "binary_sensor", _RUNNING),
    Entity("cooling", "Cooling", "binary_sensor", _RUNNING),
    Entity("batch", "Batch", "sensor", {"icon": "mdi:beer"}),
)
"""What a vessel shows."""
HYDROMETER: Final = (
    Entity("gravity", "Gravity", "sensor", _GRAVITY),
    _celsius("temperature", "Temperature"),
    Entity(
        "battery",
        "Battery",
        "sensor",
        {**_MEASURED, **_ASIDE, "device_class": "voltage", "unit_of_measurement": "V"},
    ),
    Entity("angle", "Angle", "sensor", {**_MEASURED, **_ASIDE, "unit_of_measurement": "°"}),
    Entity(
        "signal",
        "Signal",
        "sensor",
        {**_MEASURED, **_ASIDE, "device_class": "signal_strength", "unit_of_measurement": "dBm"},
    ),
)
"""What a hydrometer shows."""
