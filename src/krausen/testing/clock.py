"""A clock that is set by hand."""

from krausen.ports.clock import Clock


class HandClock(Clock):
    """Shows `now_ms`, UTC milliseconds, until it is set anew."""

    def __init__(self, now_ms: int = 0) -> None:
        super().__init__(0, lambda: self.now_ms / 1000.0)
        self.now_ms = now_ms
