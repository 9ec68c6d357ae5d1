"""Alarms in memory."""

from msgspec.structs import replace

from krausen.model.alarm import Alarm, AlarmState
from krausen.model.journal import JournalEntry
from krausen.testing.catalog.memory import Memory, found_in


class MemoryAlarms(Memory):
    """The part of the catalog port that knows alarms."""

    def __init__(self) -> None:
        super().__init__()
        self._alarms: dict[str, Alarm] = {}

    async def standing_alarms(self) -> list[Alarm]:
        """Give all that are not in the state normal, the oldest first."""
        await self._turn()
        standing = [alarm for alarm in self._alarms.values() if alarm.state is not AlarmState.NORMAL]
        return sorted(standing, key=lambda alarm: (alarm.since, alarm.id))

    async def past_alarms(self, limit: int, *, before: int | None = None) -> list[Alarm]:
        """Give those in the state normal that changed last before a time (UTC ms), the latest first."""
        await self._turn()
        past = [alarm for alarm in self._past() if before is None or alarm.at < before]
        return sorted(past, key=lambda alarm: (-alarm.at, alarm.id))[:limit]

    async def alarm(self, id: str) -> Alarm:
        """Give one, standing or past. Raises NotFound."""
        await self._turn()
        return found_in(self._alarms, id, "alarm")

    async def keep_alarm(self, alarm: Alarm, entry: JournalEntry | None = None) -> Alarm:
        """Add or replace one under the next revision, and give it so; `entry` where a person did it."""
        await self._turn()
        known = self._alarms[alarm.id].revision if alarm.id in self._alarms else 0
        self._alarms[alarm.id] = replace(alarm, revision=known + 1)
        self._journal += [] if entry is None else [entry]
        return self._alarms[alarm.id]

    async def forget_alarms(self, before: int) -> int:
        """Forget past ones that changed last before a time (UTC ms); give how many those were."""
        await self._turn()
        old = [alarm.id for alarm in self._past() if alarm.at < before]
        for id in old:
            del self._alarms[id]
        return len(old)

    def _past(self) -> list[Alarm]:
        return [alarm for alarm in self._alarms.values() if alarm.state is AlarmState.NORMAL]
