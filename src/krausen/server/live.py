"""Hand fresh readings and states to listeners, each with its own bounded backlog.

Messages of a channel are numbered, and the last ones are held so that a listener who was briefly away can
resume. What arrives within a tick leaves as one message, encoded once for all. A listener that cannot
keep up is told so (`gap`) and gets the newest value of each series, and how everything stands, instead of the
rest; it never makes the server grow.
"""

import asyncio
import re
from collections import defaultdict, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import chain, starmap
from typing import NoReturn

from msgspec import Struct, json

from krausen.model.reading import Quality
from krausen.ports.clock import Clock
from krausen.ports.history import QUALITIES, Bulk, Point, SeriesRecord, id_of
from krausen.server.bulks import newest
from krausen.server.held import Held
from krausen.server.outlets import GAP, Frame, Outlet, Word, message_frame
from krausen.wire.instants import iso

TICK_S = 0.04
"""Messages that gather what arrives are no closer than this,"""
CROWD = 200
CROWD_TICKS = 5
"""and, while more readings than `CROWD` come in each such time, so many times as far apart."""
FLOOD = 2_000
"""Of a tick with more readings in bulk than this, the newest of each series is told."""
BACKLOG = 256
BACKLOG_BYTES = 1_000_000
"""So many messages, and so large together, may wait for a listener beside those it resumes with."""
ROOM = 65_536
"""While an outlet has more than so many bytes to get rid of, nothing more is written to it."""


