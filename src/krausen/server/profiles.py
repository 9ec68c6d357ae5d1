"""Profiles as people write them: checked, journalled, and told to whom they concern."""

from collections.abc import Callable

import anyio
from msgspec import Struct
from msgspec.structs import asdict

from krausen.errors import Invalid, Stale
from krausen.model.journal import JournalEntry
from krausen.model.people import Caller
from krausen.model.profile import Profile, ProfileEvent, ProfileType, Step, faults
from krausen.ports.catalog import profiles as catalog
from krausen.ports.clock import Clock
from krausen.server.changes import Change, Tell
from krausen.server.ids import ids_for

PLACES = frozenset({"curve", "forms", "import", "new"})
"""Ids that none gets, since something else is at their addresses."""


class ProfilePlan(Struct, frozen=True, kw_only=True):
    """What people say of a profile."""

    name: str
    type: ProfileType = ProfileType.FERMENTATION
    steps: tuple[Step, ...] = ()
    events: tuple[ProfileEvent, ...] = ()


class Profiles:
    """Adds, changes and removes profiles. Whoever follows one has a copy, which stays as it is."""

    def __init__(self, kept: catalog.Profiles, clock: Clock, tell: Tell) -> None:
        self._kept = kept
        self._clock = clock
        self._tell = tell
        self._turn = anyio.Lock()

    async def add(self, wanted: ProfilePlan, caller: Caller, reason: str = "") -> Profile:
        """Add a profile under an id made of its name. Raises Invalid."""
        async with self._turn:
            for id in ids_for(wanted.name, "profile"):
                if id in PLACES:
                    continue
                profile = _checked(id, wanted)
                try:
                    await self._kept.add_profile(profile, self._entry(id, "created", caller, reason))
                except Stale:
                    continue
                self._say(profile, "created", caller)
                return profile
            raise Stale(f"Too many profiles have been called {wanted.name}: choose another name.")

    async def change(
        self,
        id: str,
        change: Callable[[Profile], ProfilePlan],
        caller: Caller,
        *,
        reason: str = "",
        seen: int | None = None,
    ) -> Profile:
        """Change a profile. Raises NotFound, Stale, Invalid; then nothing has changed."""
        async with self._turn:
            wanted = change(await self._kept.profile(id))
            entry = self._entry(id, "updated", caller, reason)
            changed = await self._kept.change_profile(_checked(id, wanted), entry, seen=seen)
            self._say(changed, "updated", caller)
            return changed

    async def remove(self, id: str, caller: Caller, *, reason: str = "", seen: int | None = None) -> None:
        """Remove a profile. Raises NotFound, Stale."""
        async with self._turn:
            profile = await self._kept.profile(id)
            await self._kept.remove_profile(id, self._entry(id, "deleted", caller, reason), seen=seen)
            self._say(profile, "deleted", caller)

    def _say(self, profile: Profile, action: str, caller: Caller) -> None:
        revision, by = profile.revision, caller.name
        self._tell(Change(what="profile", id=profile.id, action=action, revision=revision, by=by))

    def _entry(self, id: str, action: str, caller: Caller, reason: str) -> JournalEntry:
        now = self._clock.now()
        return JournalEntry(at=now, by=caller.name, what="profile", id=id, action=action, reason=reason)


def profile_of(id: str, wanted: ProfilePlan) -> Profile:
    """Give what is said of a profile as one, whether or not it can be followed."""
    return Profile(id=id, **asdict(wanted))


def refuse(profile: Profile) -> None:
    """Raise Invalid, which names every fault, when a profile cannot be followed."""
    found = faults(profile)
    if found:
        raise Invalid(found[0].message if len(found) == 1 else f"{len(found)} fields are wrong.", found)


def _checked(id: str, wanted: ProfilePlan) -> Profile:
    profile = profile_of(id, wanted)
    refuse(profile)
    return profile
