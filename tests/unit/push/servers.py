"""Servers that behave as badly as servers may, on this machine."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

PEM = Path(__file__).with_name("localhost.pem")
"""A key and a certificate for `localhost`, signed by itself, made for these tests."""

Serving = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def trusting() -> ssl.SSLContext:
    """Give what a client needs to trust the certificate."""
    return ssl.create_default_context(cafile=str(PEM))


def certified() -> ssl.SSLContext:
    """Give what a server needs to show it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(PEM)
    return context


@asynccontextmanager
async def server(
    serve: Serving, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None
) -> AsyncIterator[int]:
    """Serve each connection as `serve` does, and give the port."""
    lines: set[asyncio.StreamWriter] = set()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        lines.add(writer)
        with suppress(OSError, asyncio.IncompleteReadError):
            await serve(reader, writer)
        writer.close()

    listening = await asyncio.start_server(accept, host, 0, ssl=tls)
    try:
        yield listening.sockets[0].getsockname()[1]
    finally:
        listening.close()
        for writer in lines:
            writer.transport.abort()
        await asyncio.sleep(0)


async def asked(reader: asyncio.StreamReader) -> tuple[list[str], bytes]:
    """Read a request: the lines of its head, and its body."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    length = next((int(line[16:]) for line in head if line.lower().startswith("content-length: ")), 0)
    return head[:-2], await reader.readexactly(length)


def answering(answer: bytes, heads: list[list[str]] | None = None) -> Serving:
    """Read a request, keep its head, and send an answer."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            head, _ = await asked(reader)
            if heads is not None:
                heads.append(head)
            writer.write(answer)
            await writer.drain()

    return serve


def reply(status: str, body: bytes = b"", headers: str = "") -> bytes:
    """Give an answer by HTTP."""
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{headers}\r\n".encode() + body
