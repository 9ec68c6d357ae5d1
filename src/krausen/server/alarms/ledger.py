"""Keeps alarms: on disk first, then told. When the disk refuses, told all the same, and written later."""

from collections import deque

import structlog
from msgspec.structs import replace

from krausen.alarms.lifecycle import Event
from krausen.errors import StorageAway
from krausen.model.alarm import Alarm, AlarmState
from krausen.model.journal import JournalEntry
from krausen.ports.catalog.alarms import Alarms
from krausen.server.alarms.bodies import AlarmSaid, body_of
from krausen.server.live import Live

log = structlog.get_logger()

CHANNEL = "alarms"
RECENT = 1000
Key = tuple[str, str | None, str | None]
"""The rule of an alarm, and the ids of the vessel and the device that it is about."""

_TOLD_AS = {
    AlarmState.UNACKNOWLEDGED: Event.RAISED,
    AlarmState.ACKNOWLEDGED: Event.ACKNOWLEDGED,
    AlarmState.RETURNED: Event.CLEARED,
    AlarmState.SHELVED: Event.SHELVED,
}
"""How those are told of a standing alarm who missed what happened to it."""


class Ledger:
    """Holds what stands; no two changes bear the same instant, so that the past can be read page by page."""

    def __init__(self, catalog: Alarms, live: Live) -> None:
        self._catalog = catalog
        self._live = live
        self._standing: dict[str, Alarm] = {}
        self._unsaved: deque[Alarm] = deque()
        self._instants: deque[int] = deque(maxlen=RECENT)

    async def load(self) -> None:
        """Take up what stood when the server ended. Raises StorageAway."""
        self._standing = {alarm.id: alarm for alarm in await self._catalog.standing_alarms()}
        for alarm in self._standing.values():
            self._live.know_state(CHANNEL, alarm.id, _said(_TOLD_AS[alarm.state], alarm))

    def standing(self) -> list[Alarm]:
        """Give all alarms that are not normal."""
        return list(self._standing.values())

    def by_key(self) -> dict[Key, Alarm]:
        """Give the alarms that stand and are no tests, by what they are about."""
        return {key_of(alarm): alarm for alarm in self._standing.values() if not alarm.test}

    async def one(self, id: str) -> Alarm:
        """Give one, standing or past. Raises NotFound, StorageAway."""
        held = self._standing.get(id) or next((one for one in reversed(self._unsaved) if one.id == id), None)
        return held if held is not None else await self._catalog.alarm(id)

    async def past(self, limit: int, before: int | None) -> list[Alarm]:
        """Give those that are over and seen and changed before an instant, the latest first."""
        return await self._catalog.past_alarms(limit, before=before)

    def instant(self, now: int) -> int:
        """Give the instant of a change: now, or just after it where that is taken."""
        while now in self._instants:
            now += 1
        self._instants.append(now)
        return now

    async def tell(self, event: Event | None, alarm: Alarm) -> None:
        """Keep and tell what happened by itself, None for what nobody need hear; never refused."""
        if self._unsaved:
            kept = self._put_off(alarm)
        else:
            try:
                kept = await self._catalog.keep_alarm(alarm)
            except StorageAway as away:
                log.warning("alarms.not_kept", detail=f"Alarms are told, and kept later. {away}")
                kept = self._put_off(alarm)
        self._stand(event, kept)

    async def do(self, event: Event, alarm: Alarm, entry: JournalEntry) -> Alarm:
        """Keep and tell what a person did, and give the alarm. Raises StorageAway; then nothing is done."""
        await self.save()
        kept = await self._catalog.keep_alarm(alarm, entry)
        self._stand(event, kept)
        return kept

    async def save(self) -> None:
        """Write what could not be written, in order. Raises StorageAway while that is still so."""
        while self._unsaved:
            await self._catalog.keep_alarm(self._unsaved[0])
            self._unsaved.popleft()

    async def forget(self, before: int) -> None:
        """Forget past ones that changed last before an instant. Raises StorageAway."""
        await self._catalog.forget_alarms(before)

    def _put_off(self, alarm: Alarm) -> Alarm:
        is_known = any(alarm.id == one.id for one in (*self._unsaved, *self._standing.values()))
        kept = replace(alarm, revision=alarm.revision + 1) if is_known else alarm
        self._unsaved.append(kept)
        return kept

    def _stand(self, event: Event | None, alarm: Alarm) -> None:
        said = None if event is None else _said(event, alarm)
        if alarm.state is AlarmState.NORMAL:
            self._standing.pop(alarm.id, None)
            self._live.forget_state(CHANNEL, alarm.id)
            if said is not None:
                self._live.say(CHANNEL, said)
            return
        self._standing[alarm.id] = alarm
        if said is None:
            self._live.know_state(CHANNEL, alarm.id, _said(_TOLD_AS[alarm.state], alarm))
        else:
            self._live.say_state(CHANNEL, alarm.id, said)


def key_of(alarm: Alarm) -> Key:
    """Give what an alarm is about."""
    return alarm.rule, alarm.vessel, alarm.device


def _said(event: Event, alarm: Alarm) -> AlarmSaid:
    return AlarmSaid(event, body_of(alarm))
