"""Concerns: what is spoken of with the server over every link, beside readings and setpoints."""

import asyncio
from typing import Protocol

from krausen.ports.link import AgentEnd
from krausen.wire.messages import FromServer


class Concern(Protocol):
    """What is spoken of with the server, and who has the say in it here, from one link to the next."""

    def forget(self) -> None:
        """Take it that whoever is spoken with next knows nothing yet, and has asked for nothing."""

    def heard(self, message: FromServer) -> None:
        """Take from what the server says what is for it. Raises LinkLost for what it cannot mean."""

    async def run(self, link: AgentEnd) -> None:
        """Tell over a link, once the server has greeted, what there is to tell, until the link is lost."""


def set_to(event: asyncio.Event, *, on: bool) -> None:
    """Have an event set, or not."""
    if on:
        event.set()
    else:
        event.clear()
