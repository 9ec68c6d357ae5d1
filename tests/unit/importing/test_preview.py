import pytest

from krausen.importing.format import ImportFormat
from krausen.importing.gathered import Gathered, gathered
from krausen.importing.oddities import BY_COMMAND
from krausen.importing.preview import NO_ZONE, preview_of
from krausen.importing.recognition import format_of
from krausen.importing.report import Found, Question, Seen
from tests.unit.importing.reading import FORMATS, held, imported, lines_in, made_up

TABLE = ["Tid;Beer;Rum (°F);Nr", "2019-10-04 08:00;18,5;68,0;x", "2019-10-04 09:00;18,6;68,5;y"]


def read(lines: list[str], asked: str | None = None) -> tuple[ImportFormat, Gathered]:
    form, entries = imported(lines, asked)
    return form, gathered(entries)


def test_a_table_shows_its_first_values_and_what_its_columns_were_taken_for() -> None:
    form, rows = read(TABLE)
    preview = preview_of(form, rows, [], str)
    assert (preview.format, preview.title) == ("csv_table", "Any table with a time and numbers")
    assert preview.columns == [
        Found("Tid", "time"),
        Found("Beer", "beer:C"),
        Found("Rum (°F)", "rum:F"),
        Found("Nr", "-"),
    ]
    beer, room = preview.rows[:2]
    assert beer == Seen(str(rows.start), "beer", 18.5, "°C")
    assert (room.metric, room.unit) == ("rum", "°C")
    assert room.value == pytest.approx(20.0)
    assert preview.mapping == "csv_table:Tid=time,Beer=beer:C,Rum (°F)=rum:F,Nr=-"
    assert preview.questions == []


def test_the_mapping_said_back_changes_nothing() -> None:
    form, rows = read(TABLE)
    said = preview_of(form, rows, [], str).mapping
    again, same = read(TABLE, said)
    assert (again.series, again.columns) == (form.series, form.columns)
    assert {metric: held(column) for metric, column in same.columns.items()} == {
        metric: held(column) for metric, column in rows.columns.items()
    }


def test_a_format_of_fixed_columns_shows_its_series_and_no_mapping() -> None:
    lines = lines_in(made_up("rapt_csv").read_bytes())
    form, rows = read(lines)
    preview = preview_of(form, rows, [], str)
    assert Found("gravity", "gravity:SG") in preview.columns
    assert {column.title for column in preview.columns} == set(rows.columns)
    assert preview.mapping == ""


def test_remarks_that_ask_become_questions() -> None:
    form = format_of(TABLE, FORMATS, file="table.csv")
    unit = "Half of the values of beer are above 66 °C: are they °F?"
    dates = "Dates such as 3/4 may be of March or of April; the first number was taken as the day: is it?"
    remarks = [NO_ZONE, f"{unit}{BY_COMMAND}", "The clock was put back once.", dates]
    assert preview_of(form, Gathered(), remarks, str).questions == [
        Question("zone", NO_ZONE),
        Question("unit", unit),
        Question("dates", dates),
    ]
