import ast
import json
from math import isfinite
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from krausen.errors import Invalid
from krausen.model.reading import Quality
from krausen.model.series import is_name
from krausen.model.units import gravity_of
from krausen.protocols.ispindel import Report, decode

RECORDINGS = Path(__file__).parents[2] / "recordings/ispindel"
PUBLISHED = Path(__file__).parents[4] / "shared/data/messages"
"""Beside the repository; most of it may be read but not passed on."""


def lines_of(folder: Path, *names: str) -> list[dict[str, Any]]:
    files = [folder / f"{name}.jsonl" for name in names]
    return [json.loads(line) for file in files for line in file.read_text().splitlines()]


def outcome(raw: bytes) -> Report | Invalid:
    try:
        return decode(raw)
    except Invalid as failure:
        return failure


def by_id(recording: dict[str, Any]) -> str:
    return str(recording["id"])


def values(report: Report) -> dict[str, float]:
    return {told.metric: told.value for told in report.told}


def bad(report: Report) -> set[str]:
    return {told.metric for told in report.told if told.quality is Quality.BAD}


def said(**keys: object) -> bytes:
    return json.dumps({"name": "spin"} | keys).encode()


@pytest.mark.parametrize("recording", lines_of(RECORDINGS, "published", "made_up"), ids=by_id)
def test_every_recording_is_told_in_canonical_units_or_refused(recording: dict[str, Any]) -> None:
    raw, expected = recording["raw"].encode(), recording["expect"]
    if "error" in expected:
        with pytest.raises(Invalid, match=expected["error"]):
            decode(raw)
    else:
        report = decode(raw)
        assert {"name": report.name, **values(report)} == pytest.approx(expected, abs=5e-5)
        assert not bad(report)


if PUBLISHED.is_dir():

    @pytest.mark.parametrize("recording", lines_of(PUBLISHED, "ispindel", "gravitymon"), ids=by_id)
    def test_published_messages_are_told_as_they_were_meant(recording: dict[str, Any]) -> None:
        raw = recording["raw"]
        if recording.get("encoding") == "python2-repr":
            raw = json.dumps(ast.literal_eval(raw))
        told = outcome(raw.encode())
        if recording.get("transport") == "MQTT":
            assert isinstance(told, Invalid)
        else:
            assert isinstance(told, Report)
            assert as_meant(values(told), recording["expect"])

    @pytest.mark.parametrize("recording", lines_of(PUBLISHED, "bridges_and_push"), ids=by_id)
    def test_what_bridges_say_is_no_defect(recording: dict[str, Any]) -> None:
        told = outcome(recording["raw"].encode())
        assert str(told) if isinstance(told, Invalid) else told.told


def as_meant(told: dict[str, float], expected: dict[str, Any]) -> bool:
    gravity = expected["gravity_sg"] if "gravity_sg" in expected else gravity_of(expected["gravity_plato"])
    meant = {"temperature": expected["temp_C"], "gravity": gravity}
    if "corr_gravity_sg" in expected:
        meant["corrected_gravity"] = expected["corr_gravity_sg"]
    return {key: told[key] for key in meant} == pytest.approx(meant)


@given(st.floats(-20.0, 60.0))
def test_plato_becomes_the_gravity_that_an_imported_log_has(plato: float) -> None:
    assert values(decode(said(gravity=plato), "Plato")) == {"gravity": gravity_of(plato)}


@given(st.floats(0.9, 1.3))
def test_the_value_tells_a_gravity_unless_somebody_knows_better(gravity: float) -> None:
    assert values(decode(said(gravity=gravity))) == {"gravity": gravity}
    assert values(decode(said(gravity=gravity, **{"gravity-unit": "P"}))) == {"gravity": gravity_of(gravity)}
    assert values(decode(said(gravity=gravity, gravity_unit="g"), "Plato")) == {"gravity": gravity}


@given(st.floats(-49.0, 84.0))
def test_a_temperature_is_the_same_in_every_unit(degrees: float) -> None:
    told = [
        decode(said(temperature=degrees, temp_units="C")),
        decode(said(temperature=degrees * 1.8 + 32.0, temp_units="f")),
        decode(said(temperature=degrees + 273.15, temp_units="K")),
    ]
    assert [values(one)["temperature"] for one in told] == pytest.approx([degrees] * 3, abs=1e-8)


@pytest.mark.parametrize(
    ("metric", "keys"),
    [
        ("temperature", {"temperature": -127}),
        ("temperature", {"temperature": 185, "temp_units": "F"}),
        ("temperature", {"temperature": 900}),
        ("gravity", {"gravity": 0}),
        ("gravity", {"gravity": 70}),
        ("gravity", {"gravity": 0.5, "gravity-unit": "G"}),
        ("angle", {"angle": -1}),
        ("battery", {"angle": 30, "battery": 0.04}),
        ("rssi", {"angle": 30, "RSSI": 31}),
    ],
)
def test_what_cannot_be_true_is_told_as_bad(metric: str, keys: dict[str, object]) -> None:
    assert bad(decode(said(**keys))) == {metric}


def test_a_pressure_without_a_unit_is_kept_as_sent() -> None:
    assert [(told.value, told.unit) for told in decode(said(pressure=1.5)).told] == [(1.5, "")]
    assert [(told.value, told.unit) for told in decode(said(pressure=1.5, pressure_unit="bar")).told] == [
        (150.0, "kPa")
    ]


def test_every_key_that_is_wrong_is_named() -> None:
    with pytest.raises(Invalid) as refused:
        decode(said(temperature=True, gravity="1_0", angle=[], battery=1e300, interval=None))
    assert [fault.where for fault in refused.value.faults] == [
        "/temperature",
        "/gravity",
        "/angle",
        "/battery",
    ]


@pytest.mark.parametrize("name", ["x" * 129, "a\u200b\n", "a\tb"])
def test_a_name_that_no_series_can_have_is_refused(name: str) -> None:
    with pytest.raises(Invalid, match="neither a name"):
        decode(json.dumps({"name": name, "temperature": 20}).encode())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
KEYS = [
    *("name", "ID", "id", "temperature", "temp", "temp_units", "gravity", "gravity-unit", "corr-gravity"),
    *("angle", "tilt", "battery", "RSSI", "interval", "pressure", "pressure-unit", "run-time", "velocity"),
]
MESSAGES = st.dictionaries(st.sampled_from(KEYS), JSON).map(json.dumps).map(str.encode)


@given(st.binary(max_size=200) | MESSAGES)
@example(b"[" * 100_000)
@example(b'{"name":"a","temperature":' + b"9" * 5000 + b"}")
@example(b'{"name":"a","temperature":"' + b"9" * 5000 + b'"}')
def test_whatever_comes_is_told_in_finite_numbers_or_refused_in_words(raw: bytes) -> None:
    report = outcome(raw)
    if isinstance(report, Invalid):
        assert str(report)
    else:
        assert is_name(report.name)
        assert report.told
        assert all(isfinite(told.value) for told in report.told)
