"""Where guests of doors come in by HTTP and WebSocket: before the calls of a site, or on ports of doors."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any
from urllib.parse import parse_qsl

from msgspec import json
from msgspec.structs import replace

from krausen.errors import Forbidden, Invalid, KrausenError, LinkLost, NotFound, Unproven
from krausen.model.people import Caller
from krausen.ports.door import Answer, Exchange, OtherMethod, OtherPath, Paths, Proof
from krausen.server.doors.guarded import Guarded
from krausen.server.doors.messaging import FORBIDDEN
from krausen.server.site import Site
from krausen.server.web.door_line import AsgiLine
from krausen.server.web.errors import PROBLEM, Refused, headers_of, problem_of
from krausen.server.web.guards import CHALLENGES, is_of_the_house, sender
from krausen.server.web.inside import Inside
from krausen.server.web.measurements import taken
from krausen.server.web.shell import Receive, Scope, Send

Application = Callable[[Any, Any, Any], Awaitable[None]]

_SPOKEN = frozenset({"http", "websocket"})
_NOWHERE = "There is nothing at this address."
_STRANGER = "The page of another site may not do this."


class Entrance:
    """Leads requests at the path of a door to that door, and all others to the application behind it."""

    def __init__(self, site: Site, inner: Application) -> None:
        self._site = site
        self._inner = inner
        site.doors.answer_with(Inside(inner).ask)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        door = self._site.doors.behind(scope["path"]) if scope["type"] in _SPOKEN else None
        if door is None or not _takes(door, scope):
            await self._inner(scope, receive, send)
        else:
            await _lead(self._site, door, scope, receive, send)


class OwnEntrance:
    """Leads every request to one door; at other paths than that door's there is nothing."""

    def __init__(self, site: Site, name: str) -> None:
        self._site = site
        self._name = name

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        await _lead(self._site, self._site.doors.guarded(self._name), scope, receive, send)


