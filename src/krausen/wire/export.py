"""The public format in which Krausen tells others how things stand: the generic push, version 1.0.

It is the format of Fermentrack's push, key by key, so that its receivers take it unchanged. What is not
known is left out; zero and idle are values like any other. Keys of our own stand behind those.
"""

from typing import Annotated, Any, Final, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, json

VERSION: Final = "1.0"
MEDIA_TYPE: Final = "application/json"

OUR_KEYS: Final = frozenset(
    {"time", "batch", "heating", "cooling", "gravity_time", "battery", "angle", "rssi", "brewpi_device"}
)
"""Keys that Fermentrack's push does not have; receivers that were made for it pass over them."""

TemperatureFormat = Literal["C", "F"]
ControlMode = Literal["o", "b", "f", "p"]

_Name = Annotated[str, Meta(description="What people call it; it may change.", examples=["Ale fridge"])]
_Format = Annotated[TemperatureFormat, Meta(description="The unit of its temperatures: °C or °F.")]
_Gravity = Annotated[float, Meta(description="Specific gravity of the beer.", examples=[1.034])]


_STATES = (
    "A whole number, as BrewPi counts: 0 idle, 1 off, 2 door open, 3 heating, 4 cooling, 5 waiting to cool, "
    "6 waiting to heat, 7 waiting for the peak, 8 cooling and 9 heating for the minimum time."
)


class Controller(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One vessel or BrewPi, as it is now. Every temperature is in the unit of `temp_format`."""

    name: _Name
    internal_id: Annotated[
        int,
        Meta(ge=1, description="Names it for ever; no other of `brewpi_devices` of this sender has it."),
    ]
    temp_format: _Format
    control_mode: Annotated[
        ControlMode,
        Meta(
            description="What is held: `o` nothing, `b` the beer, `f` the chamber, `p` a profile of the beer."
        ),
    ]
    beer_temp: Annotated[float, Meta(description="Temperature of the beer.")] | UnsetType = UNSET
    fridge_temp: Annotated[float, Meta(description="Temperature of the chamber.")] | UnsetType = UNSET
    room_temp: Annotated[float, Meta(description="Temperature of the room.")] | UnsetType = UNSET
    beer_setting: Annotated[float, Meta(description="Where the beer is held.")] | UnsetType = UNSET
    fridge_setting: Annotated[float, Meta(description="Where the chamber is held.")] | UnsetType = UNSET
    controller_state: (
        Annotated[
            float,
            Meta(ge=0, le=9, description=_STATES),
        ]
        | UnsetType
    ) = UNSET
    gravity: _Gravity | UnsetType = UNSET
    batch: Annotated[str, Meta(description="Name of what ferments in it.")] | UnsetType = UNSET
    heating: Annotated[bool, Meta(description="Whether the heater is on.")] | UnsetType = UNSET
    cooling: Annotated[bool, Meta(description="Whether the cooler is on.")] | UnsetType = UNSET


class Sensor(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One hydrometer, as it was last heard of."""

    name: _Name
    internal_id: Annotated[
        int,
        Meta(ge=1, description="Names it for ever; no other of `gravity_sensors` of this sender has it."),
    ]
    sensor_type: Annotated[
        str, Meta(description="Its kind.", examples=["tilt", "ispindel", "manual", "brewbubbles", "plaato"])
    ]
    gravity: _Gravity | UnsetType = UNSET
    temp: Annotated[float, Meta(description="Its temperature.")] | UnsetType = UNSET
    temp_format: _Format | UnsetType = UNSET
    gravity_time: (
        Annotated[str, Meta(description="When its gravity was measured: ISO 8601, UTC.")] | UnsetType
    ) = UNSET
    battery: Annotated[float, Meta(description="Voltage of its battery, V.")] | UnsetType = UNSET
    angle: Annotated[float, Meta(description="Its tilt from the vertical, °.")] | UnsetType = UNSET
    rssi: Annotated[float, Meta(description="Strength of its signal, dBm.")] | UnsetType = UNSET
    brewpi_device: (
        Annotated[int, Meta(ge=1, description="The `internal_id` of the vessel it swims in.")] | UnsetType
    ) = UNSET


class Push(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One push: everything that was chosen for its receiver, as it is now."""

    api_key: Annotated[
        str, Meta(max_length=256, description="Tells the receiver who sends; empty where none is agreed on.")
    ]
    version: Annotated[Literal["1.0"], Meta(description="Version of the format.")]
    brewpi_devices: Annotated[tuple[Controller, ...], Meta(description="Vessels and BrewPis, maybe none.")]
    gravity_sensors: Annotated[tuple[Sensor, ...], Meta(description="Hydrometers, maybe none.")]
    time: Annotated[str, Meta(description="When it was sent: ISO 8601, UTC.")] | UnsetType = UNSET


def encode(push: Push) -> bytes:
    """Give a push as JSON in UTF-8, on one line. Its numbers are finite."""
    return json.encode(push)


def schema() -> dict[str, Any]:
    """Give the JSON Schema (draft 2020-12) of a push. Receivers leave aside keys that they do not know."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": f"Generic push {VERSION}"}
    return head | json.schema(Push)


EXAMPLE: Final = Push(
    api_key="k1",
    version=VERSION,
    brewpi_devices=(
        Controller(
            name="Ale fridge",
            internal_id=3,
            temp_format="C",
            control_mode="b",
            beer_temp=19.4,
            fridge_temp=17.9,
            room_temp=0.0,
            beer_setting=19.5,
            fridge_setting=18.0,
            controller_state=0.0,
            gravity=1.034,
            batch="Pale ale 12",
            heating=False,
            cooling=False,
        ),
    ),
    gravity_sensors=(
        Sensor(
            name="Red",
            internal_id=1,
            sensor_type="tilt",
            gravity=1.034,
            temp=19.4,
            temp_format="C",
            gravity_time="2026-05-01T18:29:48.120Z",
            battery=3.9,
            rssi=-71.0,
            brewpi_device=3,
        ),
    ),
    time="2026-05-01T18:30:00.000Z",
)
"""A push in which little is left out."""
