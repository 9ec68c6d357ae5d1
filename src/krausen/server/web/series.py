"""Series and their readings."""

from functools import lru_cache
from typing import Any

from litestar import MediaType, Response, get
from litestar.di import NamedDependency, Provide
from litestar.params import FromQuery
from msgspec import Raw, Struct
from msgspec.json import encode

from krausen.errors import NotFound
from krausen.model.series import SeriesName
from krausen.ports.history import Point, SeriesRecord
from krausen.server.corrections import corrected as applied
from krausen.server.site import Site
from krausen.server.web.call import Call
from krausen.server.web.chart import Asked, Corrected, asked_of
from krausen.server.web.errors import ALSO
from krausen.server.web.guards import viewer
from krausen.server.web.parsing import (
    MOST,
    USUAL,
    Cursor,
    Limit,
    Page,
    cursor_at,
    paged,
    place_of,
)
from krausen.server.web.storing import StoreBody, store_of
from krausen.server.web.times import span
from krausen.wire.instants import LATEST_MS, iso, iso_or_none


class ReadingBody(Struct, frozen=True):
    """A reading. `t` is ISO 8601 in UTC; `quality` is good, doubtful or bad."""

    t: str
    v: float
    quality: str


class SeriesBody(Struct, frozen=True, kw_only=True):
    """A series with its unit, empty where unknown, and what is stored of it."""

    id: str
    adapter: str
    node: str
    metric: str
    unit: str
    first: str | None
    last: str | None
    count: int
    latest: ReadingBody | None
    store: StoreBody


class LatestBody(Struct, frozen=True, kw_only=True):
    """The newest reading of a series."""

    id: str
    adapter: str
    node: str
    metric: str
    t: str
    v: float
    quality: str


@get("/series", guards=[viewer], summary="List the series")
async def list_series(
    request: Call,
    adapter: FromQuery[str | None] = None,
    node: FromQuery[str | None] = None,
    metric: FromQuery[str | None] = None,
    limit: Limit = USUAL,
    cursor: Cursor = None,
) -> Page[SeriesBody]:
    """Series in the order of their names, those of an adapter, node or metric where one is given."""
    wanted = (adapter, node, metric)
    found = [info for info in await request.site.history.series() if _fits(info, wanted)]
    page = paged(found, limit, cursor)
    return Page([_series(info, request.site) for info in page.items], page.next)


@get("/series/latest", guards=[viewer], summary="Newest reading of every series")
async def list_latest(
    request: Call, limit: Limit = MOST, cursor: Cursor = None
) -> Response[Page[LatestBody]]:
    """The newest reading of every series that has one, in the order of their names."""
    site = request.site
    newest = [(info, site.live.newest_of(info)) for info in await site.history.series()]
    page = paged([(info, point) for info, point in newest if point is not None], limit, cursor)
    items = [Raw(_latest(info.id, info.name, point)) for info, point in page.items]
    # Made of pieces that are remembered: a thousand objects for each call would be most of its time.
    body: Any = encode(Page(items, page.next))
    return Response(body, media_type=MediaType.JSON)


@get(
    "/readings",
    guards=[viewer],
    dependencies={"asked": Provide(asked_of)},
    opt={ALSO: (404,)},
    summary="List readings of a series",
)
async def list_readings(
    request: Call,
    series: FromQuery[str],
    asked: NamedDependency[Asked],
    limit: Limit = USUAL,
    cursor: Cursor = None,
    *,
    corrected: Corrected = False,
) -> Page[ReadingBody]:
    """Readings, oldest first, bad ones too; all of them where no span is given.

    They are given as they were stored unless `corrected` is `true`; then a page may hold fewer than `limit`,
    and yet have a `next`.
    """
    site = request.site
    first, last = await span(site, asked.start, asked.end, until=LATEST_MS, back_ms=LATEST_MS)
    if await site.history.name_of(series) is None:
        raise NotFound(f"There is no series {series}.")
    first = first if cursor is None else max(first, place_of(cursor))
    points = await site.history.points(series, first, last, limit + 1)
    after = cursor_at(points[limit].t) if len(points) > limit else None
    stack = await site.corrections.of(series, first, last) if corrected else []
    return Page([_reading(point) for point in applied(points[:limit], stack)], after)


def _fits(info: SeriesRecord, wanted: tuple[str | None, ...]) -> bool:
    name = (info.name.adapter, info.name.node, info.name.metric)
    return all(one is None or one == part for one, part in zip(wanted, name, strict=True))


def _series(info: SeriesRecord, site: Site) -> SeriesBody:
    return SeriesBody(
        id=info.id,
        adapter=info.name.adapter,
        node=info.name.node,
        metric=info.name.metric,
        unit=info.unit,
        first=iso_or_none(info.first),
        last=iso_or_none(info.last),
        count=info.count,
        latest=None if info.latest is None else _reading(info.latest),
        store=store_of(site, info.name),
    )


@lru_cache(maxsize=10_000)
def _latest(id: str, name: SeriesName, point: Point) -> bytes:
    return encode(
        LatestBody(
            id=id,
            adapter=name.adapter,
            node=name.node,
            metric=name.metric,
            t=iso(point.t),
            v=point.v,
            quality=point.quality.value,
        )
    )


def _reading(point: Point) -> ReadingBody:
    return ReadingBody(iso(point.t), point.v, point.quality.value)
