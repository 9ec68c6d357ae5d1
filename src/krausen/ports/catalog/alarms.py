"""Where alarms are kept."""

from typing import Protocol

from krausen.model.alarm import Alarm
from krausen.model.journal import JournalEntry


class Alarms(Protocol):
    """Alarms that stand, and those of the past."""

    async def standing_alarms(self) -> list[Alarm]:
        """Give all that are not in the state normal, the oldest first."""

    async def past_alarms(self, limit: int, *, before: int | None = None) -> list[Alarm]:
        """Give those in the state normal that changed last before a time (UTC ms), the latest first."""

    async def alarm(self, id: str) -> Alarm:
        """Give one, standing or past. Raises NotFound."""

    async def keep_alarm(self, alarm: Alarm, entry: JournalEntry | None = None) -> Alarm:
        """Add or replace one under the next revision, and give it so; `entry` where a person did it."""

    async def forget_alarms(self, before: int) -> int:
        """Forget past ones that changed last before a time (UTC ms); give how many those were."""
