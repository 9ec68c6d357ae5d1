from datetime import UTC, datetime

import anyio
import pytest
from msgspec import json
from msgspec.structs import replace

from krausen.errors import Invalid, StorageAway
from krausen.importing.preview import NO_ZONE
from krausen.importing.report import FileReport, Skipped
from krausen.model.batch import BatchEvent, BatchState
from krausen.model.journal import JournalEntry
from krausen.model.reading import Quality
from krausen.model.series import SeriesName
from krausen.ports.catalog import Adapter
from krausen.server.imports import Imports
from tests.unit.server.importing import ALL, BREW, ENTRY, LINE, ODDITIES, Brewery


@pytest.fixture
def brewery() -> Brewery:
    return Brewery()


async def test_a_brew_is_imported_whole(brewery: Brewery) -> None:
    report = await brewery.take(BREW, "brewpi_2014-02-03_2d.csv", "Europe/Amsterdam")
    (batch,) = await brewery.catalog.batches()
    assert json.decode(json.encode(report)) == {
        "file": "brewpi_2014-02-03_2d.csv",
        "format": "brewpi_csv",
        "zone": "Europe/Amsterdam",
        "rows": 3341,
        "stored": 3272,
        "repeated": 69,
        "skipped": [],
        "from": "2014-02-03T18:04:58.000Z",
        "to": "2014-02-05T22:48:41.000Z",
        "batch": batch.id,
        "remarks": [],
    }
    assert brewery.history.stores == 1
    counts = {info.name.metric: info.count for info in await brewery.history.series()}
    assert counts["beer"] == counts["chamber"] == counts["state"] == 3272
    assert set(counts) == {"beer", "setpoint_beer", "chamber", "setpoint_chamber", "state"}


async def test_an_imported_brew_is_a_finished_batch_with_roles_and_events(brewery: Brewery) -> None:
    report = await brewery.take(BREW, "brewpi_2014-02-03_2d.csv")
    batch = await brewery.catalog.batch(report.batch or "")
    assert (batch.name, batch.state) == ("brewpi_2014-02-03_2d", BatchState.FINISHED)
    assert batch.source == "import:import/brewpi_2014-02-03_2d"
    assert set(batch.roles) == {"beer", "setpoint_beer", "chamber", "setpoint_chamber", "state"}
    assert batch.roles["beer"] == SeriesName("import", "brewpi_2014-02-03_2d", "beer")
    first = int(datetime(2014, 2, 3, 19, 4, 58, tzinfo=UTC).timestamp() * 1000)
    last = int(datetime(2014, 2, 5, 23, 48, 41, tzinfo=UTC).timestamp() * 1000)
    assert (batch.started_at, batch.finished_at) == (first, last)
    events = await brewery.catalog.events(batch.id)
    assert len(events) == 12
    assert events[0].text == "Mode set to b in web interface"


async def test_temperatures_are_declared_in_degrees_and_states_are_numbers(brewery: Brewery) -> None:
    await brewery.take(BREW)
    units = {info.name.metric: info.unit for info in await brewery.history.series()}
    assert units == {
        "beer": "°C",
        "setpoint_beer": "°C",
        "chamber": "°C",
        "setpoint_chamber": "°C",
        "state": "",
    }


async def test_importing_again_changes_nothing(brewery: Brewery) -> None:
    await brewery.take(BREW)
    before, journal = await brewery.content(), await brewery.catalog.journal(ALL)
    again = await brewery.take(BREW)
    assert (again.stored, again.repeated, again.rows) == (0, 3341, 3341)
    assert await brewery.content() == before
    assert await brewery.catalog.journal(ALL) == journal
    assert brewery.history.stores == 1


async def test_two_parts_of_a_log_make_the_same_brew_in_any_order() -> None:
    lines = BREW.splitlines(keepends=True)
    contents = []
    for parts in ([lines], [lines[:1900], lines[1900:]], [lines[1900:], lines[:1900]]):
        brewery = Brewery()
        for part in parts:
            await brewery.take(b"".join(part))
        contents.append(await brewery.content())
    assert contents[0] == contents[1] == contents[2]


async def test_a_later_part_says_that_it_adds_to_the_brew(brewery: Brewery) -> None:
    await brewery.take(LINE)
    report = await brewery.take(LINE.replace(b"08:00", b"09:00"))
    assert report.remarks == ["It adds to the brew 'brew', which was there already."]
    assert len(await brewery.catalog.batches()) == 1


