"""The generic push as others send it: Fermentrack in its versions, another Krausen, programs of all kinds.

`{"api_key": "k1", "version": "1.0", "brewpi_devices": [{"name": "Ale", "internal_id": 3, "temp_format": "F",
"control_mode": "b", "beer_temp": 66.9}], "gravity_sensors": [{"name": "Red", "internal_id": 1, "sensor_type":
"tilt", "gravity": 1.034, "temp": 67.0, "temp_format": "F"}]}`, after the sender of thorrak/fermentrack. What
is absent, null or empty is unknown; numbers may come as texts; keys that mean nothing here are passed over.
What Krausen itself sends is in `krausen.wire.export`.
"""

from collections.abc import Callable, Iterator, Mapping
from math import inf
from typing import Any, Final

import msgspec
from msgspec import Struct

from krausen.errors import Fault, Invalid
from krausen.model.quantities import BOUNDS, Bounds, Quantity
from krausen.model.reading import Quality
from krausen.model.units import TemperatureUnit, celsius

MOST_FAULTS: Final = 20

_LARGEST = 1e12
"""Beyond it nothing is measured, and conversions might overflow."""
_UNITS: Mapping[str, TemperatureUnit] = {"C": "C", "F": "F"}
_MODES = {"o": 0.0, "f": 1.0, "b": 2.0, "p": 3.0}
"""What is held, in the numbers of the metric `mode` of vessels; what is not among them is unknown."""

Message = Mapping[str, Any]


class Told(Struct, frozen=True):
    """One quantity of a device, in its canonical unit."""

    metric: str
    value: float
    unit: str = ""
    quality: Quality = Quality.GOOD


class Device(Struct, frozen=True, kw_only=True):
    """A controller (kind `brewpi`) or a hydrometer, and what is known of it.

    `number` is what its sender knows it by; controllers and hydrometers are counted apart. `gravity_time` is
    when its gravity was measured, as it was written, empty where that was not told.
    """

    kind: str
    number: int
    name: str
    told: tuple[Told, ...]
    gravity_time: str = ""


class Devices(Struct, frozen=True):
    """What one sender pushes at once."""

    controllers: tuple[Device, ...] = ()
    sensors: tuple[Device, ...] = ()


def opened(body: bytes) -> Message:
    """Give the object that a push is. Raises Invalid."""
    if not body.strip(b"\0 \t\r\n"):
        raise Invalid("There is no data in the body.")
    try:
        message = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Invalid(f"The body is no JSON: {error}.") from error
    if not isinstance(message, dict):
        raise Invalid("The body is no JSON object.")
    return message


def api_key_of(message: Message) -> str:
    """Give the key of who sends a push, empty where there is none. Raises Invalid."""
    key = message.get("api_key")
    if key is None:
        return ""
    if isinstance(key, bool) or not isinstance(key, str | int):
        raise _wrong("api_key", "The api_key is no text.")
    return str(key)


def devices_of(message: Message) -> Devices:
    """Give the devices of a push. What cannot be true is told as bad.

    Raises Invalid with up to 20 faults, which name their places, as in `/brewpi_devices/0/beer_temp`.
    """
    faults: list[Fault] = []
    controllers = tuple(_devices(message, "brewpi_devices", _controller, faults))
    sensors = tuple(_devices(message, "gravity_sensors", _sensor, faults))
    if faults:
        raise Invalid(f"{faults[0].where}: {faults[0].message}", faults[:MOST_FAULTS])
    if message.get("brewpi_devices") is None and message.get("gravity_sensors") is None:
        raise Invalid("There are neither brewpi_devices nor gravity_sensors.")
    return Devices(controllers, sensors)


class _Kind(Struct, frozen=True):
    """One quantity: its key, the metric that it becomes, and the range outside which it cannot be true."""

    key: str
    metric: str
    bounds: Bounds
    is_temperature: bool = False


def _temperature(key: str, metric: str) -> _Kind:
    return _Kind(key, metric, BOUNDS[Quantity.TEMPERATURE], is_temperature=True)


