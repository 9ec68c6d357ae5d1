"""What was learned of vessels: kept beside the hardware, given back to their loops, and told to the server.

The loops never wait for the disk: they leave their newest state, and what was learned is read out of it when
it is to be kept or told.
"""

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import NoReturn

import structlog
from msgspec import DecodeError, Struct, json
from msgspec.structs import replace

from krausen.control.learning.keeping import believed
from krausen.control.regulation import Memory, Plan
from krausen.control.resuming import begun_anew, has_learned, learned_in, resumed
from krausen.errors import Invalid, StorageAway
from krausen.model.learned import Learned
from krausen.model.setpoint import Setpoint
from krausen.ports.clock import Clock
from krausen.ports.link import AgentEnd
from krausen.ports.notebook import Notebook
from krausen.wire.messages import LearnedTold, MemoryWish, VesselOrder

log = structlog.get_logger()

KEEP_S = 600.0
"""What was learned is written down no more often than that, and when the agent stops."""
TELL_S = 300.0
"""The server is told no more often than that, and at once when a wish of its was taken."""
MOST = 64
"""So many vessels are remembered; of those that are not ours any more, the oldest are forgotten first."""


class _Entry(Struct, frozen=True):
    """What was learned of a vessel, None for nothing, as it stood at `at`; and which wish was taken last."""

    learned: Learned | None = None
    at: int = 0
    revision: int = 0


class _Document(Struct, frozen=True):
    vessels: dict[str, _Entry]


_decode = json.Decoder(_Document).decode


