"""What is read of the small file of each format, value by value."""

import pytest

from krausen.importing.format import Complaint, Row
from krausen.importing.formats.chamber_log import TRIPPED
from krausen.importing.formats.lab_sheet import NOON
from krausen.importing.table import NOTHING, ZERO_IS_MISSING
from krausen.importing.times import UNSURE
from krausen.model.units import gravity_of
from tests.unit.importing.reading import FORMATS, at, complaints, imported, lines_in, made_up, read, rows


def of(name: str) -> list[Row | Complaint]:
    form, entries = imported(lines_in(made_up(name).read_bytes()))
    assert form.name == name
    return entries


def row(line: int, time: str, **values: float) -> Row:
    return Row(line, at(f"2019-10-04T{time}"), values)


def one(name: str, *lines: str, asked: str | None = None) -> Row | Complaint:
    """Give the last entry of lines that are read as a format."""
    return imported(lines, asked or name)[1][-1]


def test_bubbles_are_events_and_can_be_counted() -> None:
    entries = of("airlock_log")
    assert rows(entries)[1] == Row(2, at("2019-10-04T08:00:21"), {"bubble": 1.0}, (("bubble", "ferm1"),))
    assert [entry.line for entry in rows(entries)] == [1, 2, 3, 5]
    assert complaints(entries) == [(4, "It is no bubble such as ferm2|20171009:184105.")]


def test_every_channel_of_a_bioreactor_is_a_series() -> None:
    entries = of("bioreactor_csv")
    assert rows(entries) == [
        row(2, "08:00:00.500", od_2=0.26),
        row(3, "08:00:05.500", od_2=0.27),
        row(4, "08:00:05.500", od_1=0.11),
    ]
    assert complaints(entries) == [(5, NOTHING), (6, "No channel from 1 to 8: '9'.")]


def test_a_bioreactor_without_its_heading_or_with_a_cut_line_is_complained_of() -> None:
    assert "There is no heading above it" in complaints(read(FORMATS["bioreactor_csv"], ["1,2,3", ""]))[0][1]
    found = one(
        "bioreactor_csv", "timestamp,od_reading,channel", "timestamp,od_reading,channel", "2019-10-04"
    )
    assert found == Complaint(3, "Cut off after 1 of 3 columns.")


def test_months_of_a_chart_count_from_zero() -> None:
    entries = of("brewpi_chart")
    values = {"beer": 18.8, "setpoint_beer": 19.0, "chamber": 17.4, "setpoint_chamber": 17.0}
    assert rows(entries)[1] == Row(2, at("2019-10-04T08:02"), values, (("note", "Pitched"),))
    assert complaints(entries) == [(3, NOTHING)]


def test_a_chart_that_breaks_off_is_read_up_to_there() -> None:
    text = made_up("brewpi_chart").read_text()
    entries = read(FORMATS["brewpi_chart"], [text[: text.index("Pitched")]])
    assert [type(entry) for entry in entries] == [Row, Complaint]
    assert complaints(entries)[0][1].startswith("Cut off here")


def test_rows_of_a_chart_that_are_none_are_complained_of() -> None:
    wide = '{"c":[' + ",".join(["null"] * 8) + "]}"
    text = (
        '{"rows":[[1],{"c":[]},'
        + wide
        + ',{"c":[{"v":"noon"},{"v":1}]},{"c":[{"v":"Date(2019,0,1)"},{"v":"x"}]}'
    )
    entries = read(FORMATS["brewpi_chart"], [text + '],"cols":["x"]}'])
    assert [reason for _, reason in complaints(entries)] == ["It is no row of the table."] * 5
    entries = read(FORMATS["brewpi_chart"], [text])
    assert [reason for _, reason in complaints(entries)][3:] == [
        "No time where one should be: 'noon'.",
        "Not a number: 'x'.",
        "Cut off here: the file ends in the middle, or was damaged.",
    ]
    assert complaints(read(FORMATS["brewpi_chart"], ["", "{}"])) == [(2, "It is no chart table of BrewPi.")]


