"""Where guests of doors come in by HTTP: before the calls of a site, or on a port of a door's own."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any
from urllib.parse import parse_qsl

from msgspec import json
from msgspec.structs import replace

from krausen.errors import Forbidden, Invalid, KrausenError, LinkLost, NotFound, Unproven
from krausen.model.people import Caller
from krausen.ports.door import Answer, Exchange, Paths, Proof
from krausen.server.doors.guarded import Guarded
from krausen.server.site import Site
from krausen.server.web.errors import PROBLEM, Refused, headers_of, problem_of
from krausen.server.web.guards import CHALLENGES, is_own, sender
from krausen.server.web.measurements import taken
from krausen.server.web.shell import Receive, Scope, Send

Application = Callable[[Any, Any, Any], Awaitable[None]]

_NOWHERE = "There is nothing at this address."


class Entrance:
    """Leads requests at the path of a door to that door, and all others to the application behind it."""

    def __init__(self, site: Site, inner: Application) -> None:
        self._site = site
        self._inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        door = self._site.doors.behind(scope["path"]) if scope["type"] == "http" else None
        if door is None or not _takes(door, scope):
            await self._inner(scope, receive, send)
        else:
            await Visitor(self._site, door, scope, receive).serve(send)


class OwnEntrance:
    """Leads every request to one door; at other paths than that door's there is nothing."""

    def __init__(self, site: Site, name: str) -> None:
        self._site = site
        self._name = name

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        door = self._site.doors.guarded(self._name)
        if scope["path"] in door.opening.paths:
            await Visitor(self._site, door, scope, receive).serve(send)
        else:
            await _say(_problem(NotFound(_NOWHERE)), send)


class Visitor:
    """One request at a door."""

    def __init__(self, site: Site, door: Guarded, scope: Scope, receive: Receive) -> None:
        self._site = site
        self._door = door
        self._scope = scope
        self._receive = receive
        self._address: str = (scope.get("client") or ("",))[0]

    async def serve(self, send: Send) -> None:
        """Answer, and note what became of it; who hangs up meanwhile hears nothing."""
        paths = self._door.door.paths
        if paths is None or not self._door.is_open:
            await _say(_problem(NotFound(_NOWHERE)), send)
            return
        try:
            answer = await self._answer(paths)
        except LinkLost as failure:
            self._door.refused(self._address, str(failure))
        except KrausenError as failure:
            self._door.refused(self._address, str(failure))
            await _say(self._refusal(failure, paths), send)
        else:
            await _say(answer, send)

    async def _answer(self, paths: Paths) -> Answer:
        self._door.admit(self._address)
        bare = self._exchange()
        if bare.method not in paths.methods:
            raise Refused(405, f"This address takes {', '.join(sorted(paths.methods))}.")
        caller = await self._caller(bare)
        exchange = replace(bare, body=await self._body(paths.largest), caller=caller)
        return await self._door.exchange(exchange, partial(taken, self._site))

    async def _caller(self, bare: Exchange) -> Caller | None:
        if self._door.door.proof is Proof.NETWORK:
            # A browser in an allowed network must not carry in what the page of a stranger says.
            if _is_of_a_page(bare.headers) and not is_own(bare.headers):
                raise Forbidden("The page of another site may not do this.")
            return None
        return await sender(self._site.reception, self._door.authorization(bare), self._address)

    def _refusal(self, failure: KrausenError, paths: Paths) -> Answer:
        """Give the answer to a refused guest, in the way of the door where it has one."""
        plain = _problem(failure)
        if plain.status == 405:
            plain = replace(plain, headers={"allow": ", ".join(sorted(paths.methods))})
        answer = self._door.refusal(failure)
        if answer is None:
            return plain
        status = answer.status if isinstance(failure, Invalid) else plain.status
        return replace(answer, status=status, headers={**plain.headers, **answer.headers})

    def _exchange(self) -> Exchange:
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1") for name, value in self._scope["headers"]
        }
        query = self._scope["query_string"].decode("latin-1")
        return Exchange(
            method=self._scope["method"],
            path=self._scope["path"],
            query=dict(parse_qsl(query, keep_blank_values=True)),
            headers=headers,
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
    paths = door.door.paths
    return paths is not None and (door.is_open or scope["method"] in paths.methods)


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
