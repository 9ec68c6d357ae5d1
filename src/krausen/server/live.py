"""Hand fresh readings and states to listeners, each with its own bounded backlog.

Messages of a channel are numbered, and the last ones are held so that a listener who was briefly away can
resume. What arrives within a tick leaves as one message, encoded once for all. A listener that cannot
keep up is told so (`gap`) and gets the newest value of each series, and how everything stands, instead of the
rest; it never makes the server grow.
"""

import asyncio
import re
from collections import deque
from collections.abc import Collection, Iterable, Sequence
from typing import NoReturn

from msgspec import Raw, Struct, json

from krausen.model.reading import Quality
from krausen.ports.clock import Clock
from krausen.ports.history import QUALITIES, Bulk, Point, SeriesRecord, id_of
from krausen.server.bulks import newest
from krausen.wire.instants import iso

TICK_S = 0.2
FLOOD = 2_000
"""Of a tick with more readings in bulk than this, the newest of each series is told."""
HELD_MESSAGES = 10_000
HELD_MS = 600_000
HELD_CHARS = 16_000_000
"""Of each channel, this much is held for those who resume: so many messages, so long, so large at most."""
BACKLOG = 256
BACKLOG_CHARS = 1_000_000
"""So many messages, and so large together, may wait for a listener beside those it resumes with."""


class Frame(Struct, frozen=True):
    """One message of a channel, as it goes over the wire, under its number."""

    channel: str
    n: int
    t: int
    text: str


class Live:
    """All channels of one server run; `epoch` names the run."""

    def __init__(self, clock: Clock, epoch: str, tick_s: float = TICK_S) -> None:
        self._clock = clock
        self.epoch = epoch
        self._tick_s = tick_s
        self._channels: dict[str, _Channel] = {}
        self._listeners: set[Listener] = set()
        self._fresh: dict[tuple[str, int], Point] = {}
        self._newest: dict[str, Point] = {}
        self._bulks: list[Bulk] = []
        self._states: dict[tuple[str, str], object] = {}
        self._known: dict[tuple[str, str], object] = {}
        self._due = asyncio.Event()

    def readings(self, points: Iterable[tuple[str, Point]]) -> None:
        """Announce readings by series id; they leave with the next tick."""
        for series, point in points:
            self._fresh[series, point.t] = point
            newest = self._newest.get(series)
            if newest is None or point.t >= newest.t:
                self._newest[series] = point
        self._due.set()

    def bulk(self, bulk: Bulk) -> None:
        """Announce many readings at once; in a flood of them the newest of each series is told."""
        self._bulks.append(bulk)
        self._due.set()

    def said(self, channel: str) -> int:
        """Tell how many messages a channel has sent."""
        there = self._channels.get(channel)
        return 0 if there is None else there.last

    def state(self, channel: str, key: str, message: object) -> None:
        """Announce how something stands, named by `key`; the newest leaves with the next tick."""
        self._states[channel, key] = self._known[channel, key] = message
        self._due.set()

    def say_state(self, channel: str, key: str, message: object) -> None:
        """Tell at once how something stands; an older state that was waiting is void."""
        self._states.pop((channel, key), None)
        self._known[channel, key] = message
        self.say(channel, message)

    def know_state(self, channel: str, key: str, message: object) -> None:
        """Take how something stands, for those who will have missed what was said of it."""
        self._known[channel, key] = message

    def forget_state(self, channel: str, key: str) -> None:
        """Take it that something is no more; harmless when nothing was known of it."""
        self._states.pop((channel, key), None)
        self._known.pop((channel, key), None)

    def newest_of(self, series: SeriesRecord) -> Point | None:
        """Give the newest reading of a series: history keeps not every one, here all have been heard."""
        heard, stored = self._newest.get(series.id), series.latest
        return heard if heard is not None and (stored is None or heard.t > stored.t) else stored

    def say(self, channel: str, message: object) -> None:
        """Send a message to the listeners of a channel."""
        now = self._clock.now()
        there = self._channels.setdefault(channel, _Channel())
        n = there.last + 1
        frame = Frame(channel, n, now, _text(channel, f"{self.epoch}.{n}", now, message))
        there.hold(frame)
        for listener in self._listeners:
            listener.offer(frame)

    async def run(self) -> NoReturn:
        """Send what is due, once a tick, for ever."""
        while True:
            await self._due.wait()
            self.flush()
            await asyncio.sleep(self._tick_s)

    def flush(self) -> None:
        """Send the readings and states that are waiting."""
        left_out = self._take_in()
        self._due.clear()
        fresh, self._fresh = self._fresh, {}
        if fresh:
            readings = [_reading(series, point) for (series, _), point in fresh.items()]
            self.say("data", {"readings": readings} | ({"left_out": left_out} if left_out else {}))
        states, self._states = self._states, {}
        for (channel, _), message in states.items():
            self.say(channel, message)

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
        if epoch != self.epoch or not _NUMBER.fullmatch(number):
            return None
        return self._channels.get(channel, _Channel()).after(int(number))

    @property
    def listeners(self) -> int:
        """How many listen."""
        return len(self._listeners)

    def present(self, channels: Collection[str]) -> list[str]:
        """Give frames that say how everything stands: the newest of each series, then the states."""
        messages: list[tuple[str, object]] = []
        if "data" in channels:
            self._take_in()
            newest = [_reading(series, point) for series, point in self._newest.items()]
            messages.append(("data", {"readings": newest}))
        messages += [(channel, state) for (channel, _), state in self._known.items() if channel in channels]
        return [self._as_last(channel, message) for channel, message in messages]

    def _take_in(self) -> int:
        """Take in what came in bulk; tell how much of it is left out."""
        bulks, self._bulks = self._bulks, []
        came = sum(map(len, bulks))
        if came > FLOOD:
            bulks = [newest(bulks)]
        for bulk in bulks:
            columns = zip(bulk.series, bulk.t, bulk.v, bulk.q, strict=True)
            self.readings((id_of(series), Point(t, v, QUALITIES[code])) for series, t, v, code in columns)
        return came - sum(map(len, bulks))

    def _as_last(self, channel: str, message: object) -> str:
        last = self._channels.get(channel, _Channel()).last
        return _text(channel, f"{self.epoch}.{last}", self._clock.now(), message)