def test_a_chamber_log_becomes_canonical_and_a_trip_is_noted_once() -> None:
    entries = of("chamber_log")
    assert rows(entries)[0] == row(1, "08:00", actuator=1.0, chamber=20.0, pressure=101.325, humidity=45.5)
    assert [found.notes for found in rows(entries)] == [(), (), (("note", TRIPPED),), ()]
    assert rows(entries)[2].values["actuator"] == 0.0
    assert complaints(entries)[0][0] == 5


def test_lines_of_a_chamber_log_that_are_none_are_complained_of() -> None:
    start = "2019-10-04_08:00:00"
    for line, told in {
        f"{start} on 68.0 1013.2": "4 words instead of",
        f"{start} open 68.0 1013.2 45": "neither on, off nor safe: 'open'",
        f"{start} on warm 1013.2 45": "Not a number: 'warm'",
        "\0": "No time such as",
    }.items():
        found = one("chamber_log", line)
        assert isinstance(found, Complaint)
        assert told in found.reason
    none = one("chamber_log", f"{start} off none none none")
    assert none == row(1, "08:00", actuator=0.0)


def test_a_climate_has_common_names_and_its_dates_are_told_by_their_span() -> None:
    entries = of("climate_csv")
    values = {"air": 18.5, "humidity": 80.1, "co2": 423.0, "vent_lee": 0.3, "pipe": 21.5}
    assert rows(entries)[0] == row(2, "08:00", **values)
    assert "pipe" not in rows(entries)[1].values
    assert (complaints(entries), rows(entries)[2].line) == ([(4, NOTHING)], 6)


def test_a_climate_in_danish_has_the_same_names() -> None:
    form, entries = imported(
        [
            'Date;Time;"Celle 5: Lufttemperatur";"Celle 5: Luftfugtighed RH%";'
            '"Celle 5: CO2 krav";"Celle 5: ";"Celle 5: "',
            '2019-10-04;08:00:00;"20.98";"33.7";"350";"0";"1"',
            '2019-10-04;08:10:00;"20.9";"34.7";"350";"0";"1"',
        ]
    )
    assert form.name == "climate_csv"
    assert rows(entries)[0] == row(
        2, "08:00", air=20.98, humidity=33.7, setpoint_co2=350.0, celle_5=0.0, celle_5_2=1.0
    )


def test_any_table_is_understood_by_its_heading() -> None:
    form, entries = imported(lines_in(made_up("csv_table").read_bytes()))
    assert [(spec.metric, spec.unit) for spec in form.series] == [("oel", "°C"), ("rum", "°C")]
    assert rows(entries) == [
        row(2, "08:00", oel=18.5, rum=20.0),
        Row(3, at("2019-10-04T08:10"), {"oel": 18.4, "rum": 21.0}, (("note", "Gær i"),)),
        Row(5, at("2019-10-24T08:30"), {"oel": 18.2}),
    ]
    assert complaints(entries) == [(4, "Øl (°C): Not a number: 'varm'.")]


def test_a_table_that_was_not_fitted_yields_its_usual_columns() -> None:
    lines = ["time,beer,wort,gravity", "2019-10-04 08:00,18.5,20,1.048", "2019-10-04 08:01,18.5,20,1.048"]
    assert read(FORMATS["csv_table"], lines)[0] == row(2, "08:00", beer=18.5, gravity=1.048)
    lines = ["Date,Tair,RH,CO2", "2019-10-04 08:00,18.5,20,423", "2019-10-04 08:01,18.5,20,423"]
    assert read(FORMATS["climate_csv"], lines)[0] == row(2, "08:00", air=18.5, humidity=20.0, co2=423.0)
    lines = ["variable,time,value", "temperature,2019-10-04 08:00,18.5", "wind,2019-10-04 08:00,3"]
    assert read(FORMATS["values_csv"], lines) == [
        row(2, "08:00", temperature=18.5),
        Complaint(3, "Its variable is not known: 'wind'."),
    ]


