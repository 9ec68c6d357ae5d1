"""Published logs, where they are at hand: what is in them is found, every line accounted for."""

from collections import Counter
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from msgspec import Struct

from krausen.errors import Invalid
from krausen.importing.format import Complaint
from krausen.importing.formats.chamber_log import TRIPPED
from krausen.importing.gathered import gathered
from krausen.importing.local_time import LocalTime
from krausen.importing.plan import Fresh, Plan, judge, plan
from krausen.importing.recognition import format_of
from krausen.importing.sources import brews_of
from krausen.importing.text import pieces_of, text_of
from tests.unit.importing.reading import FORMATS, LATER, at, complaints, rows

SERIES = Path(__file__).parents[4] / "shared/data/series"
"""Beside the repository; most of it may be read but not passed on."""


class Told(Struct, frozen=True, kw_only=True):
    """What is known of a log: its format, rows, skipped lines, bad values and words of remarks."""

    form: str
    rows: int
    skipped: int = 0
    repeated: int = 0
    bad: int = 0
    zone: str = "UTC"
    remarks: tuple[str, ...] = ()


LOGS = {
    "bioreactor/yeast_od_2025-02-26_part1.csv": Told(form="bioreactor_csv", rows=5000),
    "brewpi/brewpi_2014-02-03_2d.csv": Told(form="brewpi_csv", rows=3341, repeated=69),
    "brewpi/brewpi_2012-09-26_sample.csv": Told(form="brewpi_csv", rows=511, repeated=1),
    "brewpi/brewpi_2012-09-26_sample.gviz.json": Told(form="brewpi_chart", rows=506),
    "chamber/airlock_bubbles_2017-10_part1.log": Told(form="airlock_log", rows=8000, remarks=("12.5 h",)),
    "chamber/analog_probe_2016-2017.csv": Told(
        form="probe_log",
        rows=3110,
        repeated=8,
        remarks=(
            "put back 2 times",
            "10 times, at most for 1508.8 h",
            "2,206 values of temperature are below -5",
        ),
    ),
    "chamber/chamber_minute_2020-05.log": Told(form="chamber_log", rows=1440),
    "chamber/chamber_onoff_2019-09_part1.log": Told(
        form="chamber_log", rows=30000, remarks=("once, at most for 7.8 h",)
    ),
    "chamber/freezer_ds18b20_2018-01.json": Told(
        form="probe_json", rows=1517, skipped=1, remarks=("once, at most for 111.9 h",)
    ),
    "gravity/ispindel_tripel_2023-12.log": Told(
        form="ispindel_log", rows=1894, remarks=("2 times, at most for 29.0 h",)
    ),
    "gravity/plaatopro_1963.csv": Told(form="plaato_csv", rows=661),
    "gravity/plaatopro_1992.csv": Told(form="plaato_csv", rows=666, bad=1),
    "gravity/rapt_pill_test16_2026-05.csv": Told(form="rapt_csv", rows=68),
    "gravity/tilt_black_2025-11.jsonl": Told(form="tilt_jsonl", rows=184, repeated=1),
    "gravity/tilt_mead_2024-12.csv": Told(
        form="tilt_csv", rows=1416, remarks=("newest row comes first", "at most for 15.5 h")
    ),
    "greenhouse/agc2022_lettuce_reference_climate.csv": Told(
        form="climate_csv", rows=12384, remarks=("9,592 values of pipe are exactly 0 °C",)
    ),
    "greenhouse/agc2022_lettuce_reference_setpoints.csv": Told(form="climate_csv", rows=12359, skipped=25),
    "greenhouse/agc2022_lettuce_weather.csv": Told(form="climate_csv", rows=13794, skipped=31),
    "greenhouse/dk_cell5_2014-02.csv": Told(
        form="climate_csv", rows=3058, skipped=974, bad=1, zone="Europe/Copenhagen"
    ),
    "greenhouse/food_computer_9E_watertemp_sentinel.csv": Told(form="values_csv", rows=2000, bad=2000),
    "greenhouse/nl_hourly_2019-2020.csv": Told(
        form="climate_csv", rows=7921, skipped=1, zone="Europe/Amsterdam", remarks=("The clocks were put",)
    ),
    "greenhouse/tomato_2024_zoneA_environment.csv": Told(
        form="climate_csv",
        rows=41713,
        zone="America/New_York",
        remarks=("The clocks were put", "at most for 1.1 h"),
    ),
    "greenhouse/vertical_farm_T6041_2020-03.csv": Told(
        form="climate_csv", rows=1244, remarks=("Columns that hold no numbers were left out: Site",)
    ),
}


