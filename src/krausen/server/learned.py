"""What was learned of vessels: kept as their agents tell it, and replaced or forgotten as people wish."""

from contextlib import suppress
from math import isfinite
from typing import Protocol

import structlog
from msgspec import Struct
from msgspec.structs import replace

from krausen.control.learning.insight import insight
from krausen.errors import Fault, Invalid, NotFound, Stale, StorageAway
from krausen.model.journal import JournalEntry
from krausen.model.learned import Insight, Learned
from krausen.model.people import Caller
from krausen.model.vessel import FIRMWARE, Vessel
from krausen.ports.catalog import Vessels
from krausen.ports.catalog.learned import DAY_MS, LearnedDay, LearnedRecord
from krausen.ports.catalog.learned import Learning as Kept
from krausen.ports.clock import Clock
from krausen.server.changes import Change
from krausen.server.concerns import Call, Changed, Hear
from krausen.server.live import Live
from krausen.wire.messages import Desired, LearnedTold, MemoryWish

log = structlog.get_logger()

WATCHED_H = 1e6
"""Nobody watches for longer, which is a century."""
DOUBTS, DOUBT = 20, 500
"""So many sentences of doubt there are at most, of so many letters."""
REVISIONS = 2**53
DIGITS = 5
"""With so many digits the quantities of a day are kept."""


class Arranged(Vessels, Kept, Protocol):
    """The part of the catalog that knows vessels and what was learned of them."""


class Known(Struct, frozen=True, kw_only=True):
    """What is known of a vessel: what its agent told last, what that means, and how it stood on past days.

    `insight` is None where nothing was learned, or in a form that only another version understands.
    """

    record: LearnedRecord
    insight: Insight | None
    days: list[LearnedDay]


class Learning:
    """Keeps the newest of what was learned of each vessel, and what is to take its place.

    A concern of agents and server (`server/concerns.py`).
    """

    takes = LearnedTold

    def __init__(self, arranged: Arranged, live: Live, clock: Clock) -> None:
        self._arranged = arranged
        self._live = live
        self._clock = clock
        self._changed: Changed = _nobody

    def follow(self, changed: Changed) -> None:
        """Tell from now on the name of an agent that has a new wish to take."""
        self._changed = changed

    async def wishes(self, desired: Desired) -> Desired:
        """Ask an agent for what it learns, with the wishes that it is still to take. Raises StorageAway."""
        wanted = await self.wanted()
        orders = (replace(order, memory=wanted.get(order.vessel.id)) for order in desired.vessels)
        return replace(desired, vessels=tuple(orders), learned=True)

    async def linked(self, call: Call) -> Hear:
        """Hear what an agent has learned of its own vessels."""
        return call.of_own(self.told)

    async def told(self, agent: str, message: LearnedTold) -> None:
        """Keep what an agent told of a vessel of its own; what is unsound is refused, and said."""
        try:
            _check_told(message)
            await self._keep(agent, message)
        except Invalid as refused:
            log.warning("learned.refused", agent=agent, vessel=message.vessel[:99], detail=str(refused))
        except StorageAway as away:
            log.warning("learned.not_kept", agent=agent, vessel=message.vessel, detail=str(away))

    async def wanted(self) -> dict[str, MemoryWish]:
        """Give the wishes that are still to be taken, by vessel. Raises StorageAway."""
        records = await self._arranged.learning_wanted()
        return {record.vessel: MemoryWish(record.wished, record.wanted) for record in records}

    async def known(self, vessel: str, days: int) -> Known:
        """Give what is known of a vessel, with the last so many days. Raises NotFound, StorageAway."""
        await self._arranged.vessel(vessel)
        record, now = await self._arranged.learned(vessel), self._clock.now()
        past = await self._arranged.learned_days(vessel, now - days * DAY_MS, now + DAY_MS)
        return Known(record=record, insight=_meaning(record.learned), days=past)

    async def exported(self, vessel: str) -> Learned:
        """Give what was learned of a vessel. Raises NotFound, also where nothing was, and StorageAway."""
        named = (await self._arranged.vessel(vessel)).vessel
        learned = (await self._arranged.learned(vessel)).learned
        if learned is None:
            raise NotFound(f"Nothing has been learned of {named.name} yet.")
        return learned

    async def replace(self, vessel: str, learned: Learned, caller: Caller, reason: str = "") -> None:
        """Have an agent know this instead of what it learned.

        Raises NotFound, Invalid where it is no model of a chamber, Stale where nobody could take it, and
        StorageAway; then nothing has changed.
        """
        check(learned)
        told = f"What it learned is replaced by what was learned in {learned.watched_h:.0f} h."
        await self._want(vessel, learned, caller, (reason, told))

    async def forget(self, vessel: str, caller: Caller, reason: str = "") -> None:
        """Have an agent begin anew. Raises as `replace` does."""
        await self._want(vessel, None, caller, (reason, "What it learned is forgotten."))

    async def _keep(self, agent: str, message: LearnedTold) -> None:
        before, now = await self._arranged.learned(message.vessel), self._clock.now()
        if before.at is not None and (before.learned, before.taken) == (message.learned, message.revision):
            return
        told = LearnedRecord(
            vessel=message.vessel,
            at=min(max(message.at, 0), now),
            learned=message.learned,
            taken=message.revision,
        )
        kept = await self._arranged.note_learned(told, _quantities(message.learned))
        if kept.is_pending and not before.is_pending:
            # It had taken the wish, and has lost it with its power before it was on its disk.
            self._changed(agent)
        self._say(message.vessel, message.revision, agent)

    async def _want(
        self, vessel: str, wanted: Learned | None, caller: Caller, words: tuple[str, str]
    ) -> None:
        arranged = (await self._arranged.vessel(vessel)).vessel
        _check_taker(arranged)
        entry = JournalEntry(
            at=self._clock.now(),
            by=caller.name,
            what="vessel",
            id=vessel,
            action="updated",
            reason=words[0],
            detail=words[1],
        )
        record = await self._arranged.want_learned(vessel, wanted, entry)
        self._changed(arranged.agent)
        self._say(vessel, record.wished, caller.name)

    def _say(self, vessel: str, revision: int, by: str) -> None:
        change = Change(what="learned", id=vessel, action="updated", revision=revision, by=by)
        self._live.say("changes", change)


