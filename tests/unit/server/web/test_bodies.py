import json
from contextlib import suppress
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET, Meta, Raw, Struct, UnsetType, ValidationError, convert, field
from msgspec import json as wire

from krausen.errors import Fault, Invalid
from krausen.server.web.bodies import MOST_FAULTS, Unreadable, document, faults, read


class Inner(Struct):
    count: int
    share: float | None = None


class Outer(Struct):
    name: Annotated[str, Meta(min_length=1, max_length=5)]
    mode: Literal["on", "off"]
    values: dict[str, float]
    inner: Inner | None = None
    many: Annotated[list[Inner], Meta(max_length=3)] = []
    row: Annotated[tuple[Inner, ...], Meta(max_length=3)] = ()
    pair: tuple[int, Inner] | None = None
    start: int = field(default=0, name="from")
    free: Any = None


class Passed(Struct):
    first: int
    raw: Raw
    maybe: Raw | UnsetType = UNSET


GOOD: dict[str, Any] = {"name": "a", "mode": "on", "values": {"x": 1}}


def faults_of(body: dict[str, Any] | bytes) -> dict[str, str]:
    with pytest.raises(Invalid) as caught:
        read(body if isinstance(body, bytes) else json.dumps(body).encode(), Outer)
    return {fault.where: fault.message for fault in caught.value.faults}


def test_good_body_is_read() -> None:
    outer = read(b'{"name":"a","mode":"on","values":{"x":1},"inner":{"count":2},"from":3,"more":[]}', Outer)
    assert outer == Outer("a", "on", {"x": 1.0}, Inner(2), start=3)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"name": ""}, {"/name": "Expected text of length >= 1."}),
        ({"name": 7}, {"/name": "Expected text, got a whole number."}),
        ({"mode": "up"}, {"/mode": "Invalid enum value 'up'."}),
        ({"values": {"x": "1"}}, {"/values/x": "Expected a number, got text."}),
        ({"values": {"x": True}}, {"/values/x": "Expected a number, got true or false."}),
        ({"values": {"a/b~": None}}, {"/values/a~1b~0": "Expected a number, got null."}),
        ({"values": []}, {"/values": "Expected an object, got an array."}),
        ({"inner": {}}, {"/inner/count": "This is missing."}),
        ({"inner": 3}, {"/inner": "Expected an object or null, got a whole number."}),
        ({"inner": {"count": 1, "share": "x"}}, {"/inner/share": "Expected a number or null, got text."}),
        (
            {"many": [{"count": 1}, {"count": 1.5}]},
            {"/many/1/count": "Expected a whole number, got a number."},
        ),
        ({"many": [{"count": 1}] * 4}, {"": "Expected an array of length <= 3."}),
        ({"row": [{"count": 1}, {}]}, {"/row/1/count": "This is missing."}),
        ({"pair": [1, {}]}, {"/pair": "Object missing required field count."}),
        ({"from": "x"}, {"/from": "Expected a whole number, got text."}),
    ],
)
def test_bad_field_is_named(change: dict[str, Any], expected: dict[str, str]) -> None:
    assert faults_of(GOOD | change) == expected


def test_every_bad_field_is_named() -> None:
    found = faults_of({"mode": 1, "values": {"x": "1", "y": 2, "z": False}, "inner": {"share": []}})
    assert set(found) == {"/name", "/mode", "/values/x", "/values/z", "/inner/count", "/inner/share"}


def test_any_json_is_right_where_any_is_taken_as_it_is_written() -> None:
    with pytest.raises(Invalid) as caught:
        read(b'{"first": "x", "raw": {"a": 1}, "maybe": [1]}', Passed)
    assert [fault.where for fault in caught.value.faults] == ["/first"]


def test_no_more_than_twenty_faults_are_named() -> None:
    assert len(faults_of(GOOD | {"values": {str(n): "x" for n in range(100)}})) == MOST_FAULTS


ENDLESS = ["NaN", "Infinity", "-Infinity", "1e999", "-1e999", "1" * 400, "1" * 5000]


@pytest.mark.parametrize("number", ENDLESS, ids=lambda number: f"{number[:9]} of {len(number)}")
def test_number_that_is_not_finite_is_wrong(number: str) -> None:
    body = b'{"name":"","mode":"on","values":{"x":%s,"y":1}}' % number.encode()
    assert set(faults_of(body)) == {"/name", "/values/x"}


def test_number_that_is_not_finite_is_found_wherever_it_is() -> None:
    body = b'{"name":"a","mode":"on","values":{},"free":[1,{"y":NaN,"z":[1e999,2]}]}'
    assert list(faults_of(body)) == ["/free/1/y", "/free/1/z/0"]


def test_number_that_json_lacks_is_unreadable_where_nobody_looks_at_it() -> None:
    with pytest.raises(Unreadable):
        read(b'{"name":"a","mode":"on","values":{},"more":NaN}', Outer)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"nope",
        b"\xff\xfe",
        b'{"name":"\xed\xa0\x80"}',
        b'{"name":"\\ud800"}',
        b'{"name":1,"\\ud800":1}',
        b'{"name":1} {}',
        b'{"name":1,"mode":}',
        b"[" * 100_000,
        b'{"name":' * 100_000,
        b'{"many":[' + b"[" * 100_000,
    ],
    ids=lambda body: str(body[:20]),
)
def test_what_is_no_json_is_unreadable(body: bytes) -> None:
    with pytest.raises(Unreadable):
        read(body, Outer)


def test_deep_but_readable_body_is_only_wrong() -> None:
    deep = b"[" * 900 + b"]" * 900
    assert set(faults_of(b'{"name":"a","mode":"on","values":%s}' % deep)) == {"/values"}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
outers = st.fixed_dictionaries(
    {"name": json_values | st.just("a"), "mode": json_values | st.just("on")},
    optional={
        "values": json_values | st.dictionaries(st.text(), json_values | st.floats(-9, 9)),
        "inner": json_values
        | st.fixed_dictionaries({}, optional={"count": json_values, "share": json_values}),
        "many": json_values | st.lists(st.fixed_dictionaries({"count": json_values | st.integers(0, 9)})),
    },
)


@given(json_values | outers)
def test_faults_are_named_exactly_when_the_body_is_wrong(body: object) -> None:
    raw = wire.encode(body)
    try:
        convert(document(raw), Outer)
    except ValidationError:
        with pytest.raises(Invalid) as caught:
            read(raw, Outer)
        assert 1 <= len(caught.value.faults) <= MOST_FAULTS
        assert all(_is_there(body, fault) for fault in caught.value.faults)
    else:
        assert isinstance(read(raw, Outer), Outer)
        assert list(faults(body, Outer)) == []


@given(st.binary(max_size=60) | st.text().map(str.encode))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    with suppress(Invalid, Unreadable):
        assert isinstance(read(body, Outer), Outer)


def _is_there(body: Any, fault: Fault) -> bool:
    """Tell whether a pointer leads somewhere, or to a field that is missing there."""
    if not fault.where:
        return True
    *way, last = fault.where.split("/")[1:]
    for part in way:
        body = body[int(part)] if isinstance(body, list) else body[part.replace("~1", "/").replace("~0", "~")]
    return isinstance(body, dict) or int(last) < len(body)
