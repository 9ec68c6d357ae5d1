"""HTTP/1.1 through httpcore: one exchange at a time, an answer that is cut where it gets too long."""

import ssl
from collections.abc import Iterable
from typing import Any
from urllib.parse import SplitResult

import httpcore2

from krausen import __version__
from krausen.errors import AnswerLost, KrausenError, TargetBusy
from krausen.ports.target import LARGEST_REPLY, Post, Reply
from krausen.push.addresses import addresses_of

MOST_AT_ONCE = 100
IDLE_S = 30.0

_BROKEN = (httpcore2.NetworkError, httpcore2.ProtocolError, httpcore2.TimeoutException)
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

    async def asked(self, post: Post, url: SplitResult) -> Reply:
        """Give what is answered, whatever it is. Raises TargetBusy, and AnswerLost once all was sent."""
        was_sent = False

        async def trace(event: str, _: Any) -> None:
            nonlocal was_sent
            was_sent = was_sent or event == _SENT

        headers = _headers(post, url)
        try:
            extensions = {"trace": trace, "timeout": self._times}
            async with self._pool.stream(
                post.method, post.url, headers=headers, content=post.body, extensions=extensions
            ) as response:
                body = await _body(response)
                return Reply(status=response.status, body=body, headers=_names(response.headers))
        except ssl.SSLCertVerificationError as error:
            raise TargetBusy(_certificate(url, error.verify_message)) from error
        except KrausenError:
            raise
        except (
            httpcore2.NetworkError,
            httpcore2.ProtocolError,
            httpcore2.TimeoutException,
            OSError,
        ) as error:
            raise _failure(url, error, was_sent=was_sent) from error


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
        addresses = await addresses_of(host, port)
        return await super().connect_tcp(addresses[0], port, timeout, local_address, socket_options)


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
    if "certificate" in str(error).lower():
        return TargetBusy(_certificate(url, str(error)))
    if isinstance(error, httpcore2.ConnectError | httpcore2.ConnectTimeout):
        return TargetBusy(f"Nobody answers at {url.hostname}: {_words(error)}.")
    if isinstance(error, httpcore2.LocalProtocolError):
        return TargetBusy(f"This cannot be sent to {url.hostname}: {_words(error)}.")
    told = f"The line to {url.hostname} broke before there was an answer: {_words(error)}."
    return AnswerLost(told) if was_sent else TargetBusy(told)


def _certificate(url: SplitResult, why: str) -> str:
    return f"The certificate of {url.hostname} does not hold: {why}. Nothing was sent."


def _words(error: Exception) -> str:
    return str(error).rstrip(".") or type(error).__name__
