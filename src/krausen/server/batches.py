"""Batches: planned, started, paused, finished; checked, journalled and told to whom they concern."""

from collections.abc import Callable, Iterator
from typing import Protocol

import anyio
from msgspec import Struct, convert, to_builtins
from msgspec.structs import replace

from krausen.brewing.gravity import LEAST, MOST
from krausen.errors import Fault, Invalid, NotFound, Stale
from krausen.model.batch import HOLDING, Batch, BatchEvent, BatchState, StateEvent
from krausen.model.journal import JournalEntry
from krausen.model.people import Caller
from krausen.model.series import NAME_LONGEST, SeriesName, is_name
from krausen.ports import catalog
from krausen.ports.clock import Clock
from krausen.server.changes import Change
from krausen.server.ids import ids_for
from krausen.server.live import Live
from krausen.server.roster import Roster

BIN_MS = 30 * 86_400_000
"""How long a batch lies in the bin before it is gone for good."""
LARGEST_L = 1_000_000.0
EARLIEST_MS = 631_152_000_000
"""1990, before which nothing was measured."""
AHEAD_MS = 300_000
"""How far a clock may be ahead of ours."""
LONGEST_TEXT = 2000


class BatchPlan(Struct, frozen=True, kw_only=True):
    """What people say of a batch; gravities as SG."""

    name: str
    vessel: str | None = None
    style: str = ""
    volume_l: float | None = None
    yeast: str = ""
    original_gravity: float | None = None
    target_gravity: float | None = None


class Arranged(catalog.Batches, catalog.Vessels, Protocol):
    """The part of the catalog that knows batches and the vessels they are in."""


