"""The ports that doors listen on: taken and given back while the server runs."""

import asyncio
import socket
from collections.abc import Callable, Coroutine
from contextlib import ExitStack, closing
from enum import StrEnum
from functools import partial
from typing import Protocol

import structlog
from msgspec import Struct

log = structlog.get_logger()

BREATH_S = 1.0
"""How long is waited where no connection can be taken, for lack of files say."""


class Network(Protocol):
    """How a server reaches the outside."""

    def bind(self, port: int) -> socket.socket:
        """Take a TCP port and listen on it. Raises OperatorNeeded."""

    async def serve(self, listener: socket.socket, door: str) -> None:
        """Answer by HTTP and WebSocket for one door alone, until cancelled; the listener is closed then."""


class Speech(StrEnum):
    """What is spoken on a port."""

    HTTP = "http"
    TCP = "tcp"


class Place(Struct, frozen=True):
    """A port of a door, and what is spoken there."""

    speech: Speech
    port: int


Receive = Callable[[socket.socket, str], Coroutine[None, None, None]]
"""Receives a guest who calls from an address; it raises nothing but cancellation."""


class Listeners:
    """The ports of all doors; `closed` gives one back before it returns."""

    def __init__(self, network: Network, tasks: asyncio.TaskGroup) -> None:
        self._network = network
        self._tasks = tasks
        self._open: dict[tuple[str, Place], asyncio.Task[None]] = {}

    def missing(self, door: str, wanted: frozenset[Place]) -> dict[Place, socket.socket]:
        """Take the ports that a door wants and does not have, all or none. Raises OperatorNeeded."""
        taken: dict[Place, socket.socket] = {}
        with ExitStack() as undo:
            for place in sorted(wanted - self._of(door), key=lambda one: one.port):
                taken[place] = undo.enter_context(closing(self._network.bind(place.port)))
            undo.pop_all()
        return taken

    async def turn(
        self, door: str, wanted: frozenset[Place], taken: dict[Place, socket.socket], receive: Receive
    ) -> None:
        """Listen for a door on what was taken, and no longer on what it does not want any more."""
        for place, listener in taken.items():
            is_http = place.speech is Speech.HTTP
            work = self._network.serve(listener, door) if is_http else _receive_all(listener, receive)
            task = self._open[door, place] = self._tasks.create_task(work)
            task.add_done_callback(partial(_close, listener))
        for place in self._of(door) - wanted:
            task = self._open.pop((door, place))
            task.cancel()
            await asyncio.wait([task])

    def _of(self, door: str) -> set[Place]:
        return {place for name, place in self._open if name == door}


def give_back(taken: dict[Place, socket.socket]) -> None:
    """Close what was taken and is not wanted after all."""
    for listener in taken.values():
        listener.close()


async def _receive_all(listener: socket.socket, receive: Receive) -> None:
    async with asyncio.TaskGroup() as guests:
        while True:
            await _somebody(listener)
            # Nothing is awaited between accepting and the task, for a connection held by nobody stays open.
            try:
                connection, address = listener.accept()
            except (BlockingIOError, ConnectionAbortedError):
                continue
            except OSError as error:
                log.warning("door.cannot_accept", detail=error.strerror)
                await asyncio.sleep(BREATH_S)
            else:
                connection.setblocking(False)
                task = guests.create_task(receive(connection, str(address[0])))
                task.add_done_callback(partial(_close, connection))


async def _somebody(listener: socket.socket) -> None:
    """Wait until somebody calls."""
    loop = asyncio.get_running_loop()
    called = asyncio.Event()
    loop.add_reader(listener, called.set)
    try:
        await called.wait()
    finally:
        loop.remove_reader(listener)


def _close(socket: socket.socket, _: object) -> None:
    socket.close()
