"""Saying seldom what happens often."""

from krausen.ports.clock import Clock

MOST = 1000
"""Subjects that are remembered; beyond that all are forgotten, and each may be said once more."""


class Sparing:
    """Lets through what is said of a subject at most once in `every_ms`, and counts the rest."""

    def __init__(self, clock: Clock, every_ms: int) -> None:
        self._clock = clock
        self._every_ms = every_ms
        self._said: dict[str, tuple[int, int]] = {}

    def times(self, subject: str) -> int:
        """Give how often it has happened since it was said last, this time too; 0 to say nothing now."""
        timer = self._clock.steady()
        said_at, unsaid = self._said.get(subject, (timer - self._every_ms, 0))
        if timer - said_at < self._every_ms:
            self._said[subject] = said_at, unsaid + 1
            return 0
        if subject not in self._said and len(self._said) >= MOST:
            self._said.clear()
        self._said[subject] = timer, 0
        return unsaid + 1
