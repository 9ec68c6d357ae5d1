"""One value of a series."""

from enum import StrEnum

from msgspec import Struct

from krausen.model.series import SeriesName


class Quality(StrEnum):
    """How far a value can be believed. Bad values are kept, but never averaged and never used for control."""

    GOOD = "good"
    DOUBTFUL = "doubtful"
    BAD = "bad"


class Reading(Struct, frozen=True, array_like=True, gc=False):
    """One value of a series at `t`, UTC milliseconds. Series and time identify a reading."""

    series: SeriesName
    t: int
    v: float
    quality: Quality = Quality.GOOD
