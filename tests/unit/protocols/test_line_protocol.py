import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from krausen.errors import Invalid
from krausen.protocols.line_protocol import MOST_FAULTS, PRECISIONS, Point, Value, decode, encode

RECORDINGS = Path(__file__).parents[2] / "recordings/line_protocol"


def recorded() -> list[dict[str, Any]]:
    files = sorted(RECORDINGS.glob("*.jsonl"))
    return [json.loads(line) for file in files for line in file.read_text().splitlines()]


def outcome(raw: bytes, precision: str = "ns") -> list[Point] | Invalid:
    try:
        return decode(raw, precision)
    except Invalid as failure:
        return failure


def escaped(name: str, characters: str) -> str:
    return "".join("\\" + one if one in characters else one for one in name)


def written(value: Value) -> str:
    if isinstance(value, str):
        return '"' + escaped(value, '"\\') + '"'
    if isinstance(value, bool):
        return "t" if value else "FALSE"
    return f"{value}i" if isinstance(value, int) else repr(value)


def line_of(point: Point, unit_ns: int) -> str:
    """Write a point as the reference says."""
    tags = "".join(f",{escaped(key, ',= ')}={escaped(value, ',= ')}" for key, value in point.tags)
    fields = ",".join(f"{escaped(key, ',= ')}={written(value)}" for key, value in point.fields)
    time = "" if point.t is None else f" {point.t * 1_000_000 // unit_ns}"
    return f"{escaped(point.measurement, ', ')}{tags} {fields}{time}"


# A backslash at the end would escape what follows it: the reference knows no way to write that.
NAMES = st.text(st.characters(exclude_characters="\n\r\t#\\", codec="utf-8"), min_size=1, max_size=8)
VALUES = (
    st.floats(allow_nan=False, allow_infinity=False)
    | st.integers(-(2**63), 2**63 - 1)
    | st.booleans()
    | st.text(max_size=12)
)
POINTS = st.builds(
    Point,
    line=st.just(1),
    measurement=NAMES,
    tags=st.dictionaries(NAMES, NAMES, max_size=3).map(lambda tags: tuple(tags.items())),
    fields=st.lists(st.tuples(NAMES, VALUES), min_size=1, max_size=4).map(tuple),
    t=st.none() | st.integers(0, 10**9).map(lambda hours: hours * 3_600),
)


@pytest.mark.parametrize("recording", recorded(), ids=lambda recording: str(recording["id"]))
def test_every_recording_is_read_or_refused(recording: dict[str, Any]) -> None:
    raw, expected = recording["raw"].encode(), recording["expect"]
    if "error" in expected:
        with pytest.raises(Invalid, match=expected["error"]):
            decode(raw)
        return
    found = [plain(point) for point in decode(raw)]
    assert found == [{"line": 1} | point for point in expected]


def plain(point: Point) -> Mapping[str, object]:
    return msgspec.structs.asdict(point) | {"tags": dict(point.tags), "fields": dict(point.fields)}


@given(
    st.lists(POINTS, max_size=4), st.sampled_from(sorted(PRECISIONS)), st.sampled_from(["\n", "\r\n", "\n\n"])
)
def test_what_is_written_is_read_again(points: list[Point], precision: str, end: str) -> None:
    unit_ns = PRECISIONS[precision]
    lines = [line_of(point, unit_ns) for point in points]
    found = decode(end.join(lines).encode(), precision)
    rounded = [
        msgspec.structs.replace(
            point, t=None if point.t is None else point.t * 1_000_000 // unit_ns * unit_ns // 1_000_000
        )
        for point in points
    ]
    assert [msgspec.structs.replace(point, line=1) for point in found] == rounded
    assert [type(value) for point in found for _, value in point.fields] == [
        type(value) for point in points for _, value in point.fields
    ]


@given(st.integers(-(10**12), 10**12), st.sampled_from(sorted(PRECISIONS)))
def test_a_timestamp_is_cut_to_the_millisecond(stamp: int, precision: str) -> None:
    (point,) = decode(f"m v=1 {stamp}".encode(), precision)
    assert point.t == stamp * PRECISIONS[precision] // 1_000_000


@given(st.lists(st.sampled_from(["good", "bad", "blank", "two"]), max_size=12))
def test_every_wrong_line_is_named_by_its_number(kinds: list[str]) -> None:
    written = {"good": "m v=1", "bad": "m v=", "blank": "", "two": 'm v="a\nb"'}
    text = "".join(written[kind] + "\n" for kind in kinds)
    starts = [1 + sum(1 + (kind == "two") for kind in kinds[:place]) for place in range(len(kinds))]
    wrong = [f"line:{at}" for at, kind in zip(starts, kinds, strict=True) if kind == "bad"]
    found = outcome(text.encode())
    if isinstance(found, Invalid):
        assert [fault.where for fault in found.faults] == wrong
        assert str(found).startswith(wrong[0].replace("line:", "Line "))
    else:
        assert not wrong
        right = [at for at, kind in zip(starts, kinds, strict=True) if kind in {"good", "two"}]
        assert [point.line for point in found] == right


def test_so_many_faults_are_named_and_no_more() -> None:
    with pytest.raises(Invalid) as refused:
        decode(b"m v=\n" * 50)
    assert len(refused.value.faults) == MOST_FAULTS


def test_the_line_that_is_not_utf_8_is_named() -> None:
    with pytest.raises(Invalid, match="Line 2: This is not UTF-8"):
        decode(b"m v=1\nm v=\xff")


def test_another_precision_is_refused() -> None:
    with pytest.raises(Invalid, match="not 'fortnight'"):
        decode(b"m v=1", "fortnight")


SNIPPETS = st.lists(
    st.sampled_from([*'mabv01.-+eiutf,= \\"#\n\r\t', "m v=1", "\\ ", "\\,", "é", "\u2028"]), max_size=30
).map(lambda parts: "".join(parts).encode())


@given(st.binary(max_size=100) | SNIPPETS, st.sampled_from(["ns", "s", "h"]))
@example(b"m v=" + b"9" * 6000 + b"i", "ns")
@example(b"m v=1 " + b"9" * 6000, "h")
def test_whatever_comes_is_points_or_refused_with_lines(raw: bytes, precision: str) -> None:
    points = outcome(raw, precision)
    if isinstance(points, Invalid):
        assert points.faults
        assert all(fault.where.startswith("line:") for fault in points.faults)
    else:
        assert all(point.fields and point.measurement for point in points)
        assert [point.line for point in points] == sorted(point.line for point in points)


SAYABLE = st.builds(
    Point,
    line=st.just(0),
    measurement=NAMES,
    tags=st.dictionaries(NAMES, NAMES, max_size=3).map(lambda tags: tuple(tags.items())),
    fields=st.lists(st.tuples(NAMES, VALUES), min_size=1, max_size=4).map(tuple),
    t=st.none() | st.integers(0, 10**13),
)


@given(points=st.lists(SAYABLE, max_size=3))
def test_what_is_encoded_is_decoded_again(points: list[Point]) -> None:
    found = decode(encode(points), "ms")
    assert [msgspec.structs.replace(point, line=0) for point in found] == points


@given(name=st.text("a\\\n,= ", min_size=1, max_size=6))
def test_no_name_runs_into_what_stands_behind_it(name: str) -> None:
    point = Point(line=0, measurement=name, tags=((name, name),), fields=((name, 1.0),))
    (found,) = decode(encode([point]), "ms")
    plain = name.replace("\\", "/").replace("\n", " ")
    assert (found.measurement, found.tags, found.fields) == (plain, ((plain, plain),), ((plain, 1.0),))
