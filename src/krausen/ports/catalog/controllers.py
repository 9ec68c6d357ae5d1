"""Where it is kept which controllers there are."""

from typing import Protocol

from krausen.model.controller import Controller
from krausen.model.journal import JournalEntry


class Controllers(Protocol):
    """Controllers with a firmware of their own, as people told of them."""

    async def controllers(self) -> list[Controller]:
        """Give all controllers, ordered by name."""

    async def controller(self, name: str) -> Controller:
        """Give one. Raises NotFound."""

    async def add_controller(self, controller: Controller, entry: JournalEntry) -> None:
        """Add one. Raises Stale when there is one of that name; that of a removed one may be given anew."""

    async def change_controller(
        self, controller: Controller, entry: JournalEntry, *, seen: int | None = None
    ) -> Controller:
        """Replace one under the next revision, and give it so. Raises NotFound, Stale."""

    async def remove_controller(self, name: str, entry: JournalEntry, *, seen: int | None = None) -> None:
        """Remove one. Raises NotFound, Stale."""
