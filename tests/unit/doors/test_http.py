from math import isfinite
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import ValidationError, convert, json
from msgspec.structs import replace

from krausen.doors.http import DOOR, Message, Settings, Value, decode, exchange, found_at, read
from krausen.errors import Invalid
from krausen.ports.door import Measured
from krausen.testing.door import FakeSite, posted

pytestmark = pytest.mark.anyio

NOW = 1_790_000_000_000
KEG = Message(
    path="/in/keg",
    node="/device/name",
    values=(
        Value(metric="temperature", at="/temp/f", unit="°C", factor=5 / 9, offset=-160 / 9),
        Value(metric="door", at="/open", optional=True),
    ),
)
FIXED = Message(path="/in/plain", node="plain", values=(Value(metric="v", at="/v"),))
SETTINGS = Settings(messages=(KEG, FIXED))


def wheres(message: Message, document: object) -> list[str]:
    with pytest.raises(Invalid) as refused:
        decode(message, document)
    return [fault.where for fault in refused.value.faults]


async def test_values_are_found_converted_and_stored() -> None:
    site = FakeSite(NOW)
    body = json.encode({"device": {"name": "Keg 1"}, "temp": {"f": "68"}, "open": True})
    answer = await exchange(SETTINGS, posted("/in/keg", body), site)
    assert json.decode(answer.body) == {"readings": 2}
    temperature, door = site.stored
    assert temperature.value == pytest.approx(20.0)
    assert (temperature.node, temperature.metric, temperature.unit) == ("Keg 1", "temperature", "°C")
    assert door == Measured(node="Keg 1", metric="door", value=1.0)


async def test_a_query_is_an_object_too() -> None:
    site = FakeSite(NOW)
    asked = replace(posted("/in/plain", b"", query={"v": " 18.5 "}), method="GET")
    await exchange(SETTINGS, asked, site)
    assert site.stored == [Measured(node="plain", metric="v", value=18.5)]


async def test_a_path_that_is_no_more_is_refused() -> None:
    with pytest.raises(Invalid, match="No message"):
        await exchange(Settings(), posted("/in/keg", b"{}"), FakeSite(NOW))


@pytest.mark.parametrize(
    ("document", "where"),
    [
        ({}, ["/device/name", "/temp/f"]),
        ({"device": {"name": True}, "temp": {"f": 1}}, ["/device/name"]),
        ({"device": {"name": 7}, "temp": {"f": None}}, ["/temp/f"]),
        ({"device": {"name": "k"}, "temp": {"f": "nan"}, "open": []}, ["/temp/f", "/open"]),
        ({"device": {"name": "k"}, "temp": {"f": 1e308 * 10}}, ["/temp/f"]),
        ({"device": {"name": "k"}, "temp": {"f": 10**400}}, ["/temp/f"]),
        ([], ["/device/name", "/temp/f"]),
    ],
)
def test_what_is_missing_or_no_number_is_named_by_its_place(document: object, where: list[str]) -> None:
    assert wheres(KEG, document) == where


def test_a_message_without_any_value_is_refused() -> None:
    assert wheres(replace(FIXED, values=(Value(metric="v", at="/v", optional=True),)), {}) == [""]


@pytest.mark.parametrize(
    ("form", "time", "t"),
    [
        ("s", 1_790_000_000.25, NOW + 250),
        ("s", "1790000000", NOW),
        ("ms", NOW, NOW),
        ("iso", "2026-09-21T14:13:20", NOW),
        ("iso", "2026-09-21T16:13:20+02:00", NOW),
        ("iso", "yesterday", None),
        ("s", "yesterday", None),
        ("ms", "9e999", None),
    ],
)
def test_times_are_read_as_they_are_written(form: Any, time: object, t: int | None) -> None:
    message = replace(FIXED, time_at="/t", time_form=form)
    if t is None:
        assert wheres(message, {"v": 1, "t": time}) == ["/t"]
    else:
        assert [one.t for one in decode(message, {"v": 1, "t": time})] == [t]


def test_a_time_that_is_not_there_is_named() -> None:
    assert wheres(replace(FIXED, time_at="/t"), {"v": 1}) == ["/t"]


def test_pointers_go_through_objects_and_arrays_and_their_escapes() -> None:
    document = {"a/b": [{"c~d": 5}], "": 6}
    assert found_at("/a~1b/0/c~0d", document) == 5
    assert found_at("/", document) == 6
    for nowhere in ("/a~1b/1", "/a~1b/-1", "/a~1b/00", "/x", "/a~1b/0/c~0d/e"):
        with pytest.raises(LookupError):
            found_at(nowhere, document)


@pytest.mark.parametrize(
    "message",
    [
        {"path": "/api/v1/me", "node": "n", "values": [{"metric": "m", "at": "/v"}]},
        {"path": "/in/x", "node": "", "values": [{"metric": "m", "at": "/v"}]},
        {"path": "/in/x", "node": "n", "values": []},
        {"path": "/in/x", "node": "n", "values": [{"metric": "m", "at": "v"}]},
        {"path": "/in/x", "node": "n", "values": [{"metric": "m", "at": "/v"}], "time_form": "h"},
    ],
)
def test_settings_that_make_no_sense_are_refused(message: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        convert({"messages": [message]}, Settings)


@given(
    st.binary(max_size=80) | st.text('{}[]":,0123456789.eE-tfnaudrlsvtempic ', max_size=80).map(str.encode)
)
def test_whatever_is_posted_gives_finite_numbers_or_is_refused(body: bytes) -> None:
    for message in (*SETTINGS.messages, replace(FIXED, time_at="/t", time_form="iso")):
        try:
            measured = decode(message, read(body))
        except Invalid:
            continue
        assert measured
        assert all(isfinite(one.value) for one in measured)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: st.dictionaries(
            st.sampled_from(["v", "t", "device", "name", "temp", "f"]), inner, max_size=4
        ),
        max_leaves=8,
    )
)
def test_whatever_a_document_holds_gives_finite_numbers_or_is_refused(document: object) -> None:
    for message in (*SETTINGS.messages, replace(FIXED, time_at="/t")):
        try:
            measured = decode(message, document)
        except Invalid:
            continue
        assert all(isfinite(one.value) for one in measured)


def test_its_paths_are_those_of_its_messages() -> None:
    assert DOOR.paths is not None
    assert list(DOOR.paths.paths(SETTINGS)) == ["/in/keg", "/in/plain"]
