"""Devices that fall silent now and then: a loose plug, a hydrometer asleep, a radio in a shadow.

Time is cut into stretches of equal length, each with one silence somewhere in it. So silences never cluster,
and whether one holds at a second follows from the seed and that second alone.
"""

from msgspec import Struct

from krausen.physics import chance


class Silence(Struct, frozen=True, kw_only=True):
    """One silence in every `every_s` seconds, as long as something between `shortest_s` and `longest_s`."""

    every_s: int
    shortest_s: int
    longest_s: int

    def __post_init__(self) -> None:
        if not 0 < self.shortest_s <= self.longest_s <= self.every_s:
            raise ValueError("A silence is longer than nothing, and no longer than the stretch it lies in.")


class Silences:
    """The silences of one device by one seed."""

    def __init__(self, silence: Silence, seed: int) -> None:
        self._silence = silence
        self._seed = seed
        self._stretch = -1
        self._begins_s = self._ends_s = 0

    def hold(self, at_s: float) -> bool:
        """Tell whether the device is silent at a second."""
        stretch = int(at_s // self._silence.every_s)
        if stretch != self._stretch:
            self._stretch = stretch
            self._begins_s, self._ends_s = self.span(stretch)
        return self._begins_s <= at_s < self._ends_s

    def span(self, stretch: int) -> tuple[int, int]:
        """Give the first second of the silence in a stretch, counted from 0, and the first one after it."""
        silence = self._silence
        spread_s = silence.longest_s - silence.shortest_s
        lasts_s = silence.shortest_s + round(spread_s * chance.uniform(self._seed, 2 * stretch))
        room_s = silence.every_s - lasts_s
        begins_s = stretch * silence.every_s + round(room_s * chance.uniform(self._seed, 2 * stretch + 1))
        return begins_s, begins_s + lasts_s
