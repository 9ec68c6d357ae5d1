"""What was learned of vessels: kept beside the hardware, given back to their loops, and told to the server.

The loops never wait for the disk: they leave their newest state, and what was learned is read out of it when
it is to be kept or told.
"""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from typing import NoReturn

import structlog
from msgspec.structs import replace

from krausen.agent.concerns import set_to
from krausen.agent.learned_file import Entry, LearnedFile, against
from krausen.control.regulation import Memory, Plan
from krausen.control.resuming import begun_anew, has_learned, learned_in, resumed
from krausen.model.learned import Learned
from krausen.model.setpoint import Setpoint
from krausen.ports.clock import Clock
from krausen.ports.link import AgentEnd
from krausen.ports.notebook import Notebook
from krausen.wire.messages import Desired, FromServer, LearnedTold, MemoryWish

log = structlog.get_logger()

KEEP_S = 600.0
"""What was learned is written down no more often than that, and when the agent stops."""
TELL_S = 300.0
"""The server is told no more often than that, and at once when a wish of its was taken."""
MOST = 64
"""So many vessels are remembered; of those that are not ours any more, the oldest are forgotten first."""


class LearnedBook:
    """Remembers what was learned of each vessel, by id; without a notebook, as long as it lives.

    A loop is given it back where its algorithm knows nothing by itself, and leaves what it has learned since.
    A wish of people takes its place: from then on the loop's former state is void, until it has begun anew.
    What a loop fails with right after it was given it back is given to none again.

    Nothing is told before `timely` is set: until then nobody knows whether its times can be believed. A
    concern of the link (`agent/concerns.py`).
    """

    def __init__(self, notebook: Notebook | None, clock: Clock, timely: asyncio.Event) -> None:
        self._file = LearnedFile(notebook)
        self._clock = clock
        self._timely = timely
        self._entries: dict[str, Entry] = {}
        self._running: dict[str, tuple[Plan, Memory]] = {}
        self._void: set[str] = set()
        self._untried: set[str] = set()
        self._ordered: set[str] = set()
        self._refused: dict[str, int] = {}
        self._unkept, self._untold, self._asked = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def load(self) -> None:
        """Take up what was learned before the restart; what is damaged is said and set aside."""
        self._entries |= await self._file.read()

    def offer(self, vessel: str, learned: Learned) -> None:
        """Take what somebody else has learned of a vessel of which nothing is known here."""
        self._entries.setdefault(vessel, Entry(learned, self._clock.now()))

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

    def forget(self) -> None:
        """Take it that whoever is told next has asked for nothing yet."""
        self._asked.clear()

    def heard(self, message: FromServer) -> None:
        """Take which vessels are ours, what is to be known of them, and whether the server asks."""
        if not isinstance(message, Desired):
            return
        self._ordered = {order.vessel.id for order in message.vessels}
        for order in message.vessels:
            vessel, wish = order.vessel.id, order.memory
            if wish is not None and wish.revision != self._newest(vessel).revision:
                self._take(vessel, wish)
        self._make_room()
        set_to(self._asked, on=message.learned)

    async def keep(self) -> NoReturn:
        """Write down what is new, for ever: now and then, and at once when a wish was taken."""
        while True:
            await _heard(self._unkept, KEEP_S)
            await self.flush()

    async def flush(self) -> None:
        """Write down what is new; where the disk refuses, that is said once, and tried again later."""
        vessels = {**self._entries, **self._running}
        await self._file.write({vessel: self._newest(vessel) for vessel in vessels})

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

    def _newest(self, vessel: str) -> Entry:
        """Read what is newest out of the loop's state, if it has gone on."""
        entry = self._entries.get(vessel, _UNKNOWN)
        if vessel in self._running:
            learned = learned_in(*self._running.pop(vessel))
            if learned is not None and learned != entry.learned:
                entry = self._entries[vessel] = Entry(learned, self._clock.now(), entry.revision)
        return entry

    def _take(self, vessel: str, wish: MemoryWish) -> None:
        if why := against(wish.learned):
            if self._refused.get(vessel) != wish.revision:
                log.error("learned.refused", vessel=vessel, detail=f"It stays as it is. {why}")
            self._refused[vessel] = wish.revision
            return
        self._running.pop(vessel, None)
        self._void.add(vessel)
        self._entries[vessel] = Entry(wish.learned, self._clock.now(), wish.revision)
        self._unkept.set()
        self._untold.set()
        done = "forgotten" if wish.learned is None else "replaced"
        log.info("learned.taken", vessel=vessel, detail=f"What was learned is {done}.")

    def _make_room(self) -> None:
        others = [vessel for vessel in self._entries if vessel not in self._ordered]
        oldest = sorted(others, key=lambda vessel: self._entries[vessel].at)
        for vessel in oldest[: max(0, len(self._entries) - MOST)]:
            del self._entries[vessel]


_UNKNOWN = Entry()


async def _heard(event: asyncio.Event, patience_s: float) -> None:
    """Wait until something happens, or for so long, and take it as heard."""
    with suppress(TimeoutError):
        async with asyncio.timeout(patience_s):
            await event.wait()
    event.clear()
