"""A server core that answers agents whose links are in our hands."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from krausen import __version__
from krausen.testing.link import FakeLink
from krausen.wire.messages import (
    Desired,
    FromAgent,
    FromServer,
    Hello,
    Welcome,
)
from krausen.wire.version import WIRE_VERSION
from tests.unit.server.desk import FASS, KEG, Desk


def hello(agent: str = "pi", wire: int = WIRE_VERSION) -> Hello:
    """Greet as an agent does."""
    return Hello(agent=agent, wire=wire, version="0")


class Office(Desk):
    """A server core that answers links."""

    @asynccontextmanager
    async def linked(self) -> AsyncIterator[FakeLink]:
        """Open a link that is served."""
        link = FakeLink()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._serve(link))
            yield link
            link.cut()

    @asynccontextmanager
    async def greeted(self, agent: str = "pi") -> AsyncIterator[FakeLink]:
        """Open a link, greet, and take the first orders."""
        async with self.linked() as link:
            await link.agent.send(hello(agent))
            assert await link.agent.receive() == Welcome(__version__)
            assert isinstance(await link.agent.receive(), Desired)
            yield link

    def state(self, agent: str = "pi") -> str:
        """Give the state of an agent's link."""
        return next((body.state for body in self.roster.agents() if body.agent == agent), "never seen")

    async def _serve(self, link: FakeLink) -> None:
        await self.dispatch.serve(link.server)
        link.cut()


async def office() -> Office:
    """Make a server with two vessels, of the agents `pi` and `other`."""
    made = Office()
    await made.arrange(FASS, KEG)
    return made


async def asked(link: FakeLink, message: FromAgent) -> FromServer:
    """Say something and wait for the next message."""
    await link.agent.send(message)
    return await link.agent.receive()


async def settle() -> None:
    """Let everybody finish what they can do now."""
    await asyncio.sleep(0.001)
