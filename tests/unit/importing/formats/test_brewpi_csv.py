import locale
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.importing.format import Complaint, Row
from krausen.importing.formats.brewpi_csv import FORMAT
from krausen.importing.local_time import LocalTime

LATER = 4_000_000_000_000
ROOT = Path(__file__).parents[4]
RECORDING = ROOT / "tests/recordings/brewpi_log/brewpi_2014-02-03_2d.csv"
OTHERS = sorted((ROOT.parent / "shared/data/series/brewpi").glob("brewpi_*.csv"))
START = int(datetime(2019, 5, 4, 8, 0, tzinfo=UTC).timestamp() * 1000)
GOOD = "May 04 2019 08:00:00;18.1;18.0;None;16.2;15.5;None;4;21.5"
SHORT = "May 04 2019 08:00:00;18.1;18.0;None;16.2;15.5;None"


def read(lines: Iterable[str]) -> list[Row | Complaint]:
    return list(FORMAT.read(lines, LocalTime(ZoneInfo("UTC"), LATER)))


def row(line: str) -> Row:
    (found,) = read([line])
    assert isinstance(found, Row)
    return found


def reason(*lines: str) -> str:
    found = read(lines)[-1]
    assert isinstance(found, Complaint)
    assert found.line == len(lines)
    return found.reason


def test_nine_columns_are_read() -> None:
    assert row(GOOD) == Row(
        1,
        START,
        {
            "beer": 18.1,
            "setpoint_beer": 18.0,
            "chamber": 16.2,
            "setpoint_chamber": 15.5,
            "room": 21.5,
            "state": 4.0,
        },
    )


def test_seven_columns_of_the_first_version_are_read() -> None:
    values = {"beer": 18.1, "setpoint_beer": 18.0, "chamber": 16.2, "setpoint_chamber": 15.5}
    assert row(SHORT) == Row(1, START, values)
    assert row(SHORT + ";3").values == {**values, "state": 3.0}


@pytest.mark.parametrize("missing", ["None", "null", "", " "])
def test_missing_values_are_left_out(missing: str) -> None:
    line = f"May 04 2019 08:00:00;{missing};18.0;{missing};{missing};{missing};{missing};{missing};{missing}"
    assert row(line) == Row(1, START, {"setpoint_beer": 18.0})


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("Beer temp set to  11.0 in Menu.", "Beer temp set to  11.0 in Menu."),
        ('"Mode set to b"', "Mode set to b"),
        (r'"18 \u00b0C, \"slowly\""', '18 °C, "slowly"'),
        (r'"broken \x"', r"broken \x"),
        ("one; two; three", "one; two; three"),
        ("one; 2; three", "one; 2; three"),
    ],
)
@pytest.mark.parametrize("form", ["{};16.2;15.5;None;4;None", "None;16.2;15.5;{};4;None"])
def test_annotations_are_notes_whatever_they_hold(form: str, written: str, text: str) -> None:
    found = row("May 04 2019 08:00:00;18.1;18.0;" + form.format(written))
    assert found.notes == (("note", text),)
    assert found.values["chamber"] == 16.2


def test_both_annotations_of_a_line_are_notes() -> None:
    found = row("May 04 2019 08:00:00;18.1;18.0;first;16.2;15.5;second;4;None")
    assert found.notes == (("note", "first"), ("note", "second"))


