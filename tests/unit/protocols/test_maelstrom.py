from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import json

from krausen.errors import Invalid
from krausen.protocols.maelstrom import (
    PONG,
    Board,
    Course,
    Event,
    Point,
    Unreadable,
    board_out,
    course_out,
    days_later,
    degrees,
    envelope,
    notice,
    read_board,
    read_course,
    read_frame,
    read_publication,
    read_settings,
    settings_out,
)

DATES = st.datetimes().map(lambda moment: moment.replace(microsecond=0).isoformat())
DAYS = st.floats(0, 1000)
TEXTS = st.text(max_size=20)
COURSES = st.builds(
    Course,
    name=TEXTS,
    type=TEXTS,
    points=st.lists(st.builds(Point, DAYS, st.floats(-1e6, 1e6), DATES), max_size=5).map(tuple),
    events=st.lists(st.builds(Event, DAYS, TEXTS, DATES | st.none()), max_size=3).map(tuple),
)
ALE: dict[str, Any] = {"name": "Ale", "type": "Fermentation", "temperatures": [], "events": []}


@given(course=COURSES, number=st.integers(1, 99))
def test_a_profile_is_read_as_it_was_written(course: Course, number: int) -> None:
    assert read_course(json.encode(course_out(number, course))) == course


@given(board=st.builds(Board, name=TEXTS.filter(str.strip), address=TEXTS, port=TEXTS, socket=TEXTS))
def test_a_controller_is_read_as_it_was_written(board: Board) -> None:
    assert read_board(json.encode(board_out(1, board))) == board


@given(settings=st.dictionaries(TEXTS.filter(bool), TEXTS))
def test_settings_are_read_as_they_were_written(settings: dict[str, str]) -> None:
    assert read_settings(json.encode(settings_out(settings))) == settings


@given(body=st.binary() | st.recursive(
    st.none() | st.booleans() | st.floats() | TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(
        st.sampled_from(["name", "value", "type", "temperatures", "events", "days", "date"]), inner
    ),
).map(json.encode))  # fmt: skip
def test_whatever_is_sent_is_read_or_refused(body: bytes) -> None:
    for read in (read_course, read_settings, read_board):
        with suppress(Invalid):
            read(body)


def faults(body: object) -> list[str]:
    with pytest.raises(Invalid) as refused:
        read_course(json.encode(body))
    return [fault.where for fault in refused.value.faults]


def test_every_bad_field_of_a_profile_is_named() -> None:
    points = [
        {"days": "soon", "temperature": True},
        {"days": -1, "temperature": "NaN", "date": "2026-02-30T00:00:00"},
        {"temperature": 68, "date": 5},
    ]
    bad = {"name": 1, "type": "x" * 1025, "temperatures": points, "events": [{"days": 1, "eventText": 2}]}
    assert faults(bad) == [
        "/name",
        "/type",
        "/temperatures/0/days",
        "/temperatures/0/temperature",
        "/temperatures/1/days",
        "/temperatures/1/date",
        "/temperatures/1/temperature",
        "/temperatures/2/days",
        "/temperatures/2/date",
        "/events/0/eventText",
    ]


def test_a_list_is_a_list_of_objects_and_has_an_end() -> None:
    point = {"days": 0, "temperature": 68}
    assert faults({**ALE, "temperatures": 5}) == ["/temperatures"]
    assert faults({**ALE, "events": ["x"]}) == ["/events"]
    assert faults({**ALE, "temperatures": [point] * 1001}) == ["/temperatures"]


def test_numbers_may_be_texts_dates_may_be_missing_and_what_is_empty_is_left_out() -> None:
    said = {
        "name": "Ale",
        "temperatures": [{"days": "0E-10", "temperature": "20.5000000000"}],
        "events": None,
    }
    assert read_course(json.encode(said)) == Course(name="Ale", type="", points=(Point(0.0, 20.5),))
    assert read_board(b'{"name": "Kettle", "port": null}') == Board(name="Kettle")
    assert read_settings(b'{"name": "logo"}') == {"logo": ""}


def test_dates_of_a_browser_are_cut_to_the_second() -> None:
    point = {"days": 0, "temperature": 68, "date": "2026-05-01T18:30:00.000Z"}
    (read,) = read_course(json.encode({**ALE, "temperatures": [point]})).points
    assert read.date == "2026-05-01T18:30:00"


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b"[" * 5000])
def test_what_is_no_object_is_unreadable(body: bytes) -> None:
    with pytest.raises(Unreadable):
        read_course(body)


@pytest.mark.parametrize("body", [b'[{"value": "x"}]', b'["x"]', b'[{"name": 1, "value": "x"}]', b"5"])
def test_what_is_no_setting_is_refused(body: bytes) -> None:
    with pytest.raises(Invalid):
        read_settings(body)


def test_what_is_published_comes_by_form_or_query() -> None:
    assert read_publication({}, b"channel=data&data=%7B%22a%22%3A+1%7D") == ("data", '{"a": 1}')
    assert read_publication({"channel": "logs", "data": ""}, b"") == ("logs", "")
    for body in (b"channel=data", b"data=x", b"\xff=\xff", b"&".join([b"a=1"] * 101)):
        with pytest.raises(Unreadable):
            read_publication({}, body)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "5", '{"action": "subscribe"}', '{"action": 1, "channel": "data"}', "[" * 5000]
)
def test_a_frame_that_makes_no_sense_is_nothing(text: str) -> None:
    assert read_frame(text) == ("", "")


def test_frames_are_as_its_page_has_them() -> None:
    assert read_frame('{"action":"subscribe","channel":"data"}') == ("subscribe", "data")
    assert PONG == '{"channel":"_heartbeat","data":"{\\"payload\\":{\\"action\\":\\"pong\\"}}"}'
    assert json.decode(envelope("data", "no JSON")) == {"channel": "data", "data": "no JSON"}
    told = notice("logs", {"entries": []})
    assert json.decode(told["data"]) == {"channel": "logs", "payload": {"entries": []}}


@pytest.mark.parametrize(
    ("value", "text"),
    [(20.04, "20.0"), (4.0, " 4.0"), (-5.25, "-5.2"), (-10.5, " -10"), (212.0, " 212"), (None, "--.-")],
)
def test_a_temperature_has_four_characters(value: float | None, text: str) -> None:
    assert degrees(value) == text


@given(value=st.floats(-200, 2000))
def test_a_temperature_always_has_four_characters(value: float) -> None:
    assert len(degrees(value)) == 4


def test_a_date_is_so_many_days_later_and_has_a_last_one() -> None:
    assert days_later(1_790_000_000_000, 1.5) == "2026-09-23T02:13:20"
    assert days_later(1_790_000_000_000, 1e12) == "9999-12-31T23:59:59"
