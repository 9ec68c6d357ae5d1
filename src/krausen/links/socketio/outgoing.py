"""What python-engineio has still to pass on to one client."""

import asyncio
from collections.abc import Callable
from typing import Any


class Outgoing(asyncio.Queue[Any]):
    """The queue of one client, which tells whether all that was put has been taken to be sent.

    A packet that was taken out, and about which the library has not said so yet, still counts. `on_idle` is
    called whenever nothing is left.
    """

    def __init__(self) -> None:
        super().__init__()
        self.owed = 0
        self.on_idle: Callable[[], None] = _nothing

    def put_nowait(self, item: Any) -> None:
        """Put a packet."""
        super().put_nowait(item)
        self.owed += 1

    def task_done(self) -> None:
        """Say of a packet that it was taken to be sent."""
        super().task_done()
        self.owed -= 1
        if self.owed == 0:
            self.on_idle()


def _nothing() -> None:
    """Nobody wants to know."""
