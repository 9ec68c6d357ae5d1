from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from krausen.errors import Invalid, NotFound, StorageAway
from krausen.importing.parcel import of_bytes
from krausen.importing.preview import NO_ZONE
from krausen.importing.report import PassedOver, Preview
from krausen.importing.undertaking import AGAIN, Import, Wish
from krausen.server.imports import REMEMBERED_REPORTS
from tests.unit.server.importing import BREW, LINE, Brewery, zipped

SHEET = (Path(__file__).parents[2] / "recordings/lab_sheet/made_up.csv").read_bytes()
TABLE = b"Tid;Temp;Nr\n2019-10-04 08:00;68,0;1\n2019-10-04 09:00;68,5;2\n"
NAMED = "csv_table:Tid=time,Temp=beer:F,Nr=-"


@pytest.fixture
def brewery() -> Brewery:
    return Brewery()


async def test_every_log_of_an_archive_becomes_a_brew(brewery: Brewery) -> None:
    report = await brewery.work(zipped(stout=LINE, ale=LINE.replace(b"18.1", b"17.1")))
    assert [(file.file, file.stored) for file in report.files] == [
        ("all.zip/stout.csv", 1),
        ("all.zip/ale.csv", 1),
    ]
    assert {batch.name for batch in await brewery.catalog.batches()} == {"ale", "stout"}


async def test_every_brew_of_a_sheet_becomes_a_batch(brewery: Brewery) -> None:
    report = await brewery.work(of_bytes("sheet.csv", SHEET))
    assert [file.file for file in report.files] == ["sheet.csv: 12 Dark Lager", "sheet.csv: 13 Pale Ale"]
    assert [skip.line for skip in report.files[0].skipped] == [2]
    assert len(await brewery.catalog.batches()) == 2


async def test_two_days_in_an_archive_become_one_brew(brewery: Brewery) -> None:
    days = {f"Ale-2019-05-0{day}": LINE.replace(b"04", b"0%d" % day) for day in (4, 5)}
    first, second = (await brewery.work(zipped(**days))).files
    assert first.batch == second.batch
    assert second.remarks == ["It adds to the brew 'Ale', which was there already."]


async def test_what_is_no_log_in_an_archive_is_passed_over_and_told(brewery: Brewery) -> None:
    report = await brewery.work(zipped(stout=LINE, notes=b"Buy hops.", void=b""))
    assert [file.file for file in report.files] == ["all.zip/stout.csv"]
    assert [one.file for one in report.passed_over] == ["all.zip/notes.csv", "all.zip/void.csv"]
    assert report.passed_over[1] == PassedOver("all.zip/void.csv", "void.csv is empty.")


async def test_an_archive_of_nothing_but_other_files_is_refused(brewery: Brewery) -> None:
    with pytest.raises(Invalid, match=r"notes.csv is in no format .* void.csv is empty\."):
        await brewery.work(zipped(notes=b"Buy hops.", void=b""))


async def test_nothing_of_an_archive_is_stored_when_one_log_of_it_cannot_be_imported(
    brewery: Brewery,
) -> None:
    empty = await brewery.content()
    with pytest.raises(Invalid, match=r"Nothing in unset.csv can be imported"):
        await brewery.work(zipped(stout=LINE, unset=LINE.replace(b"2019", b"1970")))
    assert await brewery.content() == empty
    assert brewery.history.stores == 0


