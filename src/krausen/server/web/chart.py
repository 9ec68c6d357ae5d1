"""Columns for drawing."""

from typing import Annotated, Literal

from litestar import get
from litestar.di import NamedDependency, Provide
from litestar.params import QueryParameter
from msgspec import UNSET, Struct, UnsetType

from krausen.brewing.completeness import Span
from krausen.server.charts import Curve
from krausen.server.web.call import Call
from krausen.server.web.errors import ALSO
from krausen.server.web.guards import viewer
from krausen.server.web.parsing import End, Start
from krausen.server.web.times import span

DAY_MS = 86_400_000
MOST_SERIES = 50
WIDEST = 10_000
USUAL_WIDTH = 1200

SeriesIds = Annotated[
    list[str],
    QueryParameter(name="series", min_items=1, max_items=MOST_SERIES, description="Ids; repeat it for more."),
]
BadToo = Annotated[
    Literal["all"] | None, QueryParameter(name="quality", description="Draw bad readings too.")
]
Corrected = Annotated[
    bool, QueryParameter(description="Whether corrections are applied; else it is as it was stored.")
]
Width = Annotated[int, QueryParameter(ge=1, le=WIDEST, description="How many columns at most.")]


class CurveBody(Struct, frozen=True, kw_only=True):
    """A series as columns of equal length; `t` is in UTC milliseconds.

    Either every point `v`, or from `t` on the least, mean and greatest value of a bucket. Points more than
    `gap_s` seconds apart are not to be joined; null while that is unknown. Where bad readings were asked for,
    `quality` is that of every point: good, doubtful or bad.
    """

    id: str
    gap_s: float | None
    t: list[int]
    v: list[float] | UnsetType = UNSET
    quality: list[str] | UnsetType = UNSET
    min: list[float] | UnsetType = UNSET
    mean: list[float] | UnsetType = UNSET
    max: list[float] | UnsetType = UNSET


class ChartBody(Struct, frozen=True):
    """The series of a chart, in the order in which they were asked for."""

    series: list[CurveBody]


class Asked(Struct, frozen=True, kw_only=True):
    """A span as it was asked for."""

    start: str | None
    end: str | None


async def asked_of(start: Start = None, end: End = None) -> Asked:
    """Gather a span from the query."""
    return Asked(start=start, end=end)


@get(
    "/chart",
    guards=[viewer],
    dependencies={"asked": Provide(asked_of)},
    opt={ALSO: (404,)},
    summary="Columns for drawing",
)
async def draw_chart(
    request: Call,
    asked: NamedDependency[Asked],
    series: SeriesIds,
    width: Width = USUAL_WIDTH,
    quality: BadToo = None,
    *,
    corrected: Corrected = True,
) -> ChartBody:
    """Series over a span, by default the last 24 hours, in at most `width` columns that hide no extreme.

    Bad readings are left out unless `quality` is `all`; a bucket never counts them. Corrections are applied
    unless `corrected` is `false`.
    """
    site = request.site
    drawn = Span(*await span(site, asked.start, asked.end, until=site.clock.now(), back_ms=DAY_MS))
    with_bad, as_stored = quality == "all", not corrected
    curves = [
        await site.charts.curve(id, drawn, width, with_bad=with_bad, as_stored=as_stored) for id in series
    ]
    return ChartBody([_curve(curve, with_quality=with_bad) for curve in curves])


def _curve(curve: Curve, *, with_quality: bool) -> CurveBody:
    buckets = curve.buckets
    if buckets is not None:
        return CurveBody(
            id=curve.series,
            gap_s=curve.gap_s,
            t=buckets.t,
            min=buckets.min,
            mean=buckets.mean,
            max=buckets.max,
        )
    points = curve.points or []
    return CurveBody(
        id=curve.series,
        gap_s=curve.gap_s,
        t=[point.t for point in points],
        v=[point.v for point in points],
        quality=[point.quality.value for point in points] if with_quality else UNSET,
    )