class LearnedBook:
    """Remembers what was learned of each vessel; without a notebook, as long as it lives.

    Nothing is told before `timely` is set: until then nobody knows whether its times can be believed.
    """

    def __init__(self, notebook: Notebook | None, clock: Clock, timely: asyncio.Event) -> None:
        self._notebook = notebook
        self._clock = clock
        self._timely = timely
        self._entries: dict[str, _Entry] = {}
        self._written: dict[str, _Entry] = {}
        self._running: dict[str, tuple[Plan, Memory]] = {}
        self._void: set[str] = set()
        self._untried: set[str] = set()
        self._ordered: set[str] = set()
        self._refused: dict[str, int] = {}
        self._unkept, self._untold, self._asked = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._unread = self._is_away = False

    async def load(self) -> None:
        """Take up what was learned before the restart; what is damaged is said and set aside."""
        if self._notebook is None:
            return
        try:
            document = await self._notebook.read()
            found = {} if document is None else _decode(document).vessels
        except StorageAway as error:
            self._unread = True
            log.error("learned.unread", detail=f"Vessels learn anew until it can be read. {error}")
            return
        except (DecodeError, UnicodeDecodeError, RecursionError) as error:
            await self._set_aside(str(error).rstrip("."))
            return
        against = {vessel: _against(entry.learned) for vessel, entry in found.items()}
        sound = {vessel: entry for vessel, entry in found.items() if not against[vessel]}
        if len(sound) < len(found):
            await self._set_aside(
                " ".join(f"{vessel}: {why}" for vessel, why in against.items() if why).rstrip(".")
            )
        else:
            self._written = sound
        self._entries |= sound

    def offer(self, vessel: str, learned: Learned) -> None:
        """Take what somebody else has learned of a vessel of which nothing is known here."""
        self._entries.setdefault(vessel, _Entry(learned, self._clock.now()))

    def note(self, vessel: str, plan: Plan, memory: Memory) -> None:
        """Take the newest state of a loop; what it has learned is read out of it later."""
        if has_learned(plan, memory) and vessel not in self._void:
            self._running[vessel] = plan, memory
        self._untried.discard(vessel)

    def resumed(self, vessel: str, plan: Plan, memory: Memory, wish: Setpoint) -> Memory:
        """Give the memory with which a loop is to go on: with what is known of its vessel, or begun anew."""
        if vessel in self._void:
            self._void.discard(vessel)
            memory = begun_anew(plan, memory)
        gone_on = resumed(plan, memory, lambda: self._newest(vessel).learned, wish)
        if gone_on is not memory:
            self._untried.add(vessel)
        return gone_on

    def failed(self, vessel: str) -> None:
        """Take it that a loop has failed; what was given back to it just then is not given back again."""
        self._running.pop(vessel, None)
        if vessel in self._untried:
            self._untried.discard(vessel)
            self._entries[vessel] = replace(self._entries[vessel], learned=None)
            log.error("learned.useless", vessel=vessel, detail="Control failed with it; it is learned anew.")

    def want(self, orders: Iterable[VesselOrder]) -> tuple[VesselOrder, ...]:
        """Take what the server wants known of vessels; give the orders without that."""
        orders = tuple(orders)
        self._ordered = {order.vessel.id for order in orders}
        for order in orders:
            vessel, wish = order.vessel.id, order.memory
            if wish is not None and wish.revision != self._newest(vessel).revision:
                self._take(vessel, wish)
        self._make_room()
        return tuple(order if order.memory is None else replace(order, memory=None) for order in orders)

    def forget(self) -> None:
        """Take it that whoever is told next has asked for nothing yet."""
        self._asked.clear()

    def ask(self, *, yes: bool) -> None:
        """Take it that the server wants to be told, or does not."""
        if yes:
            self._asked.set()
        else:
            self._asked.clear()

    async def keep(self) -> NoReturn:
        """Write down what is new, for ever: now and then, and at once when a wish was taken."""
        while True:
            await _heard(self._unkept, KEEP_S)
            await self.flush()

    async def flush(self) -> None:
        """Write down what is new; where the disk refuses, that is said once, and tried again later."""
        entries = {vessel: self._newest(vessel) for vessel in {**self._entries, **self._running}}
        if self._notebook is None or entries == self._written:
            return
        try:
            if self._unread:
                await self._notebook.set_aside()
                self._unread = False
            await self._notebook.write(json.encode(_Document(entries)))
        except StorageAway as error:
            if not self._is_away:
                log.error("learned.not_kept", detail=f"What vessels learn is written down later. {error}")
            self._is_away = True
        else:
            self._written, self._is_away = entries, False

    async def run(self, link: AgentEnd) -> NoReturn:
        """Tell the server over a link how things stand, until the link is lost."""
        told: dict[str, LearnedTold] = {}
        while True:
            await self._asked.wait()
            await self._timely.wait()
            for message in self._news(told):
                await link.send(message)
                told[message.vessel] = message
            await _heard(self._untold, TELL_S)

    def _news(self, told: dict[str, LearnedTold]) -> Iterator[LearnedTold]:
        for vessel in sorted(self._ordered):
            entry, before = self._newest(vessel), told.get(vessel)
            if entry == _UNKNOWN:
                continue
            message = LearnedTold(vessel=vessel, at=entry.at, learned=entry.learned, revision=entry.revision)
            if before is None or replace(before, at=message.at) != message:
                yield message

    def _newest(self, vessel: str) -> _Entry:
        """Read what is newest out of the loop's state, if it has gone on."""
        entry = self._entries.get(vessel, _UNKNOWN)
        if vessel in self._running:
            learned = learned_in(*self._running.pop(vessel))
            if learned is not None and learned != entry.learned:
                entry = self._entries[vessel] = _Entry(learned, self._clock.now(), entry.revision)
        return entry

    def _take(self, vessel: str, wish: MemoryWish) -> None:
        against = _against(wish.learned)
        if against:
            if self._refused.get(vessel) != wish.revision:
                log.error("learned.refused", vessel=vessel, detail=f"It stays as it is. {against}")
            self._refused[vessel] = wish.revision
            return
        self._running.pop(vessel, None)
        self._void.add(vessel)
        self._entries[vessel] = _Entry(wish.learned, self._clock.now(), wish.revision)
        self._unkept.set()
        self._untold.set()
        done = "forgotten" if wish.learned is None else "replaced"
        log.info("learned.taken", vessel=vessel, detail=f"What was learned is {done}.")

    def _make_room(self) -> None:
        others = [vessel for vessel in self._entries if vessel not in self._ordered]
        oldest = sorted(others, key=lambda vessel: self._entries[vessel].at)
        for vessel in oldest[: max(0, len(self._entries) - MOST)]:
            del self._entries[vessel]

    async def _set_aside(self, why: str) -> None:
        detail = f"Vessels of which it told learn anew; it was set aside. {why}."
        log.error("learned.damaged", detail=detail)
        if self._notebook is not None:
            with suppress(StorageAway):  # then it is written over, as it could not be read
                await self._notebook.set_aside()


class Recall:
    """What one loop remembers by a book, or by none."""

    def __init__(self, book: LearnedBook | None, vessel: str) -> None:
        self._book = book
        self._vessel = vessel

    def resumed(self, plan: Plan, memory: Memory, wish: Setpoint) -> Memory:
        """Give the memory with which the loop is to go on."""
        return memory if self._book is None else self._book.resumed(self._vessel, plan, memory, wish)

    def note(self, plan: Plan, memory: Memory) -> None:
        """Leave the newest state of the loop."""
        if self._book is not None:
            self._book.note(self._vessel, plan, memory)

    def failed(self) -> None:
        """Take it that the loop has failed."""
        if self._book is not None:
            self._book.failed(self._vessel)


_UNKNOWN = _Entry()


def _against(learned: Learned | None) -> str:
    """Say why something cannot have been learned, if so."""
    try:
        if learned is not None:
            believed(learned)
    except Invalid as invalid:
        return str(invalid)
    return ""


async def _heard(event: asyncio.Event, patience_s: float) -> None:
    """Wait until something happens, or for so long, and take it as heard."""
    with suppress(TimeoutError):
        async with asyncio.timeout(patience_s):
            await event.wait()
    event.clear()