def check(learned: Learned) -> None:
    """Raise Invalid, with faults, on what is no model of a chamber."""
    wrong = []
    if not (isfinite(learned.watched_h) and 0.0 <= learned.watched_h <= WATCHED_H):
        wrong.append(Fault("/watched_h", "This is a number of hours, from 0."))
    if not (isfinite(learned.flow) and 0.0 <= learned.flow <= 1.0):
        wrong.append(Fault("/flow", "This is a share, 0 to 1."))
    if len(learned.doubts) > DOUBTS or any(len(doubt) > DOUBT for doubt in learned.doubts):
        wrong.append(Fault("/doubts", f"These are up to {DOUBTS} sentences of up to {DOUBT} letters."))
    if wrong:
        raise Invalid(" ".join(fault.message for fault in wrong), wrong)
    if not _has_a_meaning(learned):
        told = "Its numbers are beyond what any chamber has."
        raise Invalid(told, [Fault("/mean", told)])


def _has_a_meaning(learned: Learned) -> bool:
    """Tell whether a model can be put in numbers that can be shown. Raises Invalid for none at all."""
    try:
        found = insight(learned).quantities.values()
    except ArithmeticError:
        return False
    return all(isfinite(one.value + one.low + one.high) for one in found)


def _meaning(learned: Learned | None) -> Insight | None:
    with suppress(Invalid):  # an agent of another version has told it, or one before an update
        return None if learned is None else insight(learned)
    return None


def _check_told(message: LearnedTold) -> None:
    if not 0 <= message.revision <= REVISIONS:
        raise Invalid(f"There is no wish of revision {message.revision}.")
    if message.learned is not None:
        check(message.learned)


def _check_taker(vessel: Vessel) -> None:
    if not vessel.agent:
        raise Stale(f"{vessel.name} has no agent that could learn. Give it one first.")
    if vessel.algorithm == FIRMWARE:
        raise Stale(f"{vessel.name} is held by the firmware of {vessel.agent}, which learns in its own way.")


def _quantities(learned: Learned | None) -> dict[str, float]:
    if learned is None:
        return {}
    found = insight(learned).quantities
    return {name: float(f"{quantity.value:.{DIGITS}g}") for name, quantity in found.items()}


def _nobody(_: str) -> None:
    """Tell nobody."""
