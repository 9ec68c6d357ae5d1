"""The forms in which readings are taken away, as pieces of text or bytes that follow each other."""

import csv
import json
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from io import StringIO

import msgspec

from krausen.importing.ours import HEADING
from krausen.model.batch import BatchEvent
from krausen.model.reading import Quality
from krausen.model.vessel import Role, VesselMetric
from krausen.server.export import Export
from krausen.server.export_facts import facts_of
from krausen.server.parquet import parquet
from krausen.wire.instants import iso

AT_ONCE = 1000
"""Lines in a piece."""
MISSING = "None"
_CRLF = "\r\n"
"""The end of lines with which a lone CR in a cell is put in quotes."""
NOTE = "note"

_COLUMNS = (
    Role.BEER,
    VesselMetric.SETPOINT_BEER,
    NOTE,
    Role.CHAMBER,
    VesselMetric.SETPOINT_CHAMBER,
    NOTE,
    VesselMetric.STATE,
    Role.AMBIENT,
)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Form(StrEnum):
    """The forms there are."""

    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"
    BREWPI = "brewpi"


MEDIA_TYPES = {
    Form.CSV: "text/csv",
    Form.JSONL: "application/jsonl",
    Form.PARQUET: "application/vnd.apache.parquet",
    Form.BREWPI: "text/csv",
}
ENDINGS = {Form.CSV: "csv", Form.JSONL: "jsonl", Form.PARQUET: "parquet", Form.BREWPI: "csv"}


def formed(export: Export, form: Form) -> AsyncIterator[bytes]:
    """Give an export in a form, a piece at a time. Raises Invalid where the form cannot be made here."""
    match form:
        case Form.CSV:
            return _joined(_csv_lines(export))
        case Form.JSONL:
            return _joined(_json_lines(export))
        case Form.BREWPI:
            return _joined(_brewpi_lines(export))
        case Form.PARQUET:
            return parquet(export)


async def _joined(lines: AsyncIterator[str]) -> AsyncIterator[bytes]:
    held: list[str] = []
    async for line in lines:
        held.append(line)
        if len(held) >= AT_ONCE:
            yield "".join(held).encode()
            held.clear()
    if held:
        yield "".join(held).encode()


async def _csv_lines(export: Export) -> AsyncIterator[str]:
    line = StringIO(newline="")
    write: Callable[[Sequence[object]], object] = csv.writer(line, lineterminator=_CRLF).writerow
    write(HEADING)
    async for t, *facts in facts_of(export):
        write([iso(t), *facts])
        yield _unix(line.getvalue())
        line.seek(0)
        line.truncate()
    yield _unix(line.getvalue())


def _unix(lines: str) -> str:
    """End the last of some lines in LF; what is inside of a cell stays."""
    return f"{lines.removesuffix(_CRLF)}\n" if lines else ""


async def _json_lines(export: Export) -> AsyncIterator[str]:
    async for t, *facts in facts_of(export):
        fields = dict(zip(HEADING, (iso(t), *facts), strict=True))
        yield msgspec.json.encode(fields).decode() + "\n"


async def _brewpi_lines(export: Export) -> AsyncIterator[str]:
    """Yield a line for each second in which anything was read or noted; what is bad is left out."""
    notes = [event for event in export.events if event.kind == NOTE]
    values: dict[str, float] = {}
    second = 0
    async for entry in export.entries():
        if entry.column.role not in _COLUMNS or entry.point.quality is Quality.BAD:
            continue
        now = entry.point.t // 1000
        if values and now != second:
            for line in _lines_until(second, values, notes):
                yield line
            values = {}
        second = now
        values[entry.column.role] = entry.point.v
    for line in _lines_until(second, values, notes) if values else ():
        yield line
    for line in _lines_until(2**62, {}, notes):
        yield line


def _lines_until(second: int, values: dict[str, float], notes: list[BatchEvent]) -> Iterator[str]:
    """Yield the lines of the notes before a second, then that of the second; notes told are taken away."""
    while notes and notes[0].at // 1000 < second:
        at = notes[0].at // 1000
        yield _line(at, {}, _taken(notes, at))
    if values:
        yield _line(second, values, _taken(notes, second))
        while notes and notes[0].at // 1000 == second:
            yield _line(second, {}, _taken(notes, second))


def _taken(notes: list[BatchEvent], second: int) -> list[str]:
    """Take the notes of a second away, two at most."""
    taken = [note for note in notes[:2] if note.at // 1000 == second]
    del notes[: len(taken)]
    return [_quoted(note.text) for note in taken]


def _quoted(text: str) -> str:
    return json.dumps(text).replace(";", "\\u003b")


def _line(second: int, values: dict[str, float], notes: list[str]) -> str:
    when = datetime.fromtimestamp(second, UTC)
    cells = [f"{_MONTHS[when.month - 1]} {when:%d %Y %H:%M:%S}"]
    waiting = iter(notes)
    for column in _COLUMNS:
        if column == NOTE:
            cells.append(next(waiting, MISSING))
        elif column not in values:
            cells.append(MISSING)
        else:
            cells.append(f"{values[column]:.0f}" if column == VesselMetric.STATE else repr(values[column]))
    return ";".join(cells) + "\n"