class Live:
    """All channels of one server run; `epoch` names the run."""

    def __init__(self, clock: Clock, epoch: str, tick_s: float = TICK_S) -> None:
        self._clock = clock
        self.epoch = epoch
        self._tick_s = tick_s
        self._held: defaultdict[str, Held] = defaultdict(Held)
        self._hearers: defaultdict[str, dict[Listener, None]] = defaultdict(dict)
        self._listeners: set[Listener] = set()
        self._fresh: dict[tuple[str, int], Point] = {}
        self._newest: dict[str, Point] = {}
        self._bulks: list[Bulk] = []
        self._came, self._newest_at = 0, FLOOD
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
        self._came += len(bulk)
        if self._came > self._newest_at:  # in pieces, for a flood of a whole tick would hold up the loop
            self._bulks = [newest(self._bulks)]
            self._newest_at = self._came + max(FLOOD, len(self._bulks[0]))
        self._due.set()

    def said(self, channel: str) -> int:
        """Tell how many messages a channel has sent."""
        return self._held[channel].last

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
        self._send(channel, self._clock.now(), {"message": message})

    def publish(self, channel: str, message: object, by: str, at: int | None = None) -> str:
        """Pass on what somebody outside, by name, says in a channel; give its `seq`. `at` is UTC ms, now."""
        now = self._clock.now() if at is None else at
        frame = self._send(channel, now, {"message": message, "by": by, "published": True})
        return self._seq(frame.n)

    def end(self, channel: str) -> None:
        """Take it that a channel is no more; nobody hears it, and what was said in it is forgotten."""
        for listener in list(self._hearers.pop(channel, ())):
            listener.unsubscribe([channel])
        self._held[channel].clear()

    async def run(self) -> NoReturn:
        """Send what is due, once a tick, for ever."""
        ticks = 1
        while True:
            await self._due.wait()
            ticks = CROWD_TICKS if self.flush() > CROWD * ticks else 1
            await asyncio.sleep(self._tick_s * ticks)

    def flush(self) -> int:
        """Send the readings and states that are waiting; tell how many readings came in all."""
        left_out = self._take_in()
        self._due.clear()
        fresh, self._fresh = self._fresh, {}
        if fresh:
            readings = [_said(series, point) for (series, _), point in fresh.items()]
            self.say("data", {"readings": readings} | ({"left_out": left_out} if left_out else {}))
        states, self._states = self._states, {}
        for (channel, _), message in states.items():
            self.say(channel, message)
        return len(fresh) + left_out

    def listen(self, outlet: Outlet | None = None, *, tells: bool = False) -> "Listener":
        """Open a listener; close it when done.

        What it hears is written to the outlet. Without one it is fetched by `next`. Where the outlet `tells`
        it, by `full` of the listener, that there is no room, it is not asked before each frame.
        """
        listener = Listener(self, outlet, tells=tells)
        self._listeners.add(listener)
        return listener

    def hear(self, listener: "Listener", channels: Iterable[str]) -> None:
        """Give a listener what is said in these channels from now on."""
        for channel in channels:
            self._hearers[channel][listener] = None

    def unhear(self, listener: "Listener", channels: Iterable[str]) -> None:
        """Give a listener no more of these channels; harmless when it gets nothing of them."""
        for channel in channels:
            self._hearers[channel].pop(listener, None)

    def forget(self, listener: "Listener") -> None:
        """Let a listener go; harmless when it has gone."""
        self.unhear(listener, list(self._hearers))
        self._listeners.discard(listener)

    def missed(self, channel: str, since: str) -> Sequence[Frame] | None:
        """Give what a channel said after `since` ("<epoch>.<n>"), or None when that is no longer known."""
        epoch, _, number = since.rpartition(".")
        if epoch != self.epoch or not _NUMBER.fullmatch(number):
            return None
        return self._held[channel].after(int(number))

    @property
    def listeners(self) -> int:
        """How many listen."""
        return len(self._listeners)

    def present(self, channels: Collection[str]) -> list[Frame]:
        """Give frames that say how everything stands: the newest of each series, then the states."""
        messages: list[tuple[str, object]] = []
        if "data" in channels:
            self._take_in()
            newest = list(starmap(_said, self._newest.items()))
            messages.append(("data", {"readings": newest}))
        messages += [(channel, state) for (channel, _), state in self._known.items() if channel in channels]
        return [self._as_last(channel, message) for channel, message in messages]

    def _take_in(self) -> int:
        """Take in what came in bulk; tell how much of it is left out."""
        bulks, self._bulks = self._bulks, []
        came, self._came, self._newest_at = self._came, 0, FLOOD
        if came > FLOOD:
            bulks = [newest(bulks)]
        if bulks:
            self.readings(chain.from_iterable(map(_points, bulks)))
        return came - sum(map(len, bulks))

    def _as_last(self, channel: str, said: object) -> Frame:
        return self._frame(channel, self._held[channel].last, self._clock.now(), {"message": said})

    def _send(self, channel: str, now: int, said: dict[str, object]) -> Frame:
        held = self._held[channel]
        frame = self._frame(channel, held.last + 1, now, said)
        held.hold(frame)
        for listener in tuple(self._hearers[channel]):
            if listener.flows:
                listener.write(frame)
            else:
                listener.offer(frame)
        return frame

    def _frame(self, channel: str, n: int, t: int, said: dict[str, object]) -> Frame:
        return message_frame(channel, n, t, json.encode({"seq": self._seq(n), "time": iso(t)} | said)[1:-1])

    def _seq(self, n: int) -> str:
        return f"{self.epoch}.{n}"


