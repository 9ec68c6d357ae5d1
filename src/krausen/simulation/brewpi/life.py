"""An emulated board in the time of an event loop, and the lines that hosts speak to it on."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import NoReturn

import structlog
from msgspec import Struct

from krausen.errors import StorageAway
from krausen.model.vessel import Role
from krausen.protocols.brewpi.commands import PATIENCE_S, Outgoing
from krausen.simulation.brewpi.board import Board
from krausen.simulation.brewpi.faults import Faults
from krausen.simulation.brewpi.memory import Kept
from krausen.simulation.brewpi.model import ADDRESSES

log = structlog.get_logger()

MOST_WAITING = 64 * 1024
"""Bytes that a host may send while the board starts, or leave unread; what is beyond is lost."""
WAKES_PER_S = 50
"""A board is looked after no more often than this, in the seconds of its host."""


class Surroundings(Struct, frozen=True):
    """What a board lives with: faults, whoever keeps its memory, and how fast its seconds pass.

    `keep` may raise StorageAway. `speed` is how many of the loop's seconds a host takes for one.
    """

    faults: Faults
    keep: Callable[[Kept], None]
    speed: float = 1.0


class Life:
    """A board that lives second by second while `run` runs; it has measured once before."""

    def __init__(self, board: Board, surroundings: Surroundings) -> None:
        self.board = board
        self.surroundings = surroundings
        self._lines: list[Line] = []
        self._kept: Kept | None = None
        board.second()
        self._keep()

    async def run(self) -> NoReturn:
        """Let seconds pass for ever, one for each of the loop's; a fast board passes several at once."""
        loop = asyncio.get_running_loop()
        due_s, at_once = loop.time(), max(1, int(self.surroundings.speed / WAKES_PER_S))
        while True:
            due_s += at_once
            await asyncio.sleep(due_s - loop.time())
            for _ in range(at_once):
                self._second()

    def open(self, write: Callable[[bytes], None], hang_up: Callable[[], None] | None = None) -> "Line":
        """Give a line on which a host is heard and answered.

        `hang_up` is called when the board starts anew and the line with it, as a network does.
        """
        line = Line(self, write, hang_up)
        self._lines.append(line)
        return line

    def close(self, line: "Line") -> None:
        """Hear and say nothing more on a line."""
        line.end()
        self._lines = [one for one in self._lines if one is not line]

    def restart(self) -> None:
        """Start the board anew; what hosts have half said is lost."""
        self.board.firmware.restart()
        self.began_anew()

    def obeyed(self, starts: int) -> None:
        """Keep what a command changed; `starts` is how often the board had started before it."""
        self._keep()
        if self.board.firmware.starts != starts:
            self.began_anew()

    def began_anew(self) -> None:
        """Let every line know that the board starts."""
        log.info("board.starts", detail="The board starts anew.")
        for line in tuple(self._lines):
            line.forget()

    def _second(self) -> None:
        self.board.firmware.lost = _BEER if self.surroundings.faults.loses_probe() else _NONE
        said = self.board.second()
        self._keep()
        if self.surroundings.faults.reboots():
            self.restart()
        for line in tuple(self._lines):
            line.say(said)
            line.catch_up()

    def _keep(self) -> None:
        kept = self.board.firmware.kept
        if kept is self._kept:
            return
        self._kept = kept
        try:
            self.surroundings.keep(kept)
        except StorageAway as failure:
            log.error("memory.away", detail=f"{failure} The board goes on without.")


_NONE: frozenset[str] = frozenset()
_BEER = frozenset({ADDRESSES[Role.BEER]})


class Line:
    """A line between a host and a board."""

    def __init__(
        self, life: Life, write: Callable[[bytes], None], hang_up: Callable[[], None] | None
    ) -> None:
        self._life = life
        self._write = write
        self._hang_up = hang_up
        self._state = Outgoing()
        self._early = b""
        self._sending: deque[tuple[float, bytes]] = deque()
        self._timers: dict[str, asyncio.TimerHandle] = {}

    def hear(self, chunk: bytes) -> None:
        """Take what a host sent; while the board starts it waits in the line."""
        board = self._life.board
        if not board.firmware.is_up:
            self._early = (self._early + chunk)[:MOST_WAITING]
            return
        self._stop("patience")
        starts = board.firmware.starts
        self._state, answer = board.take(self._state, chunk)
        if self._state.letter:
            self._start("patience", PATIENCE_S * self._life.surroundings.speed, self._expire)
        self._life.obeyed(starts)
        self.say(answer)

    def say(self, said: bytes) -> None:
        """Send what the board says, as far as faults let it through."""
        if not said:
            return
        speed = self._life.surroundings.speed
        due_s, left = self._life.surroundings.faults.sent(said, self._now_s() / speed)
        if left:
            self._sending.append((due_s * speed, left))
            self._send()

    def catch_up(self) -> None:
        """Hear what was sent while the board started."""
        if self._early and self._life.board.firmware.is_up:
            early, self._early = self._early, b""
            self.hear(early)

    def forget(self) -> None:
        """Lose what was half said, and the line itself if it is one that goes down with its board."""
        self._state, self._early = Outgoing(), b""
        self._stop("patience")
        if self._hang_up is not None:
            self._hang_up()

    def end(self) -> None:
        """Send nothing more."""
        self._sending.clear()
        for name in tuple(self._timers):
            self._stop(name)

    def _expire(self) -> None:
        state, self._state = self._state, Outgoing()
        starts = self._life.board.firmware.starts
        answer = self._life.board.expire(state)
        self._life.obeyed(starts)
        self.say(answer)

    def _send(self) -> None:
        while self._sending and self._sending[0][0] <= self._now_s():
            self._write(self._sending.popleft()[1])
        if self._sending and "send" not in self._timers:
            self._start("send", self._sending[0][0] - self._now_s(), self._send)

    def _start(self, name: str, after_s: float, call: Callable[[], None]) -> None:
        def due() -> None:
            del self._timers[name]
            call()

        self._timers[name] = asyncio.get_running_loop().call_later(after_s, due)

    def _stop(self, name: str) -> None:
        timer = self._timers.pop(name, None)
        if timer is not None:
            timer.cancel()

    def _now_s(self) -> float:
        return asyncio.get_running_loop().time()
