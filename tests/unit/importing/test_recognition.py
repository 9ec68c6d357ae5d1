from collections.abc import Iterable, Iterator

import pytest
from msgspec.structs import replace

from krausen.errors import Invalid
from krausen.importing.format import Complaint, ImportFormat, Row, ToUtc
from krausen.importing.recognition import HEAD, format_of
from tests.unit.importing.reading import complaints, imported, rows


def read(_lines: Iterable[str], _utc: ToUtc) -> Iterator[Row | Complaint]:
    return iter(())


def starting_with(name: str, letter: str) -> ImportFormat:
    return ImportFormat(
        name=name,
        title=f"lines with {letter}",
        series=(),
        recognises=lambda head: any(line.startswith(letter) for line in head),
        read=read,
    )


FORMATS = {"alpha": starting_with("alpha", "a"), "beta": starting_with("beta", "b")}


def test_the_format_that_recognises_the_file_is_taken() -> None:
    assert format_of(["", " ", "b"], FORMATS, file="brew.csv").name == "beta"


def test_the_format_that_was_asked_for_is_taken_whatever_the_file_says() -> None:
    assert format_of(["b"], FORMATS, file="brew.csv", asked="alpha").name == "alpha"


def test_blank_lines_do_not_count_as_the_first_ones() -> None:
    assert format_of(["", *["x"] * (HEAD - 1), "b"], FORMATS, file="brew.csv").name == "beta"
    with pytest.raises(Invalid):
        format_of([*["x"] * HEAD, "b"], FORMATS, file="brew.csv")


def test_a_file_of_no_known_format_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(Invalid, match=r"brew\.csv .* Known: alpha, beta"):
        format_of(["x"], FORMATS, file="brew.csv")


def test_a_file_of_two_formats_is_refused_with_both() -> None:
    with pytest.raises(Invalid, match=r"could be alpha .*, beta .*--format"):
        format_of(["a", "b"], FORMATS, file="brew.csv")


def test_an_unknown_format_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(Invalid, match=r"no format 'gamma'\. Known: alpha, beta") as caught:
        format_of(["a"], FORMATS, file="brew.csv", asked="gamma")
    assert [fault.where for fault in caught.value.faults] == ["query:format"]


def test_the_nearest_names_are_listed_first() -> None:
    with pytest.raises(Invalid, match=r"no format 'betta'\. Known: beta, alpha"):
        format_of(["a"], FORMATS, file="brew.csv", asked="betta")


def test_a_general_format_is_asked_only_where_no_other_knows_the_file() -> None:
    general = replace(starting_with("any", ""), general=True)
    formats = {**FORMATS, "any": general}
    assert format_of(["a"], formats, file="brew.csv").name == "alpha"
    assert format_of(["x"], formats, file="brew.csv").name == "any"


def test_a_profile_is_told_from_a_history() -> None:
    with pytest.raises(Invalid, match="a plan and no history"):
        format_of(["date,temperature,days", "2013-08-06T14:29:41,20,0"], FORMATS, file="brew.csv")


@pytest.mark.parametrize("asked", ["probe_log:unit=F", "probe_log: unit = f "])
def test_temperatures_that_are_fahrenheit_become_celsius_where_that_is_said(asked: str) -> None:
    _, entries = imported(["2019.10.04 08:00:00,68.0", "x"], asked)
    assert [row.values for row in rows(entries)] == [{"temperature": 20.0}]
    assert [line for line, _ in complaints(entries)] == [2]


def test_other_values_are_left_as_they_are() -> None:
    lines = ["time,beer,humidity", "2019-10-04 08:00,68,45.5"]
    assert rows(imported(lines, "csv_table:unit=F")[1])[0].values == {"beer": 20.0, "humidity": 45.5}


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("probe_log:unit=K", "There is no unit 'K'"),
        ("tilt_csv:unit=F", "tilt_csv knows the unit of its temperatures"),
        ("probe_log:F", "'F' says nothing: write KEY=VALUE"),
        ("probe_log:a=time", "probe_log takes no details but unit=F, and not a"),
    ],
)
def test_details_that_say_nothing_are_refused(asked: str, told: str) -> None:
    with pytest.raises(Invalid, match=told) as caught:
        imported(["x"], asked)
    assert caught.value.faults[0].where == "query:format"
