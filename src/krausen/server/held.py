"""What a channel said last, for those who were briefly away."""

from collections import deque
from itertools import islice

from krausen.server.outlets import Frame

HELD_MESSAGES = 10_000
HELD_MS = 600_000
HELD_BYTES = 16_000_000
"""Of each channel, this much is held for those who resume: so many messages, so long, so large at most."""


class Held:
    """The last messages of a channel, numbered without gaps from 1 to `last`."""

    def __init__(self) -> None:
        self.last = 0
        self._frames: deque[Frame] = deque()
        self._bytes = 0

    def hold(self, frame: Frame) -> None:
        """Take the next message, and let go of what is too old or too much."""
        self.last = frame.n
        self._frames.append(frame)
        self._bytes += len(frame)
        while len(self._frames) > 1 and self._is_too_much(frame.t):
            self._bytes -= len(self._frames.popleft())

    def clear(self) -> None:
        """Let go of all messages; the next one goes on with the numbers."""
        self._frames.clear()
        self._bytes = 0

    def after(self, n: int) -> list[Frame] | None:
        """Give what came after number `n`, or None when that is not known whole."""
        missed = self.last - n
        if not 0 <= missed <= len(self._frames):
            return None
        return list(islice(self._frames, len(self._frames) - missed, None))

    def _is_too_much(self, now: int) -> bool:
        too_many = len(self._frames) > HELD_MESSAGES or self._bytes > HELD_BYTES
        return too_many or self._frames[0].t < now - HELD_MS
