"""Profiles in memory."""

from msgspec.structs import replace

from krausen.errors import Stale
from krausen.model.journal import JournalEntry
from krausen.model.profile import Profile
from krausen.ports.catalog import Kind
from krausen.ports.catalog.profiles import SAME
from krausen.testing.catalog.memory import Memory, check_seen, found_in


class MemoryProfiles(Memory):
    """The part of the catalog port that knows profiles."""

    def __init__(self) -> None:
        super().__init__()
        self._profiles: dict[str, Profile] = {}
        self._profiles_gone: set[str] = set()

    async def profiles(self) -> list[Profile]:
        """Give all profiles, ordered by id."""
        await self._turn()
        return [profile for _, profile in sorted(self._profiles.items())]

    async def profile(self, id: str) -> Profile:
        """Give one. Raises NotFound."""
        await self._turn()
        return found_in(self._profiles, id, "profile")

    async def add_profile(self, profile: Profile, entry: JournalEntry) -> None:
        """Add one. Raises Stale when the id is taken, and be it by one that was removed."""
        await self._turn()
        if profile.id in self._profiles or profile.id in self._profiles_gone:
            raise Stale(f"The id {profile.id} belongs to another profile, or did: choose another.")
        self._keep_profile(profile, entry)

    async def change_profile(
        self, profile: Profile, entry: JournalEntry, *, seen: int | None = None
    ) -> Profile:
        """Replace one under the next revision, and give it so. Raises NotFound, Stale."""
        await self._turn()
        present = found_in(self._profiles, profile.id, "profile")
        check_seen(f"Profile {profile.id}", present.revision, seen)
        self._keep_profile(replace(profile, revision=present.revision + 1), entry)
        return self._profiles[profile.id]

    async def remove_profile(self, id: str, entry: JournalEntry, *, seen: int | None = None) -> None:
        """Remove one. Raises NotFound, Stale."""
        await self._turn()
        check_seen(f"Profile {id}", found_in(self._profiles, id, "profile").revision, seen)
        self._profiles_gone.add(id)
        del self._profiles[id], self._dates[Kind.PROFILE][id]
        self._journal.append(entry)

    async def remind(self, entry: JournalEntry) -> bool:
        """Write down what was due on the way of a profile; False, and nothing written, if it stands there."""
        await self._turn()
        if any(_same(entry) == _same(one) for one in self._journal):
            return False
        self._journal.append(entry)
        return True

    def _keep_profile(self, profile: Profile, entry: JournalEntry) -> None:
        self._profiles[profile.id] = profile
        self._date(Kind.PROFILE, profile.id, entry.at)
        self._journal.append(entry)


def _same(entry: JournalEntry) -> list[object]:
    return [getattr(entry, name) for name in SAME]
