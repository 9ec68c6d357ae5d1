import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.errors import Invalid
from krausen.model.reading import Quality
from krausen.model.series import is_name
from krausen.protocols.fermentrack_push import Device, Devices, Told, api_key_of, devices_of, opened
from krausen.wire.export import EXAMPLE, encode

FERMENTRACK = {
    "api_key": "k1",
    "version": "1.0",
    "battery": 3.7,
    "brewpi_devices": [
        {
            "name": "Ale fridge",
            "internal_id": 3,
            "temp_format": "F",
            "control_mode": "b",
            "beer_temp": 66.92,
            "fridge_temp": 64.4,
            "beer_setting": 67.1,
            "controller_state": 4.0,
        }
    ],
    "gravity_sensors": [
        {
            "name": "Red",
            "internal_id": 3,
            "sensor_type": "tilt",
            "gravity": 1.034,
            "temp": 67.0,
            "temp_format": "F",
        },
        {"name": "New", "internal_id": 4, "sensor_type": "ispindel"},
    ],
}


def read(message: Mapping[str, Any]) -> Devices:
    return devices_of(opened(json.dumps(message).encode()))


def controller(**keys: object) -> Device:
    (found,) = read({"brewpi_devices": [{"internal_id": 1, "temp_format": "C", **keys}]}).controllers
    return found


def sensor(**keys: object) -> Device:
    (found,) = read({"gravity_sensors": [{"internal_id": 1, "temp_format": "C", **keys}]}).sensors
    return found


def test_what_fermentrack_sends_is_read_in_our_units() -> None:
    assert api_key_of(FERMENTRACK) == "k1"
    assert read(FERMENTRACK) == Devices(
        (
            Device(
                kind="brewpi",
                number=3,
                name="Ale fridge",
                told=(
                    Told("beer", 19.4, "°C"),
                    Told("chamber", 18.0, "°C"),
                    Told("beer_setpoint", 19.5, "°C"),
                    Told("state", 4.0),
                    Told("mode", 2.0),
                ),
            ),
        ),
        (
            Device(
                kind="tilt",
                number=3,
                name="Red",
                told=(Told("gravity", 1.034, "SG"), Told("temperature", 19.444444444, "°C")),
            ),
            Device(kind="ispindel", number=4, name="New", told=()),
        ),
    )


def test_what_krausen_sends_is_read_with_all_that_is_more() -> None:
    devices = devices_of(opened(encode(EXAMPLE)))
    (vessel,), (hydrometer,) = devices.controllers, devices.sensors
    assert {one.metric: one.value for one in vessel.told} == {
        "beer": 19.4,
        "chamber": 17.9,
        "room": 0.0,
        "beer_setpoint": 19.5,
        "chamber_setpoint": 18.0,
        "state": 0.0,
        "heat": 0.0,
        "cool": 0.0,
        "gravity": 1.034,
        "mode": 2.0,
    }
    assert {one.metric: one.value for one in hydrometer.told} == {
        "gravity": 1.034,
        "temperature": 19.4,
        "battery": 3.9,
        "rssi": -71.0,
    }
    assert hydrometer.gravity_time == "2026-05-01T18:29:48.120Z"


@pytest.mark.parametrize("unknown", [None, "", "absent"])
def test_what_is_absent_null_or_empty_is_unknown(unknown: str | None) -> None:
    keys = {} if unknown == "absent" else {"beer_temp": unknown, "controller_state": unknown}
    assert controller(**keys).told == ()


def test_numbers_may_be_texts_and_zeros_are_values() -> None:
    told = controller(internal_id="7", beer_temp="0", fridge_temp=" 4.5 ", controller_state="0")
    assert told.number == 7
    assert [one.value for one in told.told] == [0.0, 4.5, 0.0]


def test_a_mode_that_nobody_knows_is_unknown() -> None:
    assert controller(control_mode="u").told == controller(control_mode="").told == ()
    assert controller(control_mode=["b"]).told == ()


@pytest.mark.parametrize(
    ("keys", "quality"),
    [
        ({"gravity": 0}, Quality.BAD),
        ({"gravity": 1.25}, Quality.GOOD),
        ({"temp": -127}, Quality.BAD),
        ({"battery": 0.1}, Quality.BAD),
    ],
)
def test_what_cannot_be_true_is_bad(keys: dict[str, object], quality: Quality) -> None:
    (told,) = sensor(**keys).told
    assert told.quality is quality


@pytest.mark.parametrize(
    ("message", "wheres"),
    [
        ({"brewpi_devices": [{"internal_id": 1, "beer_temp": 5}]}, ["/brewpi_devices/0/temp_format"]),
        ({"brewpi_devices": [{"internal_id": 1.5}]}, ["/brewpi_devices/0/internal_id"]),
        ({"brewpi_devices": [{}, 7]}, ["/brewpi_devices/0/internal_id", "/brewpi_devices/1"]),
        (
            {"gravity_sensors": [{"internal_id": 1}, {"internal_id": "1"}]},
            ["/gravity_sensors/1/internal_id"],
        ),
        ({"gravity_sensors": [{"internal_id": 1, "gravity": "heavy"}]}, ["/gravity_sensors/0/gravity"]),
        ({"gravity_sensors": [{"internal_id": 1, "gravity": "1_0"}]}, ["/gravity_sensors/0/gravity"]),
        ({"gravity_sensors": {}, "brewpi_devices": 7}, ["/brewpi_devices", "/gravity_sensors"]),
    ],
)
def test_what_is_wrong_is_named_by_its_place(message: dict[str, object], wheres: list[str]) -> None:
    with pytest.raises(Invalid) as refused:
        read(message)
    assert [fault.where for fault in refused.value.faults] == wheres


def test_one_array_is_enough_and_none_is_not() -> None:
    assert read({"gravity_sensors": []}) == Devices()
    with pytest.raises(Invalid, match="neither brewpi_devices nor"):
        read({"api_key": "k"})


@pytest.mark.parametrize(
    ("body", "words"), [(b"", "no data"), (b" \n", "no data"), (b"{", "no JSON"), (b"[]", "no JSON object")]
)
def test_what_is_no_push_is_refused(body: bytes, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        opened(body)


def test_a_key_is_a_text_or_a_number() -> None:
    assert (api_key_of({}), api_key_of({"api_key": None}), api_key_of({"api_key": 12})) == ("", "", "12")
    with pytest.raises(Invalid):
        api_key_of({"api_key": ["k"]})


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["C", "F", "1.05", "b", ""]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["internal_id", "name", "temp_format", "beer_temp", "gravity", "temp", "x"]),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@given(
    st.fixed_dictionaries({}, optional={"brewpi_devices": ANYTHING, "gravity_sensors": ANYTHING})
    | st.fixed_dictionaries({"brewpi_devices": st.lists(ANYTHING), "api_key": ANYTHING})
)
def test_whatever_comes_is_devices_or_is_refused(message: dict[str, Any]) -> None:
    found = outcome(message)
    if isinstance(found, Invalid):
        assert all(fault.where.startswith("/") for fault in found.faults)
        return
    for device in (*found.controllers, *found.sensors):
        assert all(is_name(one.metric) and abs(one.value) < 1e13 for one in device.told)
        assert is_name(device.kind)


def outcome(message: dict[str, Any]) -> Devices | Invalid:
    try:
        return devices_of(message)
    except Invalid as failure:
        return failure
