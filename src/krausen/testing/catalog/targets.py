"""Push targets in memory."""

from collections.abc import Mapping

from msgspec.structs import replace

from krausen.errors import Stale
from krausen.model.journal import JournalEntry
from krausen.model.target import Delivery, Target
from krausen.ports.catalog import Kind
from krausen.testing.catalog.memory import Memory, check_seen, found_in


class MemoryTargets(Memory):
    """The part of the catalog port that knows push targets."""

    def __init__(self) -> None:
        super().__init__()
        self._targets: dict[str, Target] = {}
        self._targets_gone: set[str] = set()
        self._progress: dict[str, dict[str, object]] = {}
        self._deliveries: dict[str, list[Delivery]] = {}

    async def targets(self) -> list[Target]:
        """Give all targets, ordered by id."""
        await self._turn()
        return [target for _, target in sorted(self._targets.items())]

    async def target(self, id: str) -> Target:
        """Give one. Raises NotFound."""
        await self._turn()
        return found_in(self._targets, id, "push target")

    async def add_target(self, target: Target, entry: JournalEntry) -> None:
        """Add one. Raises Stale when the id is taken, and be it by one that was removed."""
        await self._turn()
        if target.id in self._targets or target.id in self._targets_gone:
            raise Stale(f"The id {target.id} belongs to another push target, or did: choose another.")
        self._keep_target(target, entry)

    async def change_target(self, target: Target, entry: JournalEntry, *, seen: int | None = None) -> Target:
        """Replace one under the next revision, and give it so. Raises NotFound, Stale."""
        await self._turn()
        present = found_in(self._targets, target.id, "push target")
        check_seen(f"Push target {target.id}", present.revision, seen)
        self._keep_target(replace(target, revision=present.revision + 1), entry)
        return self._targets[target.id]

    async def remove_target(self, id: str, entry: JournalEntry, *, seen: int | None = None) -> None:
        """Remove one, with its progress and its deliveries. Raises NotFound, Stale."""
        await self._turn()
        check_seen(f"Push target {id}", found_in(self._targets, id, "push target").revision, seen)
        self._targets_gone.add(id)
        self._progress.pop(id, None)
        self._deliveries.pop(id, None)
        del self._targets[id], self._dates[Kind.TARGET][id]
        self._journal.append(entry)

    async def progress(self) -> dict[str, dict[str, object]]:
        """Give how far each target has come, by id: what `delivered` kept last."""
        await self._turn()
        return dict(self._progress)

    async def delivered(
        self, id: str, progress: Mapping[str, object], delivery: Delivery | None = None, *, keep: int = 200
    ) -> None:
        """Keep how far a target has come and what was delivered, both or neither; the last `keep` stay."""
        await self._turn()
        if id not in self._targets:
            return
        self._progress[id] = dict(progress)
        if delivery is not None:
            self._deliveries[id] = [delivery, *self._deliveries.get(id, [])][:keep]

    async def deliveries(self, id: str, limit: int) -> list[Delivery]:
        """Give what was delivered to a target, the latest first."""
        await self._turn()
        return self._deliveries.get(id, [])[:limit]

    def _keep_target(self, target: Target, entry: JournalEntry) -> None:
        self._targets[target.id] = target
        self._date(Kind.TARGET, target.id, entry.at)
        self._journal.append(entry)
