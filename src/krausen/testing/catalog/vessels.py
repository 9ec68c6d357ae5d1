"""Vessels, roles and wishes in memory."""

from collections.abc import Mapping

from msgspec.structs import replace

from krausen.errors import Stale
from krausen.model.journal import JournalEntry
from krausen.model.series import SeriesName
from krausen.model.setpoint import Answer, AnswerState, Setpoint
from krausen.model.vessel import Role, Vessel
from krausen.ports.catalog import RoleInterval, VesselRecord
from krausen.testing.catalog.memory import Memory, check_seen, found_in


class MemoryVessels(Memory):
    """The part of the catalog port that knows vessels."""

    def __init__(self) -> None:
        super().__init__()
        self._vessels: dict[str, VesselRecord] = {}
        self._wishes: dict[str, list[Setpoint]] = {}
        self._roles: dict[str, list[RoleInterval]] = {}

    async def vessels(self) -> list[VesselRecord]:
        """Give all vessels, ordered by id."""
        await self._turn()
        return [self._vessels[id] for id in sorted(self._vessels)]

    async def vessel(self, id: str) -> VesselRecord:
        """Give one. Raises NotFound."""
        await self._turn()
        return found_in(self._vessels, id, "vessel")

    async def add_vessel(self, vessel: Vessel, wish: Setpoint, entry: JournalEntry) -> None:
        """Add one with its first wish, which counts as accepted.

        Raises Stale when the id is taken, and be it by a vessel that was removed.
        """
        await self._turn()
        if vessel.id in self._wishes:
            raise Stale(f"The id {vessel.id} belongs to another vessel, or did: choose another.")
        answer = Answer(setpoint=wish, state=AnswerState.ACCEPTED, at=entry.at)
        self._wishes[vessel.id] = [wish]
        self._vessels[vessel.id] = VesselRecord(
            vessel=vessel, requested=wish, answer=answer, created_at=entry.at, updated_at=entry.at
        )
        self._roles[vessel.id] = []
        self._open_roles(vessel.id, vessel.roles, entry.at)
        self._journal.append(entry)

    async def change_vessel(
        self, vessel: Vessel, entry: JournalEntry, *, seen: int | None = None
    ) -> VesselRecord:
        """Replace what is arranged of a vessel, under the next revision. Raises NotFound, Stale."""
        await self._turn()
        record = found_in(self._vessels, vessel.id, "vessel")
        present = record.vessel
        check_seen(f"Vessel {vessel.id}", present.revision, seen)
        changed = replace(vessel, revision=present.revision + 1)
        self._close_roles(vessel.id, dict(present.roles.items() - vessel.roles.items()), entry.at)
        self._open_roles(vessel.id, dict(vessel.roles.items() - present.roles.items()), entry.at)
        self._vessels[vessel.id] = replace(record, vessel=changed, updated_at=entry.at)
        self._journal.append(entry)
        return self._vessels[vessel.id]

    async def remove_vessel(self, last: VesselRecord, entry: JournalEntry) -> None:
        """Remove a vessel that is as it was last seen. Raises NotFound, Stale."""
        await self._turn()
        id = last.vessel.id
        record = found_in(self._vessels, id, "vessel")
        check_seen(f"Vessel {id}", record.vessel.revision, last.vessel.revision)
        check_seen(f"The wish for {id}", record.requested.revision, last.requested.revision)
        self._close_roles(id, record.vessel.roles, entry.at)
        del self._vessels[id]
        self._journal.append(entry)

    async def roles_at(self, id: str, start: int, end: int) -> list[RoleInterval]:
        """Give the roles that lasted at some time in start <= t < end, ordered by role and start."""
        await self._turn()
        intervals = self._roles.get(id, [])
        lasted = [one for one in intervals if one.start < end and (one.end is None or one.end > start)]
        return sorted(lasted, key=lambda one: (one.role, one.start))

    def _open_roles(self, id: str, roles: Mapping[Role, SeriesName], at: int) -> None:
        begun = [RoleInterval(role=role, series=series, start=at) for role, series in roles.items()]
        kept = [one for one in self._roles[id] if not (one.role in roles and one.start == at)]
        self._roles[id] = [*kept, *begun]

    def _close_roles(self, id: str, roles: Mapping[Role, SeriesName], at: int) -> None:
        ending = [one for one in self._roles[id] if one.role in roles and one.end is None]
        rest = [one for one in self._roles[id] if one not in ending]
        self._roles[id] = [*rest, *(replace(one, end=at) for one in ending if one.start < at)]

    async def request(
        self, id: str, wish: Setpoint, entry: JournalEntry, *, seen: int | None = None
    ) -> VesselRecord:
        """Keep a wish under the next revision; give the vessel with its answer `waiting`."""
        await self._turn()
        record = found_in(self._vessels, id, "vessel")
        newest = record.requested.revision
        check_seen(f"The wish for {id}", newest, seen)
        wish = replace(wish, revision=newest + 1)
        answer = Answer(setpoint=record.answer.setpoint, state=AnswerState.WAITING, at=entry.at)
        self._wishes[id].append(wish)
        self._vessels[id] = replace(record, requested=wish, answer=answer, updated_at=entry.at)
        self._journal.append(entry)
        return self._vessels[id]

    async def answered(self, id: str, revision: int, answer: Answer) -> VesselRecord | None:
        """Keep what the agent said to the newest wish; None, and nothing kept, when it is about another."""
        await self._turn()
        record = self._vessels.get(id)
        if record is None or record.requested.revision != revision:
            return None
        accepted = answer.state is AnswerState.ACCEPTED
        held = record.requested if accepted else record.answer.setpoint
        self._vessels[id] = replace(record, answer=replace(answer, setpoint=held))
        return self._vessels[id]

    async def wishes(self, id: str, start: int, end: int) -> list[Setpoint]:
        """Give the wishes with start <= at < end, oldest first."""
        await self._turn()
        chosen = [wish for wish in self._wishes.get(id, []) if start <= wish.at < end]
        return sorted(chosen, key=lambda wish: wish.at)
