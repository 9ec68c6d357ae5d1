"""Agents of controllers: made with them, and gone with them."""

from contextlib import suppress

from msgspec import Struct

from krausen.errors import KrausenError, NotFound
from krausen.model.people import Caller
from krausen.ports.hosting import Hosting
from krausen.server.agents import Agents
from krausen.server.dispatch import Dispatch


class Post(Struct, frozen=True):
    """Where an agent was made: with the text of its token for one that runs elsewhere, which is told once.

    `starts` tells whether it starts by itself.
    """

    token: str | None
    starts: bool


class Posts:
    """Makes an agent for a controller, on this machine where it can be, and ends it."""

    def __init__(self, agents: Agents, hosting: Hosting, dispatch: Dispatch) -> None:
        self._agents = agents
        self._hosting = hosting
        self._dispatch = dispatch

    async def settle(self, name: str, caller: Caller, reason: str, *, elsewhere: bool) -> Post:
        """Make an agent. Raises Invalid, Stale when there is one, OperatorNeeded; then there is none."""
        _, text = await self._agents.add(name, caller, reason)
        if elsewhere:
            return Post(text, starts=False)
        try:
            await self._hosting.settle(name, text)
        except KrausenError:
            await self._agents.dismiss(name, caller, reason)
            raise
        return Post(None, starts=self._hosting.runs)

    async def end(self, name: str, caller: Caller, reason: str) -> None:
        """End an agent: its process on this machine, its token, its link. Raises OperatorNeeded."""
        await self._hosting.evict(name)
        with suppress(NotFound):  # somebody has removed it by hand
            await self._agents.dismiss(name, caller, reason)
        await self._dispatch.dismiss(name)
        self._agents.forget(name)

    def changed(self, name: str) -> None:
        """Tell an agent that it is to do something else."""
        self._dispatch.changed(name)

    def is_here(self, name: str) -> bool:
        """Tell whether an agent belongs to this machine."""
        return self._hosting.hosts(name)
