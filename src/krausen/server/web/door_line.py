"""A guest of a door by WebSocket, as ASGI brings them."""

from contextlib import suppress
from typing import Any

from krausen.errors import Invalid, LinkLost
from krausen.server.web.shell import Receive, Send

LONGEST_REASON = 120
"""Bytes of the reason with which we close: 123 fit into the frame (RFC 6455, 5.5)."""


class AsgiLine:
    """One WebSocket; it is taken or not, and closed once."""

    def __init__(self, address: str, receive: Receive, send: Send) -> None:
        self._address = address
        self._receive = receive
        self._send = send
        self._is_over = False

    @property
    def address(self) -> str:
        """The network address of the guest."""
        return self._address

    async def accept(self) -> None:
        """Take the connection. Raises LinkLost."""
        await self._receive()  # the wish to connect
        await self._tell({"type": "websocket.accept"})

    async def receive(self) -> str | None:
        """Give the next message, None when the guest has gone. Raises Invalid for bytes."""
        message = await self._receive()
        if message["type"] == "websocket.disconnect":
            self._is_over = True
            return None
        text: str | None = message.get("text")
        if text is None:
            raise Invalid("Messages are text here.")
        return text

    async def send(self, text: str) -> None:
        """Send a message. Raises LinkLost."""
        await self._tell({"type": "websocket.send", "text": text})

    async def close(self, code: int, reason: str) -> None:
        """End the connection, or do not take it."""
        if self._is_over:
            return
        self._is_over = True
        told = reason.encode()[:LONGEST_REASON].decode(errors="ignore")
        with suppress(LinkLost):
            await self._tell({"type": "websocket.close", "code": code, "reason": told})

    async def _tell(self, message: dict[str, Any]) -> None:
        try:
            await self._send(message)
        except (OSError, RuntimeError) as error:  # servers raise either once the guest has gone
            self._is_over = True
            raise LinkLost("The guest has gone.") from error
