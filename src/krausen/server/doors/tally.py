"""What became of those who knocked at a door."""

from collections import deque
from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

RECENT = 50
NODES_TOLD = 3
LONGEST = 300
"""Characters of a reason that are kept."""


class Knock(Struct, frozen=True, kw_only=True):
    """A guest who was let in: which node they spoke of, and how many readings they left. `at` in UTC ms."""

    at: int
    address: str
    node: str = ""
    readings: int = 0


class Turned(Struct, frozen=True, kw_only=True):
    """A guest who was refused, so many times in a row, the last time `at`, UTC ms."""

    at: int
    address: str
    reason: str
    times: int = 1


class Tally:
    """Counts the knocks and refusals of a door, and remembers the last of them."""

    def __init__(self) -> None:
        self.knocks = 0
        self.refusals = 0
        self._knocks: deque[Knock] = deque(maxlen=RECENT)
        self._refusals: deque[Turned] = deque(maxlen=RECENT)

    def took(self, at: int, address: str, nodes: Sequence[str], readings: int) -> None:
        """Note a guest who was let in."""
        told = ", ".join(nodes[:NODES_TOLD]) + (" …" if len(nodes) > NODES_TOLD else "")
        self.knocks += 1
        self._knocks.appendleft(Knock(at=at, address=address, node=told, readings=readings))

    def refused(self, at: int, address: str, reason: str) -> None:
        """Note a guest who was refused; the same once more is told in the same line."""
        self.refusals += 1
        turned = Turned(at=at, address=address, reason=reason[:LONGEST])
        newest = self._refusals[0] if self._refusals else None
        if newest is not None and (newest.address, newest.reason) == (turned.address, turned.reason):
            self._refusals[0] = replace(newest, at=at, times=newest.times + 1)
        else:
            self._refusals.appendleft(turned)

    @property
    def recent_knocks(self) -> tuple[Knock, ...]:
        """The last 50 who were let in, newest first."""
        return tuple(self._knocks)

    @property
    def recent_refusals(self) -> tuple[Turned, ...]:
        """The last 50 who were refused, newest first."""
        return tuple(self._refusals)