class Batches:
    """Changes batches, one after another; `turn` is held meanwhile, as by whoever changes vessels."""

    def __init__(
        self, arranged: Arranged, roster: Roster, live: Live, clock: Clock, turn: anyio.Lock
    ) -> None:
        self._arranged = arranged
        self._roster = roster
        self._live = live
        self._clock = clock
        self._turn = turn

    async def binned(self) -> list[Batch]:
        """Give the batches that can still be had back."""
        found = await self._arranged.batches(binned=True)
        return [batch for batch in found if self._is_binned(batch)]

    async def add(self, wanted: BatchPlan, caller: Caller, reason: str = "") -> Batch:
        """Plan a batch under an id made of its name. Raises Invalid."""
        async with self._turn:
            await self._check(wanted)
            for id in ids_for(wanted.name, "batch"):
                batch = _with(Batch(id=id, name=wanted.name, state=BatchState.PLANNED), wanted)
                try:
                    await self._arranged.add_batch(batch, self._entry(id, "created", caller, reason))
                except Stale:
                    continue
                self._say(batch, "created", caller)
                return batch
            raise Stale(f"Too many batches have been called {wanted.name}: choose another name.")

    async def change(
        self,
        id: str,
        change: Callable[[BatchPlan], BatchPlan],
        caller: Caller,
        *,
        reason: str = "",
        seen: int | None = None,
    ) -> Batch:
        """Change what is said of a batch. Raises NotFound, Stale, Invalid; then nothing has changed."""
        async with self._turn:
            batch = await self._arranged.batch(id)
            wanted = change(convert(to_builtins(batch), BatchPlan))
            if wanted.vessel != batch.vessel and batch.state is not BatchState.PLANNED:
                raise Stale(f"{batch.name} is {batch.state}: it stays in the vessel where it was started.")
            await self._check(wanted, known_vessel=batch.vessel)
            entry = self._entry(id, "updated", caller, reason)
            changed = await self._arranged.change_batch(_with(batch, wanted), (), entry, seen=seen)
            self._say(changed, "updated", caller)
            return changed

    async def remove(self, id: str, caller: Caller, *, reason: str = "", seen: int | None = None) -> None:
        """Put a batch into the bin. Raises NotFound, and Stale also while it is under way."""
        async with self._turn:
            batch = await self._arranged.batch(id)
            if batch.state in HOLDING:
                raise Stale(f"{batch.name} is {batch.state}. Finish it first.")
            entry = self._entry(id, "deleted", caller, reason)
            binned = replace(batch, deleted_at=self._clock.now())
            self._say(await self._arranged.change_batch(binned, (), entry, seen=seen), "deleted", caller)

    async def restore(self, id: str, caller: Caller, reason: str = "") -> Batch:
        """Take a batch out of the bin again. Raises NotFound."""
        async with self._turn:
            binned = await self._arranged.batch(id, binned=True)
            if not self._is_binned(binned):
                raise NotFound(f"The batch {id} was in the bin for too long and is gone.")
            entry = self._entry(id, "restored", caller, reason)
            batch = await self._arranged.change_batch(replace(binned, deleted_at=None), (), entry)
            self._say(batch, "created", caller)
            return batch

    async def start(self, id: str, at: int | None, caller: Caller, reason: str = "") -> Batch:
        """Let a planned batch run, with the series that its vessel has. Raises NotFound, Stale, Invalid."""
        async with self._turn:
            batch = await self._in_state(id, (BatchState.PLANNED,), "started")
            at = self._instant(at, EARLIEST_MS)
            roles, place = await self._free_vessel(batch)
            running = replace(batch, state=BatchState.RUNNING, started_at=at, roles={**batch.roles, **roles})
            event = BatchEvent(at, StateEvent.STARTED, _told(f"Started{place}", reason))
            return await self._passed(running, event, caller, reason)

    async def pause(self, id: str, caller: Caller, reason: str = "") -> Batch:
        """Let a running batch rest; it keeps its vessel. Raises NotFound, Stale."""
        async with self._turn:
            batch = await self._in_state(id, (BatchState.RUNNING,), "paused")
            event = BatchEvent(self._clock.now(), StateEvent.PAUSED, _told("Paused", reason))
            return await self._passed(replace(batch, state=BatchState.PAUSED), event, caller, reason)

    async def resume(self, id: str, caller: Caller, reason: str = "") -> Batch:
        """Let a paused batch go on. Raises NotFound, Stale."""
        async with self._turn:
            batch = await self._in_state(id, (BatchState.PAUSED,), "resumed")
            event = BatchEvent(self._clock.now(), StateEvent.RESUMED, _told("Resumed", reason))
            return await self._passed(replace(batch, state=BatchState.RUNNING), event, caller, reason)

    async def finish(self, id: str, at: int | None, caller: Caller, reason: str = "") -> Batch:
        """End a batch and free its vessel. Raises NotFound, Stale, Invalid."""
        async with self._turn:
            batch = await self._in_state(id, HOLDING, "finished")
            states = [event.at for event in await self._arranged.events(id) if event.kind in set(StateEvent)]
            at = self._instant(at, max([batch.started_at or 0, *states]))
            event = BatchEvent(at, StateEvent.FINISHED, _told("Finished", reason))
            finished = replace(batch, state=BatchState.FINISHED, finished_at=at)
            return await self._passed(finished, event, caller, reason)

    async def note(self, id: str, event: BatchEvent, caller: Caller) -> BatchEvent:
        """Write down what happened to a batch. Raises NotFound, Invalid."""
        async with self._turn:
            batch = await self._arranged.batch(id)
            event = replace(event, kind=event.kind.strip(), text=event.text.strip())
            _refuse(list(_event_faults(event, self._clock.now())))
            entry = self._entry(id, "noted", caller, detail=f"{event.kind}: {event.text}"[:LONGEST_TEXT])
            await self._arranged.keep_batch(batch, [event], entry)
            self._say(batch, "updated", caller)
            return event

    async def unnote(self, id: str, event: str, caller: Caller, reason: str = "") -> None:
        """Strike out an event, by its id. Raises NotFound, and Stale where it tells of the batch's state."""
        async with self._turn:
            batch = await self._arranged.batch(id)
            found = next((one for one in await self._arranged.events(id) if one.id == event), None)
            if found is None:
                raise NotFound(f"There is no event {event} of {batch.name}.")
            if found.kind in set(StateEvent):
                raise Stale("That is part of how the batch went, and stays.")
            entry = self._entry(id, "struck out", caller, reason, f"{found.kind}: {found.text}")
            await self._arranged.remove_event(id, found, entry)
            self._say(batch, "updated", caller)

    def _is_binned(self, batch: Batch) -> bool:
        return batch.deleted_at is not None and self._clock.now() - batch.deleted_at < BIN_MS

    async def _check(self, wanted: BatchPlan, *, known_vessel: str | None = None) -> None:
        found = list(_faults(wanted))
        if wanted.vessel is not None and wanted.vessel != known_vessel:
            try:
                await self._arranged.vessel(wanted.vessel)
            except NotFound as missing:
                found.append(Fault("/vessel", str(missing)))
        _refuse(found)

    async def _in_state(self, id: str, states: tuple[BatchState, ...], done: str) -> Batch:
        batch = await self._arranged.batch(id)
        if batch.state not in states:
            wanted = " or ".join(states)
            raise Stale(f"{batch.name} is {batch.state}; only a batch that is {wanted} can be {done}.")
        return batch

    async def _free_vessel(self, batch: Batch) -> tuple[dict[str, SeriesName], str]:
        """Give the series of a batch's vessel by role, and where that is in words. Raises Stale."""
        if batch.vessel is None:
            return {}, ""
        try:
            vessel = (await self._arranged.vessel(batch.vessel)).vessel
        except NotFound as missing:
            raise Stale(f"{missing} Say in which vessel {batch.name} is to be first.") from missing
        for other in await self._arranged.batches():
            if other.vessel == batch.vessel and other.state in HOLDING:
                raise Stale(f"{other.name} is {other.state} in {vessel.name}. Finish it first.")
        return {role.value: series for role, series in vessel.roles.items()}, f" in {vessel.name}"

    def _instant(self, at: int | None, earliest: int) -> int:
        now = self._clock.now()
        if at is None:
            return max(now, earliest)
        if not earliest <= at <= now + AHEAD_MS:
            told = "That has not come yet." if at > now else "That is before what went before it."
            raise Invalid(told, [Fault("/at", told)])
        return at

    async def _passed(self, batch: Batch, event: BatchEvent, caller: Caller, reason: str) -> Batch:
        entry = self._entry(batch.id, event.kind, caller, reason)
        changed = await self._arranged.change_batch(batch, [event], entry)
        self._say(changed, "updated", caller)
        if changed.vessel is not None:
            await self._roster.held(changed.vessel, changed.id if changed.state in HOLDING else None)
        return changed

    def _say(self, batch: Batch, action: str, caller: Caller) -> None:
        change = Change(what="batch", id=batch.id, action=action, revision=batch.revision, by=caller.name)
        self._live.say("changes", change)

    def _entry(
        self, id: str, action: str, caller: Caller, reason: str = "", detail: str = ""
    ) -> JournalEntry:
        return JournalEntry(
            at=self._clock.now(),
            by=caller.name,
            what="batch",
            id=id,
            action=action,
            reason=reason,
            detail=detail,
        )


