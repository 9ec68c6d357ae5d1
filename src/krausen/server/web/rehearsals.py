"""Rehearsals of profiles on what was learned of a vessel."""

from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

import anyio
from litestar import post
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct, field

from krausen.errors import KrausenError, LinkLost
from krausen.server.profiles import profile_of
from krausen.server.rehearsals import Rehearsal
from krausen.server.web.call import Call
from krausen.server.web.errors import ALSO
from krausen.server.web.guards import brewer
from krausen.server.web.instants import Instant, read_instant
from krausen.server.web.profile_bodies import ProfileDraft, plan_in
from krausen.server.web.times import site_zone
from krausen.wire.instants import iso_or_none

DRAFT = "draft"
T = TypeVar("T")


class RehearsalWish(Struct, frozen=True, kw_only=True):
    """On which vessel, and when the first step begins: now, where that is left out.

    A `profile` that is drawn here is rehearsed instead of the one that is kept; it need not be kept at all.
    """

    vessel: str
    start: Annotated[Instant | None, Meta(description="When the first step begins.")] = field(
        default=None, name="from"
    )
    profile: ProfileDraft | None = None


class RehearsedBeer(Struct, frozen=True):
    """The beer, °C: in nine lives of ten it is between low and high."""

    low: list[float]
    mean: list[float]
    high: list[float]


class RehearsedStepBody(Struct, frozen=True):
    """When a step has its temperature, and how many hours late; null where it is over or never has it."""

    reached_at: str | None
    late_h: float | None


class RehearsalBody(Struct, frozen=True, kw_only=True):
    """How a profile would go on a vessel. `t` are UTC milliseconds, temperatures °C, `kwh` is for all of it.

    `starts_per_day` are those of the cooler, or of the heater where nothing cools. Warnings are sentences.
    """

    t: list[int]
    setpoint: list[float]
    beer: RehearsedBeer
    steps: list[RehearsedStepBody]
    starts_per_day: float
    kwh: float
    warnings: list[str]


@post(
    "/profiles/{id:str}/rehearse",
    guards=[brewer],
    status_code=200,
    opt={ALSO: (409, 429, 503)},
    summary="Rehearse a profile on a vessel",
)
async def rehearse_profile(request: Call, id: FromPath[str], data: JSONBody[RehearsalWish]) -> RehearsalBody:
    """How the beer would go, on what was learned of the vessel. Nothing is stored. It takes some seconds."""
    site = request.site
    zone = await site_zone(site)
    start = site.clock.now() if data.start is None else read_instant("/from", data.start, zone)
    if data.profile is None:
        profile = await site.catalog.profile(id)
    else:
        profile = profile_of(DRAFT, plan_in(data.profile, zone, "/profile"))
    return _body(
        await _unless_gone(request, lambda: site.knowing.rehearsals.rehearse(profile, data.vessel, start))
    )


async def _unless_gone(request: Call, work: Callable[[], Awaitable[T]]) -> T:
    """Work for as long as the caller is there. Raises LinkLost when nobody is."""
    found: list[T] = []
    failed: list[KrausenError] = []

    async def watch() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass
        group.cancel_scope.cancel()

    async with anyio.create_task_group() as group:
        group.start_soon(watch)
        try:
            found.append(await work())
        except KrausenError as failure:
            failed.append(failure)
        group.cancel_scope.cancel()
    if failed:
        raise failed[0]
    if not found:
        raise LinkLost("The caller hung up.")
    return found[0]


def _body(made: Rehearsal) -> RehearsalBody:
    outcome = made.outcome
    return RehearsalBody(
        t=[made.start + round(hours * 3_600_000) for hours in outcome.hours],
        setpoint=_line(outcome.setpoint),
        beer=RehearsedBeer(_line(outcome.low), _line(outcome.mean), _line(outcome.high)),
        steps=[RehearsedStepBody(iso_or_none(step.reached_at), step.late_h) for step in made.steps],
        starts_per_day=round(outcome.starts_per_day, 1),
        kwh=round(outcome.kwh, 2),
        warnings=list(made.warnings),
    )


def _line(celsius: tuple[float, ...]) -> list[float]:
    return [round(one, 3) for one in celsius]
