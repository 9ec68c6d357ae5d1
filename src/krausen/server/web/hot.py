"""The short way for measurements: beneath the framework, all that come at once together.

It takes requests as usual clients send them, one after another over a connection that is kept: a token, JSON,
rows like those that were taken before. Everything else, and everything that fails, goes to the ordinary
route, which answers as if this did not exist.
"""

import asyncio
from asyncio import AbstractEventLoop, Task
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from typing import Any, Protocol

import httptools
from msgspec import Struct
from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from krausen.errors import KrausenError
from krausen.model.people import UserRole, at_least
from krausen.ports.door import Taken
from krausen.server.metrics import Requests
from krausen.server.site import Site
from krausen.server.web.call import JSON
from krausen.server.web.hot_rows import Gathering, Key, Kinds, Unknown, Unusual, rights_of
from krausen.server.web.measurements import LARGEST
from krausen.server.web.patience import PatientProtocol
from krausen.server.web.shell import completed

PATH = b"/api/v1/measurements"
START = b"POST " + PATH + b" HTTP/1.1\r\n"
LONGEST_HEAD = 4096
MOST = 1000
"""Heads of requests, and callers, that are remembered; beyond that all are forgotten."""

PATIENT = 64 * 1024
"""From strangers no longer bodies are waited for here."""

TURNS = 8
"""Turns of the loop that the first of a group waits for others at most."""

_REFUSED = frozenset({b"transfer-encoding", b"content-encoding", b"expect", b"upgrade", b"te", b"trailer"})
"""Headers with which a request is for the ordinary route."""
_ONCE = frozenset({b"authorization", b"content-length", b"content-type", b"host", b"connection"})
"""Headers that the ordinary route judges where they come twice."""
Tasks = set[Task[Any]]

_ANSWER = b'{"rows":%d,"readings":%d}'


class Head(Struct, frozen=True):
    """What a head says that matters here: the token, and the length of the body."""

    token: str
    length: int


class Asking(Protocol):
    """Whoever asked waits for one of these two."""

    def answer(self, taken: Taken) -> None:
        """Hear that everything is on disk."""

    def fall_back(self) -> None:
        """Have the ordinary route look at it."""


class Request(Struct, frozen=True):
    """A request that came whole, from a caller with a token."""

    asking: Asking
    token: str
    body: bytes


