"""Numbers for things of ours, for protocols that know things by number."""

from typing import Protocol


class ForeignIds(Protocol):
    """One table of numbers, from 1 in each space; a number is never given to anything else."""

    async def foreign_id(self, space: str, id: str) -> int:
        """Give the number of a thing, a new one at first sight."""

    async def foreign_ids(self, space: str) -> dict[str, int]:
        """Give the numbers that were given in a space, by id."""

    async def named_by(self, space: str, number: int) -> str | None:
        """Give the id of the thing with a number, or None."""
