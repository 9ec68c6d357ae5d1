"""HTTP/1.1 through httpcore: one exchange at a time, an answer that is cut where it gets too long."""

import asyncio
import ssl
from collections.abc import Iterable
from typing import Any
from urllib.parse import SplitResult

import httpcore2

from krausen import __version__
from krausen.errors import AnswerLost, TargetBusy
from krausen.ports.target import LARGEST_REPLY, Post, Reply
from krausen.push.addresses import addresses_of, first_of
from krausen.push.wording import why

MOST_AT_ONCE = 2_000
"""Exchanges under way at once: more than there are targets, so that none waits for those that hang."""
IDLE_S = 30.0

_SENT = "http11.send_request_body.complete"


class Web:
    """Asks by HTTP. Connections are kept for a while, so that the next request need not greet again."""

    def __init__(self, tls: ssl.SSLContext, connect_s: float) -> None:
        self._times = {"connect": connect_s}
        self._pool = httpcore2.AsyncConnectionPool(
            ssl_context=tls,
            max_connections=MOST_AT_ONCE,
            keepalive_expiry=IDLE_S,
            network_backend=_Checked(),
        )

    async def asked(self, post: Post, url: SplitResult, until: float) -> Reply:
        """Give what is answered by `until`, in the loop's seconds, whatever it is.

        Raises TargetBusy, and AnswerLost once all was sent.
        """
        was_sent = False

        async def trace(event: str, _: Any) -> None:
            nonlocal was_sent
            was_sent = was_sent or event == _SENT

        extensions = {"trace": trace, "timeout": self._times}
        try:
            async with (
                asyncio.timeout_at(until),
                self._pool.stream(
                    post.method,
                    url.geturl(),
                    headers=_headers(post, url),
                    content=post.body,
                    extensions=extensions,
                ) as response,
            ):
                body = await _body(response)
                return Reply(status=response.status, body=body, headers=_names(response.headers))
        except httpcore2.LocalProtocolError as error:
            raise TargetBusy(f"This cannot be sent to {url.hostname}: {why(error)}.") from error
        except (
            httpcore2.NetworkError,
            httpcore2.ProtocolError,
            httpcore2.TimeoutException,
            OSError,
        ) as error:
            raise _failure(url, error, was_sent=was_sent) from error

    async def close(self) -> None:
        """Hang up wherever a connection was kept."""
        await self._pool.aclose()


class _Checked(httpcore2.AnyIOBackend):
    """Connects to an address that was looked at, not to whatever the name stands for a moment later."""

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 the signature is the library's
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        plain = super().connect_tcp

        async def connect(address: str) -> httpcore2.AsyncNetworkStream:
            return await plain(address, port, timeout, local_address, socket_options)

        return await first_of(await addresses_of(host, port), connect, httpcore2.ConnectError)


async def _body(response: httpcore2.Response) -> bytes:
    body = bytearray()
    async for piece in response.aiter_stream():
        body += piece
        if len(body) >= LARGEST_REPLY:
            break
    return bytes(body[:LARGEST_REPLY])


def _headers(post: Post, url: SplitResult) -> list[tuple[bytes, bytes]]:
    given = {name.lower() for name in post.headers}
    usual = {
        "Host": url.netloc.rpartition("@")[2],
        "User-Agent": f"Krausen/{__version__}",
        "Accept": "*/*",
        "Accept-Encoding": "identity",
        **({"Content-Length": str(len(post.body))} if post.body or post.method != "GET" else {}),
    }
    headers = {**{name: value for name, value in usual.items() if name.lower() not in given}, **post.headers}
    return [(name.encode("ascii", "replace"), value.encode("utf-8")) for name, value in headers.items()]


def _names(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in headers}


def _failure(url: SplitResult, error: Exception, *, was_sent: bool) -> TargetBusy:
    if isinstance(error, httpcore2.ConnectError | httpcore2.ConnectTimeout):
        return TargetBusy(f"There is no connection to {url.hostname}: {why(error)}.")
    told = f"The line to {url.hostname} broke before there was an answer: {why(error)}."
    return AnswerLost(told) if was_sent else TargetBusy(told)