async def _lead(site: Site, door: Guarded, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "http":
        await Visitor(site, door, scope, receive).serve(send)
    elif scope["type"] == "websocket":
        await _talk(door, scope, AsgiLine(_address(scope), receive, send))


async def _talk(door: Guarded, scope: Scope, line: AsgiLine) -> None:
    """Converse by WebSocket. Browsers ask nobody before they open one, so that the page is looked at here."""
    headers = _headers(scope)
    if not door.is_open or not door.opening.leads_in(scope["path"], by_socket=True):
        await line.close(FORBIDDEN, _NOWHERE)
    elif "origin" in headers and not is_of_the_house(headers) and not door.welcomes(headers["origin"]):
        door.refused(line.address, _STRANGER)
        await line.close(FORBIDDEN, _STRANGER)
    else:
        await door.talk(line)


class Visitor:
    """One request at a door."""

    def __init__(self, site: Site, door: Guarded, scope: Scope, receive: Receive) -> None:
        self._site = site
        self._door = door
        self._scope = scope
        self._receive = receive
        self._address = _address(scope)
        self._headers = _headers(scope)

    async def serve(self, send: Send) -> None:
        """Answer, and note what became of it; who hangs up meanwhile hears nothing."""
        paths = self._door.door.paths
        if paths is None or not self._door.is_open:
            await _say(_problem(NotFound(_NOWHERE)), send)
            return
        send = self._shared(send, paths)
        try:
            answer = await self._answer(paths)
        except LinkLost as failure:
            self._door.refused(self._address, str(failure))
        except KrausenError as failure:
            self._door.refused(self._address, str(failure))
            await _say(self._refusal(failure), send)
        else:
            await _say(answer, send)

    async def _answer(self, paths: Paths) -> Answer:
        self._door.admit(self._address)
        bare = self._exchange()
        if not self._door.opening.leads_in(bare.path, by_socket=False):
            raise OtherPath(_NOWHERE)
        if bare.method == "OPTIONS" and self._is_welcome:
            return Answer(status=204)
        if bare.method not in paths.methods:
            raise OtherMethod(*paths.methods)
        caller = await self._caller(bare)
        exchange = replace(bare, body=await self._body(paths.largest), caller=caller)
        return await self._door.exchange(exchange, partial(taken, self._site))

    async def _caller(self, bare: Exchange) -> Caller | None:
        if self._door.door.proof is Proof.NETWORK:
            # A browser in an allowed network must not carry in what the page of a stranger says.
            is_foreign = _is_of_a_page(bare.headers) and not is_of_the_house(bare.headers)
            if is_foreign and not self._is_welcome:
                raise Forbidden(_STRANGER)
            return None
        return await sender(self._site.reception, self._door.authorization(bare), self._address)

    def _refusal(self, failure: KrausenError) -> Answer:
        """Give the answer to a refused guest, in the way of the door where it has one."""
        plain = _problem(Refused(405, str(failure)) if isinstance(failure, OtherMethod) else failure)
        if isinstance(failure, OtherMethod):
            plain = replace(plain, headers={"allow": ", ".join(sorted(failure.allow))})
        answer = self._door.refusal(failure)
        if answer is None:
            return plain
        status = answer.status if isinstance(failure, Invalid) else plain.status
        return replace(answer, status=status, headers={**plain.headers, **answer.headers})

    @property
    def _is_welcome(self) -> bool:
        return self._door.welcomes(self._headers.get("origin", ""))

    def _shared(self, send: Send, paths: Paths) -> Send:
        """Let the page of a welcome origin read what is answered (Fetch, 3.3: CORS)."""
        if not self._is_welcome:
            return send
        shared = {
            "access-control-allow-origin": self._headers["origin"],
            "access-control-allow-methods": ", ".join(sorted(paths.methods)),
            "access-control-allow-headers": "content-type",
            "vary": "origin",
        }
        more = [(name.encode(), value.encode("latin-1")) for name, value in shared.items()]

        async def told(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *more]
            await send(message)

        return told

    def _exchange(self) -> Exchange:
        query = self._scope["query_string"].decode("latin-1")
        return Exchange(
            method=self._scope["method"],
            path=self._scope["path"],
            query=dict(parse_qsl(query, keep_blank_values=True)),
            headers=self._headers,
            body=b"",
            address=self._address,
        )

    async def _body(self, largest: int) -> bytes:
        body = bytearray()
        while True:
            message = await self._message()
            if message["type"] == "http.disconnect":
                raise LinkLost("The guest hung up before the end of the body.")
            body += message.get("body", b"")
            if len(body) > largest:
                raise Refused(413, f"The body is too large: at most {largest} bytes are taken.")
            if not message.get("more_body", False):
                return bytes(body)

    async def _message(self) -> Any:
        try:
            async with asyncio.timeout(self._door.patience_s):
                return await self._receive()
        except TimeoutError as error:
            raise Refused(408, "The body did not come.") from error


def _is_of_a_page(headers: Mapping[str, str]) -> bool:
    """Tell whether a browser says that a page asks, and not a person who typed the address."""
    return "origin" in headers or headers.get("sec-fetch-site", "none") != "none"


def _takes(door: Guarded, scope: Scope) -> bool:
    """Tell whether a request is for a door, and not for the page that may be at the same address."""
    if scope["type"] == "websocket":
        return door.opening.leads_in(scope["path"], by_socket=True)
    paths = door.door.paths
    return paths is not None and (door.is_open or scope["method"] in paths.methods)


def _address(scope: Scope) -> str:
    found: str = (scope.get("client") or ("",))[0]
    return found


def _headers(scope: Scope) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}


def _problem(failure: KrausenError) -> Answer:
    problem = problem_of(failure)
    if problem is None:
        raise failure
    headers = dict(headers_of(failure))
    if isinstance(failure, Unproven):
        headers |= CHALLENGES
    body = json.encode(problem)
    return Answer(status=problem.status, body=body, media_type=PROBLEM, headers=headers)


async def _say(answer: Answer, send: Send) -> None:
    headers = dict(answer.headers)
    if answer.status != 204:  # which has no content to speak of (RFC 9110, 8.6)
        headers |= {"content-type": answer.media_type, "content-length": str(len(answer.body))}
    raw = [(name.lower().encode(), value.encode("latin-1", "replace")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": raw})
    await send({"type": "http.response.body", "body": answer.body})
