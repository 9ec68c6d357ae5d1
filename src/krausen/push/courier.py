"""Carries what push targets send: by HTTP, by TCP and to MQTT brokers, within bounds of time and size.

Certificates are verified always. What a name stands for is looked up once, looked at, and then spoken to.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from msgspec.structs import replace

from krausen.errors import AnswerLost, TargetBusy, TargetRefused
from krausen.ports.target import Broker, Line, Place, Post, Reply
from krausen.push.addresses import addresses_of, first_of
from krausen.push.wording import why

if TYPE_CHECKING:
    from krausen.push.web import Web

CONNECT_S = 5.0
"""Seconds of the network until there is a connection."""
ANSWER_S = 20.0
"""Seconds of the network that a whole exchange may take, redirects and all."""
CLOSE_S = 2.0
"""How long the other side of a TCP connection may take to hang up."""
MOST_REDIRECTS = 5
LONGEST_URL = 4096

_AS_GET = frozenset({301, 302, 303})
"""After these a request is repeated as GET, as browsers do (RFC 9110, 15.4)."""
_REDIRECTS = _AS_GET | {307, 308}
_HARMLESS = frozenset({"accept", "content-type", "user-agent"})
"""The headers that strangers may read."""
_MEANT = "%/:=&?~#+!$,;'@()*[]"
"""Characters of an address that mean what they are."""


class NetCourier:
    """Carries over the network. `speed` is how many of the loop's seconds pass in one of the network's."""

    def __init__(self, speed: float = 1.0, tls: ssl.SSLContext | None = None) -> None:
        self._speed = speed
        self._given = tls

    async def request(self, post: Post) -> Reply:
        """Ask by HTTP. Raises TargetBusy, and TargetRefused for an address that cannot be one."""
        until = asyncio.get_running_loop().time() + ANSWER_S * self._speed
        for _ in range(MOST_REDIRECTS + 1):
            url = _checked(post.url)
            reply = await self._web.asked(post, url, until)
            to = reply.headers.get("location")
            if not (post.follow and to and reply.status in _REDIRECTS):
                return reply
            post = _led_on(post, url, reply.status, to)
        raise TargetBusy(f"The service sent us on more than {MOST_REDIRECTS} times.")

    async def write(self, place: Place, piece: bytes) -> None:
        """Open a connection, send a piece and hang up. Raises TargetBusy."""
        reader, writer = await self._opened(place)
        try:
            await self._taken(writer, piece, place)
            await self._hung_up(reader, place)
        finally:
            writer.close()

    @asynccontextmanager
    async def line(self, broker: Broker) -> AsyncIterator[Line]:
        """Converse with an MQTT broker. Raises TargetBusy, TargetRefused."""
        from krausen.push.mqtt import conversation

        addresses = await self._addresses(broker.place)
        tls = self._tls if broker.place.tls else None
        async with conversation(broker, addresses, tls, CONNECT_S * self._speed) as line:
            yield line

    async def close(self) -> None:
        """Hang up wherever a connection was kept for the next time."""
        if "_web" in vars(self):
            await self._web.close()

    async def _addresses(self, place: Place) -> tuple[str, ...]:
        try:
            async with asyncio.timeout(CONNECT_S * self._speed):
                return tuple(await addresses_of(place.host, place.port))
        except TimeoutError as error:
            raise TargetBusy(f"Nobody says in time where {place.host} is: see to the network.") from error

    async def _opened(self, place: Place) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        async def connect(address: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
            named = place.host if place.tls else None
            tls = self._tls if place.tls else None
            return await asyncio.open_connection(address, place.port, ssl=tls, server_hostname=named)

        addresses = await self._addresses(place)
        try:
            async with asyncio.timeout(CONNECT_S * self._speed):
                return await first_of(addresses, connect, OSError)
        except OSError as error:
            raise TargetBusy(
                f"There is no connection to {place.host}, port {place.port}: {why(error)}."
            ) from error

    async def _taken(self, writer: asyncio.StreamWriter, piece: bytes, place: Place) -> None:
        try:
            async with asyncio.timeout(ANSWER_S * self._speed):
                writer.write(piece)
                await writer.drain()
                if writer.can_write_eof():
                    writer.write_eof()
        except OSError as error:
            raise TargetBusy(f"The line to {place.host} broke while we sent: {why(error)}.") from error

    async def _hung_up(self, reader: asyncio.StreamReader, place: Place) -> None:
        """Wait until the other side has hung up; whoever takes too long has taken it all the same."""
        try:
            async with asyncio.timeout(CLOSE_S * self._speed):
                await reader.read(1)
        except TimeoutError:
            return
        except OSError as error:
            raise AnswerLost(f"The line to {place.host} broke after we sent: {why(error)}.") from error

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return self._given or ssl.create_default_context()

    @cached_property
    def _web(self) -> "Web":
        from krausen.push.web import Web

        return Web(self._tls, CONNECT_S * self._speed)


def _checked(url: str) -> SplitResult:
    """Give the parts of an address, in ASCII. Raises TargetRefused unless it is one of HTTP."""
    told = "The address must begin with http:// or https:// and name a host."
    try:
        parts = urlsplit(url)
        is_good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        netloc = parts.netloc.encode("ascii" if parts.netloc.isascii() else "idna").decode()
    except ValueError as error:
        raise TargetRefused(told) from error
    if not is_good or len(url) > LONGEST_URL or not url.isprintable() or " " in url:
        raise TargetRefused(told)
    path, query = quote(parts.path, safe=_MEANT), quote(parts.query, safe=_MEANT)
    return parts._replace(netloc=netloc, path=path, query=query, fragment="")


def _led_on(post: Post, url: SplitResult, status: int, to: str) -> Post:
    """Give the request that follows a redirect. Raises TargetRefused where that would be less safe."""
    target = urljoin(url.geturl(), to)
    there = _checked(target)
    if url.scheme == "https" and there.scheme != "https":
        raise TargetRefused("The service sent us on to an address without encryption.")
    is_same = there.hostname == url.hostname
    headers = {name: value for name, value in post.headers.items() if is_same or name.lower() in _HARMLESS}
    if status in _AS_GET and post.method not in ("GET", "HEAD"):
        bare = {name: value for name, value in headers.items() if name.lower() != "content-type"}
        return replace(post, url=target, method="GET", body=b"", headers=bare)
    return replace(post, url=target, headers=headers)
