"""Krausen's own exports, read again."""

import json

import pytest

from krausen.errors import Invalid
from krausen.importing.format import Complaint, ImportFormat, Kept, Row
from krausen.importing.ours import HEADING
from krausen.importing.text import LONGEST, Lines
from krausen.model.reading import Quality
from krausen.model.series import SeriesName
from tests.unit.importing.reading import FORMATS, at, complaints, imported, made_up, read, rows

BEER = SeriesName("pi", "float, left", "temperature")
GRAVITY = SeriesName("tilt", "red", "gravity")
START = at("2019-10-04T08:00")
BOTH = pytest.mark.parametrize("name", ["krausen_csv", "krausen_jsonl"])
TITLES = ",".join(HEADING)
LINE = "2019-10-04T08:00:00.123Z,beer,18.25,°C,good,pi,probe,temperature,beer,pale,"


def lines_of(name: str) -> Lines:
    raw = made_up(name).read_bytes()
    return Lines(lambda: [raw[at : at + 50] for at in range(0, len(raw), 50)], name)


def kept(form: ImportFormat) -> Kept:
    assert form.kept is not None
    return form.kept


def table(*lines: str) -> list[Row | Complaint]:
    return imported([TITLES, *lines])[1]


@BOTH
def test_readings_have_their_names_units_and_qualities(name: str) -> None:
    form = FORMATS[name]
    assert form.fitted is not None
    fitted = form.fitted(lines_of(name), {})
    found = rows(read(fitted, lines_of(name)))
    readings = [(row.t, row.values, row.quality) for row in found if row.values]
    assert readings == [
        (START + 123, {str(BEER): 18.25}, Quality.GOOD),
        (START + 5000, {str(GRAVITY): 1.052}, Quality.DOUBTFUL),
        (START + 60_123, {str(BEER): 85.0}, Quality.BAD),
    ]
    assert {spec.metric: spec.unit for spec in fitted.series} == {str(BEER): "°C", str(GRAVITY): "SG"}
    assert [note for row in found for note in row.notes][-1] == ("note", "Hops in,\nall of them.")


@BOTH
def test_the_batch_is_told_by_its_first_line(name: str) -> None:
    form, _ = imported(list(lines_of(name)))
    found = kept(form)
    assert (found.batch, found.title, found.start) == ("pale-ale", 'Pale "Ale"', START)
    assert found.roles == {"beer": BEER, "gravity": GRAVITY}


@BOTH
def test_a_file_that_was_not_fitted_gives_its_events_alone(name: str) -> None:
    found = read(FORMATS[name], lines_of(name))
    assert {kind for row in rows(found) for kind, _ in row.notes} <= {"note", "started"}
    assert not any(row.values for row in rows(found))


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (LINE.replace(",good,", ",fine,"), "No such quality: 'fine'."),
        (LINE.replace("2019-10-04T08", "yesterday"), "No such time: 'yesterday:00:00.123Z'."),
        (LINE.replace(",18.25,", ",,"), "It has no value."),
        (LINE.replace(",18.25,", ",x,"), "Not a number: 'x'."),
        (LINE.replace(",pi,", ",p\x07,"), "Adapter, node and metric are no name of a series."),
        (LINE.replace(",pi,", ",,"), "It is neither a reading nor an event."),
        ("2019-10-04T08:00:00Z,event,,,,,,,,pale,x", "It is neither a reading nor an event."),
        (LINE[:30], "3 columns instead of 11."),
    ],
)
def test_what_cannot_be_read_is_told(line: str, reason: str) -> None:
    assert complaints(table(LINE, line)) == [(3, reason)]


def test_times_without_a_zone_are_local() -> None:
    _, found = imported([TITLES, LINE.replace("Z,", ",")], zone="Europe/Copenhagen")
    assert rows(found)[0].t == at("2019-10-04T06:00:00.123")
    form, _ = imported([TITLES, "2019-10-04T08:00:00,batch,,,,,,,,pale,Pale", LINE])
    assert kept(form).start is None


def test_two_files_that_were_joined_and_blank_lines_are_read() -> None:
    found = table(LINE, "", " ", TITLES, LINE.replace("08:00", "09:00"))
    assert [row.line for row in rows(found)] == [2, 6]
    assert complaints(found) == []


def test_names_that_look_alike_are_two_series() -> None:
    names = (",a/b,c,", ",a,b/c,")
    form, found = imported([TITLES, *(LINE.replace(",pi,probe,", name) for name in names)])
    assert sorted(kept(form).series) == ["a/b/c/temperature", "a/b/c/temperature (2)"]
    assert [len(row.values) for row in rows(found)] == [1, 1]


def test_series_outside_of_a_batch_have_no_role() -> None:
    form, _ = imported([TITLES, LINE.replace(",beer,pale,", ",,,")])
    assert (kept(form).roles, kept(form).batch) == ({}, "")


def test_a_quote_without_an_end_costs_what_it_swallows_and_no_more() -> None:
    long = LINE + '"' + "x" * 150_000
    found = table(long, LINE)
    assert [type(entry) for entry in found] == [Complaint, Row]
    (told,) = complaints(found)
    assert "larger than field limit" in told[1]
    raw = f"{TITLES}\n{LINE}".encode()
    endless = Lines(lambda: [raw, *[b"y" * 60_000] * (LONGEST // 60_000 + 2)], "log")
    assert {type(entry) for entry in read(FORMATS["krausen_csv"], endless)} == {Complaint}


def test_a_heading_that_is_damaged_is_none() -> None:
    assert not FORMATS["krausen_csv"].recognises([f"{TITLES}\r{LINE}"])
    assert not FORMATS["krausen_csv"].recognises([])


def test_more_series_than_anybody_has_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("krausen.importing.ours.MOST_SERIES", 1)
    with pytest.raises(Invalid, match="more than 1 series"):
        table(LINE, LINE.replace("probe", "other"))


def test_lines_of_json_that_are_none_are_told() -> None:
    good = json.dumps(dict(zip(HEADING, [*LINE.split(",")[:2], 18.25, *LINE.split(",")[3:]], strict=True)))
    form, found = imported([good, "", good[:50], "[1]"])
    assert form.name == "krausen_jsonl"
    assert [line for line, _ in complaints(found)] == [3, 4]
    assert len(rows(found)) == 1


def test_another_table_of_values_is_not_ours() -> None:
    form, _ = imported(["variable,timestamp_utc,value", "beer,2019-10-04T08:00:00Z,18"])
    assert form.name == "values_csv"