class ShortWay:
    """Takes what comes at once in one piece. `requests` counts answers by method and status."""

    def __init__(self, site: Site, requests: Requests) -> None:
        self._site = site
        self.requests = requests
        self._heads: dict[bytes, Head | None] = {}
        self._kinds: dict[str, Kinds] = {}
        self._proven: set[str] = set()
        self._stamps: dict[str, tuple[int, bytes]] = {}
        self._waiting: list[Request] = []
        self._is_taking = False
        self._prefix = b""
        self._prefix_of: object = None

    def head(self, said: bytes) -> Head | None:
        """Give what a head says, or None when the ordinary route should read it."""
        if said in self._heads:
            return self._heads[said]
        if len(self._heads) >= MOST:
            self._heads.clear()
        found = self._heads[said] = _read(said)
        return found

    def ask(self, request: Request, loop: AbstractEventLoop, tasks: Tasks) -> None:
        """Take a request, with all that come at once; the task that does so is put among `tasks`."""
        self._waiting.append(request)
        if not self._is_taking:
            self._is_taking = True
            _begun(loop, tasks, self._take_all())

    def trusts(self, token: str, loop: AbstractEventLoop, tasks: Tasks) -> bool:
        """Tell whether so much may be waited for from the owner of a token; if he is unknown, find out."""
        if token not in self._proven:
            _begun(loop, tasks, self._kinds_of(token))
        return token in self._proven

    def answer(self, taken: Taken, headers: Sequence[tuple[bytes, bytes]]) -> bytes:
        """Give the bytes of an answer; `headers` are those that the server gives to all."""
        if headers is not self._prefix_of:
            self._prefix, self._prefix_of = _prefix(headers), headers
        self.requests["POST", 200] += 1
        body = _ANSWER % (taken.rows, taken.readings)
        return b"%s%d\r\n\r\n%s" % (self._prefix, len(body), body)

    async def _take_all(self) -> None:
        try:
            while self._waiting:
                await self._gather()
                group, self._waiting = self._waiting, []
                await self._take(group)
        finally:
            self._is_taking = False
            left, self._waiting = self._waiting, []
            for request in left:
                request.asking.fall_back()

    async def _gather(self) -> None:
        """Wait as long as every turn of the loop brings more: the larger a group, the less each one costs."""
        there = 0
        for _ in range(TURNS):
            if len(self._waiting) == there:
                return
            there = len(self._waiting)
            await asyncio.sleep(0)

    async def _take(self, group: Sequence[Request]) -> None:
        taken: dict[int, Taken] = {}
        try:
            taken = await self._stored(group)
        finally:
            for place, request in enumerate(group):
                if place in taken:
                    request.asking.answer(taken[place])
                else:
                    request.asking.fall_back()

    async def _stored(self, group: Sequence[Request]) -> dict[int, Taken]:
        """Store what is usual, and give by place what was taken of it: nothing if it cannot be stored."""
        gathering = Gathering(self._site.clock.now(), self._stamps)
        kinds: dict[str, Kinds | None] = {}
        taken: dict[int, Taken] = {}
        for place, request in enumerate(group):
            if request.token not in kinds:
                kinds[request.token] = await self._kinds_of(request.token)
            mine = kinds[request.token]
            if mine is None:
                continue
            try:
                taken[place] = gathering.add(request.body, mine.known)
            except Unknown as found:
                with suppress(Unusual):
                    taken[place] = await _learnt(request.body, gathering, mine, found.key)
            except Unusual:
                continue
        try:
            await self._site.ingest.take_bulk(gathering.bulk())
        except KrausenError:
            return {}
        return taken

    async def _kinds_of(self, token: str) -> Kinds | None:
        """Give what is remembered for the owner of a token, None when he may not send measurements."""
        try:
            caller = await self._site.reception.by_token(token)
        except KrausenError:
            self._proven.discard(token)
            return None
        if caller.role is not UserRole.SENDER and not at_least(caller, UserRole.BREWER):
            return None
        if len(self._proven) >= MOST:
            self._proven.clear()
            self._kinds.clear()
        self._proven.add(token)
        rights, there = rights_of(self._site, caller), self._kinds.get(caller.id)
        if there is None or there.rights != rights:
            there = self._kinds[caller.id] = Kinds(self._site, rights)
        return there


async def _learnt(body: bytes, gathering: Gathering, kinds: Kinds, key: Key) -> Taken:
    """Add the rows of a body among which are kinds that are not known yet. Raises Unusual."""
    while True:
        await kinds.learn(key)
        try:
            return gathering.add(body, kinds.known)
        except Unknown as found:
            key = found.key


def _begun(loop: AbstractEventLoop, tasks: Tasks, work: Coroutine[Any, Any, object]) -> None:
    task = loop.create_task(work)
    tasks.add(task)
    task.add_done_callback(tasks.discard)


