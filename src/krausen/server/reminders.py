"""What profiles have to tell on the way is written down when it is due, once, also after an outage."""

import asyncio
from typing import NoReturn, Protocol

import structlog
from msgspec import Struct

from krausen.errors import StorageAway
from krausen.model.batch import Batch, BatchEvent
from krausen.model.journal import JournalEntry
from krausen.model.people import Caller, UserRole
from krausen.ports.catalog import Batches, VesselRecord, Vessels
from krausen.ports.catalog.profiles import Profiles
from krausen.ports.clock import Clock
from krausen.profiles.course import event_times
from krausen.server.batches import LONGEST_TEXT
from krausen.server.batches import Batches as Brewing
from krausen.server.setpoints import followed

log = structlog.get_logger()

KIND = "profile"
"""The kind of events and the action of journal lines that tell what was due."""
EVERY_S = 10.0


class Due(Struct, frozen=True, order=True):
    """What was due in a vessel, by id, at `at`, UTC milliseconds, and who made the wish, by name."""

    vessel: str
    at: int
    text: str
    by: str


class Arranged(Vessels, Batches, Profiles, Protocol):
    """The part of the catalog that knows what is followed, and takes what is told."""


class Reminders:
    """Writes down what was due: in the batch that was in the vessel then, else in the journal."""

    def __init__(
        self, arranged: Arranged, batches: Brewing, clock: Clock, *, every_s: float = EVERY_S
    ) -> None:
        self._arranged = arranged
        self._batches = batches
        self._clock = clock
        self._every_s = every_s
        self._told: set[Due] = set()
        self._is_away = False

    async def run(self) -> NoReturn:
        """Look again and again what is due, until cancelled; when the disk refuses, later."""
        while True:
            try:
                await self.look()
                self._is_away = False
            except StorageAway as away:
                if not self._is_away:
                    log.warning("profile.not_told", detail=f"What was due is told later. {away}")
                self._is_away = True
            await asyncio.sleep(self._every_s)

    async def look(self) -> None:
        """Write down what is due by now and was not told yet. Raises StorageAway."""
        now = self._clock.now()
        due = {one for record in await self._arranged.vessels() for one in due_by(record, now)}
        for one in sorted(due - self._told):
            await self._tell(one)
            self._told.add(one)
        self._told &= due

    async def _tell(self, due: Due) -> None:
        for batch in await self._arranged.batches():
            if batch.vessel == due.vessel and _was_there(batch, due.at):
                await self._note(batch, due)
                return
        await self._arranged.remind(
            JournalEntry(at=due.at, by=due.by, what="vessel", id=due.vessel, action=KIND, detail=due.text)
        )

    async def _note(self, batch: Batch, due: Due) -> None:
        event = BatchEvent(due.at, KIND, due.text)
        if event not in await self._arranged.events(batch.id):
            author = Caller(id="", login="", name=due.by, role=UserRole.BREWER)
            await self._batches.note(batch.id, event, author)


def due_by(record: VesselRecord, now: int) -> list[Due]:
    """Give what was due by an instant, UTC milliseconds, of the profile that a vessel follows, if any."""
    wish = followed(record)
    if wish.run is None:
        return []
    return [
        Due(record.vessel.id, at, event.text.strip()[:LONGEST_TEXT], wish.by)
        for at, event in event_times(wish.run)
        if at <= now
    ]


def _was_there(batch: Batch, at: int) -> bool:
    ended = batch.finished_at
    return batch.started_at is not None and batch.started_at <= at and (ended is None or at < ended)
