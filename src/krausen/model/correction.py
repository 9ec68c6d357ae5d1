"""What people say of a stretch of readings that is not as it was."""

from enum import StrEnum

from msgspec import Struct

from krausen.model.series import SeriesName


class CorrectionKind(StrEnum):
    """What is done with the readings of a stretch: left out, moved by a difference, or given one value."""

    MASK = "mask"
    SHIFT = "shift"
    REPLACE = "replace"


class Correction(Struct, frozen=True, kw_only=True):
    """A layer above the readings with start <= t < end, UTC milliseconds; what was stored stays.

    `value` is the difference of a shift or the value of a replacement, in the unit of the series; None for a
    mask.
    """

    id: str
    series: SeriesName
    start: int
    end: int
    kind: CorrectionKind
    value: float | None = None
    reason: str = ""
    by: str = ""
    at: int
