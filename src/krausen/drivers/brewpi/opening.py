"""Open a session: over a wire to a firmware, or through a BrewPi script."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from krausen.drivers.brewpi.conversation import Conversation
from krausen.drivers.brewpi.lines import Ear, Line
from krausen.drivers.brewpi.places import Place, ScriptFile, ScriptHost
from krausen.drivers.brewpi.script import ScriptSpeaker
from krausen.drivers.brewpi.script_socket import Commands, Socket
from krausen.drivers.brewpi.session import BrewpiSession
from krausen.drivers.brewpi.wiring import connect

Connect = Callable[[Ear], Awaitable[Line]]
"""Opens a wire to whoever hears it. Raises DeviceLost."""


@asynccontextmanager
async def session_at(place: Place, every_s: float, patience: float = 1.0) -> AsyncIterator[BrewpiSession]:
    """Open a session with what is at a place; answers may take `patience` times as long as usual.

    Raises DeviceLost.
    """
    if isinstance(place, ScriptFile | ScriptHost):
        session = await session_through(Socket(place), every_s)
        yield session
        return
    async with session_over(lambda ear: connect(place, ear), every_s, patience) as session:
        yield session


@asynccontextmanager
async def session_over(
    connect: Connect, every_s: float, patience: float = 1.0
) -> AsyncIterator[BrewpiSession]:
    """Open a wire and greet the firmware behind it. Raises DeviceLost."""
    conversation = Conversation(patience)
    line = await connect(conversation)
    try:
        await conversation.greet(line)
        session = BrewpiSession(conversation, every_s)
        await session.begin()
        yield session
    finally:
        line.close()


async def session_through(commands: Commands, every_s: float) -> BrewpiSession:
    """Greet a BrewPi script. Raises DeviceLost."""
    speaker = ScriptSpeaker(commands)
    await speaker.greet()
    session = BrewpiSession(speaker, every_s)
    await session.begin()
    return session
