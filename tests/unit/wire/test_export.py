import json
from collections.abc import Iterator
from typing import Any

import msgspec

from krausen.wire.export import EXAMPLE, OUR_KEYS, VERSION, Controller, Push, Sensor, encode, schema

FERMENTRACK_CONTROLLER = [
    *("name", "internal_id", "temp_format", "control_mode", "beer_temp", "fridge_temp", "room_temp"),
    *("beer_setting", "fridge_setting", "controller_state", "gravity"),
]
FERMENTRACK_SENSOR = ["name", "internal_id", "sensor_type", "gravity", "temp", "temp_format"]


def fields(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, kind in document["$defs"].items():
        for field, told in kind["properties"].items():
            yield f"{name}.{field}", told


def test_the_keys_of_fermentrack_come_first_and_in_its_order() -> None:
    fermentracks: list[tuple[type[msgspec.Struct], list[str]]] = [
        (Push, ["api_key", "version", "brewpi_devices", "gravity_sensors"]),
        (Controller, FERMENTRACK_CONTROLLER),
        (Sensor, FERMENTRACK_SENSOR),
    ]
    ours: set[str] = set()
    for kind, keys in fermentracks:
        fields = msgspec.structs.fields(kind)
        assert [field.name for field in fields[: len(keys)]] == keys
        ours |= {field.name for field in fields[len(keys) :]}
        assert all(not field.required for field in fields[len(keys) :])
    assert ours == OUR_KEYS


def test_a_push_is_what_fermentrack_sends_byte_by_byte() -> None:
    push = Push(
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
                beer_setting=19.5,
                fridge_setting=18.0,
                controller_state=4.0,
            ),
        ),
        gravity_sensors=(
            Sensor(name="Red", internal_id=1, sensor_type="tilt", gravity=1.034, temp=67.0, temp_format="F"),
        ),
    )
    assert encode(push) == (
        b'{"api_key":"k1","version":"1.0","brewpi_devices":[{"name":"Ale fridge","internal_id":3,'
        b'"temp_format":"C","control_mode":"b","beer_temp":19.4,"fridge_temp":17.9,"beer_setting":19.5,'
        b'"fridge_setting":18.0,"controller_state":4.0}],"gravity_sensors":[{"name":"Red","internal_id":1,'
        b'"sensor_type":"tilt","gravity":1.034,"temp":67.0,"temp_format":"F"}]}'
    )


def test_nothing_at_all_is_a_push_with_empty_arrays() -> None:
    push = Push(api_key="", version=VERSION, brewpi_devices=(), gravity_sensors=())
    assert encode(push) == b'{"api_key":"","version":"1.0","brewpi_devices":[],"gravity_sensors":[]}'


def test_zero_idle_and_off_are_told() -> None:
    (told,) = json.loads(encode(EXAMPLE))["brewpi_devices"]
    assert (told["room_temp"], told["controller_state"], told["heating"]) == (0.0, 0.0, False)


def test_every_key_is_described_and_none_may_be_null() -> None:
    for name, told in fields(schema()):
        assert told.get("description"), name
        assert "anyOf" not in told, name
        assert told.get("type") != "null", name


def test_only_what_fermentrack_always_sends_is_required() -> None:
    found = schema()["$defs"]
    assert found["Push"]["required"] == ["api_key", "version", "brewpi_devices", "gravity_sensors"]
    assert found["Controller"]["required"] == ["name", "internal_id", "temp_format", "control_mode"]
    assert found["Sensor"]["required"] == ["name", "internal_id", "sensor_type"]


def test_the_example_is_one() -> None:
    assert msgspec.json.decode(encode(EXAMPLE), type=Push) == EXAMPLE
