"""Concerns: what is spoken of with agents over their links, beside readings and setpoints.

Each is added to `Dispatch` in the same way. It puts what it wants of an agent into what is wanted of it, and
hears the messages of its kind.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Protocol, TypeVar

import structlog
from msgspec import Struct

from krausen.ports.link import ServerEnd
from krausen.wire.messages import Desired, FromAgent, Hello, LearnedTold, PreflightTold

log = structlog.get_logger()

Changed = Callable[[str], None]
"""Is told of an agent, by name, of which something else is wanted."""
Hear = Callable[[Any], Awaitable[None]]
"""Takes a message of the kind that its concern takes; the next message of the agent is read after that."""
OfVessel = TypeVar("OfVessel", LearnedTold, PreflightTold)


class Call(Struct, frozen=True):
    """An agent that is here: its greeting, the way to it, and the tasks that end with the link.

    `owns` tells whether a vessel, by id, is the agent's own.
    """

    hello: Hello
    link: ServerEnd
    tasks: asyncio.TaskGroup
    owns: Callable[[str], bool]

    def of_own(self, hear: Callable[[str, OfVessel], Awaitable[None]]) -> Hear:
        """Have somebody hear what the agent, who is named to it, tells of its own vessels alone."""

        async def heard(message: OfVessel) -> None:
            if self.owns(message.vessel):
                await hear(self.hello.agent, message)
            else:
                log.debug("agent.not_its_own", agent=self.hello.agent, vessel=message.vessel)

        return heard


class Concern(Protocol):
    """What is spoken of with agents, and who has the say in it here."""

    @property
    def takes(self) -> type[FromAgent]:
        """The kind of message that is for it."""

    def follow(self, changed: Changed) -> None:
        """Tell somebody from now on whenever it wants something else of an agent."""

    async def wishes(self, desired: Desired) -> Desired:
        """Give what is wanted of an agent, with what it wants of it itself. Raises StorageAway."""

    async def linked(self, call: Call) -> Hear:
        """Take it that an agent is here; give who hears it until it is gone. Raises StorageAway."""
