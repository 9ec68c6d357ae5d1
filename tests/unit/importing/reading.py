"""What the tests of the formats share: reading lines and bytes as the product does."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from krausen.importing import formats
from krausen.importing.format import Complaint, ImportFormat, Row
from krausen.importing.local_time import LocalTime
from krausen.importing.plan import Comparison, Fresh
from krausen.importing.recognition import format_of
from krausen.importing.tape import Blocks, Room, Tape, rows_of
from krausen.importing.text import lines_of
from krausen.plugins import discover

LATER = 4_000_000_000_000
RECORDINGS = Path(__file__).parents[2] / "recordings"
FORMATS = discover(formats, "FORMAT", ImportFormat)


def made_up(name: str) -> Path:
    """Give the small file that was made up for a format."""
    (path,) = (RECORDINGS / name).glob("made_up.*")
    return path


def at(text: str) -> int:
    """Give the UTC milliseconds of a time, as UTC where it names no zone."""
    moment = datetime.fromisoformat(text)
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return int(aware.timestamp() * 1000)


def lines_in(*pieces: bytes) -> list[str]:
    return [line for line, _ in lines_of(pieces, "brew")]


def read(form: ImportFormat, lines: Iterable[str], zone: str = "UTC") -> list[Row | Complaint]:
    return list(form.read(lines, LocalTime(ZoneInfo(zone), LATER)))


def imported(
    lines: Sequence[str], asked: str | None = None, zone: str = "UTC"
) -> tuple[ImportFormat, list[Row | Complaint]]:
    """Find the format of lines and read them."""
    form = format_of(lines, FORMATS, file="brew", asked=asked)
    return form, read(form, lines, zone)


def tape(*readings: tuple[int, float]) -> Tape:
    """Give readings, or instants with any value, on a tape."""
    made = Tape(Room())
    made.extend((t, v, 0) for t, v in readings)
    return made


def marked(instants: Iterable[int]) -> Tape:
    return tape(*((t, 0.0) for t in instants))


def held(column: Blocks) -> list[tuple[int, float]]:
    return [(t, v) for t, v, _ in rows_of(column)]


def compared(column: Blocks, known: Blocks) -> Fresh:
    """Find what of a column is not known."""
    there = {t: (v, q) for t, v, q in rows_of(known)}
    found = Comparison(Room())
    for block in column.blocks():
        found.add(block, there)
    return found.fresh


def rows(entries: Iterable[Row | Complaint]) -> list[Row]:
    return [entry for entry in entries if isinstance(entry, Row)]


def complaints(entries: Iterable[Row | Complaint]) -> list[tuple[int, str]]:
    return [(entry.line, entry.reason) for entry in entries if isinstance(entry, Complaint)]
