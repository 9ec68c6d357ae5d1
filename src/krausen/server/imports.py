"""Takes in the history that another tool kept."""

import asyncio
from collections.abc import Callable
from functools import partial
from itertools import count
from typing import TypeVar
from zoneinfo import ZoneInfo

import anyio
from msgspec import UNSET
from msgspec.structs import replace

from krausen.errors import Invalid, NotFound
from krausen.importing import formats
from krausen.importing.brew import ADAPTER, batch_with, origin_of
from krausen.importing.format import ImportFormat
from krausen.importing.gathered import Gathered, gathered
from krausen.importing.local_time import LocalTime
from krausen.importing.mappings import is_worth_keeping, key_of
from krausen.importing.outcome import Brew, Content, report_of
from krausen.importing.parcel import Log, Parcel, of_bytes
from krausen.importing.plan import Fresh, Judged, Values, fresh, judge, plan
from krausen.importing.recognition import format_of
from krausen.importing.report import FileReport, ImportReport, PassedOver
from krausen.importing.text import Lines, NoLog
from krausen.importing.undertaking import Import, Run, Wish
from krausen.importing.zones import zone_named
from krausen.model.journal import JournalEntry
from krausen.model.series import SeriesName
from krausen.plugins import discover
from krausen.ports.catalog import Catalog
from krausen.ports.clock import Clock
from krausen.ports.history import History, Point
from krausen.server.changes import Change, Tell, to_nobody
from krausen.wire.instants import iso

T = TypeVar("T")

LARGEST = 64 * 1024 * 1024
"""Bytes that may be sent by HTTP at once."""
REMEMBERED_REPORTS = 50
_PAGE = 50_000
_PIECE = 25_000
"""Readings that are stored together."""


def known_formats() -> dict[str, ImportFormat]:
    """Give every import format by name, built in or from elsewhere."""
    return discover(formats, "FORMAT", ImportFormat)