def taken(raw: bytes, zone: str = "UTC") -> tuple[str, Plan, list[tuple[int, str]]]:
    lines = text_of(raw, "brew").lines
    form = format_of(lines, FORMATS, file="brew")
    entries = list(form.read(lines, LocalTime(ZoneInfo(zone), LATER)))
    judged = judge(gathered(entries), form.series)
    found = {metric: Fresh(values) for metric, values in judged.values.items()}
    return form.name, plan(judged, found, []), complaints(entries)


if SERIES.is_dir():

    @pytest.mark.parametrize("name", sorted(LOGS))
    def test_what_is_known_of_a_published_log_is_found(name: str) -> None:
        told = LOGS[name]
        form, planned, skipped = taken((SERIES / name).read_bytes(), told.zone)
        assert form == told.form
        assert (planned.stored + planned.repeated, len(skipped)) == (told.rows, told.skipped)
        assert (planned.repeated, planned.bad) == (told.repeated, told.bad)
        for words in told.remarks:
            assert any(words in remark for remark in planned.remarks), planned.remarks

    def test_every_published_log_is_known() -> None:
        there = {path.relative_to(SERIES).as_posix() for path in SERIES.glob("*/*.*")}
        assert there - set(LOGS) == {"brewpi/profile_2013_c.csv", "gravity/brewery_lab_log_a.csv"}

    def test_a_published_profile_is_refused() -> None:
        with pytest.raises(Invalid, match="a plan and no history"):
            taken((SERIES / "brewpi/profile_2013_c.csv").read_bytes())

    def test_a_published_sheet_is_taken_apart_and_every_sample_read() -> None:
        raw = (SERIES / "gravity/brewery_lab_log_a.csv").read_bytes()
        brews = brews_of(pieces_of(raw), "sheet.csv", FORMATS.values())
        done = [taken(part.raw) for part in brews.values()]
        assert {form for form, _, _ in done} == {"lab_sheet"}
        assert not any("Dates such as" in remark for _, planned, _ in done for remark in planned.remarks)
        lines = text_of(raw, "sheet.csv").lines
        assert len(lines) == 1 + 1967
        count = Counter(line.split(",")[4].strip() for line in lines[1:])
        for title, (_, planned, skipped) in zip(brews, done, strict=True):
            assert planned.stored + planned.repeated + len(skipped) == count[title.partition(" ")[0]]

    def test_states_and_trips_of_a_published_chamber_are_those_counted_by_hand() -> None:
        path = SERIES / "chamber/chamber_onoff_2019-09_part1.log"
        entries = list(
            FORMATS["chamber_log"].read(path.read_text().splitlines(), LocalTime(ZoneInfo("UTC"), LATER))
        )
        assert Counter(row.values["actuator"] for row in rows(entries)) == {1.0: 5855, 0.0: 24145}
        noted = [row for row in rows(entries) if row.notes]
        assert [row.notes for row in noted] == [(("note", TRIPPED),)] * 2
        assert noted[0].t == at("2019-09-11T08:30:28")
        assert not [entry for entry in entries if isinstance(entry, Complaint)]
        assert max(row.values["chamber"] for row in rows(entries)) == pytest.approx((109.82 - 32) / 1.8)
