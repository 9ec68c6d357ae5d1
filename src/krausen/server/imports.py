"""Takes in the history that another tool kept."""

import asyncio
from collections.abc import Callable
from functools import partial
from itertools import count
from tempfile import SpooledTemporaryFile
from typing import TypeVar
from zoneinfo import ZoneInfo

import anyio
from msgspec import UNSET
from msgspec.structs import replace

from krausen.errors import Invalid, NotFound
from krausen.importing import formats
from krausen.importing.brew import ADAPTER
from krausen.importing.format import ImportFormat
from krausen.importing.gathered import Gathered, gathered
from krausen.importing.local_time import LocalTime
from krausen.importing.mappings import is_worth_keeping, key_of
from krausen.importing.outcome import Brew, Content, report_of
from krausen.importing.parcel import Log, Parcel, of_bytes
from krausen.importing.plan import Comparison, Fresh, judge, plan
from krausen.importing.recognition import format_of
from krausen.importing.report import FileReport, ImportReport, PassedOver
from krausen.importing.tape import CODES, Blocks, Room, Values
from krausen.importing.text import Lines, NoLog
from krausen.importing.undertaking import Import, Run, Wish
from krausen.importing.zones import zone_named
from krausen.model.journal import JournalEntry
from krausen.model.series import SeriesName
from krausen.plugins import discover
from krausen.ports.catalog import Catalog
from krausen.ports.clock import Clock
from krausen.ports.history import History
from krausen.server.changes import Change, Tell, to_nobody
from krausen.server.import_homes import Homes
from krausen.wire.instants import iso

T = TypeVar("T")

LARGEST = 64 * 1024 * 1024
"""Bytes that may be sent by HTTP at once."""
REMEMBERED_REPORTS = 50
IN_MEMORY = 4 * 1024 * 1024
"""Bytes of what was read of a log that are held in memory; beyond that they lie in a temporary file."""
_PAGE = 25_000
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
        self._homes = Homes(catalog, history)
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
        is_stored_at_once = logs == 1 and not started.wish.dry_run
        passes = 1 if started.wish.dry_run or is_stored_at_once else 2
        run.whole = max(logs, 1) * passes
        for turn in range(passes):
            await self._go_through(run, is_stored=is_stored_at_once or turn == 1)
            if not run.reports:
                raise Invalid(" ".join(dict.fromkeys(one.reason for one in run.passed_over)))
        started.report = replace(
            started.report, files=run.reports, passed_over=run.passed_over, state="done", share=1.0
        )

    async def _go_through(self, run: Run, *, is_stored: bool) -> None:
        """Take one log after another."""
        run.reports, run.passed_over = [], []
        logs = run.parcel.logs(self._formats.values())
        while (log := await _aside(partial(next, logs, None))) is not None:
            try:
                run.reports.append(await self._report(run, log, is_stored=is_stored))
            except NoLog as reason:
                if run.parcel.is_one:
                    raise
                run.passed_over.append(PassedOver(log.shown, str(reason)))
            if run.whole > 1:
                run.step()

    async def _report(self, run: Run, log: Log, *, is_stored: bool) -> FileReport:
        with SpooledTemporaryFile[bytes](IN_MEMORY) as file:
            brew = await self._brew(run, log, Room(file))
            if is_stored:
                run.started.report = replace(run.started.report, state="storing")
                await self._store(run, brew)
            return await _aside(partial(report_of, brew, iso, dry_run=run.started.wish.dry_run))

    async def _zone(self, asked: str | None) -> ZoneInfo | None:
        adapter = await self._catalog.adapter(ADAPTER)
        names = (asked, adapter and adapter.zone, await self._catalog.setting("site.zone"))
        name = next(filter(None, names), None)
        return None if name is None else zone_named(str(name))

    async def _brew(self, run: Run, log: Log, room: Room) -> Brew:
        lines = await _aside(partial(Lines, log.pieces, log.file))
        key = await _aside(partial(key_of, lines))
        asked, is_remembered = await self._mapping(run.started.wish.form, key)
        content = await _aside(partial(self._read, run, log, lines, room, asked))
        home = await self._homes.of(log.file, content)
        names = {metric: home.names[metric] for metric in content.judged.values}
        events = await self._catalog.events(home.before.id) if home.before else []
        is_ours = content.form.kept is not None
        found = {
            metric: await self._fresh(name, content.judged.values[metric], Comparison(room, stays=is_ours))
            for metric, name in names.items()
        }
        planned = await _aside(partial(plan, content.judged, found, events, is_ours=is_ours))
        return Brew(
            log=log,
            content=content,
            names=names,
            plan=planned,
            before=home.before,
            after=home.after(planned.start, planned.end),
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

    def _read(self, run: Run, log: Log, lines: Lines, room: Room, asked: str | None) -> Content:
        form = format_of(lines, self._formats, file=log.file, asked=asked)
        utc = LocalTime(run.zone or ZoneInfo("UTC"), self._clock.now())
        rows = gathered(form.read(lines.by(run.counted(log)), utc), log.line_of, room)
        if not len(rows.t):
            raise Invalid(f"Nothing in {log.file} can be imported as {form.title}.{_first(rows)}")
        return Content(
            form=form,
            zone=run.zone,
            was_zone_needed=utc.was_needed,
            encoding=lines.encoding,
            judged=judge(rows, form.series),
        )

    async def _fresh(self, name: SeriesName, column: Blocks, found: Comparison) -> Fresh:
        series = await self._history.id_of(name)
        if series is None:
            return Fresh(column)
        blocks = column.blocks()
        while (block := await _aside(partial(next, blocks, None))) is not None:
            found.add(block, await self._known(series, block))
        return found.fresh

    async def _known(self, series: str, block: Values) -> dict[int, tuple[float, int]]:
        """Give what is known of the instants of a block."""
        wanted, start, end = frozenset(block.t), block.t[0], block.t[-1] + 1
        known: dict[int, tuple[float, int]] = {}
        while start < end:
            page = await self._history.points(series, start, end, _PAGE)
            known |= {point.t: (point.v, CODES[point.quality]) for point in page if point.t in wanted}
            start = end if len(page) < _PAGE else page[-1].t + 1
        return known

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
        if batch is not None and (brew.plan.stored or batch != brew.before):
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
