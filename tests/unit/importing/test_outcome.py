from zoneinfo import ZoneInfo

from msgspec import UNSET
from msgspec.structs import replace

from krausen.importing.brew import batch_with, origin_of
from krausen.importing.format import Complaint, Row
from krausen.importing.gathered import gathered
from krausen.importing.mappings import REMEMBERED
from krausen.importing.outcome import LEFT, Brew, Content, report_of
from krausen.importing.parcel import Log
from krausen.importing.plan import Fresh, judge, plan
from krausen.importing.preview import NO_ZONE
from krausen.importing.report import FileReport, Preview, Skipped
from krausen.model.batch import Batch
from tests.unit.importing.reading import FORMATS

FORM = FORMATS["brewpi_csv"]
ORIGIN = origin_of("brew.csv")
ENTRIES: list[Row | Complaint] = [
    Row(1, 10, {"beer": 18.0}),
    Complaint(2, "Odd."),
    Row(3, 20, {"beer": -127.0}),
]


KNOWN = batch_with(None, ORIGIN, ["beer"], start=10, end=20)


def brew(
    before: Batch | None = None,
    *,
    zone: str | None = "UTC",
    encoding: str = "UTF-8",
    entries: list[Row | Complaint] = ENTRIES,
    replaced: int = 2,
) -> Brew:
    judged = judge(gathered(entries), FORM.series)
    found = {metric: Fresh(values, replaced) for metric, values in judged.values.items()}
    planned = plan(judged, found, [])
    return Brew(
        log=Log(shown="all.zip/brew.csv", file="brew.csv", pieces=lambda: [], size=0),
        content=Content(
            form=FORM,
            zone=ZoneInfo(zone) if zone else None,
            was_zone_needed=True,
            encoding=encoding,
            judged=judged,
        ),
        names={"beer": ORIGIN.series("beer")},
        plan=planned,
        before=before,
        after=batch_with(before, ORIGIN, ["beer"], start=10, end=20),
        key="",
        asked=None,
        is_remembered=False,
    )


def report(told: Brew, *, dry_run: bool = False) -> FileReport:
    return report_of(told, str, dry_run=dry_run)


def test_a_report_accounts_for_every_line() -> None:
    told = brew()
    assert report(told) == FileReport(
        file="all.zip/brew.csv",
        format="brewpi_csv",
        zone="UTC",
        rows=3,
        stored=2,
        repeated=0,
        skipped=[Skipped(2, "Odd.")],
        start="10",
        end="20",
        batch=KNOWN.id,
        remarks=[
            "Values that cannot be true, kept as bad and never averaged: 1.",
            "Values that replaced another of the same instant: 2.",
        ],
    )


def test_a_plain_log_raises_no_remark() -> None:
    assert report(brew(entries=[Row(1, 10, {"beer": 18.0})], replaced=0)).remarks == []


def test_a_dry_run_names_no_batch_that_is_not_there_and_has_a_preview() -> None:
    told = report(brew(), dry_run=True)
    assert told.batch is None
    assert isinstance(told.preview, Preview)
    assert report(brew()).preview is UNSET
    known = KNOWN
    assert report(brew(known), dry_run=True).batch == known.id


def test_values_that_were_left_are_told() -> None:
    told = brew()
    assert LEFT.format(1_234) in report(replace(told, plan=replace(told.plan, left=1_234))).remarks
    assert report(replace(told, after=None)).batch is None


def test_what_was_assumed_and_found_there_is_remarked() -> None:
    before = replace(KNOWN, name="Stout")
    told = replace(brew(before, zone=None, encoding="Latin-1"), asked="csv_table:a=time", is_remembered=True)
    remarks = report(told).remarks
    assert remarks[:3] == [
        NO_ZONE,
        REMEMBERED.format("csv_table:a=time"),
        "It is not UTF-8, so it was read as Latin-1: look at the letters in its notes.",
    ]
    assert remarks[-1] == "It adds to the brew 'Stout', which was there already."
    assert report(told).zone == "UTC"


def test_a_zone_that_no_time_needed_is_not_asked_for() -> None:
    told = brew(zone=None)
    content = replace(told.content, was_zone_needed=False)
    assert NO_ZONE not in report(replace(told, content=content)).remarks
