"""How regularly series report."""

from litestar import get
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath
from msgspec import Struct

from krausen.brewing.completeness import Span
from krausen.server.regularity import DAY_MS, MOST_EXACT_OF_MANY, Regularities, Regularity, silent_s
from krausen.server.web.call import Call
from krausen.server.web.chart import Asked, asked_of
from krausen.server.web.errors import ALSO
from krausen.server.web.guards import viewer
from krausen.server.web.parsing import USUAL, Cursor, Limit, Page, paged, wrong
from krausen.server.web.times import span
from krausen.wire.instants import iso

MOST_DAYS = 7
MOST_GAPS = 100


class SilentSpanBody(Struct, frozen=True, kw_only=True, rename={"start": "from", "end": "to"}):
    """A time without readings."""

    start: str
    end: str
    seconds: float


class RegularityBody(Struct, frozen=True, kw_only=True):
    """How regularly a series reported over a span, until now at most; null is unknown.

    `every_s` is the median time between readings and `rate_per_h` the readings an hour of the span, bad ones
    left out. More than `gap_s` seconds without one are a gap, as for `/chart`. Gaps are listed newest first,
    at most 100; `gaps_left_out` says how many more there are, `longest_s` how long the longest of all is.
    `silent_for_s` is since the newest reading of any quality.
    """

    readings: int
    every_s: float | None
    rate_per_h: float
    gap_s: float | None
    gaps: list[SilentSpanBody]
    gaps_left_out: int
    longest_s: float | None
    silent_for_s: float | None


class SeriesRegularityBody(Struct, frozen=True, kw_only=True):
    """Readings of a series in the last hour and its gaps in the last 24 hours; null is unknown.

    More than `gap_s` seconds without a reading are a gap, `longest_s` is how long the longest one is.
    """

    id: str
    rate_per_h: float
    gap_s: float | None
    gaps_24h: int
    longest_s: float | None
    silent_for_s: float | None


@get(
    "/series/{id:str}/regularity",
    guards=[viewer],
    dependencies={"asked": Provide(asked_of)},
    opt={ALSO: (404,)},
    summary="How regularly a series reports",
)
async def read_regularity(request: Call, id: FromPath[str], asked: NamedDependency[Asked]) -> RegularityBody:
    """How often a series reported and when it did not, over 7 days at most, by default the last 24 hours.

    Of a series with more than 20,000 readings in that time, gaps are told to within ten seconds.
    """
    now, found = request.site.clock.now(), Regularities(request.site.history)
    record = await found.record(id)
    over = Span(*await span(request.site, asked.start, asked.end, until=now, back_ms=DAY_MS))
    if over.length_ms > MOST_DAYS * DAY_MS:
        days = -(-over.length_ms // DAY_MS)
        raise wrong("from", f"At most {MOST_DAYS} days are looked at, and these are {days}: ask for fewer.")
    return _regularity(await found.over(record, over, now), silent_s(record, now))


@get(
    "/adapters/{name:str}/regularity",
    guards=[viewer],
    summary="How regularly the series of an adapter report",
)
async def list_regularity(
    request: Call, name: FromPath[str], limit: Limit = USUAL, cursor: Cursor = None
) -> Page[SeriesRegularityBody]:
    """The series of an adapter in the order of their names.

    Of a series with more than 5,000 readings a day, gaps are told to within ten seconds.
    """
    await request.site.adapters.one(name)
    now, found = request.site.clock.now(), Regularities(request.site.history)
    page = paged(await found.of_adapter(name), limit, cursor)
    day = Span(now - DAY_MS, now)
    return Page(
        [
            SeriesRegularityBody(
                id=record.id,
                rate_per_h=await found.hourly(record, now),
                gap_s=_seconds(told.longest_ms),
                gaps_24h=len(told.gaps),
                longest_s=_seconds(told.longest_gap_ms),
                silent_for_s=silent_s(record, now),
            )
            for record in page.items
            for told in [await found.over(record, day, now, MOST_EXACT_OF_MANY)]
        ],
        page.next,
    )


def _regularity(told: Regularity, silent_for_s: float | None) -> RegularityBody:
    newest_first = list(reversed(told.gaps))
    return RegularityBody(
        readings=told.readings,
        every_s=_seconds(told.every_ms),
        rate_per_h=told.rate_per_h,
        gap_s=_seconds(told.longest_ms),
        gaps=[
            SilentSpanBody(start=iso(gap.start), end=iso(gap.end), seconds=gap.length_ms / 1000)
            for gap in newest_first[:MOST_GAPS]
        ],
        gaps_left_out=max(0, len(newest_first) - MOST_GAPS),
        longest_s=_seconds(told.longest_gap_ms),
        silent_for_s=silent_for_s,
    )


def _seconds(ms: int | None) -> float | None:
    return None if ms is None else ms / 1000