async def test_more_readings_than_a_page_are_recognised_again(
    brewery: Brewery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("krausen.server.imports._PAGE", 1000)
    await brewery.take(BREW)
    assert (await brewery.take(BREW)).stored == 0


async def test_a_changed_value_replaces_and_is_told(brewery: Brewery) -> None:
    await brewery.take(LINE)
    report = await brewery.take(LINE.replace(b"18.1", b"18.4"))
    assert (report.stored, report.repeated) == (1, 0)
    assert "Values that replaced another of the same instant: 1." in report.remarks
    assert [v for v, _ in (await brewery.values("brew", "beer")).values()] == [18.4]


async def test_a_dry_run_tells_the_same_and_leaves_nothing(brewery: Brewery) -> None:
    empty = await brewery.content()
    told = await brewery.imports.take("brew.csv", BREW, by="anna", zone="UTC", dry_run=True)
    assert await brewery.content() == empty
    assert await brewery.catalog.journal(ALL) == []
    assert told.batch is None
    done = await brewery.take(BREW)
    assert replace(told, batch=done.batch) == done


async def test_a_dry_run_of_a_known_brew_names_its_batch(brewery: Brewery) -> None:
    done = await brewery.take(BREW)
    told = await brewery.imports.take("brew.csv", BREW, by="anna", zone="UTC", dry_run=True)
    assert told.batch == done.batch


async def test_the_journal_says_who_imported_what(brewery: Brewery) -> None:
    report = await brewery.take(BREW)
    (entry,) = await brewery.catalog.journal(ALL)
    assert entry == JournalEntry(
        at=brewery.clock.now(),
        by="anna",
        what="batch",
        id=report.batch or "",
        action="imported",
        detail="brew.csv: 3272 rows",
    )


async def test_nothing_is_kept_when_the_disk_refuses(brewery: Brewery) -> None:
    brewery.history.away = "The disk is full. Nothing was stored."
    with pytest.raises(StorageAway, match="disk is full"):
        await brewery.take(LINE)
    brewery.history.away = ""
    assert await brewery.catalog.batches() == []
    assert await brewery.history.series() == []


async def test_an_import_that_was_broken_off_is_completed_by_the_next(brewery: Brewery) -> None:
    whole = Brewery()
    await whole.take(LINE)
    await brewery.take(LINE)
    half = Brewery()
    half.history = brewery.history
    half.imports = Imports(brewery.history, half.catalog, half.clock)
    report = await half.take(LINE)
    assert (report.stored, report.repeated) == (0, 1)
    assert await half.content() == await whole.content()


async def test_two_imports_at_once_do_not_meet(brewery: Brewery) -> None:
    reports: list[FileReport] = []

    async def take() -> None:
        reports.append(await brewery.take(BREW))

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(take)
        tasks.start_soon(take)
    assert sorted(report.stored for report in reports) == [0, 3272]


async def start_of(brewery: Brewery, zone: str | None) -> tuple[str, str, list[str]]:
    report = await brewery.take(LINE, zone=zone)
    return report.zone, report.start, report.remarks


async def test_without_any_zone_times_are_taken_as_utc_and_that_is_said(brewery: Brewery) -> None:
    assert await start_of(brewery, None) == ("UTC", "2019-05-04T08:00:00.000Z", [NO_ZONE])


async def test_the_zone_of_the_site_is_taken_when_none_is_given(brewery: Brewery) -> None:
    await brewery.catalog.keep_setting("site.zone", "Europe/Copenhagen", ENTRY)
    assert await start_of(brewery, None) == ("Europe/Copenhagen", "2019-05-04T06:00:00.000Z", [])


async def test_the_zone_of_the_adapter_goes_before_that_of_the_site(brewery: Brewery) -> None:
    await brewery.catalog.keep_setting("site.zone", "Europe/Copenhagen", ENTRY)
    await brewery.catalog.keep_adapter(Adapter(name="import", zone="America/New_York"), ENTRY)
    assert await start_of(brewery, None) == ("America/New_York", "2019-05-04T12:00:00.000Z", [])


async def test_the_zone_that_is_given_goes_before_all_others(brewery: Brewery) -> None:
    await brewery.catalog.keep_adapter(Adapter(name="import", zone="America/New_York"), ENTRY)
    assert await start_of(brewery, "Asia/Tokyo") == ("Asia/Tokyo", "2019-05-03T23:00:00.000Z", [])


async def test_an_unknown_zone_is_refused_with_a_suggestion(brewery: Brewery) -> None:
    with pytest.raises(Invalid, match="Did you mean Europe/Copenhagen"):
        await brewery.take(LINE, zone="Europe/Kopenhagen")


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"", "brew.csv is empty."),
        (b"PK\x03\x04", "brew.csv is a damaged archive"),
        (b"time,beer\n1,2\n", "brew.csv is in no format that Krausen knows. Known: .*brewpi_csv"),
        (
            LINE.replace(b"2019", b"1970"),
            "Nothing in brew.csv can be imported .* Line 1: 1970-05-04 08:00:00 is",
        ),
        (LINE.replace(b"2019", b"2031"), "Nothing in brew.csv can be imported .* Line 1: .* in the future"),
    ],
    ids=["empty", "archive", "foreign", "before 1990", "future"],
)
async def test_what_cannot_be_imported_is_refused_in_plain_words(
    brewery: Brewery, raw: bytes, told: str
) -> None:
    empty = await brewery.content()
    with pytest.raises(Invalid, match=told):
        await brewery.take(raw)
    assert await brewery.content() == empty