def test_a_line_with_nothing_but_a_note_is_a_row() -> None:
    assert row("May 04 2019 08:00:00;;;Pitched;;;;;") == Row(1, START, {}, (("note", "Pitched"),))


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("May 04 2019 08:00:00;nan;18.0;None;16.2;15.5;None;4;None", "BeerTemp is not a number: 'nan'"),
        ("May 04 2019 08:00:00;18.1;-inf;None;16.2;15.5;None;4;None", "BeerSet is not a number"),
        ("May 04 2019 08:00:00;18.1;18.0;None;1e999;15.5;None;4;None", "FridgeTemp is not a number"),
        ("May 04 2019 08:00:00;18.1;18.0;None;16.2;1_0;None;4;None", "FridgeSet is not a number"),
        ("May 04 2019 08:00:00;18.1;18.0;None;16.2;15.5;None;4;1,5", "RoomTemp is not a number"),
        ("May 04 2019 08:00:00;18.1;18.0;None;16.2;15.5;None;4.5;None", "State is not a whole number"),
        ("May 04 2019 08:00:00;18.1;18.0;None;16.2;15.5;None;-1;None", "State is not a whole number"),
        ("May 04 2019 08:00:00;;;;;;;;", "Nothing was measured and nothing noted"),
        ("Mai 04 2019 08:00:00;18.1;18.0;None;16.2;15.5;None;4;None", "No time such as"),
        ("04 May 2019 08:00:00;18.1;18.0;None;16.2;15.5;None;4;None", "No time such as"),
        ("Feb 30 2019 08:00:00;18.1;18.0;None;16.2;15.5;None;4;None", "No such time: 'Feb 30"),
        ("May 04 2019 24:00:00;18.1;18.0;None;16.2;15.5;None;4;None", "No such time"),
        ("May 04 1989 08:00:00;18.1;18.0;None;16.2;15.5;None;4;None", "before 1990"),
        ("May 04 2019 08:00:00;18.1;18.0;None;cold;15.5;None;4;None", "FridgeTemp is not a number: 'cold'"),
        ("May 04 2019 08:00", "Cut off after 1 of 9 columns"),
        ("\0\0\0\0", "Zero bytes"),
        ("May 04 2019 08:0\0\0\0;18.0;None;16.2;15.5;None;4;None", "Zero bytes"),
        ("May 04 2019 08:00:00;1;2;a;3;4;5;b;7;8", "10 columns instead of 9"),
    ],
)
def test_what_cannot_be_used_is_told_with_its_reason(line: str, told: str) -> None:
    assert told in reason(GOOD, line)


def test_lines_are_counted_as_an_editor_does() -> None:
    found = read(["", GOOD, "   ", "rubbish", "", GOOD])
    assert [(type(entry), entry.line) for entry in found] == [(Row, 2), (Complaint, 4), (Row, 6)]


def test_a_row_after_zero_bytes_is_read() -> None:
    assert row("\0" * 4096 + GOOD) == row(GOOD)


@pytest.mark.parametrize("line", [GOOD.replace("21.5", "None"), SHORT])
def test_a_last_line_that_is_cut_off_yields_nothing_wrong(line: str) -> None:
    whole = row(line)
    first = "May 04 2019 07:59:00;" + line.split(";", 1)[1]
    for length in range(len(line)):
        for found in read([first, line[:length]])[1:]:
            assert isinstance(found, Complaint) or (found.values, found.notes) == (whole.values, whole.notes)


def test_a_first_line_that_fits_no_form_is_told_of() -> None:
    assert reason(GOOD.replace("16.2", "cold")) == "FridgeTemp is not a number: 'cold'."


def test_a_log_may_gain_columns_and_not_lose_them() -> None:
    found = read([SHORT, SHORT + ";4", GOOD, SHORT + ";4", SHORT])
    assert [type(entry) for entry in found] == [Row, Row, Row, Complaint, Complaint]
    assert reason(GOOD, SHORT) == "Cut off after 7 of 9 columns."


def test_a_semicolon_in_an_annotation_of_a_shorter_log_is_no_new_column() -> None:
    found = read([SHORT, SHORT.replace("None", "a;b", 1), SHORT[:-4] + "c;d", SHORT])
    assert [entry.notes for entry in found if isinstance(entry, Row)] == [
        (),
        (("note", "a;b"),),
        (("note", "c;d"),),
        (),
    ]


@pytest.mark.parametrize(
    ("head", "is_ours"),
    [
        ([GOOD], True),
        ([SHORT], True),
        (["rubbish", "\0\0", GOOD], True),
        (["1989 May 4;1;2;3;4;5;6;7;8"], False),
        (["2019-05-04 08:00:00;18.1;18.0;None;16.2;15.5;None;4;None"], False),
        (["time,beer,chamber", "May 04 2019 08:00:00,18.1,16.2"], False),
        ([], False),
    ],
)
def test_the_format_knows_its_own(head: list[str], is_ours: bool) -> None:
    assert FORMAT.recognises(head) is is_ours


