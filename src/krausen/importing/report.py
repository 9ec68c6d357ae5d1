"""What is told of an import, to people and programs alike."""

from msgspec import UNSET, Struct, UnsetType


class Skipped(Struct, frozen=True):
    """A line that was not imported, and why. Lines count from 1."""

    line: int
    reason: str


class Seen(Struct, frozen=True):
    """A value as it was read from one of the first rows; `time` in ISO 8601 in UTC, in its canonical unit."""

    time: str
    metric: str
    value: float
    unit: str


class Found(Struct, frozen=True):
    """A column, and what it was taken for: `time`, `note`, `-` (left out) or `METRIC:UNIT`."""

    title: str
    what: str


class Question(Struct, frozen=True):
    """Something that a person should decide before it is stored: `about` is `zone`, `unit` or `dates`."""

    about: str
    text: str


class Preview(Struct, frozen=True, kw_only=True):
    """What a file holds, for a person to correct before it is stored.

    `rows` are the values of its first 20 rows. `mapping` is what was made of the columns in the words in
    which it can be said differently, `NAME:TITLE=WHAT,…`, empty for formats whose columns are fixed.
    """

    format: str
    title: str
    rows: list[Seen]
    columns: list[Found]
    questions: list[Question]
    mapping: str = ""


class FileReport(Struct, frozen=True, kw_only=True, rename={"start": "from", "end": "to"}):
    """What became of one file or brew: `rows` = `stored` + `repeated` + the skipped ones.

    Those are `skipped`, 10,000 at most, and `more_skipped`, where there are more. `start` and `end` are ISO
    8601 in UTC. `batch` is the id of the brew, None where a dry run did not make one. A dry run has a
    `preview`.
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
    more_skipped: int | UnsetType = UNSET
    preview: Preview | UnsetType = UNSET


class PassedOver(Struct, frozen=True):
    """A file of a folder or an archive that is no log, and why."""

    file: str
    reason: str


class ImportReport(Struct, frozen=True):
    """What became of a file, or of all the logs and brews in it.

    `state` is `reading`, `storing`, `done` or `failed`; `share` tells how far it is, from 0 to 1, and
    `detail` why it failed. The report can be asked for again by `id`, until the server has taken 50 others or
    starts anew.
    """

    files: list[FileReport]
    id: str = ""
    state: str = "done"
    share: float = 1.0
    passed_over: list[PassedOver] = []
    detail: str = ""
