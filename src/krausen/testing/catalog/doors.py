"""Doors in memory."""

from msgspec import json
from msgspec.structs import replace

from krausen.model.door import DoorState
from krausen.model.journal import JournalEntry
from krausen.testing.catalog.memory import Memory, check_seen


class MemoryDoors(Memory):
    """The part of the catalog port that knows doors."""

    def __init__(self) -> None:
        super().__init__()
        self._doors: dict[str, bytes] = {}

    async def doors(self) -> list[DoorState]:
        """Give what was decided of doors, ordered by name."""
        await self._turn()
        return [json.decode(kept, type=DoorState) for _, kept in sorted(self._doors.items())]

    async def keep_door(self, door: DoorState, entry: JournalEntry, *, seen: int | None = None) -> DoorState:
        """Keep how a door is to be under the next revision. Raises Stale."""
        await self._turn()
        known = self._doors.get(door.name)
        revision = 0 if known is None else json.decode(known, type=DoorState).revision
        check_seen(f"Door {door.name}", revision, seen)
        kept = replace(door, revision=revision + 1)
        self._doors[door.name] = json.encode(kept)
        self._journal.append(entry)
        return kept
