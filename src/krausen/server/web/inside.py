"""Calls from inside: a part of the server that uses the public interface as a caller of its own name.

Such a caller stands in the scope of the connection (ASGI), where nothing from the network is ever written: no
header, cookie or address can say the same.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from msgspec import Struct, json

from krausen.errors import LinkLost
from krausen.model.people import Caller

Application = Callable[[Any, Any, Any], Awaitable[None]]

ROOT = "/api/v1"
_KEY = "krausen.inside"


class _Inside(Struct, frozen=True):
    """The mark of a call from inside."""

    caller: Caller


class Inside:
    """Makes calls of an application without a network."""

    def __init__(self, application: Application) -> None:
        self._application = application

    async def ask(self, caller: Caller, method: str, path: str, body: object) -> tuple[int, Any]:
        """Make a call below `/api/v1` in the name of a caller; give status and JSON (None where none)."""
        told = b"" if body is None else json.encode(body)
        said = _Said(told)
        await self._application(_scope(caller, method, path, told), said.receive, said.send)
        return said.status, json.decode(said.body) if said.body else None


def caller_inside(scope: Any) -> Caller | None:
    """Give who asks from inside, None for whoever comes by the network."""
    mark = scope.get(_KEY)
    return mark.caller if isinstance(mark, _Inside) else None


class _Said:
    """One request, and what is answered."""

    def __init__(self, told: bytes) -> None:
        self._told: bytes | None = told
        self.status = 0
        self.body = b""

    async def receive(self) -> dict[str, Any]:
        if self._told is None:
            raise LinkLost("There is no more of a call from inside than its body.")
        told, self._told = self._told, None
        return {"type": "http.request", "body": told, "more_body": False}

    async def send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        else:
            self.body += message.get("body", b"")


def _scope(caller: Caller, method: str, path: str, told: bytes) -> dict[str, Any]:
    plain, _, query = path.partition("?")
    sent = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(told))] if told else []
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": ROOT + plain,
        "raw_path": (ROOT + plain).encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(b"host", b"inside"), *sent],
        "client": None,
        "server": None,
        "state": {},
        _KEY: _Inside(caller),
    }
