"""Profiles as people wrote them."""

from msgspec.structs import replace
from sqlalchemy import Connection, and_, insert, select, update

from krausen.errors import NotFound
from krausen.model.journal import JournalEntry
from krausen.model.profile import Profile
from krausen.ports.catalog.profiles import SAME
from krausen.storage.catalog.file import CatalogFile
from krausen.storage.catalog.rows import all_of, check_seen, one_of, row_of, taken
from krausen.storage.catalog.tables import journal
from krausen.storage.catalog.tables import profile as table

_THERE = select(table).where(table.c.removed_at.is_(None)).order_by(table.c.id)


class SqlProfiles(CatalogFile):
    """The part of the catalog port that knows profiles."""

    async def profiles(self) -> list[Profile]:
        """Give all profiles, ordered by id."""
        return await self._read(_profiles)

    async def profile(self, id: str) -> Profile:
        """Give one. Raises NotFound."""
        return await self._read(_profile, id)

    async def add_profile(self, profile: Profile, entry: JournalEntry) -> None:
        """Add one. Raises Stale when the id is taken, and be it by one that was removed."""
        await self._change(entry, _add, profile, entry.at)

    async def change_profile(
        self, profile: Profile, entry: JournalEntry, *, seen: int | None = None
    ) -> Profile:
        """Replace one under the next revision, and give it so. Raises NotFound, Stale."""
        return await self._change(entry, _replace, profile, seen, entry.at)

    async def remove_profile(self, id: str, entry: JournalEntry, *, seen: int | None = None) -> None:
        """Remove one. Raises NotFound, Stale."""
        await self._change(entry, _remove, id, seen, entry.at)

    async def remind(self, entry: JournalEntry) -> bool:
        """Write down what was due on the way of a profile; False, and nothing written, if it stands there."""
        return await self._write(_remind, entry)


def _profiles(connection: Connection) -> list[Profile]:
    return all_of(Profile, connection, _THERE)


def _profile(connection: Connection, id: str) -> Profile:
    found = one_of(Profile, connection, _THERE.where(table.c.id == id))
    if found is None:
        raise NotFound(f"There is no profile {id}.")
    return found


def _add(connection: Connection, profile: Profile, at: int) -> None:
    row = {**row_of(profile), "created_at": at, "updated_at": at}
    with taken(f"The id {profile.id} belongs to another profile, or did: choose another."):
        connection.execute(insert(table).values(row))


def _replace(connection: Connection, profile: Profile, seen: int | None, at: int) -> Profile:
    present = _profile(connection, profile.id)
    check_seen(f"Profile {profile.id}", present.revision, seen)
    changed = replace(profile, revision=present.revision + 1)
    row = {**row_of(changed), "updated_at": at}
    connection.execute(update(table).where(table.c.id == profile.id).values(row))
    return changed


def _remove(connection: Connection, id: str, seen: int | None, at: int) -> None:
    check_seen(f"Profile {id}", _profile(connection, id).revision, seen)
    connection.execute(update(table).where(table.c.id == id).values(removed_at=at))


def _remind(connection: Connection, entry: JournalEntry) -> bool:
    row = row_of(entry)
    same = and_(*(journal.c[name] == row[name] for name in SAME))
    if connection.execute(select(journal.c.n).where(same).limit(1)).first() is not None:
        return False
    connection.execute(insert(journal).values(row))
    return True