async def test_a_format_can_be_asked_for(brewery: Brewery) -> None:
    report = await brewery.imports.take("brew.csv", LINE, by="anna", zone="UTC", form="brewpi_csv")
    assert report.format == "brewpi_csv"
    with pytest.raises(Invalid, match=r"no format 'brewpi'. Known: brewpi_csv"):
        await brewery.imports.take("brew.csv", LINE, by="anna", zone="UTC", form="brewpi")


async def test_a_file_of_blank_lines_for_a_format_is_refused(brewery: Brewery) -> None:
    with pytest.raises(
        Invalid, match=r"Nothing in brew.csv can be imported as BrewPi log.*\. Line 2: Cut off"
    ):
        await brewery.imports.take("brew.csv", b"\nx\n", by="anna", zone="UTC", form="brewpi_csv")


async def odd(brewery: Brewery, name: str, zone: str = "UTC") -> FileReport:
    return await brewery.take((ODDITIES / f"{name}.csv").read_bytes(), f"{name}.csv", zone)


@pytest.mark.parametrize(
    ("name", "rows", "stored", "repeated", "skipped"),
    [
        ("cr_lf_and_mark", 2, 2, 0, []),
        ("json_texts", 3, 3, 0, []),
        ("latin_1", 2, 2, 0, []),
        ("power_failures", 7, 2, 0, [2, 4, 5, 6, 7]),
        ("cut_off", 3, 2, 0, [3]),
        ("updated_midway", 5, 4, 0, [5]),
        ("wrong_values", 9, 2, 0, [2, 3, 4, 5, 6, 7, 8]),
        ("same_instants", 4, 2, 2, []),
    ],
)
async def test_every_oddity_is_counted(
    brewery: Brewery, name: str, rows: int, stored: int, repeated: int, skipped: list[int]
) -> None:
    report = await odd(brewery, name)
    lines = [skip.line for skip in report.skipped]
    assert (report.rows, report.stored, report.repeated, lines) == (rows, stored, repeated, skipped)
    again = await odd(brewery, name)
    assert (again.stored, again.repeated, again.skipped) == (0, stored + repeated, report.skipped)


async def test_texts_of_json_keep_their_signs(brewery: Brewery) -> None:
    report = await odd(brewery, "json_texts")
    events = await brewery.catalog.events(report.batch or "")
    assert [event.text for event in events] == [
        'Beer temp set to 17.5 °C; "slowly"',
        "Mode set to f; by hand",
    ]


async def test_latin_1_is_read_and_told(brewery: Brewery) -> None:
    report = await odd(brewery, "latin_1")
    assert report.remarks == ["It is not UTF-8, so it was read as Latin-1: look at the letters in its notes."]
    (event,) = await brewery.catalog.events(report.batch or "")
    assert event.text == "Kölsch set to 18.0 °C"


async def test_absurd_temperatures_are_kept_as_bad_and_told(brewery: Brewery) -> None:
    report = await odd(brewery, "wrong_values")
    assert report.remarks == ["Values that cannot be true, kept as bad and never averaged: 1."]
    values = list((await brewery.values("wrong_values", "beer")).values())
    assert values == [(18.1, Quality.GOOD), (-127.0, Quality.BAD)]


async def test_the_autumn_hour_is_passed_twice_and_the_spring_hour_not_at_all(brewery: Brewery) -> None:
    report = await odd(brewery, "autumn_and_spring", "Europe/Copenhagen")
    autumn = int(datetime(2019, 10, 27, 0, 20, tzinfo=UTC).timestamp() * 1000)
    spring = int(datetime(2020, 3, 29, 0, 59, 59, tzinfo=UTC).timestamp() * 1000)
    minute = 60_000
    assert list(await brewery.values("autumn_and_spring", "beer")) == [
        autumn,
        autumn + 20 * minute,
        autumn + 40 * minute,
        autumn + 60 * minute,
        autumn + 100 * minute,
        spring,
        spring + 1000,
    ]
    (skip,) = report.skipped
    told = "2020-03-29 02:30:00 does not exist in Europe/Copenhagen: the clocks were put forward over it."
    assert skip == Skipped(7, told)


async def test_the_last_of_several_lines_of_an_instant_wins_and_all_notes_stay(brewery: Brewery) -> None:
    report = await odd(brewery, "same_instants")
    first = int(datetime(2019, 5, 4, 8, 0, tzinfo=UTC).timestamp() * 1000)
    assert (await brewery.values("same_instants", "beer"))[first] == (18.1, Quality.GOOD)
    assert (await brewery.values("same_instants", "setpoint_beer"))[first] == (17.0, Quality.GOOD)
    assert (await brewery.values("same_instants", "chamber"))[first] == (16.3, Quality.GOOD)
    assert await brewery.catalog.events(report.batch or "") == [
        BatchEvent(first, "note", "Beer temp set to 17.0 in web interface"),
        BatchEvent(first, "note", "Mode set to b in web interface"),
    ]


async def test_a_room_probe_is_the_ambient_temperature_of_the_brew(brewery: Brewery) -> None:
    report = await odd(brewery, "cr_lf_and_mark")
    batch = await brewery.catalog.batch(report.batch or "")
    assert batch.roles["ambient"] == SeriesName("import", "cr_lf_and_mark", "room")
