"""Carries what push targets send: by HTTP, by TCP and to MQTT brokers, within bounds of time and size.

Certificates are verified always. What a name stands for is looked up once, looked at, and then spoken to.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urljoin, urlsplit

from msgspec.structs import replace

from krausen.errors import AnswerLost, TargetBusy, TargetRefused
from krausen.ports.target import Broker, Line, Place, Post, Reply
from krausen.push.addresses import addresses_of

if TYPE_CHECKING:
    from krausen.push.web import Web

CONNECT_S = 5.0
ANSWER_S = 20.0
"""Seconds of the network that a whole exchange may take."""
CLOSE_S = 2.0
"""How long the other side of a TCP connection may take to hang up."""
MOST_REDIRECTS = 5
LONGEST_URL = 4096

_AS_GET = frozenset({301, 302, 303})
"""After these a request is repeated as GET, as browsers do (RFC 9110, 15.4)."""
_REDIRECTS = _AS_GET | {307, 308}


class NetCourier:
    """Carries over the network. `speed` is how many of the loop's seconds pass in one of the network's."""

    def __init__(self, speed: float = 1.0) -> None:
        self._speed = speed

    async def request(self, post: Post) -> Reply:
        """Ask by HTTP. Raises TargetBusy, and TargetRefused for an address that cannot be one."""
        for _ in range(MOST_REDIRECTS + 1):
            url = _checked(post.url)
            try:
                async with asyncio.timeout(ANSWER_S * self._speed):
                    reply = await self._web.asked(post, url)
            except TimeoutError as error:
                raise AnswerLost(f"{url.hostname} did not answer within {ANSWER_S:g} s.") from error
            to = reply.headers.get("location")
            if not (post.follow and to and reply.status in _REDIRECTS):
                return reply
            post = _led_on(post, url, reply.status, to)
        raise TargetBusy(f"The service sent us on more than {MOST_REDIRECTS} times.")

    async def write(self, place: Place, piece: bytes) -> None:
        """Open a connection, send a piece and hang up. Raises TargetBusy."""
        reader, writer = await self._opened(place)
        try:
            async with asyncio.timeout(ANSWER_S * self._speed):
                writer.write(piece)
                await writer.drain()
                if writer.can_write_eof():
                    writer.write_eof()
        except (OSError, TimeoutError) as error:
            raise AnswerLost(f"The line to {place.host} broke while it was sent.") from error
        else:
            with suppress(OSError, TimeoutError):  # it has been taken; how it hangs up is its own business
                async with asyncio.timeout(CLOSE_S * self._speed):
                    await reader.read(1)
        finally:
            writer.close()

    @asynccontextmanager
    async def line(self, broker: Broker) -> AsyncIterator[Line]:
        """Converse with an MQTT broker. Raises TargetBusy, TargetRefused."""
        from krausen.push.mqtt import conversation

        await addresses_of(broker.place.host, broker.place.port)
        tls = self._tls if broker.place.tls else None
        async with conversation(broker, tls, CONNECT_S * self._speed) as line:
            yield line

    async def _opened(self, place: Place) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        addresses = await addresses_of(place.host, place.port)
        name = place.host if place.tls else None
        try:
            async with asyncio.timeout(CONNECT_S * self._speed):
                return await asyncio.open_connection(
                    addresses[0], place.port, ssl=self._tls if place.tls else None, server_hostname=name
                )
        except ssl.SSLCertVerificationError as error:
            raise TargetBusy(
                f"The certificate of {place.host} does not hold: {error.verify_message}."
            ) from error
        except (OSError, TimeoutError) as error:
            raise TargetBusy(f"Nobody answers at {place.host}, port {place.port}.") from error

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return ssl.create_default_context()

    @cached_property
    def _web(self) -> "Web":
        from krausen.push.web import Web

        return Web(self._tls, CONNECT_S * self._speed)


def _checked(url: str) -> SplitResult:
    """Give the parts of an address. Raises TargetRefused unless it is one of HTTP."""
    told = "The address must begin with http:// or https:// and name a host."
    try:
        parts = urlsplit(url)
        is_good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError as error:
        raise TargetRefused(told) from error
    if not is_good or len(url) > LONGEST_URL or not url.isprintable() or " " in url:
        raise TargetRefused(told)
    return parts


def _led_on(post: Post, url: SplitResult, status: int, to: str) -> Post:
    """Give the request that follows a redirect. Raises TargetRefused where that would be less safe."""
    target = urljoin(post.url, to)
    if url.scheme == "https" and urlsplit(target).scheme != "https":
        raise TargetRefused("The service sent us on to an address without encryption.")
    headers = {
        name: value
        for name, value in post.headers.items()
        if urlsplit(target).hostname == url.hostname or name.lower() != "authorization"
    }
    if status in _AS_GET and post.method not in ("GET", "HEAD"):
        bare = {name: value for name, value in headers.items() if name.lower() != "content-type"}
        return replace(post, url=target, method="GET", body=b"", headers=bare)
    return replace(post, url=target, headers=headers)
