from itertools import takewhile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from krausen.errors import Invalid
from krausen.model.profile import LONGEST_NAME, MOST_STEPS, Run
from krausen.profiles.course import setpoint_c, timeline
from krausen.profiles.form import Unit
from krausen.profiles.forms.fermentrack_text import FORM
from krausen.profiles.points import points_of, steps_of
from tests.unit.profiles.drawing import START, hold, instants, points, ramp, run, step
from tests.unit.profiles.forms.places import locale

EDGE = "=" * 36
WARM = "\r\n".join(
    [
        EDGE,
        "| My lager                         |",
        "| Standard Profile                 |",
        EDGE,
        "| 0s   | 50.00 F                   |",
        "| 3d4h | 54.00 F                   |",
        EDGE,
        "",
    ]
)
NAMES = st.text(st.characters(categories=["L", "N", "P"]), min_size=1, max_size=LONGEST_NAME)


def framed(*rows: str, name: str = "| Ale |", kind: str = "| Standard Profile |") -> str:
    return "\n".join([EDGE, name, kind, EDGE, *rows, EDGE])


def steps_read(*rows: str) -> tuple[object, ...]:
    return FORM.read(framed(*rows), locale()).steps


def test_a_frame_is_read() -> None:
    outline = FORM.read(WARM, locale())
    assert outline.name == "My lager"
    assert outline.start is None
    assert [(one.kind, round(one.temperature, 6), one.hours) for one in outline.steps] == [
        ("step", 10.0, 0.0),
        ("ramp", 12.222222, 76.0),
    ]


def test_a_frame_is_written() -> None:
    lager = run(step(10.0), ramp(12.222222, 76.0))
    lager = replace(lager, profile=replace(lager.profile, name="My lager"))
    assert FORM.write(lager, locale(unit="F")) == WARM


def test_a_frame_is_as_wide_as_its_name() -> None:
    ale = run(hold(20.0))
    lines = FORM.write(replace(ale, profile=replace(ale.profile, name="x" * 50)), locale()).split("\r\n")
    assert {len(line) for line in lines[:-1]} == {54}


def test_times_are_sums_of_their_parts() -> None:
    times = ["0s", "1d2h3m4s", "1w", "1w1d1d", "1y"]
    hours = [0.0, 26 + 3 / 60 + 4 / 3600, 168.0, 216.0, 8760.0]
    course = timeline(
        run(*FORM.read(framed(*(f"| {t} | {n}.5 C |" for n, t in enumerate(times))), locale()).steps)
    )
    assert [setpoint_c(course, START + round(hour * 3_600_000)) for hour in hours] == [
        0.5,
        1.5,
        2.5,
        3.5,
        4.5,
    ]


def test_points_count_by_their_time() -> None:
    assert steps_read("| 2h | 10 C |", "| 1h | 20 C |") == (hold(20.0, 1.0), ramp(10.0, 1.0))


def test_two_points_at_a_time_are_a_step() -> None:
    assert steps_read("| 0s | 20 C |", "| 1h | 20 C |", "| 1h | 4 C |") == (hold(20.0, 1.0), step(4.0, 0.0))


def test_what_stands_around_the_frame_does_not_count() -> None:
    assert FORM.read(f"My profile:\n\n{WARM}\nCheers\n{EDGE}", locale()) == FORM.read(WARM, locale())


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "above the name is missing"),
        ("nothing\n", 1, "above the name is missing"),
        (f"\n{EDGE}\n| Ale |\n{EDGE}\n{EDGE}", 2, "Name, type and a line"),
        (f"{EDGE}\n| Ale |\n| Standard Profile |\n", 1, "Name, type and a line"),
        (f"{EDGE}\n| Ale |\n| Standard Profile |\n{EDGE}\n| 0s | 20 C |\n", 6, "at the end is missing"),
        (framed(), 4, "stand 1 to"),
        (framed(*["| 0s | 20 C |"] * (MOST_STEPS + 1)), 4, "stand 1 to"),
        (framed("| 0s | 20 C |", name="Ale"), 2, "between two bars"),
        (framed("| 0s | 20 C |", kind="| Smart Profile |"), 3, "Only a Standard Profile"),
        (framed("| 0s | 20 C |", "1h | 20 C"), 6, "between two bars"),
        (framed("| 0s | 20 C |", "| 1h: 20 C |"), 6, "A point is written like"),
        (framed("| 0s | 20 K |"), 5, "A point is written like"),
        (framed("| 3 days | 20 C |"), 5, "A point is written like"),
        (framed("| 3x | 20 C |"), 5, "'3x' is no time"),
        (framed("| 0s | 2e1 C |"), 5, "'2e1' is no number"),
        (framed("| 0s | 212 C |"), 5, "Is the unit right"),
        (framed("| 999999999y | 20 C |"), 5, "at most 87600 hours"),
    ],
)
def test_a_wrong_line_is_named(text: str, line: int, words: str) -> None:
    with pytest.raises(Invalid, match=words) as refused:
        FORM.read(text, locale())
    assert refused.value.faults[0].where == f"line:{line}"


def test_all_wrong_points_are_named() -> None:
    with pytest.raises(Invalid, match=r"2 lines are wrong\.") as refused:
        FORM.read(framed("| 0s | 20 C |", "no", "| 1x | 20 C |"), locale())
    assert [fault.where for fault in refused.value.faults] == ["line:6", "line:7"]


def test_the_frame_tells_the_form() -> None:
    assert FORM.recognises(WARM)
    assert FORM.recognises(framed(kind="| Smart Profile |"))
    assert not FORM.recognises("date,temperature,days\n")
    assert not FORM.recognises(f"{EDGE}\n| Ale |\n| A title |\n")
    assert not FORM.recognises("")


def tenths(points: list[tuple[int, float]], t: int) -> float:
    """Give what Fermentrack wants, which rounds to a tenth, in its own order of looking."""
    passed = list(takewhile(lambda point: t >= point[0], points))
    if t <= points[0][0]:
        return points[0][1]
    if len(passed) == len(points):
        return points[-1][1]
    (before, from_c), (after, to_c) = passed[-1], points[len(passed)]
    return from_c if from_c == to_c else round(from_c + (to_c - from_c) * (t - before) / (after - before), 1)


@given(points(), instants())
def test_what_fermentrack_wanted_is_wanted_to_its_tenth(drawn: list[tuple[int, float]], t: int) -> None:
    course = timeline(run(*steps_of(drawn)))
    first = drawn[0]
    if t - START == first[0]:
        return
    assert setpoint_c(course, t) == pytest.approx(tenths(drawn, t - START), abs=0.0551)


@given(points(), NAMES, st.sampled_from(["C", "F"]))
def test_what_is_written_is_read_again(drawn: list[tuple[int, float]], name: str, unit: Unit) -> None:
    ale = run(*steps_of(drawn))
    ale = replace(ale, profile=replace(ale.profile, name=name))
    here = locale(unit=unit)
    outline = FORM.read(FORM.write(ale, here), here)
    again = Run(profile=replace(ale.profile, steps=outline.steps), start=START)
    assert outline.name == name
    assert FORM.write(again, here) == FORM.write(ale, here)
    if unit == "C":
        assert points_of(again) == points_of(ale)


def is_read_or_refused(text: str) -> bool:
    try:
        return bool(FORM.read(text, locale()).steps)
    except Invalid as refused:
        return bool(refused.faults)


@given(st.text())
def test_no_text_does_harm(text: str) -> None:
    assert is_read_or_refused(text)
    assert is_read_or_refused(framed(text))
