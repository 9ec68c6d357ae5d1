"""The two-way message stream between an agent and a server."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from krausen.wire.messages import FromAgent, FromServer


class AgentEnd(Protocol):
    """The agent's end. Both calls raise LinkLost once the other side is gone."""

    async def send(self, message: FromAgent) -> None:
        """Send; returns when the link has taken the message, which is not yet an answer."""

    async def receive(self) -> FromServer:
        """Wait for the next message."""


class ServerEnd(Protocol):
    """The server's end. Both calls raise LinkLost once the other side is gone."""

    async def send(self, message: FromServer) -> None:
        """Send; returns when the link has taken the message, which is not yet an answer."""

    async def receive(self) -> FromAgent:
        """Wait for the next message."""


Dial = Callable[[], AbstractAsyncContextManager[AgentEnd]]
"""Opens a link to the server; entering the context raises LinkLost when nobody answers."""
