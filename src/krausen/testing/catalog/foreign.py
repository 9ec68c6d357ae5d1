"""Numbers for things of ours, in memory."""

from krausen.testing.catalog.memory import Memory


class MemoryForeignIds(Memory):
    """The part of the catalog port that knows numbers."""

    def __init__(self) -> None:
        super().__init__()
        self._numbers: dict[str, dict[str, int]] = {}

    async def foreign_id(self, space: str, id: str) -> int:
        """Give the number of a thing, a new one at first sight."""
        await self._turn()
        given = self._numbers.setdefault(space, {})
        return given.setdefault(id, len(given) + 1)

    async def foreign_ids(self, space: str) -> dict[str, int]:
        """Give the numbers that were given in a space, by id."""
        await self._turn()
        return dict(self._numbers.get(space, {}))

    async def named_by(self, space: str, number: int) -> str | None:
        """Give the id of the thing with a number, or None."""
        await self._turn()
        given = self._numbers.get(space, {})
        return next((id for id, known in given.items() if known == number), None)
