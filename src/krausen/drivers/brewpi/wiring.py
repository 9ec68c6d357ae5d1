"""Wires to controllers: TCP by asyncio, serial lines by serialx, at 57600 baud, 8N1 and for us alone."""

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable

from krausen.drivers.brewpi.lines import Ear, Line
from krausen.drivers.brewpi.places import Serial, Tcp
from krausen.drivers.multicast import address_of
from krausen.errors import DeviceLost

BAUD = 57_600
CONNECT_S = 10.0
MOST_UNSENT = 16_384
"""What a controller does not take stays in the system's buffers; beyond this the line is given up."""


Resolve = Callable[[str], Awaitable[str]]
"""Gives the address of a host that the system does not know. Raises DeviceLost."""


async def connect(place: Tcp | Serial, ear: Ear, resolve: Resolve = address_of) -> Line:
    """Open a wire to a place. Raises DeviceLost, which says what to do."""
    wire = _Wire(ear, str(place))
    try:
        async with asyncio.timeout(CONNECT_S):
            if isinstance(place, Tcp):
                await _open_tcp(place, wire, resolve)
            else:
                await _open_serial(place, wire)
    except TimeoutError as error:
        raise DeviceLost(f"{place} does not answer. Check its power and the network.") from error
    except OSError as error:
        wire.close()
        raise DeviceLost(f"{place} cannot be opened: {_why(error)}. {_remedy(error)}") from error
    return wire


async def _open_tcp(place: Tcp, wire: "_Wire", resolve: Resolve) -> None:
    loop = asyncio.get_running_loop()
    try:
        await loop.create_connection(lambda: wire, place.host, place.port)
    except socket.gaierror:
        # Not every system asks the network itself for names such as brewpi.local.
        host = await resolve(place.host)
        if host == place.host:
            raise
        await loop.create_connection(lambda: wire, host, place.port)


async def _open_serial(place: Serial, wire: "_Wire") -> None:
    # Only who has a serial line pays the memory for it.
    import serialx

    loop = asyncio.get_running_loop()
    try:
        await serialx.create_serial_connection(loop, lambda: wire, place.device, BAUD, exclusive=True)
    except serialx.SerialException as error:
        raise OSError(str(error)) from error


class _Wire(asyncio.Protocol):
    def __init__(self, ear: Ear, place: str) -> None:
        self._ear: Ear | None = ear
        self._place = place
        self._transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if not isinstance(transport, asyncio.WriteTransport):
            raise TypeError("A wire has two directions.")
        self._transport = transport
        connected = transport.get_extra_info("socket")
        if connected is not None and connected.family in (socket.AF_INET, socket.AF_INET6):
            connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def data_received(self, data: bytes) -> None:
        if self._ear is not None:
            self._ear.heard(data)

    def connection_lost(self, exc: Exception | None) -> None:
        ear, self._ear = self._ear, None
        if ear is not None:
            why = f": {_why(exc)}" if exc else ""
            ear.ended(f"{self._place} was cut off{why}. Check cable, power and other hosts.")

    def say(self, said: bytes) -> None:
        transport = self._transport
        if transport is None or transport.is_closing():
            return
        if transport.get_write_buffer_size() > MOST_UNSENT:
            transport.abort()
            return
        transport.write(said)

    def close(self) -> None:
        self._ear = None
        if self._transport is not None:
            self._transport.abort()


def _why(error: Exception) -> str:
    if isinstance(error, socket.gaierror):
        return "this name is not known in the network"
    if isinstance(error, OSError) and error.errno is not None:
        return os.strerror(error.errno).lower()
    return str(error) or type(error).__name__


def _remedy(error: Exception) -> str:
    if isinstance(error, PermissionError):
        return "Add this user to the group dialout."
    if isinstance(error, FileNotFoundError):
        return "Plug the controller in, or look for it under /dev/serial/by-id."
    return "Check cable, power and address, and that no other program uses it."
