"""Listens to the live channels in an event loop, and comes back when the connection is lost."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from contextlib import suppress
from types import TracebackType
from typing import Self

from websockets.asyncio.client import ClientConnection, connect

from krausen_client.conversation import Conversation
from krausen_client.live_line import PASSING, settings, tell
from krausen_client.options import Options
from krausen_client.pauses import Pauses
from krausen_client.results import Message
from krausen_client.site import Site


class AsyncListening(AsyncIterator[Message]):
    """Messages as they come.

    A lost connection is opened again, for as long as it takes, and goes on where it was.

    The end of an `async with` block, or `close` from any task, ends it. The iteration raises NotSignedIn,
    NotAllowed and Refused, which waiting does not mend. `prove` gives headers that prove who we are, and
    raises likewise.
    """

    def __init__(
        self,
        site: Site,
        options: Options,
        prove: Callable[[], Awaitable[Mapping[str, str]]],
        conversation: Conversation,
        pauses: Pauses,
    ) -> None:
        self._site = site
        self._options = options
        self._prove = prove
        self._conversation = conversation
        self._pauses = pauses
        self._closed = asyncio.Event()
        self._connection: ClientConnection | None = None
        self._messages = self._heard()

    async def __anext__(self) -> Message:
        return await anext(self._messages)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()
        await self._messages.aclose()

    async def close(self) -> None:
        """End it; who waits for a message learns that there are no more."""
        self._closed.set()
        connection = self._connection
        if connection is not None:
            await connection.close()

    async def _heard(self) -> AsyncGenerator[Message, None]:
        while not self._closed.is_set():
            try:
                headers = await self._prove()
                async with connect(
                    self._site.live, **settings(self._site, self._options, headers)
                ) as connection:
                    self._connection = connection
                    async for message in self._said(connection):
                        yield message
            except PASSING as error:
                if not self._closed.is_set():
                    tell(self._site, error)
            finally:
                self._connection = None
            with suppress(TimeoutError):
                async with asyncio.timeout(self._pauses.next_s()):
                    await self._closed.wait()

    async def _said(self, connection: ClientConnection) -> AsyncIterator[Message]:
        for frame in self._conversation.opening():
            await connection.send(frame)
        while not self._closed.is_set():
            message = self._conversation.heard(await connection.recv())
            if message is not None:
                self._pauses.reset()
                yield message
