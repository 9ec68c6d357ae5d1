"""Conversations by TCP: what a guest may say, and how long they may be silent."""

import asyncio
import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from krausen.errors import Forbidden, Invalid, LinkLost, Throttled
from krausen.ports.door import LARGEST

MOST_AT_ONCE = 100
"""Conversations of a door that are held at once."""
MOST_OF_ONE = 20
"""How many of them may be with the same address."""
PIECE = 65_536


class Conversation:
    """One connection, whose guest says at most 1 MiB and is silent for `patience_s` at most."""

    def __init__(self, connection: socket.socket, address: str, patience_s: float) -> None:
        self._connection = connection
        self._address = address
        self._patience_s = patience_s
        self._heard = 0

    @property
    def address(self) -> str:
        """The network address of the guest."""
        return self._address

    async def receive(self) -> bytes:
        """Give what came next, empty at the end. Raises Invalid when it is too much, and LinkLost."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._patience_s):
                piece = await loop.sock_recv(self._connection, PIECE)
        except TimeoutError as error:
            raise LinkLost(f"The guest said nothing for {self._patience_s:g} s.") from error
        except OSError as error:
            raise LinkLost(f"The line broke: {error.strerror}.") from error
        self._heard += len(piece)
        if self._heard > LARGEST:
            raise Invalid(f"A conversation has at most {LARGEST} bytes.")
        return piece

    async def send(self, data: bytes) -> None:
        """Send bytes to the guest. Raises LinkLost when they have gone or do not take them."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._patience_s):
                await loop.sock_sendall(self._connection, data)
        except TimeoutError as error:
            raise LinkLost(f"The guest took no answer for {self._patience_s:g} s.") from error
        except OSError as error:
            raise LinkLost(f"The line broke: {error.strerror}.") from error


class Seats:
    """How many guests of a door converse, so that they cannot be too many."""

    def __init__(self) -> None:
        self._taken: Counter[str] = Counter()

    @contextmanager
    def seat(self, address: str) -> Iterator[None]:
        """Hold a place for a guest. Raises Throttled, or Forbidden when one address holds too many."""
        if self._taken.total() >= MOST_AT_ONCE:
            raise Throttled(f"{MOST_AT_ONCE} guests are here already. Come back later.", 1)
        if self._taken[address] >= MOST_OF_ONE:
            raise Forbidden(f"{MOST_OF_ONE} conversations with {address} are going on already.")
        self._taken[address] += 1
        try:
            yield
        finally:
            self._taken[address] -= 1
            if not self._taken[address]:
                del self._taken[address]
