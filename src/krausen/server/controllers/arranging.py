"""Controllers as people arrange them: checked, journalled, and told to their agents."""

from collections.abc import Callable, Iterator
from typing import Protocol

import anyio

from krausen.errors import Fault, Invalid, KrausenError, Stale
from krausen.model.agent import is_agent_name
from krausen.model.controller import Controller
from krausen.model.people import Caller
from krausen.model.series import is_name
from krausen.ports import catalog
from krausen.ports.catalog import controllers
from krausen.server.controllers.kinds import ControllerKinds, is_on_a_network
from krausen.server.controllers.news import ControllerNews
from krausen.server.controllers.posts import Post, Posts
from krausen.server.notes import Notes

RESERVED = frozenset({"drivers"})
"""Names that mean something else in addresses."""
MOST_CHAMBERS = 99

Change = Callable[[Controller], Controller]


class Told(controllers.Controllers, catalog.Vessels, Protocol):
    """The part of the catalog that knows controllers, and the vessels that they hold."""


class Controllers:
    """Adds, changes and removes controllers; `turn` is held meanwhile, as it is for vessels."""

    def __init__(
        self,
        told: Told,
        kinds: ControllerKinds,
        posts: Posts,
        news: ControllerNews,
        notes: Notes,
        turn: anyio.Lock,
    ) -> None:
        self._told = told
        self.kinds = kinds
        self._posts = posts
        self.news = news
        self._notes = notes
        self._turn = turn

    async def add(
        self, wanted: Controller, caller: Caller, reason: str = "", *, elsewhere: bool = False
    ) -> Post:
        """Add a controller with an agent of its name, which speaks with it as soon as it runs.

        Raises Invalid, Stale where name or place are another's, OperatorNeeded; then nothing has changed.
        """
        async with self._turn:
            await self._check(wanted, is_here=not elsewhere)
            name, noted = wanted.name, self._notes.entry
            await self._told.add_controller(wanted, noted(name, "created", caller, reason))
            try:
                post = await self._posts.settle(name, caller, reason, elsewhere=elsewhere)
            except KrausenError as failure:
                await self._told.remove_controller(name, noted(name, "deleted", caller, str(failure)))
                raise
        self._notes.say(name, "created", 1, caller.name)
        await self.news.announce(name)
        return post

    async def change(
        self, name: str, change: Change, caller: Caller, *, reason: str = "", seen: int | None = None
    ) -> Controller:
        """Change settings or the names of chambers. Raises NotFound, Stale, Invalid; then nothing changed."""
        async with self._turn:
            wanted = change(await self._told.controller(name))
            await self._check(wanted, is_here=self._posts.is_here(name))
            entry = self._notes.entry(name, "updated", caller, reason)
            changed = await self._told.change_controller(wanted, entry, seen=seen)
        self._posts.changed(name)
        self._notes.say(name, "updated", changed.revision, caller.name)
        await self.news.announce(name)
        return changed

    async def remove(self, name: str, caller: Caller, *, reason: str = "", seen: int | None = None) -> None:
        """Let go of a controller, and end its agent. It goes on with what it holds; its readings stay.

        Raises NotFound, OperatorNeeded, and Stale also while it holds a vessel.
        """
        async with self._turn:
            controller = await self._told.controller(name)
            if seen is not None and seen != controller.revision:
                raise Stale(f"{name} is at revision {controller.revision}, not {seen}: look again.")
            held = [one.vessel.name for one in await self._told.vessels() if one.vessel.agent == name]
            if held:
                raise Stale(f"{name} holds {', '.join(held)}. Remove that, or give it to another, first.")
            await self._posts.end(name, caller, reason)
            await self._told.remove_controller(name, self._notes.entry(name, "deleted", caller, reason))
        self.news.forget(name)
        self._notes.say(name, "deleted", controller.revision, caller.name)

    async def _check(self, wanted: Controller, *, is_here: bool) -> None:
        """Raise Invalid where something is wrong with a controller, Stale where its place is another's."""
        faults = list(_faults(wanted))
        if faults:
            told = faults[0].message if len(faults) == 1 else f"{len(faults)} fields are wrong."
            raise Invalid(told, faults)
        place = self.kinds.place(wanted.driver, wanted.settings)
        for other in await self._told.controllers():
            meets = is_on_a_network(place) or (is_here and self._posts.is_here(other.name))
            if other.name != wanted.name and meets and self.kinds.place_of(other) == place:
                raise Stale(f"This is the place of {other.name} already: {place}.")


def _faults(wanted: Controller) -> Iterator[Fault]:
    if not is_agent_name(wanted.name) or wanted.name in RESERVED:
        told = "A controller's name has up to 64 letters, digits, dots, dashes and underlines."
        taken = f"No controller can be called {wanted.name}: choose another name."
        yield Fault("/name", taken if wanted.name in RESERVED else told)
    for number, name in wanted.chambers.items():
        if not (number.isdecimal() and number.isascii() and 1 <= int(number) <= MOST_CHAMBERS):
            told = f"A chamber is named by its number, 1 to {MOST_CHAMBERS}, not {number!r}."
            yield Fault("/chambers", told)
        elif not is_name(name):
            yield Fault(f"/chambers/{number}", "A name has 1 to 128 printable characters.")
