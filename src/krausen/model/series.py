"""A series: one measured or commanded quantity of a device over time."""

from msgspec import Struct

from krausen.model.quantities import BOUNDS, Quantity

NAME_LONGEST = 128


class SeriesName(Struct, frozen=True, order=True, array_like=True, gc=False):
    """Who reports, what about, which quantity. Compared exactly; each 1 to 128 printable characters."""

    adapter: str
    node: str
    metric: str

    def __str__(self) -> str:
        return f"{self.adapter}/{self.node}/{self.metric}"


def is_name(text: str) -> bool:
    """Tell whether a text may be the name of an adapter, node or metric."""
    return 1 <= len(text) <= NAME_LONGEST and text.isprintable()


class StoreRule(Struct, frozen=True, kw_only=True):
    """What history keeps of a series; control, alarms and live see every reading.

    A reading is kept when it differs from the last kept one by more than `deadband` and is at least `every_s`
    younger, and in any case when `longest_s` seconds have passed since.
    """

    every_s: float = 0.0
    deadband: float = -1.0
    longest_s: float = 0.0


WHOLE = StoreRule()


class SeriesSpec(Struct, frozen=True):
    """What a driver says of a series it yields."""

    metric: str
    quantity: Quantity
    resolution: float = 0.0

    @property
    def unit(self) -> str:
        """The canonical unit, empty for pure numbers."""
        return BOUNDS[self.quantity].unit

    @property
    def store(self) -> StoreRule:
        """Keep what changes beyond the resolution, and one a minute."""
        return StoreRule(deadband=self.resolution, longest_s=60.0)
