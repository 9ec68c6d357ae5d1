"""Takes in the history that another tool kept."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import TypeVar
from zoneinfo import ZoneInfo

import anyio
from msgspec import Struct

from krausen.errors import Invalid
from krausen.importing import formats
from krausen.importing.brew import ADAPTER, batch_with, origin_of
from krausen.importing.format import Complaint, ImportFormat, Row
from krausen.importing.local_time import LocalTime
from krausen.importing.plan import Known, Plan, Values, plan
from krausen.importing.recognition import format_of
from krausen.importing.report import FileReport, Skipped
from krausen.importing.text import text_of
from krausen.importing.zones import zone_named
from krausen.model.batch import Batch
from krausen.model.journal import JournalEntry
from krausen.model.reading import Quality
from krausen.model.series import SeriesName
from krausen.plugins import discover
from krausen.ports.catalog import Catalog
from krausen.ports.clock import Clock
from krausen.ports.history import History
from krausen.server.changes import Change, Tell, to_nobody
from krausen.wire.instants import iso

T = TypeVar("T")

LARGEST = 16 * 1024 * 1024
"""Bytes a file may have."""
NO_ZONE = "No time zone was given and the site has none, so its times are taken as UTC."
_PAGE = 50_000


def known_formats() -> dict[str, ImportFormat]:
    """Give every import format by name, built in or from elsewhere."""
    return discover(formats, "FORMAT", ImportFormat)


class Imports:
    """Reads files of other tools into history, and keeps each brew as a finished batch.

    A brew is named after its file: the same file again changes nothing, another one of the same name adds to
    the brew. Files are taken one after another.
    """

    def __init__(self, history: History, catalog: Catalog, clock: Clock, *, tell: Tell = to_nobody) -> None:
        self._history = history
        self._catalog = catalog
        self._clock = clock
        self._tell = tell
        self._formats = known_formats()
        self._turn = anyio.Lock()

    async def take(
        self,
        file: str,
        raw: bytes,
        *,
        by: str,
        zone: str | None = None,
        form: str | None = None,
        dry_run: bool = False,
    ) -> FileReport:
        """Store every valid row of a file at once, or on an error none. A dry run only tells what would be.

        `zone` names the time zone of times without one: else that of the adapter `import`, else the site's,
        else UTC. `form` names the format, else the file tells. Raises Invalid when the file is too large,
        empty, no text, of no known format or without any valid row, or when there is no such zone or format;
        StorageAway.
        """
        async with self._turn:
            where = await self._zone(zone)
            content = await _aside(partial(self._read, file, raw, where or ZoneInfo("UTC"), form))
            brew = await self._brew(file, content)
            if not dry_run:
                await self._store(brew)
                await self._keep(file, brew, by)
            return _report(file, brew, dry_run=dry_run, remarks=[] if where else [NO_ZONE])

    async def _zone(self, asked: str | None) -> ZoneInfo | None:
        adapter = await self._catalog.adapter(ADAPTER)
        names = (asked, adapter and adapter.zone, await self._catalog.setting("site.zone"))
        name = next(filter(None, names), None)
        return None if name is None else zone_named(str(name))

    def _read(self, file: str, raw: bytes, zone: ZoneInfo, form: str | None) -> "_Content":
        if len(raw) > LARGEST:
            raise Invalid(f"{file} is larger than {LARGEST >> 20} MiB. Split it and import the parts.")
        text = text_of(raw, file)
        chosen = format_of(text.lines, self._formats, file=file, asked=form)
        entries = list(chosen.read(text.lines, LocalTime(zone, self._clock.now())))
        rows = [entry for entry in entries if isinstance(entry, Row)]
        skipped = [Skipped(entry.line, entry.reason) for entry in entries if isinstance(entry, Complaint)]
        if not rows:
            first = f" Line {skipped[0].line}: {skipped[0].reason}" if skipped else ""
            raise Invalid(f"Nothing in {file} can be imported as {chosen.title}.{first}")
        return _Content(form=chosen, zone=zone, encoding=text.encoding, rows=rows, skipped=skipped)

    async def _brew(self, file: str, content: "_Content") -> "_Brew":
        origin = origin_of(file)
        names = {metric: origin.series(metric) for metric in content.metrics}
        before = await self._catalog.batch_of(origin.source)
        known = await self._known(names, content.rows, before)
        planned = await _aside(partial(plan, content.rows, names, content.form.series, known))
        after = batch_with(before, origin, names, start=planned.start, end=planned.end)
        return _Brew(content=content, names=names, plan=planned, before=before, after=after)

    async def _known(self, names: dict[str, SeriesName], rows: list[Row], batch: Batch | None) -> Known:
        start, end = min(row.t for row in rows), max(row.t for row in rows) + 1
        values = {metric: await self._values(name, start, end) for metric, name in names.items()}
        events = await self._catalog.events(batch.id) if batch else ()
        return Known(values, frozenset(events))

    async def _values(self, name: SeriesName, start: int, end: int) -> Values:
        series = await self._history.id_of(name)
        found: dict[int, tuple[float, Quality]] = {}
        while series is not None:
            page = await self._history.points(series, start, end, _PAGE)
            found |= {point.t: (point.v, point.quality) for point in page}
            if len(page) < _PAGE:
                break
            start = page[-1].t + 1
        return found

    async def _store(self, brew: "_Brew") -> None:
        if brew.plan.readings:
            await self._history.store(brew.plan.readings)
        units = {spec.metric: spec.unit for spec in brew.content.form.series}
        await self._history.declare([(name, units[metric]) for metric, name in brew.names.items()])

    async def _keep(self, file: str, brew: "_Brew", by: str) -> None:
        if brew.plan.stored or brew.after != brew.before:
            entry = JournalEntry(
                at=self._clock.now(),
                by=by,
                what="batch",
                id=brew.after.id,
                action="imported",
                detail=f"{file}: {brew.plan.stored} rows",
            )
            await self._catalog.keep_batch(brew.after, brew.plan.events, entry)
            action = "created" if brew.before is None else "updated"
            batch = brew.after
            self._tell(Change(what="batch", id=batch.id, action=action, revision=batch.revision, by=by))


class _Content(Struct, frozen=True, kw_only=True):
    """A file as it was read."""

    form: ImportFormat
    zone: ZoneInfo
    encoding: str
    rows: list[Row]
    skipped: list[Skipped]

    @property
    def metrics(self) -> list[str]:
        return sorted({metric for row in self.rows for metric in row.values})


class _Brew(Struct, frozen=True, kw_only=True):
    """A file's rows, and what they make of the brew they belong to."""

    content: _Content
    names: dict[str, SeriesName]
    plan: Plan
    before: Batch | None
    after: Batch