class ShortWayProtocol(PatientProtocol):
    """uvicorn's HTTP/1.1 with the short way before it. Subclasses name theirs."""

    short_way: ShortWay

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._is_open = False
        self._parts: list[bytes] = []
        self._lacking = 0
        self._head: Head | None = None
        self._head_bytes = 0
        self._asked = b""
        self._rest = b""
        self._is_ending = False
        self._used_s = 0.0

    def data_received(self, data: bytes) -> None:
        """Take bytes: of requests that are usual here, of all others where they are read always."""
        if self._asked:
            self._rest += data
            self.flow.pause_reading()
        elif self._lacking:
            self._more(data)
        elif not (data.startswith(START) and self._begin(data)):
            super().data_received(data)

    def _begin(self, data: bytes) -> bool:
        """Take the first bytes of a request, if this is one for the short way."""
        end = data.find(b"\r\n\r\n", 0, LONGEST_HEAD) + 4
        if end < 4 or self._is_open or self.flow.write_paused or not self._is_idle():
            return False
        head = self.short_way.head(data[:end])
        if head is None or not (len(data) - end >= head.length or self._is_patient(head)):
            return False
        self._head, self._head_bytes = head, end
        self._lacking = end + head.length
        self._more(data)
        return True

    def _is_patient(self, head: Head) -> bool:
        way = self.short_way
        return head.length <= PATIENT or way.trusts(head.token, self.loop, self.tasks)

    def awaited(self) -> object:
        """Give what the other side should do, here also for requests that are not known to uvicorn yet."""
        if self._lacking:
            return "send", self._used_s, self._lacking
        return None if self._asked else super().awaited()

    def _more(self, data: bytes) -> None:
        self._parts.append(data)
        self._lacking -= len(data)
        if self._head is None or self._lacking > 0:
            return
        whole = b"".join(self._parts) if len(self._parts) > 1 else data
        self._parts = []
        if self._lacking:
            whole, self._rest = whole[: self._lacking], whole[self._lacking :]
            self.flow.pause_reading()
            self._lacking = 0
        self._asked = whole
        request = Request(self, self._head.token, whole[self._head_bytes :])
        self.short_way.ask(request, self.loop, self.tasks)

    def answer(self, taken: Taken) -> None:
        """Answer the request that was asked, and go on with what has come since."""
        self._asked = b""
        if self.transport.is_closing():
            return
        self.server_state.total_requests += 1
        self.transport.write(self.short_way.answer(taken, self.server_state.default_headers))
        if self._is_ending:
            self.transport.close()
            return
        self._used_s = self.loop.time()
        if self.timeout_keep_alive_task is None:
            self._rest_until(self.timeout_keep_alive)
        self._go_on()

    def fall_back(self) -> None:
        """Have the request read and answered as all others are."""
        asked, self._asked = self._asked, b""
        if self.transport.is_closing():
            return
        super().data_received(asked)
        if self._is_ending:
            super().shutdown()
        self._go_on()

    def on_message_begin(self) -> None:
        """Take it that a request has begun."""
        self._is_open = True
        super().on_message_begin()

    def on_message_complete(self) -> None:
        """Take it that a request has come whole."""
        self._is_open = False
        super().on_message_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget what has come in part."""
        self._parts, self._rest = [], b""
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """End the connection, after the answer that is under way."""
        if self._asked:
            self._is_ending = True
        else:
            super().shutdown()

    def timeout_keep_alive_handler(self) -> None:
        """End a connection that has rested for too long; answers do not each set the timer anew."""
        rested_s = self.loop.time() - self._used_s
        if self._asked or self._lacking:
            self._rest_until(self.timeout_keep_alive)
        elif rested_s < self.timeout_keep_alive:
            self._rest_until(self.timeout_keep_alive - rested_s)
        else:
            super().timeout_keep_alive_handler()

    def _rest_until(self, wait_s: float) -> None:
        self.timeout_keep_alive_task = self.loop.call_later(wait_s, self.timeout_keep_alive_handler)

    def _go_on(self) -> None:
        rest, self._rest = self._rest, b""
        self.flow.resume_reading()
        if rest:
            self.data_received(rest)


def protocol_with(way: ShortWay) -> type[ShortWayProtocol]:
    """Give the protocol with a short way before it."""

    class Protocol(ShortWayProtocol):
        short_way = way

    return Protocol


class _Reading:
    """Hears what the parser finds in a head."""

    def __init__(self) -> None:
        self.headers: list[tuple[bytes, bytes]] = []
        self.is_complete = False

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        self.is_complete = True


def _read(said: bytes) -> Head | None:
    reading = _Reading()
    try:
        httptools.HttpRequestParser(reading).feed_data(said)
    except (httptools.HttpParserError, httptools.HttpParserUpgrade):
        return None
    names = [name for name, _ in reading.headers]
    headers = dict(reading.headers)
    if not reading.is_complete or _REFUSED & headers.keys() or any(names.count(name) > 1 for name in _ONCE):
        return None
    kind, _, token = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
    length = headers.get(b"content-length", b"")
    is_usual = (
        headers.get(b"content-type") == JSON.encode()
        and headers.get(b"connection", b"keep-alive").lower() == b"keep-alive"
        and kind.lower() == "bearer"
        and length.isdigit()
        and 0 < int(length) <= LARGEST
    )
    return Head(token.strip(), int(length)) if is_usual else None


def _prefix(headers: Sequence[tuple[bytes, bytes]]) -> bytes:
    own = completed([(b"content-type", JSON.encode())])
    lines = [b"%s: %s\r\n" % header for header in (*headers, *own)]
    return b"".join([STATUS_LINE[200], *lines, b"content-length: "])
