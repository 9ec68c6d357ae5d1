"""Takes lines in from everywhere, keeps them, and tells those who listen."""

import asyncio
from collections import deque
from collections.abc import Iterable
from contextvars import ContextVar
from threading import Lock
from typing import NoReturn

from krausen.model.log import (
    LogLevel,
    LogLine,
    bounded,
    level_named,
    source_of_agent,
    source_of_controller,
)
from krausen.ports.clock import Clock
from krausen.server.live import Live
from krausen.server.logs.levels import Levels
from krausen.server.logs.record import KeptLine, Place, Record, Search
from krausen.server.logs.thinning import Thinning, gathered
from krausen.wire.instants import LATEST_MS, iso
from krausen.wire.messages import ControllerSaid, LinesTold

CHANNEL = "logs"
TICK_S = 0.2
MOST_WAITING = 10_000
"""Lines that may come within a tick; then the oldest of them are lost, and how many is said."""
MOST_TOLD = 200
"""Lines that an agent may tell at once."""
ASTRAY_MS = 5_000
"""An agent whose clock is further from ours has its lines put where they belong by our clock."""
PART = 500
"""So many lines are looked through before others have their turn."""

_telling: ContextVar[bool] = ContextVar("telling", default=False)


class Logs:
    """The lines of a site. They may come from any thread; all else belongs to the event loop.

    What comes is kept and told at the next tick of `run`, or when somebody searches. `speed` is the clock's.
    """

    def __init__(self, live: Live, clock: Clock, levels: Levels, speed: float = 1.0) -> None:
        self.levels = levels
        self._live = live
        self._clock = clock
        self._speed = speed
        self._record = Record()
        self._thinning = Thinning()
        self._lock = Lock()
        self._waiting: deque[tuple[LogLine, bool]] = deque(maxlen=MOST_WAITING)
        self._lost = 0
        self._due = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def take(self, line: LogLine) -> None:
        """Take a line, in any thread. What is said because a line is being told is kept, but not told."""
        if line.level.rank < self.levels.of(line.source).rank:
            return
        with self._lock:
            self._lost += len(self._waiting) == MOST_WAITING
            self._waiting.append((line, not _telling.get()))
            if len(self._waiting) == 1 and self._loop is not None:
                self._loop.call_soon_threadsafe(self._due.set)

    def take_once(self, line: LogLine) -> None:
        """Take a line that may have come another way already."""
        self.flush()
        if not self._record.has(line):
            self.take(line)

    def take_up(self, lines: Iterable[LogLine]) -> None:
        """Keep lines of before, as far as they are not known; they are told to nobody."""
        self.flush()
        self._record.add([line for line in lines if not self._record.has(line)])

    def told(self, agent: str, message: LinesTold) -> None:
        """Take what an agent says of itself, which may be anything."""
        now, source = self._clock.now(), source_of_agent(agent)
        astray_ms = message.now - now if message.now else 0
        shift_ms = astray_ms if abs(astray_ms) > ASTRAY_MS else 0
        for said in message.lines[:MOST_TOLD]:
            at, level = _within(said.at - shift_ms), level_named(said.level)
            line = LogLine(
                at=at, level=level, source=source, text=said.text, fields=said.fields, times=said.times
            )
            self.take_once(bounded(line))
        lost = message.lost + len(message.lines[MOST_TOLD:])
        if lost > 0:
            self.take(_losses(now, source, lost))

    def said(self, said: ControllerSaid) -> None:
        """Take what a controller says."""
        at = said.at if 0 <= said.at <= LATEST_MS else self._clock.now()
        source = source_of_controller(said.controller)
        self.take(bounded(LogLine(at=at, level=level_named(said.level), source=source, text=said.text)))

    async def run(self) -> NoReturn:
        """Keep and tell what comes, once a tick, for ever."""
        self._loop = asyncio.get_running_loop()
        self._due.set()
        try:
            while True:
                await self._due.wait()
                self._due.clear()
                self.flush()
                if self._thinning.owes:
                    self._due.set()
                await asyncio.sleep(TICK_S * self._speed)
        finally:
            self._loop = None

    def flush(self) -> None:
        """Keep what has come, and tell it."""
        with self._lock:
            waiting, lost = list(self._waiting), self._lost
            self._waiting.clear()
            self._lost = 0
        loud = gathered(line for line, is_loud in waiting if is_loud)
        kept = self._record.add(loud)
        self._record.add(gathered(line for line, is_loud in waiting if not is_loud))
        if lost:
            kept += self._record.add([_losses(self._clock.now(), "server", lost)])
        self._tell(kept)

    async def find(self, search: Search, before: Place | None, limit: int) -> list[KeptLine]:
        """Give the newest lines that are asked for, before a place or all, at most so many."""
        self.flush()
        found: list[KeptLine] = []
        for n, kept in enumerate(self._record.before(before), start=1):
            if search.takes(kept.line):
                found.append(kept)
            if len(found) == limit:
                break
            if n % PART == 0:
                await asyncio.sleep(0)
        return found

    def lines(self, source: str) -> int:
        """Count the lines of a source that are kept."""
        return self._record.sources.get(source, 0)

    def sources(self) -> list[str]:
        """Give the sources that are known, by name."""
        self.flush()
        return sorted({"server", *self.levels.chosen, *self._record.sources})

    def _tell(self, kept: list[KeptLine]) -> None:
        now, timer_ms = self._clock.now(), self._clock.steady() / self._speed
        through = self._thinning.told([one.line for one in kept], timer_ms)
        messages = [
            message_of(one.line, id_of(one)) for one, is_told in zip(kept, through, strict=True) if is_told
        ]
        messages += [message_of(line) for line in self._thinning.owed(now, timer_ms)]
        mark = _telling.set(True)
        try:
            for message in messages:
                self._live.say(CHANNEL, message)
        finally:
            _telling.reset(mark)


def id_of(kept: KeptLine) -> str:
    """Give the id of a line, which says where it is in the order of time."""
    at, n = kept.place
    return f"{at}-{n}"


def fields_of(line: LogLine) -> dict[str, str]:
    """Give the fields of a line, with how often it was said where that was more than once."""
    return line.fields if line.times == 1 else {**line.fields, "times": str(line.times)}


def message_of(line: LogLine, id: str | None = None) -> dict[str, object]:
    """Give a line as listeners are told of it."""
    told: dict[str, object] = {} if id is None else {"id": id}
    told |= {"time": iso(line.at), "level": line.level, "source": line.source, "text": line.text}
    fields = fields_of(line)
    return told | ({"fields": fields} if fields else {})


def _losses(at: int, source: str, count: int) -> LogLine:
    text = f"{count} lines before this one were too many and are lost. The files of that machine have them."
    return LogLine(at=at, level=LogLevel.WARNING, source=source, text=text)


def _within(at: int) -> int:
    return max(0, min(LATEST_MS, at))