def test_fermentrack_says_its_unit_in_each_row_and_zeros_stand_for_nothing() -> None:
    entries = of("fermentrack_csv")
    first, second = rows(entries)
    assert first.values == {
        "beer": 20.0,
        "setpoint_beer": 19.0,
        "chamber": 15.0,
        "setpoint_chamber": 16.0,
        "hydrometer": 19.5,
        "gravity": 1.048,
        "state": 4.0,
    }
    assert (second.values["room"], second.values["state"], second.notes) == (
        21.5,
        0.0,
        (("note", "Mode set to b"),),
    )
    assert first.marks == second.marks == (ZERO_IS_MISSING,)
    assert complaints(entries) == [(4, NOTHING), (5, "Cut off after 3 of 13 columns.")]


def test_a_hydrometer_of_fermentrack_is_read_and_joined_files_are_marked() -> None:
    heading, line = "log_time,gravity,temp", "2019/10/04 08:00:00Z,1.048,19.5"
    _, entries = imported(["", heading, line, heading, line.replace("08:00", "08:01")])
    assert entries[0] == row(3, "08:00", gravity=1.048, temperature=19.5)
    assert [bool(found.marks) for found in rows(entries)] == [False, True]
    assert one("fermentrack_csv", line) == Complaint(1, "There is no heading above it.")
    wrong = one("fermentrack_csv", heading, line.replace("19.5", "warm"))
    assert wrong == Complaint(2, "temp: Not a number: 'warm'.")


def test_messages_of_an_ispindel_are_read_in_any_unit_and_quotes() -> None:
    entries = of("ispindel_log")
    values = {"angle": 56.5, "battery": 4.1, "rssi": -61.0, "temperature": 18.5, "gravity": 1.057}
    assert rows(entries)[0] == row(1, "08:00:00.955", **values)
    assert rows(entries)[1].values["temperature"] == 20.0
    assert complaints(entries) == [(3, "Cut off in the middle of the message.")]


def test_messages_of_an_ispindel_may_be_in_plato_and_kelvin() -> None:
    line = "2019-10-04 08:00:00 {'angle': 56.5, 'temperature': 293.15, 'temp_units': 'K', 'gravity': 12.0}"
    found = one("ispindel_log", line)
    assert found == row(1, "08:00", angle=56.5, temperature=20.0, gravity=gravity_of(12.0))
    assert one("ispindel_log", "2019-10-04 08:00:00 {'name': 'x'}") == Complaint(1, NOTHING)
    assert one("ispindel_log", "noon") == Complaint(1, "It is no time with a message behind it.")


def test_samples_of_a_sheet_are_put_at_noon_one_after_another() -> None:
    entries = of("lab_sheet")
    first, second, third = rows(entries)
    assert first == Row(
        3,
        at("2019-09-24T12:00"),
        {"beer": 20.0, "gravity": first.values["gravity"], "ph": 5.1},
        (),
        (ZERO_IS_MISSING, NOON),
    )
    assert first.values["gravity"] == pytest.approx(1.0484, abs=1e-4)
    assert (second.t, "ph" in second.values) == (at("2019-09-24T12:01"), False)
    assert (third.t, third.values["actual_abv"]) == (at("2019-10-14T12:00"), 5.2)
    assert complaints(entries) == [
        (2, "It has no time."),
        (6, "It belongs to another brew, 13: import the whole sheet, it is taken apart."),
    ]


