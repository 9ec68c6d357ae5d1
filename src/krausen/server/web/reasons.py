"""Why a vessel was heated, cooled or left alone."""

from typing import Annotated

from litestar import get
from litestar.params import FromPath, QueryParameter
from msgspec import Struct
from msgspec.structs import asdict

from krausen.model.reason import Occasion, Reason
from krausen.server.web.call import Call
from krausen.server.web.errors import ALSO
from krausen.server.web.guards import viewer
from krausen.server.web.parsing import (
    USUAL,
    Cursor,
    End,
    Limit,
    Page,
    Start,
    cursor_at,
    instant_of,
    place_of,
)
from krausen.server.web.times import open_span, site_zone
from krausen.wire.instants import LATEST_MS, iso, iso_or_none

At = Annotated[
    str | None,
    QueryParameter(
        description="Then instead of now. ISO 8601, in the site's time zone where it names no "
        "offset; or UTC milliseconds."
    ),
]


class WereOn(Struct, frozen=True, kw_only=True):
    """What the outputs were seen to do, null where there was none or nobody knows."""

    heat: bool | None
    cool: bool | None


class ReasonBody(Struct, frozen=True, kw_only=True):
    """What was demanded from `at` until `until`, null while nothing else is known, and why.

    `heat` and `cool` are shares of full power, 0 to 1. `occasion` says why it was noted: an agent began or
    ended, something changed, or only numbers did.
    """

    at: str
    until: str | None
    heat: float
    cool: float
    why: tuple[str, ...]
    observed: WereOn
    occasion: Occasion


class WhyBody(ReasonBody, frozen=True, kw_only=True):
    """The reason of a time, and when something changed before and after it, null where that is not known."""

    earlier: str | None
    later: str | None


@get("/vessels/{id:str}/why", guards=[viewer], opt={ALSO: (404,)}, summary="Why a vessel heated or cooled")
async def explain_vessel(request: Call, id: FromPath[str], at: At = None) -> WhyBody:
    """Why it was heated, cooled or left alone at a time, or now; 404 where nothing is known of that time."""
    site = request.site
    when = site.clock.now() if at is None else instant_of("at", at, await site_zone(site))
    explained = await site.knowing.reasons.at(id, when)
    body = _body(explained.reason, explained.until)
    earlier, later = iso_or_none(explained.earlier), iso_or_none(explained.later)
    return WhyBody(earlier=earlier, later=later, **asdict(body))


@get("/vessels/{id:str}/reasons", guards=[viewer], summary="List why a vessel heated or cooled")
async def list_reasons(
    request: Call,
    id: FromPath[str],
    start: Start = None,
    end: End = None,
    limit: Limit = USUAL,
    cursor: Cursor = None,
) -> Page[ReasonBody]:
    """Every reason of a vessel that began in a span of time, newest first."""
    first, last = await open_span(request.site, start, end)
    last = LATEST_MS if last is None else last
    before = last if cursor is None else min(last, place_of(cursor))
    found = await request.site.knowing.reasons.between(id, first or 0, before, limit + 1)
    shown = [_body(one.reason, one.until) for one in found[:limit]]
    after = cursor_at(found[limit - 1].reason.at) if len(found) > limit else None
    return Page(shown, after)


def _body(reason: Reason, until: int | None) -> ReasonBody:
    return ReasonBody(
        at=iso(reason.at),
        until=iso_or_none(until),
        heat=reason.heat,
        cool=reason.cool,
        why=reason.texts,
        observed=WereOn(heat=reason.levels.heat, cool=reason.levels.cool),
        occasion=reason.occasion,
    )
