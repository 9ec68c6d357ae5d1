import pytest

from krausen.importing.density import Density
from krausen.importing.format import Complaint, Unreadable
from krausen.importing.numbers import number
from krausen.importing.stamped import Stamped
from krausen.importing.table import (
    HEADING_AGAIN,
    ZERO_BYTES,
    ZERO_IS_MISSING,
    Column,
    Layout,
    cells_of,
    first_of,
    stamped,
    temperature,
)
from krausen.model.units import gravity_of

BEER = Column(place=1, title="beer", spec=temperature("beer"), zero_is_missing=True)
LAYOUT = Layout(heading=("time", "beer", "note"), times=(0,), columns=(BEER,), notes=(2,), remarks=("Odd",))
LINE = "2019-10-04 08:00:00,18.5,"


def run(*lines: str) -> list[Stamped | Complaint]:
    return list(stamped(lines, LAYOUT))


def test_what_is_said_of_the_whole_table_is_a_mark_of_its_first_row() -> None:
    first, second = run("time,beer,note", LINE, LINE)
    assert isinstance(first, Stamped)
    assert isinstance(second, Stamped)
    assert (first.marks, second.marks) == (("Odd",), ())


def test_a_heading_in_the_middle_marks_the_row_after_it() -> None:
    found = run("time,beer,note", LINE, "time,beer,note", LINE)
    assert [entry.marks for entry in found if isinstance(entry, Stamped)] == [("Odd",), (HEADING_AGAIN,)]
    assert [entry.line for entry in found] == [2, 4]


def test_zeros_and_zero_bytes_are_marked() -> None:
    _, bytes_around, zero = run(LINE, f"\0\0{LINE}", "2019-10-04 08:00:00,0,Pitched")
    assert isinstance(bytes_around, Stamped)
    assert isinstance(zero, Stamped)
    assert bytes_around.marks == (ZERO_BYTES,)
    assert (zero.values, zero.notes, zero.marks) == ({}, (("note", "Pitched"),), (ZERO_IS_MISSING,))


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("2019-10-04 08:00:00,18.5", "Cut off after 2 of 3 columns."),
        (f"{LINE}x,1", "4 columns instead of 3."),
        (f"{LINE}{LINE}", "Two lines have run together."),
        (f"{LINE}\0x", "Zero bytes where text should be"),
        ("noon,18.5,", "No time where one should be"),
        ("2019-10-04 08:00:00,warm,", "beer: Not a number: 'warm'."),
        ("2019-10-04 08:00:00,,", "Nothing was measured."),
    ],
)
def test_what_cannot_be_used_is_told(line: str, told: str) -> None:
    (found,) = run(line)
    assert isinstance(found, Complaint)
    assert found.reason.startswith(told)


def test_lines_of_empty_cells_are_passed_over_and_empty_cells_at_the_end_are_none() -> None:
    assert [entry.line for entry in run(",,", '"",,', " ", f"{LINE},,")] == [4]


def test_quoted_cells_may_hold_the_delimiter() -> None:
    assert cells_of('a,"b, c", d', ",") == ["a", "b, c", "d"]
    with pytest.raises(Unreadable, match="Not a line of a table"):
        cells_of('"' + "x" * 200_000, ",")


def test_the_first_line_is_found_and_none_is_lost() -> None:
    first, whole = first_of(["", " ", "a", "b"])
    assert (first, list(whole)) == ("a", ["", " ", "a", "b"])
    first, whole = first_of(["", " "])
    assert (first, list(whole)) == ("", ["", " "])


@pytest.mark.parametrize(
    ("text", "decimal", "value"),
    [
        ("18.5", ".", 18.5),
        (" -1e3 ", ".", -1000.0),
        ("75.0 %", ".", 75.0),
        ("1.018,5", ",", 1018.5),
        ("None", ".", None),
        ("NaN", ".", None),
        ("ERROR", ".", None),
        ("--", ".", None),
    ],
)
def test_numbers_are_read(text: str, decimal: str, value: float | None) -> None:
    assert number(text, decimal) == value


@pytest.mark.parametrize("text", ["warm", "1_0", "inf", "1e999", "18,5"])
def test_what_is_no_number_is_told(text: str) -> None:
    with pytest.raises(Unreadable, match="Not a number"):
        number(text)


def test_the_first_value_that_tells_decides_on_the_scale() -> None:
    density = Density()
    assert density(-616.87) == pytest.approx(0.23, abs=0.01)
    assert density(12.0) == gravity_of(12.0)
    assert density(1.0) == gravity_of(1.0)
    density = Density()
    assert [density(value) for value in (0.5, 1.048, 12.0)] == [0.5, 1.048, 12.0]
