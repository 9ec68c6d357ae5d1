"""What ferments in a vessel, from start to end."""

from enum import StrEnum

from msgspec import Struct

from krausen.model.series import SeriesName


class BatchState(StrEnum):
    """Where a batch stands."""

    PLANNED = "planned"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"


class BatchEvent(Struct, frozen=True, order=True):
    """Something that happened to a batch at `at`, UTC milliseconds."""

    at: int
    kind: str
    text: str


class Batch(Struct, frozen=True, kw_only=True):
    """A batch and its series by role name; times in UTC milliseconds."""

    id: str
    name: str
    state: BatchState
    vessel: str | None = None
    started_at: int | None = None
    finished_at: int | None = None
    roles: dict[str, SeriesName] = {}
    source: str = ""
    revision: int = 1
