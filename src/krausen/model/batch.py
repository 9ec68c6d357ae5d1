"""What ferments in a vessel, from start to end."""

from enum import StrEnum
from hashlib import blake2s

from msgspec import Struct, json

from krausen.model.series import SeriesName


class BatchState(StrEnum):
    """Where a batch stands."""

    PLANNED = "planned"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"


HOLDING = (BatchState.RUNNING, BatchState.PAUSED)
"""The states in which a batch has its vessel for itself."""


class StateEvent(StrEnum):
    """The kinds of events that tell how a batch went from state to state; they stay as long as it does."""

    STARTED = "started"
    PAUSED = "paused"
    RESUMED = "resumed"
    FINISHED = "finished"


class BatchEvent(Struct, frozen=True, order=True):
    """Something that happened to a batch at `at`, UTC milliseconds."""

    at: int
    kind: str
    text: str

    @property
    def id(self) -> str:
        """What tells it from the other events of its batch."""
        return f"e{blake2s(json.encode(self), digest_size=8).hexdigest()}"


class Batch(Struct, frozen=True, kw_only=True):
    """A batch and its series by role name; times in UTC milliseconds, gravities as SG.

    One with `deleted_at` lies in the bin. `source` tells where an imported one came from.
    """

    id: str
    name: str
    state: BatchState
    vessel: str | None = None
    started_at: int | None = None
    finished_at: int | None = None
    roles: dict[str, SeriesName] = {}
    source: str = ""
    revision: int = 1
    style: str = ""
    yeast: str = ""
    volume_l: float | None = None
    original_gravity: float | None = None
    target_gravity: float | None = None
    deleted_at: int | None = None
