from datetime import UTC
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from krausen.errors import Invalid
from krausen.model.profile import HOUR_MS, MOST_STEPS, Run
from krausen.profiles.course import timeline
from krausen.profiles.form import Unit
from krausen.profiles.forms.brewpi_csv import FORM
from krausen.profiles.points import points_of, steps_of
from tests.unit.profiles.drawing import START, hold, instants, points, ramp, run, runs, step
from tests.unit.profiles.forms.places import COPENHAGEN, locale

LAGER = """\
date,temperature,days
2026-01-05T08:00:00,12,0
2026-01-06T20:00:00,12,1.5
2026-01-09T08:00:00,16.25,4
2026-01-09T08:00:00,4,4
"""
LAGER_STEPS = (hold(12.0, 36.0), ramp(16.25, 60.0), step(4.0, 0.0))


def test_a_table_of_dates_is_read() -> None:
    outline = FORM.read(LAGER, locale())
    assert (outline.steps, outline.start, outline.name) == (LAGER_STEPS, START, "")
    assert FORM.read(LAGER, locale(COPENHAGEN)).start == START - HOUR_MS


def test_a_table_of_dates_is_written() -> None:
    assert FORM.write(run(*LAGER_STEPS), locale()) == LAGER


def test_days_are_written_to_the_second() -> None:
    written = FORM.write(run(hold(12.0, 1.0), ramp(10.0, 1.0)), locale())
    assert [line.split(",")[2] for line in written.splitlines()[1:]] == ["0", "0.04167", "0.08333"]
    undated = "".join(f"{line[line.index(',') :]}\n" for line in written.splitlines()[1:])
    assert FORM.read(f"date,temperature,days\n{undated}", locale()).steps == (
        hold(12.0, 1.0),
        ramp(10.0, 1.0),
    )


def test_dates_go_before_days_and_days_stand_in_for_dates() -> None:
    dates = "date,temperature\n2026-01-05T08:00:00,12\n2026-01-06T20:00:00,12\n"
    rounded = "Date, Temperature, Days\n2026-01-05T08:00:00,12,0\n2026-01-05T16:00:00,10,0.33\n"
    alone = "date,temperature,days\n,12,0.5\n,10,1\n\n,,\n"
    assert FORM.read(dates, locale()).steps == (hold(12.0, 36.0),)
    assert FORM.read(rounded, locale()).steps == (step(12.0, 0.0), ramp(10.0, 8.0))
    assert FORM.read(alone, locale()).steps == (hold(12.0, 12.0), ramp(10.0, 12.0))
    assert FORM.read(alone, locale()).start is None


def test_days_of_the_first_line_are_kept() -> None:
    late = FORM.read("date,temperature,days\n2026-01-05T20:00:00,12,0.5\n", locale())
    assert (late.steps, late.start) == ((hold(12.0, 12.0),), START)


def test_a_further_title_is_the_name() -> None:
    assert FORM.read(LAGER.replace("days", "days,My lager", 1), locale()).name == "My lager"
    assert FORM.read("\ufeffdate,temperature,My ale\n2026-01-05T20:00:00,12\n", locale()).name == "My ale"


def test_temperatures_are_in_the_unit_of_the_host() -> None:
    warm = FORM.read("date,temperature,days\n,53.6,0\n,39.2,4\n", locale(unit="F"))
    assert warm.steps == (step(12.0, 0.0), ramp(4.0, 96.0))
    assert "\n2026-01-05T08:00:00,53.6,0\n" in FORM.write(run(*LAGER_STEPS), locale(unit="F"))


def test_cold_that_rounds_to_nothing_has_no_sign() -> None:
    assert FORM.write(run(hold(-0.001)), locale()).splitlines()[1] == "2026-01-05T08:00:00,0,0"


