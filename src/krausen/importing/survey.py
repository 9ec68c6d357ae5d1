"""What a long column holds, found out while it passes by."""

from array import array
from math import inf
from statistics import median

MOST = 65_536
"""Numbers of a sample."""


class Sample:
    """An even sample: of few numbers all of them, of many every second, fourth and so on."""

    def __init__(self) -> None:
        self._kept = array("d")
        self._step = 1
        self._seen = 0

    def add(self, numbers: "array[float]") -> None:
        """Add numbers, of which some stay."""
        self._kept.extend(numbers[-self._seen % self._step :: self._step])
        self._seen += len(numbers)
        while len(self._kept) > MOST:
            self._kept = self._kept[::2]
            self._step *= 2

    def median(self) -> float:
        """Give the middle of what stayed, of which there must be any."""
        return median(self._kept)


class Survey:
    """How many values a column has, how many are `below` a threshold or 0, and where their middle lies."""

    def __init__(self, below: float) -> None:
        self.count = self.zeros = self.cold = 0
        self.highest = -inf
        self._below = below
        self._sample = Sample()

    def add(self, values: "array[float]") -> None:
        """Look at values, at least one."""
        self.count += len(values)
        self.zeros += values.count(0.0)
        self.highest = max(self.highest, max(values))
        if min(values) < self._below:
            self.cold += sum(value < self._below for value in values)
        self._sample.add(values)

    @property
    def middle(self) -> float:
        """The median of the values."""
        return self._sample.median()
