"""Where profiles are kept."""

from typing import Protocol

from krausen.model.journal import JournalEntry
from krausen.model.profile import Profile

SAME = ("at", "what", "id", "action", "detail")
"""The fields by which two journal lines tell the same."""


class Profiles(Protocol):
    """Profiles as people wrote them; a vessel that follows one has a copy of its own in its wish."""

    async def profiles(self) -> list[Profile]:
        """Give all profiles, ordered by id."""

    async def profile(self, id: str) -> Profile:
        """Give one. Raises NotFound."""

    async def add_profile(self, profile: Profile, entry: JournalEntry) -> None:
        """Add one. Raises Stale when the id is taken, and be it by one that was removed."""

    async def change_profile(
        self, profile: Profile, entry: JournalEntry, *, seen: int | None = None
    ) -> Profile:
        """Replace one under the next revision, and give it so. Raises NotFound, Stale."""

    async def remove_profile(self, id: str, entry: JournalEntry, *, seen: int | None = None) -> None:
        """Remove one. Raises NotFound, Stale."""

    async def remind(self, entry: JournalEntry) -> bool:
        """Write down what was due on the way of a profile; False, and nothing written, if it stands there.

        It does where a line has the same fields `SAME`.
        """
