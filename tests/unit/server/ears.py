"""Ears for tests: outlets whose other side takes bytes when it is told to."""

from collections import deque

from msgspec import json

from krausen.server.live import Listener, Live
from krausen.server.outlets import Frame


class Ear:
    """An outlet and the other side of it. It says itself when it is full, or is asked."""

    def __init__(self, live: Live, room: int, *, tells: bool) -> None:
        self._room = room
        self._tells = tells
        self._buffer: deque[Frame] = deque()
        self.largest_waiting = 0
        self.heard: list[Frame] = []
        self.closed: tuple[int, str] | None = None
        self.listener: Listener = live.listen(self, tells=tells)

    def write(self, frame: Frame) -> None:
        self._buffer.append(frame)
        self.largest_waiting = max(self.largest_waiting, self.waiting)
        if self._tells and self.waiting > self._room:
            self.listener.full()

    @property
    def waiting(self) -> int:
        return sum(map(len, self._buffer))

    def close(self, code: int, reason: str) -> None:
        self.closed = (code, reason)

    def take(self, count: int) -> None:
        """Take so many frames at most, and make it known that there is room."""
        for _ in range(min(count, len(self._buffer))):
            self.heard.append(self._buffer.popleft())
        if self.waiting <= self._room:
            self.listener.drained()

    def take_all(self) -> None:
        """Take everything, also what comes while it is taken."""
        while self._buffer:
            self.take(len(self._buffer))

    def words(self) -> list[dict[str, object]]:
        """Give what was heard."""
        return [json.decode(frame.text) for frame in self.heard]
