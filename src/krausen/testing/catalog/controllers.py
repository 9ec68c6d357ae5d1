"""Controllers in memory."""

from msgspec.structs import replace

from krausen.errors import Stale
from krausen.model.controller import Controller
from krausen.model.journal import JournalEntry
from krausen.ports.catalog import Kind
from krausen.testing.catalog.memory import Memory, check_seen, found_in


class MemoryControllers(Memory):
    """The part of the catalog port that knows controllers."""

    def __init__(self) -> None:
        super().__init__()
        self._controllers: dict[str, Controller] = {}

    async def controllers(self) -> list[Controller]:
        """Give all controllers, ordered by name."""
        await self._turn()
        return [controller for _, controller in sorted(self._controllers.items())]

    async def controller(self, name: str) -> Controller:
        """Give one. Raises NotFound."""
        await self._turn()
        return found_in(self._controllers, name, "controller")

    async def add_controller(self, controller: Controller, entry: JournalEntry) -> None:
        """Add one. Raises Stale when there is one of that name; that of a removed one may be given anew."""
        await self._turn()
        if controller.name in self._controllers:
            raise Stale(f"There is a controller {controller.name} already: choose another name.")
        self._keep_controller(controller, entry)

    async def change_controller(
        self, controller: Controller, entry: JournalEntry, *, seen: int | None = None
    ) -> Controller:
        """Replace one under the next revision, and give it so. Raises NotFound, Stale."""
        await self._turn()
        present = found_in(self._controllers, controller.name, "controller")
        check_seen(f"Controller {controller.name}", present.revision, seen)
        self._keep_controller(replace(controller, revision=present.revision + 1), entry)
        return self._controllers[controller.name]

    async def remove_controller(self, name: str, entry: JournalEntry, *, seen: int | None = None) -> None:
        """Remove one. Raises NotFound, Stale."""
        await self._turn()
        present = found_in(self._controllers, name, "controller")
        check_seen(f"Controller {name}", present.revision, seen)
        del self._controllers[name], self._dates[Kind.CONTROLLER][name]
        self._journal.append(entry)

    def _keep_controller(self, controller: Controller, entry: JournalEntry) -> None:
        self._controllers[controller.name] = controller
        self._date(Kind.CONTROLLER, controller.name, entry.at)
        self._journal.append(entry)
