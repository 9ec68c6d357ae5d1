"""Where push targets are kept, how far each has come, and what was delivered."""

from collections.abc import Mapping
from typing import Protocol

from krausen.model.journal import JournalEntry
from krausen.model.target import Delivery, Target


class Targets(Protocol):
    """Push targets and their deliveries."""

    async def targets(self) -> list[Target]:
        """Give all targets, ordered by id."""

    async def target(self, id: str) -> Target:
        """Give one. Raises NotFound."""

    async def add_target(self, target: Target, entry: JournalEntry) -> None:
        """Add one. Raises Stale when the id is taken, and be it by one that was removed."""

    async def change_target(self, target: Target, entry: JournalEntry, *, seen: int | None = None) -> Target:
        """Replace one under the next revision, and give it so. Raises NotFound, Stale."""

    async def remove_target(self, id: str, entry: JournalEntry, *, seen: int | None = None) -> None:
        """Remove one, with its progress and its deliveries. Raises NotFound, Stale."""

    async def progress(self) -> dict[str, dict[str, object]]:
        """Give how far each target has come, by id: what `delivered` kept last."""

    async def delivered(
        self, id: str, progress: Mapping[str, object], delivery: Delivery | None = None, *, keep: int = 200
    ) -> None:
        """Keep how far a target has come and what was delivered, both or neither; the last `keep` stay.

        Harmless for a target that is not there any more.
        """

    async def deliveries(self, id: str, limit: int) -> list[Delivery]:
        """Give what was delivered to a target, the latest first."""
