"""The TCP line of an emulated board: one host at a time, and a new one takes it from the former."""

import asyncio
import socket
from typing import NoReturn

import structlog

from krausen.errors import Defect
from krausen.protocols.brewpi.boards import Family
from krausen.simulation.brewpi.life import MOST_WAITING, Life, Line

log = structlog.get_logger()


async def serve(life: Life, listener: socket.socket) -> NoReturn:
    """Answer at a bound socket until cancelled."""
    host = _Host()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Conversation(life, host), sock=listener)
    async with server:
        try:
            await server.serve_forever()
        finally:
            host.take(None)
    raise Defect("A server stopped serving by itself.")


class _Host:
    """Whoever has the line."""

    def __init__(self) -> None:
        self._present: _Conversation | None = None

    def take(self, conversation: "_Conversation | None") -> None:
        if self._present is not None and self._present is not conversation:
            self._present.end()
        self._present = conversation

    def leave(self, conversation: "_Conversation") -> None:
        if self._present is conversation:
            self._present = None


class _Conversation(asyncio.Protocol):
    def __init__(self, life: Life, host: _Host) -> None:
        self._life = life
        self._host = host
        self._transport: asyncio.Transport | None = None
        self._line: Line | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if not isinstance(transport, asyncio.Transport):
            raise Defect("A TCP connection has a transport of both directions.")
        self._transport = transport
        self._host.take(self)
        goes_down = self._life.board.firmware.model.family is Family.ESP
        self._line = self._life.open(self._write, self.end if goes_down else None)
        log.info("host.came", detail=f"A host came from {_place(transport)}.")

    def data_received(self, data: bytes) -> None:
        if self._line is not None:
            self._line.hear(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self.end()
        log.info("host.left", detail=f"The host left: {exc}." if exc else "The host left.")

    def end(self) -> None:
        """Send what there is to send, and close."""
        self._host.leave(self)
        if self._line is not None:
            self._life.close(self._line)
            self._line = None
        if self._transport is not None:
            self._transport.close()
            if self._transport.get_write_buffer_size():
                # A host that does not read would keep the connection for ever.
                self._transport.abort()

    def _write(self, said: bytes) -> None:
        if self._transport is not None and self._transport.get_write_buffer_size() < MOST_WAITING:
            self._transport.write(said)


def _place(transport: asyncio.Transport) -> str:
    host, port = transport.get_extra_info("peername")[:2]
    return f"{host}:{port}"
