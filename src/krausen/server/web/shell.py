"""What holds for every answer, whoever makes it."""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

from krausen.server.metrics import Requests
from krausen.server.web.policy import NOTHING

Headers = list[tuple[bytes, bytes]]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]

METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})
"""The methods that are counted by name."""
ALWAYS = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"same-origin",
    b"content-security-policy": NOTHING.encode(),
    b"cache-control": b"no-store",
}
"""The headers of an answer that does not say otherwise."""


class Shell:
    """Gives every answer its headers, and answers HEAD like GET but without the body (RFC 9110).

    Answers are counted in `requests`, by method and status.
    """

    def __init__(
        self, inner: Callable[[Any, Any, Any], Awaitable[None]], requests: Requests | None = None
    ) -> None:
        self._inner = inner
        self._requests: Requests = Counter() if requests is None else requests

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._inner(scope, receive, send)
            return
        method = scope["method"] if scope["method"] in METHODS else "other"
        is_head = method == "HEAD"

        async def finished(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = completed(message["headers"])
                self._requests[method, message["status"]] += 1
            elif message["type"] == "http.response.body" and is_head:
                message["body"] = b""
            await send(message)

        if is_head:  # in a scope of its own, for whoever writes the answer goes by the method that was asked
            scope = {**scope, "method": "GET"}
        await self._inner(scope, receive, finished)


def completed(headers: Iterable[tuple[bytes, bytes]]) -> Headers:
    """Give the headers of an answer with those that are missing; whoever allows GET allows HEAD."""
    found = [(name, _with_head(value) if name == b"allow" else value) for name, value in headers]
    names = {name for name, _ in found}
    return found + [(name, value) for name, value in ALWAYS.items() if name not in names]


def _with_head(allow: bytes) -> bytes:
    methods = sorted({method.strip() for method in allow.split(b",")})
    if b"GET" in methods and b"HEAD" not in methods:
        methods.insert(methods.index(b"GET") + 1, b"HEAD")
    return b", ".join(methods)
