"""python-socketio, without the libraries that it takes along only because they are installed."""

import logging
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib import import_module
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

UNUSED = (
    "aio_pika",
    "kafka",
    "kombu",
    "redis",
    "requests",
    "sanic",
    "tornado",
    "valkey",
    "websocket",
    "zmq",
)
"""Brokers, frameworks and clients for threads: none of them is ever asked for here."""
CLIENT = "aiohttp"
"""What dials; of no use to a process that only answers."""
TOGETHER = 256
"""Packets that are taken in one request of who polls; beyond that the library drops all of them unsaid."""


def silent_logger() -> logging.Logger:
    """Give a logger for the library that says nothing: whatever strangers send must not fill our logs."""
    logger = logging.getLogger("krausen.links.socketio.library")
    logger.disabled = True
    return logger


def for_answering() -> ModuleType:
    """Give python-socketio for a process that answers."""
    with _hidden((*UNUSED, CLIENT)):
        library = import_module("socketio")
    import_module("engineio.payload").Payload.max_decode_packets = TOGETHER
    return library


def for_dialling() -> ModuleType:
    """Give python-socketio for a process that dials."""
    with _hidden(UNUSED):
        library = import_module("socketio")
    # Where this process answers too, the library was loaded without its client.
    vars(import_module("engineio.async_client"))[CLIENT] = import_module(CLIENT)
    return library


def forget(client: Any) -> None:
    """Take a client that has left off the library's list of those that Ctrl-C would end."""
    with suppress(ValueError):  # the library has done so itself, unless it was interrupted
        import_module("engineio.base_client").connected_clients.remove(client.eio)


class _Absent:
    def __init__(self, names: Sequence[str]) -> None:
        self._names = frozenset(names)

    def find_spec(
        self, name: str, _path: Sequence[str] | None = None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name in self._names:
            raise ModuleNotFoundError(f"{name} is not wanted here.", name=name)
        return None


@contextmanager
def _hidden(names: Sequence[str]) -> Iterator[None]:
    """Let modules look as if they were not installed, unless they are loaded already."""
    absent = _Absent(names)
    sys.meta_path.insert(0, absent)
    try:
        yield
    finally:
        sys.meta_path.remove(absent)