def test_a_sheet_may_have_the_days_of_a_spreadsheet_and_times_of_day() -> None:
    heading = "Batch Number;Date;Temperature;Gravity"
    _, entries = imported(
        [heading, "7;43742;20;12", "7;43742.75;20;11", '7;"43742', "7;2019-10-04 18:30;19;11"]
    )
    assert [found.t for found in rows(entries)] == [
        at(f"2019-10-04T{time}") for time in ("12:00", "18:00", "18:30")
    ]
    assert complaints(entries)[0][0] == 4
    assert complaints(read(FORMATS["lab_sheet"], ["7;43742;20;12"]))[0][1].startswith("There is no heading")


def test_a_sheet_is_parted_into_the_brews_that_have_samples() -> None:
    brews = FORMATS["lab_sheet"].brews
    assert brews is not None
    lines = lines_in(made_up("lab_sheet").read_bytes())
    found = brews([*lines, "Completed,Stout,14,,,,,,,,", '"'])
    assert {title: [place for place, _ in brew] for title, brew in found.items()} == {
        "12 Dark Lager": [0, 1, 2, 3, 4],
        "13 Pale Ale": [0, 5],
    }
    assert [line for _, line in found["12 Dark Lager"][1:]] == lines[1:5]
    assert brews(["no", "sheet"]) == {}


def test_densities_of_plaato_become_gravities() -> None:
    entries = of("plaato_csv")
    assert [found.values["gravity"] for found in rows(entries)] == [
        pytest.approx(0.23, abs=0.01),
        pytest.approx(1.0484, abs=1e-4),
        pytest.approx(1.0039, abs=1e-4),
    ]
    assert complaints(entries) == [(5, "Cut off after 1 of 4 columns.")]
    assert "There is no heading" in complaints(read(FORMATS["plaato_csv"], ["1,2"]))[0][1]


def test_an_array_of_a_probe_is_read_up_to_where_it_breaks_off() -> None:
    entries = of("probe_json")
    assert rows(entries) == [
        row(1, "08:00", temperature=1.187),
        row(2, "08:01", temperature=1.312),
        row(4, "08:03", temperature=1.5),
    ]
    assert [line for line, _ in complaints(entries)] == [3, 5]
    strange = read(FORMATS["probe_json"], ['[["20191004:080000", "1"], 7, ["20191004:080000"]]'])
    assert [reason for _, reason in complaints(strange)] == ["It is no pair of a time and a temperature."] * 2
    assert complaints(read(FORMATS["probe_json"], ["[1]"]))[0][1].startswith("It is no array of times")


def test_a_probe_a_line_is_read_with_all_its_digits() -> None:
    entries = of("probe_log")
    assert rows(entries)[0] == row(1, "08:00", temperature=21.039241536458334)
    assert [line for line, _ in complaints(entries)] == [3, 4]


def test_a_pill_has_zones_and_may_write_points() -> None:
    entries = of("rapt_csv")
    assert rows(entries) == [
        row(2, "08:00:00.979", gravity=1.048, temperature=19.31),
        row(3, "08:15:00.979", gravity=1.0475, temperature=19.38),
    ]
    assert complaints(entries) == [(4, NOTHING)]
    assert not FORMATS["rapt_csv"].recognises(["timestamp,gravity,temperature,angle"])
    assert complaints(read(FORMATS["rapt_csv"], ["a\0b", "x"]))[0][1].startswith("There is no heading")


def test_a_tilt_whose_newest_row_is_first_is_read() -> None:
    entries = of("tilt_csv")
    assert [found.t for found in rows(entries)] == [
        at(f"2019-10-04T{time}") for time in ("09:00", "08:45", "08:15")
    ]
    assert complaints(entries) == [(4, "Temp (°C): Not a number: 'warm'.")]
    assert complaints(read(FORMATS["tilt_csv"], ["a\0b"]))[0][1].startswith("There is no heading")


