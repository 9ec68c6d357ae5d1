"""The rules of Home Assistant's MQTT discovery, as its documentation and its own validation state them.

Written down from the schemas of its `mqtt` integration (device discovery, sensor, binary_sensor, climate) and
from what it does with the states that are rendered. It drops what it does not know; here that is a fault.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

TOPIC = re.compile(r"[^/+#]+/device/[a-zA-Z0-9_-]+/[a-zA-Z0-9_-]+/config")
TEMPLATE = re.compile(r"\{\{ value_json\.([a-z_]+) \}\}")

ROOT = {
    "device",
    "origin",
    "components",
    "state_topic",
    "command_topic",
    "availability_topic",
    "qos",
    "encoding",
}
DEVICE = {
    "identifiers",
    "connections",
    "name",
    "manufacturer",
    "model",
    "model_id",
    "hw_version",
    "sw_version",
}
DEVICE |= {"serial_number", "via_device", "suggested_area", "configuration_url"}
COMMON = {"platform", "unique_id", "name", "icon", "entity_category", "enabled_by_default"}
SENSOR = COMMON | {"value_template", "device_class", "state_class", "unit_of_measurement", "options"}
SENSOR |= {"suggested_display_precision", "expire_after", "force_update", "state_topic"}
BINARY = COMMON | {"value_template", "device_class", "payload_on", "payload_off", "state_topic", "off_delay"}
CLIMATE = COMMON | {"temperature_unit", "precision", "temp_step", "min_temp", "max_temp", "initial", "modes"}
CLIMATE |= {"mode_state_topic", "mode_state_template", "mode_command_topic", "preset_modes", "optimistic"}
CLIMATE |= {"temperature_state_topic", "temperature_state_template", "temperature_command_topic"}
CLIMATE |= {"current_temperature_topic", "current_temperature_template", "action_topic", "action_template"}
CLIMATE |= {"preset_mode_state_topic", "preset_mode_value_template", "preset_mode_command_topic"}
KEYS = {"sensor": SENSOR, "binary_sensor": BINARY, "climate": CLIMATE}

UNITS: dict[str, set[str | None]] = {
    "temperature": {"°C", "°F", "K"},
    "voltage": {"V", "mV", "kV"},
    "signal_strength": {"dB", "dBm"},
    "battery": {"%"},
    "enum": {None},
}
BINARY_CLASSES = {"running", "heat", "cold", "power", "connectivity", "problem"}
HVAC_MODES = {"auto", "off", "cool", "heat", "dry", "fan_only"}
HVAC_ACTIONS = {"off", "heating", "cooling", "drying", "idle", "fan", "preheating", "defrosting"}


def faults(topic: str, config: Mapping[str, Any], state: Mapping[str, Any]) -> list[str]:
    """Name everything that Home Assistant would not take of a device's announcement and of its state."""
    found = [] if TOPIC.fullmatch(topic) else [f"{topic} is no discovery topic"]
    found += _root(config)
    ids = [one.get("unique_id") for one in config["components"].values() if len(one) > 1]
    if len(set(ids)) < len(ids) or not all(ids):
        found.append("unique ids are missing or not unique")
    for key, component in config["components"].items():
        found += [f"{key}: {fault}" for fault in _component(key, component, state)]
    return found


def _root(config: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"{key} is unknown" for key in config.keys() - ROOT)
    yield from (f"{key} is missing" for key in {"device", "origin", "components"} - config.keys())
    yield from (f"device.{key} is unknown" for key in config["device"].keys() - DEVICE)
    if not config["device"].get("identifiers"):
        yield "the device has no identifier"
    if not config["origin"].get("name") or config["origin"].keys() - {"name", "sw_version", "support_url"}:
        yield "the origin is not as it should be"
    for key in ("state_topic", "availability_topic"):
        yield from _topic(key, config[key])


def _component(key: str, component: Mapping[str, Any], state: Mapping[str, Any]) -> Iterator[str]:
    platform = component.get("platform")
    if not re.fullmatch("[a-zA-Z0-9_-]+", key) or platform not in KEYS:
        yield f"the id or the platform {platform} is unknown"
        return
    if component.keys() == {"platform"}:
        return  # takes a component back
    yield from (f"{one} is unknown" for one in component.keys() - KEYS[platform])
    for name, value in component.items():
        if name.endswith("_topic"):
            yield from _topic(name, value)
        if name.endswith("_template") and _field(value) not in state:
            yield f"{value} has no value"
    yield from {"sensor": _sensor, "binary_sensor": _binary, "climate": _climate}[platform](component, state)


def _sensor(sensor: Mapping[str, Any], state: Mapping[str, Any]) -> Iterator[str]:
    kind, unit, options = (sensor.get(one) for one in ("device_class", "unit_of_measurement", "options"))
    value = state.get(_field(sensor["value_template"]))
    if kind is not None and unit not in UNITS.get(kind, set()):
        yield f"{unit} is no unit of {kind}"
    if (kind == "enum") != bool(options) or (options and (unit or sensor.get("state_class"))):
        yield "options go with enum, and with no unit or state class"
    if sensor.get("state_class") not in (
        None,
        "measurement",
        "total",
        "total_increasing",
        "measurement_angle",
    ):
        yield "there is no such state class"
    if sensor.get("entity_category") not in (None, "diagnostic"):
        yield "sensors are diagnostic or nothing"
    if not isinstance(sensor.get("suggested_display_precision", 0), int):
        yield "the precision is no whole number"
    if value is None:
        return
    if options and value not in options:
        yield f"{value} is no option"
    if (unit or sensor.get("state_class")) and not isinstance(value, int | float):
        yield f"{value} is no number"
    if len(str(value)) > 255 or value == "":
        yield "a state is of 1 to 255 characters"


def _binary(binary: Mapping[str, Any], state: Mapping[str, Any]) -> Iterator[str]:
    if binary.get("device_class") not in {None, *BINARY_CLASSES}:
        yield "there is no such class"
    value = state.get(_field(binary["value_template"]))
    if value not in {None, binary.get("payload_on", "ON"), binary.get("payload_off", "OFF")}:
        yield f"{value} is neither on nor off"


def _climate(climate: Mapping[str, Any], state: Mapping[str, Any]) -> Iterator[str]:
    def rendered(template: str) -> Any:
        return state.get(_field(climate[template]))

    if not set(climate["modes"]) <= HVAC_MODES or rendered("mode_state_template") not in climate["modes"]:
        yield "the modes are not those of thermostats"
    if "none" in climate["preset_modes"] or "preset_mode_command_topic" not in climate:
        yield "presets have a command, and none is not one of them"
    if rendered("preset_mode_value_template") not in {"none", *climate["preset_modes"]}:
        yield "there is no such preset"
    if climate["precision"] not in (0.1, 0.5, 1.0) or climate["temperature_unit"] not in ("C", "F"):
        yield "the precision or the unit is unknown"
    if climate.get("min_temp", 7.0) >= climate.get("max_temp", 35.0):
        yield "the limits leave nothing"
    if rendered("action_template") not in {None, *HVAC_ACTIONS}:
        yield "there is no such action"
    for one in ("temperature_state_template", "current_temperature_template"):
        if not isinstance(rendered(one), int | float | None):
            yield f"{one} gives no number"


def _field(template: str) -> str:
    found = TEMPLATE.fullmatch(template)
    return found[1] if found else ""


def _topic(name: str, topic: str) -> Iterator[str]:
    if not topic or re.search(r"[+#\x00]", topic) or len(topic.encode()) > 65535:
        yield f"{name}: {topic!r} is no topic"
