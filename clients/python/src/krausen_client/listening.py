"""Listens to the live channels, and comes back when the connection is lost."""

from collections.abc import Callable, Generator, Iterator, Mapping
from threading import Event
from types import TracebackType
from typing import Self

from websockets.sync.client import ClientConnection, connect

from krausen_client.conversation import Conversation
from krausen_client.live_line import PASSING, settings, tell
from krausen_client.options import Options
from krausen_client.pauses import Pauses
from krausen_client.results import Message
from krausen_client.site import Site


class Listening(Iterator[Message]):
    """Messages as they come.

    A lost connection is opened again, for as long as it takes, and goes on where it was.

    The end of a `with` block, or `close` from any thread, ends it. `next` raises NotSignedIn, NotAllowed and
    Refused, which waiting does not mend. `prove` gives headers that prove who we are, and raises likewise.
    """

    def __init__(
        self,
        site: Site,
        options: Options,
        prove: Callable[[], Mapping[str, str]],
        conversation: Conversation,
        pauses: Pauses,
    ) -> None:
        self._site = site
        self._options = options
        self._prove = prove
        self._conversation = conversation
        self._pauses = pauses
        self._closed = Event()
        self._connection: ClientConnection | None = None
        self._messages = self._heard()

    def __next__(self) -> Message:
        return next(self._messages)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
        self._messages.close()

    def close(self) -> None:
        """End it; who waits for a message learns that there are no more."""
        self._closed.set()
        connection = self._connection
        if connection is not None:
            connection.close()

    def _heard(self) -> Generator[Message, None, None]:
        while not self._closed.is_set():
            try:
                with connect(
                    self._site.live, **settings(self._site, self._options, self._prove())
                ) as connection:
                    self._connection = connection
                    yield from self._said(connection)
            except PASSING as error:
                if not self._closed.is_set():
                    tell(self._site, error)
            finally:
                self._connection = None
            self._closed.wait(self._pauses.next_s())

    def _said(self, connection: ClientConnection) -> Iterator[Message]:
        for frame in self._conversation.opening():
            connection.send(frame)
        while not self._closed.is_set():
            message = self._conversation.heard(connection.recv())
            if message is not None:
                self._pauses.reset()
                yield message
