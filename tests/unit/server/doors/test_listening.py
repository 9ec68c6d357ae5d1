"""What a listener does when connections cannot be taken."""

import asyncio
import errno
import socket

import pytest

from krausen.server.doors import listening
from krausen.server.doors.listening import Listeners, Place, Speech
from tests.unit.server.doors.hall import NEAR, Loopback, free_port

pytestmark = pytest.mark.anyio

FAILURES = [OSError(errno.EMFILE, "Too many open files"), BlockingIOError(), ConnectionAbortedError()]


class Failing(socket.socket):
    """A listener that cannot take a connection at first, in each of these ways."""

    def __init__(self) -> None:
        super().__init__()
        self.failures = [*FAILURES]

    def accept(self) -> tuple[socket.socket, tuple[str, int]]:
        """Take a connection, when nothing stands against it any more."""
        if self.failures:
            raise self.failures.pop()
        return super().accept()


class Short(Loopback):
    """A network whose listeners fail at first."""

    def bind(self, port: int) -> socket.socket:
        """Take a port."""
        listener = Failing()
        listener.bind((NEAR, port))
        listener.listen()
        listener.setblocking(False)
        return listener


async def test_who_cannot_be_received_now_is_received_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "BREATH_S", 0.0)
    place, received = Place(Speech.TCP, free_port()), asyncio.Event()

    async def receive(connection: socket.socket, address: str) -> None:
        await asyncio.get_running_loop().sock_sendall(connection, address.encode())
        received.set()

    async with asyncio.TaskGroup() as tasks:
        listeners = Listeners(Short(), tasks)
        wanted = frozenset({place})
        await listeners.turn("line", wanted, listeners.missing("line", wanted), receive)
        reader, writer = await asyncio.open_connection(NEAR, place.port)
        await received.wait()
        assert await reader.read() == NEAR.encode()
        writer.close()
        await listeners.turn("line", frozenset(), {}, receive)