def _with(batch: Batch, plan: BatchPlan) -> Batch:
    return convert({**to_builtins(batch), **to_builtins(plan)}, Batch)


def _told(words: str, reason: str) -> str:
    return f"{words}: {reason}" if reason else f"{words}."


def _faults(wanted: BatchPlan) -> Iterator[Fault]:
    if not is_name(wanted.name):
        yield Fault("/name", "A name has 1 to 128 printable characters.")
    for field in ("style", "yeast"):
        text: str = getattr(wanted, field)
        if text and not is_name(text):
            yield Fault(f"/{field}", f"This has at most {NAME_LONGEST} printable characters.")
    if wanted.volume_l is not None and not 0.0 < wanted.volume_l <= LARGEST_L:
        yield Fault("/volume_l", f"A volume is above 0 and at most {LARGEST_L:g} litres.")
    for field in ("original_gravity", "target_gravity"):
        gravity: float | None = getattr(wanted, field)
        if gravity is not None and not LEAST <= gravity <= MOST:
            yield Fault(f"/{field}", f"A specific gravity lies between {LEAST} and {MOST}, such as 1.050.")


def _event_faults(event: BatchEvent, now: int) -> Iterator[Fault]:
    if not EARLIEST_MS <= event.at <= now + AHEAD_MS:
        yield Fault("/at", "This is before 1990, or has not come yet.")
    if not is_name(event.kind):
        yield Fault("/kind", "A kind has 1 to 128 printable characters, such as note.")
    elif event.kind in set(StateEvent):
        yield Fault("/kind", "That is written down when the batch is started, paused, resumed or finished.")
    if not event.text:
        yield Fault("/text", "Say what happened.")
    elif len(event.text) > LONGEST_TEXT:
        yield Fault("/text", f"This has at most {LONGEST_TEXT} characters.")


def _refuse(found: list[Fault]) -> None:
    if found:
        raise Invalid(found[0].message if len(found) == 1 else f"{len(found)} fields are wrong.", found)