_GRAVITY = _Kind("gravity", "gravity", BOUNDS[Quantity.GRAVITY])
_OF_CONTROLLERS = (
    _temperature("beer_temp", "beer"),
    _temperature("fridge_temp", "chamber"),
    _temperature("room_temp", "room"),
    _temperature("beer_setting", "beer_setpoint"),
    _temperature("fridge_setting", "chamber_setpoint"),
    _Kind("controller_state", "state", Bounds("", 0.0, 9.0)),
    _Kind("heating", "heat", BOUNDS[Quantity.SWITCH]),
    _Kind("cooling", "cool", BOUNDS[Quantity.SWITCH]),
    _GRAVITY,
)
_OF_SENSORS = (
    _GRAVITY,
    _temperature("temp", "temperature"),
    _Kind("battery", "battery", Bounds("V", 1.0, 6.0)),
    _Kind("angle", "angle", Bounds("°", 0.0, 180.0)),
    _Kind("rssi", "rssi", Bounds("dBm", -130.0, 0.0)),
)


def _devices(
    message: Message, key: str, read: Callable[[Message], Device], faults: list[Fault]
) -> Iterator[Device]:
    """Give the devices of an array, and put down what is wrong with the others."""
    found = message.get(key)
    if found is None:
        return
    if not isinstance(found, list):
        faults.append(Fault(f"/{key}", "This is no array."))
        return
    numbers: set[int] = set()
    for place, one in enumerate(found):
        try:
            device = read(_object(one))
            if device.number in numbers:
                raise _wrong("internal_id", f"{device.number} is there twice.")
        except Invalid as failure:
            faults += [Fault(f"/{key}/{place}{fault.where}", fault.message) for fault in failure.faults]
        else:
            numbers.add(device.number)
            yield device


def _object(one: object) -> Message:
    if not isinstance(one, dict):
        raise Invalid("This is no object.", [Fault("", "This is no object.")])
    return one


def _controller(message: Message) -> Device:
    number, told = _number_of(message), list(_told(message, _OF_CONTROLLERS))
    mode = message.get("control_mode")
    if isinstance(mode, str) and mode in _MODES:
        told.append(Told("mode", _MODES[mode]))
    return Device(kind="brewpi", number=number, name=_text(message, "name"), told=tuple(told))


def _sensor(message: Message) -> Device:
    return Device(
        kind=_text(message, "sensor_type") or "hydrometer",
        number=_number_of(message),
        name=_text(message, "name"),
        told=tuple(_told(message, _OF_SENSORS)),
        gravity_time=_text(message, "gravity_time"),
    )


def _told(message: Message, kinds: tuple[_Kind, ...]) -> Iterator[Told]:
    for kind in kinds:
        raw = message.get(kind.key)
        if raw is None or raw == "":
            continue
        value = _number(kind.key, raw)
        if kind.is_temperature:
            value = celsius(value, _unit(message))
        is_good = kind.bounds.lowest <= value <= kind.bounds.highest
        yield Told(kind.metric, value, kind.bounds.unit, Quality.GOOD if is_good else Quality.BAD)


def _unit(message: Message) -> TemperatureUnit:
    unit = _UNITS.get(_text(message, "temp_format").upper())
    if unit is None:
        raise _wrong("temp_format", "This is neither C nor F, and there is a temperature.")
    return unit


def _number_of(message: Message) -> int:
    raw = message.get("internal_id")
    value = _number("internal_id", "" if raw is None else raw)
    if not value.is_integer():
        raise _wrong("internal_id", "This is no whole number.")
    return int(value)


def _text(message: Message, key: str) -> str:
    """Give a text, empty where there is none that can be shown."""
    text = message.get(key)
    return text.strip() if isinstance(text, str) and text.isprintable() else ""


def _number(key: str, raw: object) -> float:
    try:
        value = float(raw) if isinstance(raw, int | float | str) else inf
    except (ValueError, OverflowError):
        value = inf
    if not abs(value) <= _LARGEST or "_" in str(raw):
        raise _wrong(key, "This is no number, or an absurd one.")
    return value


def _wrong(key: str, words: str) -> Invalid:
    return Invalid(words, [Fault(f"/{key}", words)])
