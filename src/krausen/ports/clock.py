"""Wall time, derived from event-loop time and from nothing else."""

from collections.abc import Callable


class Clock:
    """UTC now: the moment at which the loop's time was zero, plus the loop's time.

    The same in a real loop, a jumping one (tests) and a paced one (demo), so nothing else needs to ask
    the system.
    """

    def __init__(self, anchor_ms: float, loop_time: Callable[[], float]) -> None:
        self._anchor_ms = anchor_ms
        self._loop_time = loop_time

    def now(self) -> int:
        """Give UTC now in whole milliseconds."""
        return int(self._anchor_ms + self._loop_time() * 1000.0 + 0.5)