def test_a_tilt_of_the_application_has_spreadsheet_days_fahrenheit_and_comments() -> None:
    lines = [
        "Timestamp,Timepoint,SG,Temp,Color,Beer,Comment",
        "10/4/2019 8:00:00,43742.333333333,1.048,68.0,RED,Ale,Pitched",
    ]
    _, (found,) = imported(lines)
    assert isinstance(found, Row)
    assert (found.t, found.values, found.notes) == (
        at("2019-10-04T08:00"),
        {"gravity": 1.048, "temperature": 20.0},
        (("note", "Pitched"),),
    )
    assert "taken as °F" in found.marks[0]


def test_samples_of_a_tilt_are_read_and_other_events_passed_over() -> None:
    entries = of("tilt_jsonl")
    assert rows(entries) == [
        row(2, "08:00", temperature=20.0, gravity=1.048, rssi=-70.0),
        row(3, "08:15", temperature=20.0, gravity=1.047),
    ]
    assert complaints(entries) == [(4, NOTHING), (5, "It is no whole JSON object: cut off or damaged.")]
    assert one("tilt_jsonl", "", "[1]") == Complaint(2, "It is no line of a Tilt log.")


def test_each_variable_of_values_is_a_series() -> None:
    form, entries = imported(lines_in(made_up("values_csv").read_bytes()))
    assert [(spec.metric, spec.unit) for spec in form.series] == [
        ("water_temperature_celsius", "°C"),
        ("co2_ppm", "ppm"),
    ]
    assert rows(entries)[1:] == [
        row(3, "08:05", water_temperature_celsius=18.5),
        row(4, "08:05", co2_ppm=423.0),
    ]
    assert complaints(entries) == [(5, NOTHING)]
    cut = one("values_csv", "metric,time,value", "temp_f,2019-10-04 08:00,68", "temp_f")
    assert cut == Complaint(3, "Cut off after 1 of 3 columns.")
    assert one("values_csv", "metric,time,value", "temp_f,2019-10-04 08:00,68") == row(
        2, "08:00", temp_f=20.0
    )
    assert complaints(imported(["x"], "values_csv")[1])[0][1].startswith("There is no heading")


@pytest.mark.parametrize("name", ["csv_table", "climate_csv"])
def test_lines_that_are_no_table_are_complained_of(name: str) -> None:
    assert [line for line, _ in complaints(read(FORMATS[name], ["", "nothing", " ", "more"]))] == [2, 4]


@pytest.mark.parametrize("name", ["ispindel_log", "probe_log"])
def test_blank_lines_are_passed_over_and_counted(name: str) -> None:
    lines = lines_in(made_up(name).read_bytes())
    assert read(FORMATS[name], ["", " ", *lines])[0].line == 3


def test_a_line_of_a_sheet_with_zero_bytes_belongs_to_no_brew() -> None:
    lines = ["Batch Number,Date,Temperature,Gravity", "7,2019-10-04,2\0,12", "7,2019-10-05,20,12"]
    other = "8,2019-10-05,20,12"
    assert [type(entry) for entry in read(FORMATS["lab_sheet"], lines)] == [Complaint, Row]
    brews = FORMATS["lab_sheet"].brews
    assert brews is not None
    assert brews(lines) == {}
    assert [place for place, _ in brews([*lines, other])["7"]] == [0, 2]


@pytest.mark.parametrize(
    ("telling", "told"),
    [("13/10/2019", ["2019-04-03"]), ("10/13/2019", ["2019-03-04"]), ("3/4/2019", ["2019-03-04"])],
)
def test_the_dates_of_a_brew_are_read_as_the_whole_sheet_tells(telling: str, told: list[str]) -> None:
    heading = "Batch Number,Date,Temperature,Gravity"
    lines = [heading, "7,3/4/2019,20,12", f"8,{telling},20,12"]
    brews = FORMATS["lab_sheet"].brews
    assert brews is not None
    found = rows(read(FORMATS["lab_sheet"], [line for _, line in brews(lines)["7"]]))
    assert [row.t for row in found] == [at(f"{day}T12:00") for day in told]
    assert any(mark == UNSURE.format("month") for mark in found[0].marks) is (telling == "3/4/2019")