async def test_a_disk_that_fails_halfway_is_told_and_importing_again_completes(
    brewery: Brewery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("krausen.server.imports._PIECE", 2)
    whole = Brewery()
    await whole.take(LINE)
    brewery.history.most = 1
    with pytest.raises(StorageAway) as failure:
        await brewery.take(LINE)
    assert str(failure.value) == f"The disk is full. {AGAIN}"
    brewery.history.most = None
    assert (await brewery.take(LINE)).stored == 1
    assert await brewery.content() == await whole.content()


async def test_a_second_log_that_cannot_be_stored_leaves_the_first_and_says_so(brewery: Brewery) -> None:
    brewery.history.most = 1
    parcel = zipped(ale=LINE, stout=LINE)
    with pytest.raises(StorageAway, match="Import it again: that completes it"):
        await brewery.work(parcel)
    brewery.history.most = None
    report = await brewery.work(parcel)
    assert [(file.stored, file.repeated) for file in report.files] == [(0, 1), (1, 0)]


async def test_a_dry_run_shows_what_was_read(brewery: Brewery) -> None:
    report = await brewery.work(of_bytes("table.csv", TABLE), zone=None, form=NAMED, dry_run=True)
    (file,) = report.files
    assert isinstance(file.preview, Preview)
    assert [seen.time for seen in file.preview.rows] == [
        "2019-10-04T08:00:00.000Z",
        "2019-10-04T09:00:00.000Z",
    ]
    assert [question.about for question in file.preview.questions] == ["zone"]
    assert file.preview.mapping == NAMED
    assert await brewery.catalog.settings() == []


async def test_columns_that_were_named_are_named_so_for_the_next_table_of_that_heading(
    brewery: Brewery,
) -> None:
    first = await brewery.work(of_bytes("one.csv", TABLE), form=NAMED)
    assert first.files[0].remarks == []
    assert [setting.value for setting in await brewery.catalog.settings()] == [NAMED]
    later = TABLE.replace(b"2019", b"2020")
    for form in (None, "csv_table"):
        (file,) = (await brewery.work(of_bytes("two.csv", later), form=form)).files
        assert file.remarks[0] == f"The columns were taken as they were confirmed before: {NAMED}."
    assert [v for v, _ in (await brewery.values("two", "beer")).values()] == pytest.approx([20.0, 20.2777778])
    await brewery.work(of_bytes("three.csv", later), form="csv_table:Temp=room:C")
    assert [setting.value for setting in await brewery.catalog.settings()] == ["csv_table:Temp=room:C"]


async def test_columns_of_another_heading_are_not_taken_as_they_were_named(brewery: Brewery) -> None:
    await brewery.work(of_bytes("one.csv", TABLE), form=NAMED)
    (file,) = (await brewery.work(of_bytes("two.csv", TABLE.replace(b"Temp", b"Room")))).files
    assert not any("confirmed" in remark for remark in file.remarks)


async def test_times_with_a_zone_of_their_own_raise_no_question_for_one(brewery: Brewery) -> None:
    zoned = TABLE.replace(b"08:00", b"08:00:00Z").replace(b"09:00", b"09:00:00Z")
    (file,) = (await brewery.work(of_bytes("table.csv", zoned), zone=None, form=NAMED)).files
    assert NO_ZONE not in file.remarks


async def test_very_many_events_become_one_an_hour_and_that_is_told(brewery: Brewery) -> None:
    start = datetime(2019, 5, 4, tzinfo=UTC)
    times = [start + timedelta(minutes=minute) for minute in range(700)]
    log = "\n".join(f"ferm1|{t:%Y%m%d:%H%M%S}" for t in times)
    report = await brewery.take(log[: log.index("1132")].encode(), "bubbles.log")
    report = await brewery.take(log.encode(), "bubbles.log")
    events = await brewery.catalog.events(report.batch or "")
    told = "Of more than 500 events of the kind bubble, 200 became 4 events, one for an hour."
    assert told in report.remarks
    assert [event.text for event in events if event.text != "ferm1"] == [
        "ferm1: 40 in this hour",
        "ferm1: 60 in this hour",
        "ferm1: 60 in this hour",
        "ferm1: 40 in this hour",
    ]
    assert len(await brewery.values("bubbles", "bubble")) == 700


async def test_the_report_of_an_import_can_be_asked_for_again(brewery: Brewery) -> None:
    started = brewery.imports.begin(Wish(by="anna", zone="UTC"))
    waiting = brewery.imports.report(started.report.id)
    assert (waiting.state, waiting.share, waiting.files) == ("reading", 0.0, [])
    done = await brewery.imports.work(started, of_bytes("brew.csv", LINE))
    assert brewery.imports.report(started.report.id) == done
    assert (done.state, done.share) == ("done", 1.0)


async def test_an_import_that_failed_says_why(brewery: Brewery) -> None:
    started = brewery.imports.begin(Wish(by="anna"))
    with pytest.raises(Invalid):
        await brewery.imports.work(started, of_bytes("brew.csv", b""))
    report = brewery.imports.report(started.report.id)
    assert (report.state, report.detail) == ("failed", "brew.csv is empty.")


async def test_the_last_reports_are_remembered(brewery: Brewery) -> None:
    wish = Wish(by="anna")
    ids = [brewery.imports.begin(wish).report.id for _ in range(REMEMBERED_REPORTS + 1)]
    assert brewery.imports.report(ids[1]).id == ids[1]
    with pytest.raises(NotFound, match=f"No import {ids[0]} is remembered; the last 50 are"):
        brewery.imports.report(ids[0])


async def test_the_share_that_is_done_only_grows(brewery: Brewery, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("krausen.server.imports._PIECE", 1000)
    shares: list[float] = []
    move = Import.move

    def noted(self: Import, share: float) -> None:
        move(self, share)
        shares.append(self.report.share)

    monkeypatch.setattr(Import, "move", noted)
    await brewery.work(of_bytes("brew.csv", BREW))
    assert shares == sorted(shares)
    assert len(set(shares)) > 10
    assert 0.1 < shares[0] < 0.5 < shares[-2] < shares[-1] == 1.0