async def _aside(call: Callable[[], T]) -> T:
    """Work in another thread, so that nobody waits for the reading of a large file."""
    return await asyncio.get_running_loop().run_in_executor(None, call)


def _report(file: str, brew: _Brew, *, dry_run: bool, remarks: list[str]) -> FileReport:
    content, planned = brew.content, brew.plan
    return FileReport(
        file=file,
        format=content.form.name,
        zone=content.zone.key,
        rows=len(content.rows) + len(content.skipped),
        stored=planned.stored,
        repeated=planned.repeated,
        skipped=content.skipped,
        start=iso(planned.start),
        end=iso(planned.end),
        batch=None if dry_run and brew.before is None else brew.after.id,
        remarks=[*remarks, *_remarks(brew), *planned.remarks],
    )


def _remarks(brew: _Brew) -> list[str]:
    remarks = []
    if brew.content.encoding == "Latin-1":
        remarks.append("It is not UTF-8, so it was read as Latin-1: look at the letters in its notes.")
    if brew.plan.bad:
        remarks.append(f"Values that cannot be true, kept as bad and never averaged: {brew.plan.bad}.")
    if brew.plan.replaced:
        remarks.append(f"Values that replaced another of the same instant: {brew.plan.replaced}.")
    if brew.before is not None and brew.plan.stored:
        remarks.append(f"It adds to the brew {brew.before.name!r}, which was there already.")
    return remarks