class Listener:
    """One listener's subscriptions and bounded backlog.

    While it `flows`, nothing waits and there is room, so that a frame may be handed to `write` at once.
    """

    def __init__(self, live: Live, outlet: Outlet | None = None, *, tells: bool = False) -> None:
        self._live = live
        self._outlet = outlet
        self._tells = tells
        self._is_full = self._is_closed = False
        self.flows = tells
        self.write: Callable[[Frame], object] = _nowhere if outlet is None else outlet.write
        self._channels: dict[str, None] = {}
        self._resumed: deque[Frame] = deque()
        self._backlog: deque[Frame] = deque()
        self._bytes = 0
        self._wake = asyncio.Event()
        self._behind = False

    def subscribe(self, channels: Iterable[str], since: str | None = None) -> None:
        """Hear channels from now on, or from just after `since` where that is still held."""
        named = dict.fromkeys(() if self._is_closed else channels)
        self._channels |= named
        self._live.hear(self, named)
        if since is not None and named:
            for channel in named:
                self._resume(channel, since)
            self._wake.set()
            if not self._is_full:
                self.drained()

    def unsubscribe(self, channels: Iterable[str]) -> None:
        """Hear channels no more."""
        named = list(channels)
        for channel in named:
            self._channels.pop(channel, None)
        self._live.unhear(self, named)

    @property
    def backlog(self) -> int:
        """How many frames wait here, beside those it resumes with."""
        return len(self._backlog)

    @property
    def backlog_bytes(self) -> int:
        """How large they are together."""
        return self._bytes

    def offer(self, frame: Frame) -> None:
        """Take a frame: it leaves at once, or after what is waiting already."""
        if self.flows or (self._is_clear and self._has_room):
            self.write(frame)
        else:
            self._hold(frame)

    def put(self, text: str) -> None:
        """Say something to this listener alone; it is JSON, and leaves after what was said before."""
        self.offer(Word("answer", text.encode()))

    def full(self) -> None:
        """Take it that the outlet has no room."""
        self._is_full, self.flows = True, False

    def drained(self) -> None:
        """Take it that the outlet has room again, and write what waited for that."""
        self._is_full = False
        while self._has_room and (frame := self._next()) is not None:
            self.write(frame)
        self.flows = self._tells and self._has_room and self._is_clear

    async def next(self) -> str:
        """Wait for the next text, where there is no outlet."""
        while (frame := self._next()) is None:
            self._wake.clear()
            await self._wake.wait()
        return frame.text

    def close(self) -> None:
        """Stop listening, and forget what has not left yet; harmless when it was closed."""
        self._is_closed = True
        self._live.forget(self)
        self._resumed.clear()
        self._backlog.clear()
        self._outlet, self.flows, self.write = None, False, _nowhere

    @property
    def _is_clear(self) -> bool:
        return not (self._behind or self._resumed or self._backlog)

    @property
    def _has_room(self) -> bool:
        return (
            self._outlet is not None and not self._is_full and (self._tells or self._outlet.waiting <= ROOM)
        )

    def _hold(self, frame: Frame) -> None:
        """Have a frame wait; beyond the bound all that waits is dropped and `gap` said instead."""
        if self._backlog and (len(self._backlog) >= BACKLOG or self._bytes + len(frame) > BACKLOG_BYTES):
            self._fall_behind()
        if not self._behind:
            self._backlog.append(frame)
            self._bytes += len(frame)
        self._wake.set()

    def _next(self) -> Frame | None:
        """Take what leaves next."""
        if self._behind:
            self._behind = False
            self._resumed.extend(self._live.present(self._channels))
            return GAP
        if self._resumed:
            return self._resumed.popleft()
        if not self._backlog:
            return None
        frame = self._backlog.popleft()
        self._bytes -= len(frame)
        return frame

    def _resume(self, channel: str, since: str) -> None:
        missed = self._live.missed(channel, since)
        if missed is None:
            self._fall_behind()
        else:
            self._resumed.extend(missed)

    def _fall_behind(self) -> None:
        self._resumed.clear()
        self._backlog.clear()
        self._bytes = 0
        self._behind = True


_NUMBER = re.compile(r"[0-9]{1,18}")


def _nowhere(_: Frame) -> None:
    """Let go of a frame for which there is nobody."""


class _Said(Struct, gc=False, omit_defaults=True):
    """A reading as listeners hear it; of a good one nothing is said."""

    series: str
    t: int
    v: float
    quality: Quality = Quality.GOOD


def _said(series: str, point: Point) -> _Said:
    return _Said(series, point.t, point.v, point.quality)


def _points(bulk: Bulk) -> Iterator[tuple[str, Point]]:
    ids = map(id_of, bulk.series)
    return zip(ids, map(Point, bulk.t, bulk.v, map(QUALITIES.__getitem__, bulk.q)), strict=True)
