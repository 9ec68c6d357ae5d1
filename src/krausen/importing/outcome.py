"""What a log makes of the brew it belongs to, and what is told of that."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from msgspec import UNSET, Struct

from krausen.importing.format import ImportFormat
from krausen.importing.mappings import REMEMBERED
from krausen.importing.parcel import Log
from krausen.importing.plan import Judged, Plan
from krausen.importing.preview import NO_ZONE, preview_of
from krausen.importing.report import FileReport
from krausen.model.batch import Batch
from krausen.model.series import SeriesName

LEFT = "Values that differ from what is here already, which stays: {:,}. They may have been corrected before."


class Content(Struct, frozen=True, kw_only=True):
    """A file as it was read."""

    form: ImportFormat
    zone: ZoneInfo | None
    was_zone_needed: bool
    encoding: str
    judged: Judged


class Brew(Struct, frozen=True, kw_only=True):
    """A file's rows, and what they make of the brew they belong to; `key` if its mapping is to be kept."""

    log: Log
    content: Content
    names: dict[str, SeriesName]
    plan: Plan
    before: Batch | None
    after: Batch | None
    key: str
    asked: str | None
    is_remembered: bool


def report_of(brew: Brew, iso: Callable[[int], str], *, dry_run: bool) -> FileReport:
    """Report on a brew, that was stored or only read. `iso` writes an instant."""
    content, planned = brew.content, brew.plan
    rows = content.judged.gathered
    remarks = [*_remarks(brew), *planned.remarks]
    return FileReport(
        file=brew.log.shown,
        format=content.form.name,
        zone=(content.zone or ZoneInfo("UTC")).key,
        rows=rows.lines,
        stored=planned.stored,
        repeated=planned.repeated,
        skipped=rows.skipped,
        more_skipped=rows.more_skipped or UNSET,
        start=iso(planned.start),
        end=iso(planned.end),
        batch=None if brew.after is None or (dry_run and brew.before is None) else brew.after.id,
        remarks=remarks,
        preview=preview_of(content.form, rows, remarks, iso) if dry_run else UNSET,
    )


def _remarks(brew: Brew) -> list[str]:
    remarks = []
    if brew.content.zone is None and brew.content.was_zone_needed:
        remarks.append(NO_ZONE)
    if brew.is_remembered:
        remarks.append(REMEMBERED.format(brew.asked))
    if brew.content.encoding == "Latin-1":
        remarks.append("It is not UTF-8, so it was read as Latin-1: look at the letters in its notes.")
    if brew.plan.bad:
        remarks.append(f"Values that cannot be true, kept as bad and never averaged: {brew.plan.bad}.")
    if brew.plan.replaced:
        remarks.append(f"Values that replaced another of the same instant: {brew.plan.replaced}.")
    if brew.plan.left:
        remarks.append(LEFT.format(brew.plan.left))
    if brew.before is not None and brew.plan.stored:
        remarks.append(f"It adds to the brew {brew.before.name!r}, which was there already.")
    return remarks