@pytest.mark.parametrize(
    ("table", "line", "words"),
    [
        ("", 1, "heading"),
        ("\n\ntime,temperature\n", 3, "heading"),
        ("date,temperature,days\n", 1, "stand 1 to"),
        ("date,temperature,days\n" + ",20,1\n" * (MOST_STEPS + 1), 1, "stand 1 to"),
        ("date,temperature,days\n2026-01-05T08:00:00\n", 2, "no temperature"),
        ("date,temperature,days\n\n2026-01-05T08:00:00,,0\n", 3, "no temperature"),
        ("date,temperature,days\n2026-01-05T08:00:00,warm,0\n", 2, "'warm' is no number"),
        ("date,temperature,days\n2026-01-05T08:00:00,nan,0\n", 2, "is no number"),
        ("date,temperature,days\n2026-01-05T08:00:00,140,0\n", 2, "Is the unit right"),
        ("date,temperature,days\n2026-01-05T08:00:00,20,soon\n", 2, "is no number"),
        ("date,temperature,days\n2026-01-05T08:00:00,20,-1\n", 2, "Days lie between"),
        ("date,temperature,days\n2026-01-05T08:00:00,20,9999999\n", 2, "Days lie between"),
        ("date,temperature,days\nMonday,20,0\n", 2, "A time is written like"),
        ("date,temperature,days\n2026-02-30T08:00:00,20,0\n", 2, "no such date"),
        ("date,temperature,days\n2026-01-05T08:00:00,20,0\n,20,1\n", 3, "no date"),
        ("date,temperature,days\n,20,0\n2026-01-06T08:00:00,20,1\n", 3, "Either every line"),
        ("date,temperature,days\n,20,0\n,20,\n", 3, "Either every line"),
        ("date,temperature,days\n,20,1\n,20,0\n", 3, "earlier than the line before"),
        ("date,temperature\n2026-01-05T08:00:00,20\n2026-01-04T08:00:00,20\n", 3, "earlier than the line"),
        ("date,temperature,days\n2026-01-05T08:00:00,20,0\n2026-01-07T08:00:00,20,1\n", 3, "different times"),
    ],
)
def test_a_wrong_line_is_named(table: str, line: int, words: str) -> None:
    with pytest.raises(Invalid, match=words) as refused:
        FORM.read(table, locale())
    assert refused.value.faults[0].where == f"line:{line}"
    assert str(refused.value).startswith(f"Line {line}: ")


def test_all_wrong_lines_are_named() -> None:
    with pytest.raises(Invalid, match=r"2 lines are wrong\.") as refused:
        FORM.read("date,temperature,days\n,x,0\n,20,0\n,y,1\n", locale())
    assert [fault.where for fault in refused.value.faults] == ["line:2", "line:4"]


def test_a_time_that_spring_skips_is_refused() -> None:
    with pytest.raises(Invalid, match="put forward"):
        FORM.read("date,temperature\n2026-03-29T02:30:00,20\n", locale(COPENHAGEN))


def test_of_the_hour_that_autumn_repeats_days_or_order_tell_which() -> None:
    heading, first = "date,temperature,days\n", "2026-10-25T02:50:00,20,0\n"
    by_days = FORM.read(f"{heading}{first}2026-10-25T02:50:00,10,0.04167\n", locale(COPENHAGEN))
    by_order = FORM.read(f"{heading}2026-10-25T02:50:00,20\n2026-10-25T02:10:00,10\n", locale(COPENHAGEN))
    plain = FORM.read(f"{heading}2026-10-25T02:10:00,20\n2026-10-25T02:50:00,10\n", locale(COPENHAGEN))
    assert [by_days.steps[1].hours, by_order.steps[1].hours] == [pytest.approx(1.0, abs=1e-3), 20 / 60]
    assert plain.steps[1].hours == 40 / 60


def test_the_heading_tells_the_form() -> None:
    assert FORM.recognises(LAGER)
    assert FORM.recognises("\ufeff\nDate, Temperature\n")
    assert not FORM.recognises("time,temperature\n")
    assert not FORM.recognises("")


@given(
    points(), st.sampled_from(["C", "F"]), st.sampled_from([UTC, COPENHAGEN, ZoneInfo("America/New_York")])
)
def test_what_is_written_is_read_again(drawn: list[tuple[int, float]], unit: Unit, zone: ZoneInfo) -> None:
    here = locale(zone, unit)
    written = FORM.write(run(*steps_of(drawn)), here)
    outline = FORM.read(written, here)
    again = Run(profile=replace(run().profile, steps=outline.steps), start=outline.start or 0)
    assert FORM.write(again, here) == written
    assert outline.start == START
    if unit == "C":
        assert points_of(again) == points_of(run(*steps_of(drawn)))


@given(runs(dated=False), instants(0))
def test_a_written_course_is_the_same_to_a_hundredth(drawn: Run, t: int) -> None:
    drawn = replace(drawn, pauses=())
    outline = FORM.read(FORM.write(drawn, locale()), locale())
    again = Run(profile=replace(drawn.profile, steps=outline.steps), start=outline.start or 0)
    assert timeline(again).at(t) == pytest.approx(timeline(drawn).at(t), abs=0.005)


def is_read_or_refused(text: str) -> bool:
    try:
        return bool(FORM.read(text, locale()).steps)
    except Invalid as refused:
        return bool(refused.faults)


@given(st.text())
def test_no_text_does_harm(text: str) -> None:
    assert is_read_or_refused(text)
    assert is_read_or_refused(f"date,temperature,days\n{text}")