class Listener:
    """One listener's subscriptions and bounded backlog."""

    def __init__(self, live: Live) -> None:
        self._live = live
        self._channels: set[str] = set()
        self._resumed: deque[str] = deque()
        self._backlog: deque[str] = deque()
        self._chars = 0
        self._wake = asyncio.Event()
        self._behind = False

    def subscribe(self, channels: Sequence[str], since: str | None = None) -> None:
        """Hear channels from now on, or from just after `since` where that is still held."""
        self._channels.update(channels)
        for channel in channels if since is not None else ():
            self._resume(channel, since or "")

    def unsubscribe(self, channels: Sequence[str]) -> None:
        """Hear channels no more."""
        self._channels.difference_update(channels)

    def offer(self, frame: Frame) -> None:
        """Take a frame if it is of a channel that is heard."""
        if frame.channel in self._channels:
            self.put(frame.text)

    def put(self, text: str) -> None:
        """Take a text; beyond the bound the whole backlog is dropped and `gap` said instead."""
        if self._backlog and (len(self._backlog) >= BACKLOG or self._chars + len(text) > BACKLOG_CHARS):
            self._fall_behind()
        if not self._behind:
            self._add(text)
        self._wake.set()

    async def next(self) -> str:
        """Wait for the next text to send."""
        while not (self._behind or self._resumed or self._backlog):
            self._wake.clear()
            await self._wake.wait()
        if self._behind:
            self._behind = False
            self._resumed.extend(self._live.present(self._channels))
            return _GAP
        if self._resumed:
            return self._resumed.popleft()
        text = self._backlog.popleft()
        self._chars -= len(text)
        return text

    def close(self) -> None:
        """Stop listening."""
        self._live.forget(self)

    def _resume(self, channel: str, since: str) -> None:
        missed = self._live.missed(channel, since)
        if missed is None:
            self._fall_behind()
        else:
            self._resumed.extend(frame.text for frame in missed)
        self._wake.set()

    def _add(self, text: str) -> None:
        self._backlog.append(text)
        self._chars += len(text)

    def _fall_behind(self) -> None:
        self._resumed.clear()
        self._backlog.clear()
        self._chars = 0
        self._behind = True


class _Channel:
    """The last messages of a channel, numbered without gaps from 1 to `last`."""

    def __init__(self) -> None:
        self.last = 0
        self._frames: deque[Frame] = deque()
        self._chars = 0

    def hold(self, frame: Frame) -> None:
        """Take the next message, and let go of what is too old or too much."""
        self.last = frame.n
        self._frames.append(frame)
        self._chars += len(frame.text)
        while len(self._frames) > 1 and self._holds_too_much(frame.t):
            self._chars -= len(self._frames.popleft().text)

    def after(self, n: int) -> list[Frame] | None:
        """Give what came after number `n`, or None when some of it is held no more."""
        if n < self.last - len(self._frames):
            return None
        return [frame for frame in self._frames if frame.n > n]

    def _holds_too_much(self, now: int) -> bool:
        too_many = len(self._frames) > HELD_MESSAGES or self._chars > HELD_CHARS
        return too_many or self._frames[0].t < now - HELD_MS


_NUMBER = re.compile(r"[0-9]{1,18}")
_GAP = '{"gap":true}'


def _text(channel: str, seq: str, now: int, message: object) -> str:
    frame = {"channel": channel, "seq": seq, "time": iso(now), "message": Raw(json.encode(message))}
    return json.encode(frame).decode()


def _reading(series: str, point: Point) -> dict[str, object]:
    reading: dict[str, object] = {"series": series, "t": point.t, "v": point.v}
    if point.quality is not Quality.GOOD:
        reading["quality"] = point.quality
    return reading