class Imports:
    """Reads files of other tools into history, and keeps each brew as a finished batch.

    A brew is named after its file: the same file again changes nothing, another one of the same name adds to
    the brew. Imports are taken one after another. The reports of the last ones are kept in memory.
    """

    def __init__(self, history: History, catalog: Catalog, clock: Clock, *, tell: Tell = to_nobody) -> None:
        self._history = history
        self._catalog = catalog
        self._clock = clock
        self._tell = tell
        self._formats = known_formats()
        self._turn = anyio.Lock()
        self._numbers = count(1)
        self._past: dict[str, Import] = {}

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
        """Import a file of one brew; see `work`. The preview of a dry run is left out."""
        wish = Wish(by=by, zone=zone, form=form, dry_run=dry_run)
        report = await self.work(self.begin(wish), of_bytes(file, raw))
        return replace(report.files[0], preview=UNSET)

    def begin(self, wish: Wish) -> Import:
        """Give an import that is to be worked on, and keep its report."""
        started = Import(f"{self._clock.now():x}-{next(self._numbers)}", wish)
        self._past[started.report.id] = started
        for id in list(self._past)[:-REMEMBERED_REPORTS]:
            del self._past[id]
        return started

    def report(self, id: str) -> ImportReport:
        """Give the report of an import as it stands. Raises NotFound when it is not, or no longer, known."""
        if id not in self._past:
            raise NotFound(f"No import {id} is remembered; the last {REMEMBERED_REPORTS} are.")
        return self._past[id].report

    async def work(self, started: Import, parcel: Parcel) -> ImportReport:
        """Read and judge everything, then store every valid row of it; a dry run leaves it at reading.

        In a folder or archive, what is no log is passed over and told of. Nothing is stored when anything
        else cannot be imported. Raises Invalid when a file is too large, has no valid row or is no log, or
        when there is no such zone or format; StorageAway, and then it is said if some of it was stored.
        """
        with started.told_of_failures():
            async with self._turn:
                await self._work(started, parcel)
        return started.report

    async def _work(self, started: Import, parcel: Parcel) -> None:
        run = Run(started, parcel, await self._zone(started.wish.zone))
        logs = await _aside(partial(_counted, parcel, self._formats))
        passes = 1 if started.wish.dry_run or logs == 1 else 2
        run.whole = max(logs, 1) * passes
        brew = await self._go_through(run, is_stored=False)
        if not run.reports:
            raise Invalid(" ".join(dict.fromkeys(one.reason for one in run.passed_over)))
        if not started.wish.dry_run:
            started.report = replace(started.report, state="storing")
            if logs == 1 and brew is not None:
                await self._store(run, brew)
            else:
                run.reports = []
                await self._go_through(run, is_stored=True)
        started.report = replace(
            started.report, files=run.reports, passed_over=run.passed_over, state="done", share=1.0
        )

    async def _go_through(self, run: Run, *, is_stored: bool) -> Brew | None:
        """Take one log after another; give the last brew."""
        run.passed_over = []
        logs = run.parcel.logs(self._formats.values())
        brew = None
        while (log := await _aside(partial(next, logs, None))) is not None:
            brew = None  # so that never two are held
            try:
                brew = await self._brew(run, log)
            except NoLog as reason:
                if run.parcel.is_one:
                    raise
                run.passed_over.append(PassedOver(log.shown, str(reason)))
            else:
                if is_stored:
                    await self._store(run, brew)
                run.reports.append(report_of(brew, iso, dry_run=run.started.wish.dry_run))
            if run.whole > 1:
                run.step()
        return brew

    async def _zone(self, asked: str | None) -> ZoneInfo | None:
        adapter = await self._catalog.adapter(ADAPTER)
        names = (asked, adapter and adapter.zone, await self._catalog.setting("site.zone"))
        name = next(filter(None, names), None)
        return None if name is None else zone_named(str(name))

    async def _brew(self, run: Run, log: Log) -> Brew:
        lines = await _aside(partial(Lines, log.pieces, log.file))
        key = await _aside(partial(key_of, lines))
        asked, is_remembered = await self._mapping(run.started.wish.form, key)
        content = await _aside(partial(self._read, run, log, lines, asked))
        origin = origin_of(log.file)
        names = {metric: origin.series(metric) for metric in content.judged.values}
        before = await self._catalog.batch_of(origin.source)
        events = await self._catalog.events(before.id) if before else []
        found = {metric: await self._fresh(name, content.judged, metric) for metric, name in names.items()}
        planned = await _aside(partial(plan, content.judged, found, events))
        return Brew(
            log=log,
            content=content,
            names=names,
            plan=planned,
            before=before,
            after=batch_with(before, origin, names, start=planned.start, end=planned.end),
            key=key if is_worth_keeping(asked, content.form, lines) and not is_remembered else "",
            asked=asked,
            is_remembered=is_remembered,
        )

    async def _mapping(self, asked: str | None, key: str) -> tuple[str | None, bool]:
        """Give the format that is asked for, or what was confirmed for such a heading before."""
        if asked is not None and ":" in asked:
            return asked, False
        kept = await self._catalog.setting(key)
        fits = isinstance(kept, str) and kept.partition(":")[0] in ({asked} if asked else self._formats)
        return (str(kept), True) if fits else (asked, False)

    def _read(self, run: Run, log: Log, lines: Lines, asked: str | None) -> Content:
        form = format_of(lines, self._formats, file=log.file, asked=asked)
        utc = LocalTime(run.zone or ZoneInfo("UTC"), self._clock.now())
        rows = gathered(form.read(lines.by(run.counted(log)), utc), log.line_of)
        if not rows.t:
            raise Invalid(f"Nothing in {log.file} can be imported as {form.title}.{_first(rows)}")
        return Content(
            form=form,
            zone=run.zone,
            was_zone_needed=utc.was_needed,
            encoding=lines.encoding,
            judged=judge(rows, form.series),
        )

    async def _fresh(self, name: SeriesName, judged: Judged, metric: str) -> Fresh:
        known = await self._values(name, judged.start, judged.end + 1)
        return await _aside(partial(fresh, judged.values[metric], known))

    async def _values(self, name: SeriesName, start: int, end: int) -> Values:
        series = await self._history.id_of(name)
        found = Values.none()
        while series is not None:
            page: list[Point] = await self._history.points(series, start, end, _PAGE)
            found.extend((point.t, point.v, point.quality) for point in page)
            if len(page) < _PAGE:
                break
            start = page[-1].t + 1
        return found

    async def _store(self, run: Run, brew: Brew) -> None:
        """Store a brew piece by piece."""
        with run.told_of_halves():
            done = 0
            pieces = brew.plan.pieces(brew.names, _PIECE)
            while piece := await _aside(partial(next, pieces, None)):
                await self._history.store(piece)
                run.is_begun = True
                done += len(piece)
                run.go(0.5 + done / brew.plan.count / 2)
            units = {spec.metric: spec.unit for spec in brew.content.form.series}
            await self._history.declare([(name, units[metric]) for metric, name in brew.names.items()])
            await self._keep(brew, run.started.wish.by)

    async def _keep(self, brew: Brew, by: str) -> None:
        batch = brew.after
        if brew.plan.stored or batch != brew.before:
            detail = f"{brew.log.file}: {brew.plan.stored} rows"
            entry = self._entry(by, "batch", batch.id, "imported", detail)
            await self._catalog.keep_batch(batch, brew.plan.events, entry)
            for event in brew.plan.outdated:
                gone = self._entry(by, "batch", batch.id, "updated", f"{event.text}: now with a new number")
                await self._catalog.remove_event(batch.id, event, gone)
            action = "created" if brew.before is None else "updated"
            self._tell(Change(what="batch", id=batch.id, action=action, revision=batch.revision, by=by))
        if brew.key and await self._catalog.setting(brew.key) != brew.asked:
            entry = self._entry(by, "setting", brew.key, "updated", brew.log.file)
            await self._catalog.keep_setting(brew.key, brew.asked, entry)
            kept = {setting.key: setting.revision for setting in await self._catalog.settings()}
            self._tell(Change(what="setting", id=brew.key, action="updated", revision=kept[brew.key], by=by))

    def _entry(self, by: str, what: str, id: str, action: str, detail: str) -> JournalEntry:
        return JournalEntry(at=self._clock.now(), by=by, what=what, id=id, action=action, detail=detail)


async def _aside(call: Callable[[], T]) -> T:
    """Work in another thread, so that nobody waits for the reading of a large file."""
    return await asyncio.get_running_loop().run_in_executor(None, call)


def _counted(parcel: Parcel, known: dict[str, ImportFormat]) -> int:
    return sum(1 for _ in parcel.logs(known.values()))


def _first(rows: Gathered) -> str:
    return f" Line {rows.skipped[0].line}: {rows.skipped[0].reason}" if rows.skipped else ""
