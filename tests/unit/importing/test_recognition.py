from collections.abc import Iterable, Iterator

import pytest

from krausen.errors import Invalid
from krausen.importing.format import Complaint, ImportFormat, Row, ToUtc
from krausen.importing.recognition import HEAD, format_of


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
    with pytest.raises(Invalid, match=r"brew\.csv .* Known: alpha \(lines with a\), beta \(lines with b\)"):
        format_of(["x"], FORMATS, file="brew.csv")


def test_a_file_of_two_formats_is_refused_with_both() -> None:
    with pytest.raises(Invalid, match=r"could be alpha .*, beta .*--format"):
        format_of(["a", "b"], FORMATS, file="brew.csv")


def test_an_unknown_format_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(Invalid, match=r"no format 'gamma'\. Known: alpha .*, beta") as caught:
        format_of(["a"], FORMATS, file="brew.csv", asked="gamma")
    assert [fault.where for fault in caught.value.faults] == ["query:format"]
