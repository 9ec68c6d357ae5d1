"""Which files of a folder or an archive are logs, and which brew each belongs to."""

import re
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from msgspec import DecodeError, Struct, ValidationError, json

from krausen.errors import Invalid
from krausen.importing.format import ImportFormat
from krausen.importing.text import Pieces, lines_of

BACKUP = "fermentrack_data.json"
"""The catalog in an archive that Fermentrack's backup made."""
MOST_BREWS = 2_000
"""What one sheet may hold."""
_WIDEST = 4096
"""Letters of a heading that are looked at."""
_ENDINGS = (".csv", ".json", ".jsonl", ".log", ".tsv", ".txt")
_FERMENTRACK = re.compile(r"(?:Gravity )?Device \d+ - ([BL]\d+) - (.*)_(full|graph)\.csv")
_DAY = re.compile(r"(.+)-\d{4}-\d{2}-\d{2}(-\d+)?")


class Source(Struct, frozen=True):
    """A log: its path in the folder or archive, and the name of the file that its brew is named after."""

    path: str
    file: str


def sources(paths: Iterable[str]) -> list[Source]:
    """Give the logs among these paths, in their order.

    The days of a BrewPi log, `Pale Ale-2014-02-03.csv` and the like, make one brew, and a chart of a day is
    left out where its table is there; Fermentrack's short logs are left out where the full ones are there,
    and its brews go by their own names. Hidden files and those with foreign endings are no logs.
    """
    logs = sorted(path for path in paths if _may_be_log(path))
    there = set(logs)
    kept = [path for path in logs if not _twins(path) & there]
    titles = {path: _title(path) for path in kept}
    alike = Counter(title for title, _ in {(titles[path], _log(path)) for path in kept})
    return [Source(path, f"{_apart(path, titles[path], alike)}.{path.rpartition('.')[2]}") for path in kept]


def is_spreadsheet(paths: Iterable[str]) -> bool:
    """Tell by the paths in an archive whether it is a spreadsheet, Office Open XML or OpenDocument."""
    there = set(paths)
    return bool(there & {"xl/workbook.xml", "xl/workbook.bin"}) or {"mimetype", "content.xml"} <= there


def with_unit(raw: bytes, path: str, units: Mapping[str, str]) -> bytes:
    """Write the unit of its brew into a short log of Fermentrack, which does not say it itself."""
    match = _FERMENTRACK.fullmatch(_name(path))
    unit = units.get(match[2], "") if match else ""
    if not raw or not match or match[3] == "full" or not unit:
        return raw
    first, *rest = raw.splitlines()
    lines = [
        first + b",temp_format",
        *(line + b"," + unit.encode() if line.strip() else line for line in rest),
    ]
    return b"\n".join(lines)


def units_of(catalog: bytes) -> dict[str, str]:
    """Give the unit of temperatures of each brew and hydrometer log by name, from a backup's catalog.

    There are none where the catalog cannot be read.
    """
    try:
        found = json.decode(catalog, type=_Backup)
    except (DecodeError, ValidationError):
        return {}
    return {log.name: log.temp_format or log.format for log in (*found.gravity_logs, *found.beers)}


class Part(Struct, frozen=True):
    """The lines of one brew out of a file of several, and the number of each in that file."""

    raw: bytes
    places: Sequence[int]

    def line_of(self, line: int) -> int:
        """Give the number of a line in the file that it comes from."""
        return self.places[line - 1] if line <= len(self.places) else line


def brews_of(pieces: Pieces, file: str, formats: Iterable[ImportFormat]) -> dict[str, Part]:
    """Give the brews of a file that holds several, each by its title; else nothing.

    Raises Invalid where there are more than `MOST_BREWS`.
    """
    try:
        first = next((line[:_WIDEST] for line, _ in lines_of(pieces(), file) if line.strip()), "")
    except Invalid:
        return {}
    for form in formats:
        if form.brews is not None and form.recognises([first]):
            brews = form.brews([line for line, _ in lines_of(pieces(), file)])
            if len(brews) > MOST_BREWS:
                raise Invalid(f"{file} holds {len(brews):,} brews, more than {MOST_BREWS:,}. Split it.")
            return {title: _only(brew) for title, brew in brews.items()} if len(brews) > 1 else {}
    return {}


class _Log(Struct):
    name: str
    temp_format: str = ""
    format: str = ""


class _Backup(Struct):
    beers: list[_Log] = []
    gravity_logs: list[_Log] = []


def _only(lines: Sequence[tuple[int, str]]) -> Part:
    raw = "\n".join(line for _, line in lines).encode()
    return Part(raw, array("q", (place + 1 for place, _ in lines)))


def _may_be_log(path: str) -> bool:
    parts = path.replace("\\", "/").split("/")
    hidden = any(part.startswith((".", "__")) and part not in (".", "..") for part in parts)
    return not hidden and path.casefold().endswith(_ENDINGS) and parts[-1] != BACKUP


def _twins(path: str) -> set[str]:
    """Give the paths of files that hold the same, and more."""
    stem, _, ending = path.rpartition(".")
    if ending == "json" and _DAY.fullmatch(_name(stem)):
        return {f"{stem}.csv"}
    return {f"{stem.removesuffix('_graph')}_full.csv"} if stem.endswith("_graph") else set()


def _title(path: str) -> str:
    match = _FERMENTRACK.fullmatch(_name(path))
    if match:
        return match[2]
    stem = _name(path).rpartition(".")[0]
    day = _DAY.fullmatch(stem)
    return day[1] if day else stem


def _log(path: str) -> str:
    """Give what tells a brew of the same title apart."""
    match = _FERMENTRACK.fullmatch(_name(path))
    return match[1] if match else path.rpartition("/")[0]


def _apart(path: str, title: str, alike: Mapping[str, int]) -> str:
    return title if alike[title] == 1 else f"{title} {_log(path)}".replace("/", " ").strip()


def _name(path: str) -> str:
    return re.split(r"[/\\]", path)[-1]
