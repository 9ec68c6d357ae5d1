"""Wall time and steady time, both derived from event-loop time and from nothing else."""

from collections.abc import Callable

ADOPTED_MS = 1000.0
"""From this difference on the system's time is adopted at once; less is made up for little by little."""
GLIDE = 0.05
"""While it makes up for a difference, a clock is faster or slower by this share."""


class Clock:
    """UTC now: the moment at which the loop's time was zero, plus the loop's time.

    The same in a real loop, a jumping one (tests) and a paced one (demo), so nothing else needs to ask
    the system.
    """

    def __init__(self, anchor_ms: float, loop_time: Callable[[], float]) -> None:
        self._anchor_ms = self._first_ms = anchor_ms
        self._loop_time = loop_time
        self._glide_ms = 0.0
        self._since_ms = 0.0

    def now(self) -> int:
        """Give UTC now in whole milliseconds. It goes back only when `follow` says so."""
        loop_ms = self._loop_time() * 1000.0
        return int(self._anchor_ms + self._glided_ms(loop_ms) + loop_ms + 0.5)

    def steady(self) -> int:
        """Give what `now` would be had nobody ever set it, in whole milliseconds: timers go by this."""
        return int(self._first_ms + self._loop_time() * 1000.0 + 0.5)

    def follow(self, true_ms: float) -> int:
        """Go by what the system says it is, UTC milliseconds, and give by how many `now` has jumped.

        Below a second it does not jump but glides there, and never goes back. A jump forward is a multiple
        of 10, and one back is 1 more than one: readings stamped to 10 ms before it and after it never meet.
        """
        loop_ms = self._loop_time() * 1000.0
        now_ms = self._anchor_ms + self._glided_ms(loop_ms) + loop_ms
        self._anchor_ms, self._since_ms, self._glide_ms = now_ms - loop_ms, loop_ms, true_ms - now_ms
        if abs(self._glide_ms) < ADOPTED_MS:
            return 0
        jump_ms = round(self._glide_ms / 10.0) * 10 + (1 if self._glide_ms < 0 else 0)
        self._anchor_ms, self._glide_ms = self._anchor_ms + jump_ms, 0.0
        return jump_ms

    def _glided_ms(self, loop_ms: float) -> float:
        if not self._glide_ms:
            return 0.0
        most_ms = GLIDE * (loop_ms - self._since_ms)
        return max(-most_ms, min(most_ms, self._glide_ms))
