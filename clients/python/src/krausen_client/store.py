"""Where values wait until the server has accepted them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple, Protocol


class Key(NamedTuple):
    """What a value is of, and when; the timestamp is as it goes over the wire."""

    adapter: str
    node: str
    timestamp: str
    metric: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A value that waits. Numbers only grow: a value that replaces another has a new one."""

    number: int
    key: Key
    value: float


class Store(Protocol):
    """Values by key, the last one of each, in the order in which they came; for one thread at a time."""

    def __len__(self) -> int:
        """How many values wait."""

    @property
    def newest(self) -> int:
        """The number of the value that came last, 0 before the first."""

    def put(self, key: Key, value: float) -> None:
        """Take a value; it replaces the one of the same key."""

    def oldest(self, most: int, until: int) -> Sequence[Waiting]:
        """Give the oldest values whose numbers are not above `until`."""

    def forget(self, gone: Iterable[Waiting]) -> None:
        """Let values go, but none that has been replaced since."""

    def close(self) -> None:
        """Let go of the file, where there is one."""


class MemoryStore:
    """Keeps values in memory."""

    def __init__(self) -> None:
        self._values: dict[Key, Waiting] = {}
        self._newest = 0

    def __len__(self) -> int:
        return len(self._values)

    @property
    def newest(self) -> int:
        """The number of the value that came last, 0 before the first."""
        return self._newest

    def put(self, key: Key, value: float) -> None:
        """Take a value; it replaces the one of the same key."""
        self._newest += 1
        self._values.pop(key, None)
        self._values[key] = Waiting(self._newest, key, value)

    def oldest(self, most: int, until: int) -> Sequence[Waiting]:
        """Give the oldest values whose numbers are not above `until`."""
        return [one for one in islice(self._values.values(), most) if one.number <= until]

    def forget(self, gone: Iterable[Waiting]) -> None:
        """Let values go, but none that has been replaced since."""
        for one in gone:
            if self._values.get(one.key) == one:
                del self._values[one.key]

    def close(self) -> None:
        """Nothing is held but memory, and what waits goes on waiting."""
