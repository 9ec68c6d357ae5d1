"""Controllers as people told of them."""

from msgspec.structs import replace
from sqlalchemy import Connection, delete, insert, select, update

from krausen.errors import NotFound
from krausen.model.controller import Controller
from krausen.model.journal import JournalEntry
from krausen.storage.catalog.file import CatalogFile
from krausen.storage.catalog.rows import all_of, check_seen, one_of, row_of, taken
from krausen.storage.catalog.tables import controller as table


class SqlControllers(CatalogFile):
    """The part of the catalog port that knows controllers."""

    async def controllers(self) -> list[Controller]:
        """Give all controllers, ordered by name."""
        return await self._read(_controllers)

    async def controller(self, name: str) -> Controller:
        """Give one. Raises NotFound."""
        return await self._read(_controller, name)

    async def add_controller(self, controller: Controller, entry: JournalEntry) -> None:
        """Add one. Raises Stale when there is one of that name; that of a removed one may be given anew."""
        await self._change(entry, _add, controller, entry.at)

    async def change_controller(
        self, controller: Controller, entry: JournalEntry, *, seen: int | None = None
    ) -> Controller:
        """Replace one under the next revision, and give it so. Raises NotFound, Stale."""
        return await self._change(entry, _replace, controller, seen, entry.at)

    async def remove_controller(self, name: str, entry: JournalEntry, *, seen: int | None = None) -> None:
        """Remove one. Raises NotFound, Stale."""
        await self._change(entry, _remove, name, seen)


def _controllers(connection: Connection) -> list[Controller]:
    return all_of(Controller, connection, select(table).order_by(table.c.name))


def _controller(connection: Connection, name: str) -> Controller:
    found = one_of(Controller, connection, select(table).where(table.c.name == name))
    if found is None:
        raise NotFound(f"There is no controller {name}.")
    return found


def _add(connection: Connection, controller: Controller, at: int) -> None:
    with taken(f"There is a controller {controller.name} already: choose another name."):
        connection.execute(insert(table).values({**row_of(controller), "created_at": at, "updated_at": at}))


def _replace(connection: Connection, controller: Controller, seen: int | None, at: int) -> Controller:
    present = _controller(connection, controller.name)
    check_seen(f"Controller {controller.name}", present.revision, seen)
    changed = replace(controller, revision=present.revision + 1)
    row = {**row_of(changed), "updated_at": at}
    connection.execute(update(table).where(table.c.name == controller.name).values(row))
    return changed


def _remove(connection: Connection, name: str, seen: int | None) -> None:
    check_seen(f"Controller {name}", _controller(connection, name).revision, seen)
    connection.execute(delete(table).where(table.c.name == name))
