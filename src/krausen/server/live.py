"""Hand fresh readings and states to listeners, each with its own bounded backlog.

Messages of a channel are numbered, and the last ones are held so that a listener who was briefly away can
resume. What arrives within a tick leaves as one message, encoded once for all. A listener that cannot
keep up is told so (`gap`) and gets the newest value of each series instead of the rest; it never makes
the server grow.
"""

import asyncio
from collections import deque
from collections.abc import Iterable, Sequence
from itertools import count
from typing import NoReturn

from msgspec import Raw, Struct, json

from krausen.model.reading import Quality
from krausen.ports.clock import Clock
from krausen.ports.history import Point
from krausen.wire.instants import iso

TICK_S = 0.2
HELD_MESSAGES = 10_000
HELD_MS = 600_000
BACKLOG = 256


class Frame(Struct, frozen=True):
    """One message of a channel, as it goes over the wire, under its number."""

    channel: str
    n: int
    t: int
    text: str


class Live:
    """All channels of one server run; `epoch` names the run."""

    def __init__(self, clock: Clock, epoch: str) -> None:
        self._clock = clock
        self.epoch = epoch
        self._numbers: dict[str, count[int]] = {}
        self._held: dict[str, deque[Frame]] = {}
        self._listeners: set[Listener] = set()
        self._fresh: dict[tuple[str, int], Point] = {}
        self._newest: dict[str, Point] = {}
        self._due = asyncio.Event()

    def readings(self, points: Iterable[tuple[str, Point]]) -> None:
        """Announce readings by series id; they leave with the next tick."""
        for series, point in points:
            self._fresh[series, point.t] = point
            newest = self._newest.get(series)
            if newest is None or point.t >= newest.t:
                self._newest[series] = point
        self._due.set()

    def say(self, channel: str, message: object) -> None:
        """Send a message to the listeners of a channel."""
        now = self._clock.now()
        n = next(self._numbers.setdefault(channel, count(1)))
        frame = Frame(channel, n, now, _text(channel, f"{self.epoch}.{n}", now, message))
        held = self._held.setdefault(channel, deque(maxlen=HELD_MESSAGES))
        held.append(frame)
        while held[0].t < now - HELD_MS:
            held.popleft()
        for listener in self._listeners:
            listener.offer(frame)

    async def run(self) -> NoReturn:
        """Send what is due, once a tick, for ever."""
        while True:
            await self._due.wait()
            self.flush()
            await asyncio.sleep(TICK_S)

    def flush(self) -> None:
        """Send the readings that are waiting."""
        self._due.clear()
        fresh, self._fresh = self._fresh, {}
        if fresh:
            self.say("data", {"readings": [_reading(series, point) for (series, _), point in fresh.items()]})

    def listen(self) -> "Listener":
        """Open a listener; close it when done."""
        listener = Listener(self)
        self._listeners.add(listener)
        return listener

    def forget(self, listener: "Listener") -> None:
        """Let a listener go; harmless when it has gone."""
        self._listeners.discard(listener)

    def missed(self, channel: str, since: str) -> Sequence[Frame] | None:
        """Give what a channel said after `since` ("<epoch>.<n>"), or None when that is no longer known."""
        epoch, _, number = since.rpartition(".")
        held = self._held.get(channel, ())
        if epoch != self.epoch or not number.isdecimal():
            return None
        if held and int(number) < held[0].n - 1:
            return None
        return [frame for frame in held if frame.n > int(number)]

    def newest(self) -> str:
        """Give a frame with the newest value of every series since the server's start."""
        message = {"readings": [_reading(series, point) for series, point in self._newest.items()]}
        last = self._held["data"][-1].n if self._held.get("data") else 0
        return _text("data", f"{self.epoch}.{last}", self._clock.now(), message)


class Listener:
    """One listener's subscriptions and bounded backlog."""

    def __init__(self, live: Live) -> None:
        self._live = live
        self._channels: set[str] = set()
        self._backlog: deque[str] = deque()
        self._wake = asyncio.Event()
        self._behind = False

    def subscribe(self, channels: Sequence[str], since: str | None = None) -> None:
        """Hear channels from now on, or from just after `since` where that is still held."""
        self._channels.update(channels)
        for channel in channels:
            if since is None:
                continue
            missed = self._live.missed(channel, since)
            if missed is None:
                self._behind = True
                self._wake.set()
            for frame in missed or ():
                self.offer(frame)

    def unsubscribe(self, channels: Sequence[str]) -> None:
        """Hear channels no more."""
        self._channels.difference_update(channels)

    def offer(self, frame: Frame) -> None:
        """Take a frame if it is of a channel that is heard."""
        if frame.channel in self._channels:
            self.put(frame.text)

    def put(self, text: str) -> None:
        """Take a text; beyond the bound the whole backlog is dropped and `gap` said instead."""
        if len(self._backlog) >= BACKLOG:
            self._backlog.clear()
            self._behind = True
        if not self._behind:
            self._backlog.append(text)
        self._wake.set()

    async def next(self) -> str:
        """Wait for the next text to send."""
        while not self._backlog and not self._behind:
            self._wake.clear()
            await self._wake.wait()
        if self._behind:
            self._behind = False
            self._backlog.append(self._live.newest())
            return _GAP
        return self._backlog.popleft()

    def close(self) -> None:
        """Stop listening."""
        self._live.forget(self)


_GAP = '{"gap":true}'


def _text(channel: str, seq: str, now: int, message: object) -> str:
    frame = {"channel": channel, "seq": seq, "time": iso(now), "message": Raw(json.encode(message))}
    return json.encode(frame).decode()


def _reading(series: str, point: Point) -> dict[str, object]:
    reading: dict[str, object] = {"series": series, "t": point.t, "v": point.v}
    if point.quality is not Quality.GOOD:
        reading["quality"] = point.quality
    return reading
