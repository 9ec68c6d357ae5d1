"""The calls of the interface as flows, the same for both clients."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Generic, TypeVar
from urllib.parse import quote

import msgspec

from krausen_client.answers import read
from krausen_client.errors import ClientError, NotSignedIn, NotUnderstood, Refused
from krausen_client.packing import Batch, batches
from krausen_client.requests import Answer, Flow, Query, Request
from krausen_client.results import Curve, Fault, Latest, Reading, Sent, Series
from krausen_client.rows import RowLike, Wrong, name, stamp
from krausen_client.site import Login, Site, Token

T = TypeVar("T")

Moment = datetime | str | int
"""A time: a naive datetime is local time of the site's zone, a whole number UTC milliseconds."""

MOST_SERIES = 50
"""Series of one chart."""
LARGEST_PAGE = 1000
_COOKIE = "krausen="


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A part of a collection, and the cursor of the part after it."""

    items: list[T]
    next: str | None = None


@dataclass(frozen=True, slots=True)
class Drawing:
    """The curves of a chart."""

    series: list[Curve]


class Calls:
    """The calls to one site. With a login, readings are sent by HTTP Basic and all else by a session."""

    def __init__(self, site: Site, batch: int) -> None:
        self._site = site
        self._batch = batch
        self._cookie = ""

    def send(self, rows: Iterable[RowLike]) -> Flow[Sent]:
        """Send rows, one request after another. What fails has in `sent` what was accepted before."""
        sent = Sent()
        try:
            for batch in batches(rows, self._batch):
                sent += yield from self._measured(batch)
        except ClientError as failure:
            failure.sent = sent
            raise
        return sent

    def latest(self) -> Flow[list[Latest]]:
        """Give the newest reading of every series."""
        return (yield from self._all(Page[Latest], "/series/latest", ()))

    def series(self, wanted: Mapping[str, str | None]) -> Flow[list[Series]]:
        """Give the series with these names."""
        query = [(key, text) for key, text in wanted.items() if text is not None]
        return (yield from self._all(Page[Series], "/series", query))

    def chart(self, series: Sequence[str], query: Query) -> Flow[list[Curve]]:
        """Give series as columns, in the order asked for."""
        curves: list[Curve] = []
        for start in range(0, len(series), MOST_SERIES):
            ids = [("series", id) for id in series[start : start + MOST_SERIES]]
            curves += (yield from self._get(Drawing, "/chart", [*ids, *query])).series
        return curves

    def readings(self, query: Query, cursor: str | None) -> Flow[Page[Reading]]:
        """Give a page of the readings of a series."""
        paged = [*query, ("limit", str(LARGEST_PAGE))]
        if cursor is not None:
            paged.append(("cursor", cursor))
        return (yield from self._get(Page[Reading], "/readings", paged))

    def publish(self, channel: str, message: Any) -> Flow[None]:
        """Publish a message to a channel. It is not sent again where it may have arrived."""
        try:
            path = f"/channels/{quote(name('channel', channel), safe='')}"
            body = msgspec.json.encode(message)
        except (TypeError, ValueError, Wrong) as error:
            raise Refused("This cannot be published.", faults=[Fault(str(error))]) from error
        yield from self.ask(Request("POST", path, body=body, repeatable=False))

    def proof(self) -> Flow[dict[str, str]]:
        """Give the headers that prove who we are, after making sure that we may look at readings."""
        yield from self.ask(Request("GET", "/series/latest", [("limit", "1")]))
        return self._headers()

    def ask(self, request: Request) -> Flow[Answer]:
        """Ask with proof; where a session has ended, sign in and ask once more."""
        if isinstance(self._site.proof, Token):
            return (yield self._proven(request))
        if self._cookie:
            try:
                return (yield self._proven(request))
            except NotSignedIn:
                self._cookie = ""
        yield from self._sign_in(self._site.proof)
        return (yield self._proven(request))

    def _measured(self, batch: Batch) -> Flow[Sent]:
        request = Request("POST", "/measurements", body=batch.body)
        proof = self._site.proof
        try:
            if isinstance(proof, Token):
                answer = yield self._proven(request)
            else:
                answer = yield replace(request, headers={"authorization": proof.basic})
        except Refused as failure:
            failure.faults = _among_all(failure.faults, batch.first)
            raise
        return read(answer, Sent, self._site.url)

    def _all(self, shape: type[Page[T]], path: str, query: Query) -> Flow[list[T]]:
        items: list[T] = []
        cursor: Query = ()
        while True:
            page = yield from self._get(shape, path, [*query, ("limit", str(LARGEST_PAGE)), *cursor])
            items += page.items
            if page.next is None:
                return items
            cursor = [("cursor", page.next)]

    def _get(self, shape: type[T], path: str, query: Query) -> Flow[T]:
        answer = yield from self.ask(Request("GET", path, query))
        return read(answer, shape, self._site.url)

    def _proven(self, request: Request) -> Request:
        return replace(request, headers=self._headers())

    def _headers(self) -> dict[str, str]:
        if isinstance(self._site.proof, Token):
            return {"authorization": self._site.proof.bearer}
        return {"cookie": self._cookie, "origin": self._site.origin}

    def _sign_in(self, proof: Login) -> Flow[None]:
        body = msgspec.json.encode({"login": proof.login, "password": proof.password})
        answer = yield Request("POST", "/session", body=body)
        cookie = answer.headers.get("set-cookie", "").partition(";")[0]
        if not cookie.startswith(_COOKIE):
            raise NotUnderstood(f"{self._site.url} gave no session for the login. Is it a Krausen server?")
        self._cookie = cookie


def span(start: Moment | None, end: Moment | None) -> list[tuple[str, str]]:
    """Give the query of a span. Raises Refused where an end of it is no time."""
    query = []
    for key, moment in (("from", start), ("to", end)):
        try:
            if moment is not None:
                query.append((key, str(moment) if isinstance(moment, int) else stamp(moment)))
        except Wrong as wrong:
            raise Refused("This span cannot be read.", faults=[Fault(str(wrong), None, key)]) from wrong
    return query


def _among_all(faults: Iterable[Fault], first: int) -> tuple[Fault, ...]:
    """Count the rows of a request among all, of which `first` were in earlier requests."""
    return tuple(fault if fault.row is None else replace(fault, row=fault.row + first) for fault in faults)
