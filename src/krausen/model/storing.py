"""Which readings history keeps."""

from msgspec import Struct

from krausen.model.reading import Reading
from krausen.model.series import SeriesName, StoreRule


class StoreChoice(Struct, frozen=True):
    """What people chose to keep of a series, in place of what its source declares."""

    series: SeriesName
    rule: StoreRule


def keeps(rule: StoreRule, last: Reading | None, reading: Reading) -> bool:
    """Tell whether a reading is kept, when `last` is the one that was kept before it.

    What is not younger than the last kept one is a repeat or a correction, and is always kept.
    """
    if last is None or reading.t <= last.t or reading.quality is not last.quality:
        return True
    for_s = (reading.t - last.t) / 1000.0
    if for_s >= rule.longest_s:
        return True
    return for_s >= rule.every_s and abs(reading.v - last.v) > rule.deadband
