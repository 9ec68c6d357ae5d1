"""What there is to be judged at an instant."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from krausen.alarms.rule import Scope, Window
from krausen.model.series import SeriesName
from krausen.model.setpoint import Mode
from krausen.model.vessel import Role
from krausen.ports.catalog import VesselRecord
from krausen.ports.history import SeriesRecord

LATE_S = 5.0
"""What is said comes here within so much, unless it is kept back."""


class Subject(Struct, frozen=True, kw_only=True):
    """One thing that is judged: by the ids of its vessel and device, with a window for each of its parts."""

    scope: Scope
    windows: Sequence[Window]
    vessel: str | None = None
    device: str | None = None


class Scene(Struct, frozen=True, kw_only=True):
    """All vessels and series at `now`, UTC ms, and what each series is to which vessels.

    `settled` says of each agent since when it has been listened to without a break, and `began` when this
    server began to listen to all others.
    """

    now: int
    began: int
    late_s: float
    vessels: Sequence[VesselRecord]
    series: Mapping[SeriesName, SeriesRecord]
    parts: Mapping[SeriesName, Sequence[tuple[VesselRecord, Role]]]
    settled: Mapping[str, int]

    def listening_since(self, adapter: str) -> int:
        """Give since when whoever sends the series of an adapter has been listened to."""
        return self.settled.get(adapter, self.began)


def is_held(record: VesselRecord) -> bool:
    """Tell whether anything is held in a vessel."""
    return record.answer.setpoint.mode is not Mode.OFF
