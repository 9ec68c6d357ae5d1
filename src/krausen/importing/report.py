"""What is told of an import, to people and programs alike."""

from msgspec import Struct


class Skipped(Struct, frozen=True):
    """A line that was not imported, and why. Lines count from 1."""

    line: int
    reason: str


class FileReport(Struct, frozen=True, kw_only=True, rename={"start": "from", "end": "to"}):
    """What became of one file: `rows` = `stored` + `repeated` + the number of `skipped`.

    `start` and `end` are ISO 8601 in UTC. `batch` is the id of the brew, None where a dry run did not make
    one.
    """

    file: str
    format: str
    zone: str
    rows: int
    stored: int
    repeated: int
    skipped: list[Skipped]
    start: str
    end: str
    batch: str | None
    remarks: list[str] = []


class ImportReport(Struct, frozen=True):
    """What became of several files."""

    files: list[FileReport]