def test_a_log_of_a_clock_that_was_not_set_is_recognised_all_the_same() -> None:
    assert FORMAT.recognises([GOOD.replace("2019", "1970")])


def test_months_are_english_whatever_the_locale(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locale, "setlocale", lambda *_: "da_DK.UTF-8")
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    rows = [row(f"{month} 04 2019 08:00:00;18.1;18.0;None;16.2;15.5;None;4;None") for month in months]
    assert [datetime.fromtimestamp(found.t / 1000, UTC).month for found in rows] == list(range(1, 13))


@given(lines=st.lists(st.text(st.sampled_from('May 0429:;.-NoneJ\0"\\é'), max_size=60), max_size=8))
def test_any_lines_are_read_or_told_of(lines: list[str]) -> None:
    found = read([GOOD, *lines])
    assert [entry.line for entry in found] == [1, *(n for n, line in enumerate(lines, 2) if line.strip())]


CELSIUS = st.none() | st.integers(-4000, 12000).map(lambda hundredths: hundredths / 100)


@given(
    beer=CELSIUS, chamber=CELSIUS, room=CELSIUS, state=st.none() | st.integers(0, 9), note=st.text("ab 0.:")
)
def test_what_is_written_is_read(
    beer: float | None, chamber: float | None, room: float | None, state: int | None, note: str
) -> None:
    note = f"Set: {note}".strip()
    found = row(f"May 04 2019 08:00:00;{beer};{chamber};{note};{chamber};{beer};None;{state};{room}")
    written = {
        "beer": beer,
        "setpoint_beer": chamber,
        "chamber": chamber,
        "setpoint_chamber": beer,
        "room": room,
        "state": state,
    }
    assert found.values == {metric: value for metric, value in written.items() if value is not None}
    assert found.notes == (("note", note),)


def recorded() -> list[Row]:
    lines = RECORDING.read_text().split("\n")
    utc = LocalTime(ZoneInfo("Europe/Amsterdam"), LATER)
    return [found for found in FORMAT.read(lines, utc) if isinstance(found, Row)]


def test_the_recorded_brew_is_read_whole() -> None:
    rows = recorded()
    assert [found.line for found in rows] == list(range(1, 3342))
    assert len({found.t for found in rows}) == 3341 - 69
    assert sum("setpoint_beer" not in found.values for found in rows) == 447
    assert {found.values["state"] for found in rows} == {0, 3, 4, 5, 6, 7}
    assert not any("room" in found.values for found in rows)
    assert min(found.values["beer"] for found in rows) == 0.23
    assert max(found.values["beer"] for found in rows) == 26.01


def test_the_recorded_brew_has_its_gaps() -> None:
    times = [found.t for found in recorded()]
    steps = sorted(later - earlier for earlier, later in pairwise(times))
    assert [round(step / 3_600_000, 2) for step in steps[-2:]] == [0.11, 0.24]
    assert steps[len(steps) // 2] == 61_000


def test_the_recorded_brew_has_its_twelve_annotations() -> None:
    notes = [(found.line, text) for found in recorded() for _, text in found.notes]
    assert len(notes) == 12
    assert notes[0] == (104, "Mode set to b in web interface")
    assert notes[8] == (2887, "Fridge temp set to  11.0 in Menu.")
    assert notes[-1] == (3334, "Beer temp set to  11.0 in Menu.")


if OTHERS:

    @pytest.mark.parametrize("path", OTHERS, ids=lambda path: path.stem)
    def test_other_brews_at_hand_are_read_whole(path: Path) -> None:
        lines = path.read_text().split("\n")
        assert FORMAT.recognises(lines[:10])
        assert [type(found) for found in read(lines)] == [Row] * len([line for line in lines if line])
