"""Profiles: the wanted courses of batches."""

from typing import Annotated

from litestar import Response, delete, get, patch, post, put
from litestar.params import FromPath, JSONBody
from msgspec import UNSET, Meta, Struct, UnsetType

from krausen.errors import Fault, Invalid
from krausen.model.profile import Profile, ProfileType, Run, faults
from krausen.ports.catalog import Kind
from krausen.server.courses import Span, outlook
from krausen.server.profiles import ProfilePlan, profile_of
from krausen.server.web.call import Call
from krausen.server.web.changes import IfMatch, Reason, Why, or_present, patched, seen_in
from krausen.server.web.errors import ALSO
from krausen.server.web.guards import brewer, viewer
from krausen.server.web.instants import Instant, read_instant
from krausen.server.web.parsing import USUAL, Cursor, Limit, Page, paged
from krausen.server.web.profile_bodies import (
    CurveLine,
    DueBody,
    MilestoneBody,
    ProfileBody,
    ProfileDraft,
    ProfileEventBody,
    ProfileWish,
    StepWish,
    due_out,
    line_out,
    milestones_out,
    plan_in,
    profile_out,
    wish_of,
)
from krausen.server.web.times import site_zone


class ProfilePatch(Struct, frozen=True, kw_only=True):
    """What is to be another way. Steps and events are replaced as a whole; events that are null are none."""

    name: str | UnsetType = UNSET
    type: ProfileType | UnsetType | None = UNSET
    steps: tuple[StepWish, ...] | UnsetType = UNSET
    events: tuple[ProfileEventBody, ...] | UnsetType | None = UNSET
    reason: Why = ""


class ProfileCurveWish(Struct, frozen=True, kw_only=True):
    """A profile that need not be kept, and when it would begin: now, where that is left out."""

    profile: ProfileDraft
    start: Instant | None = None


class ProfileFault(Struct, frozen=True):
    """What is wrong with a profile; `where` is a JSON Pointer into it."""

    where: Annotated[str, Meta(description="A JSON Pointer into the profile.")]
    message: str


class ProfileCurveBody(CurveLine, frozen=True, kw_only=True):
    """How a profile would go; where it has faults, there is nothing to be drawn."""

    milestones: list[MilestoneBody]
    events: list[DueBody]
    faults: list[ProfileFault]


@get("/profiles", guards=[viewer], summary="List the profiles")
async def list_profiles(request: Call, limit: Limit = USUAL, cursor: Cursor = None) -> Page[ProfileBody]:
    """Profiles in the order of their ids."""
    page = paged(await request.site.catalog.profiles(), limit, cursor)
    dates = await request.site.catalog.dates(Kind.PROFILE)
    return Page([profile_out(one, dates[one.id]) for one in page.items if one.id in dates], page.next)


@get("/profiles/{id:str}", guards=[viewer], summary="Read a profile")
async def read_profile(request: Call, id: FromPath[str]) -> ProfileBody:
    """A profile."""
    return await _body(request, id)


@post("/profiles", guards=[brewer], opt={ALSO: (409,)}, summary="Add a profile")
async def add_profile(request: Call, data: JSONBody[ProfileWish]) -> Response[ProfileBody]:
    """The profile, which nobody follows yet."""
    plan = plan_in(data, await site_zone(request.site))
    made = await request.site.profiles.add(plan, request.caller, data.reason)
    return Response(await _body(request, made.id), headers={"location": f"/api/v1/profiles/{made.id}"})


@patch("/profiles/{id:str}", guards=[brewer], opt={ALSO: (409,)}, summary="Change a profile")
async def change_profile(
    request: Call, id: FromPath[str], data: JSONBody[ProfilePatch], if_match: IfMatch = None
) -> ProfileBody:
    """The profile with a merge patch in it. A vessel that follows it goes on with its own copy."""
    zone = await site_zone(request.site)

    def change(present: Profile) -> ProfilePlan:
        return plan_in(patched(wish_of(present), data), zone)

    seen = seen_in(if_match)
    changing = request.site.profiles.change(id, change, request.caller, reason=data.reason, seen=seen)
    await or_present(changing, lambda: _body(request, id))
    return await _body(request, id)


@put("/profiles/{id:str}", guards=[brewer], opt={ALSO: (409,)}, summary="Write a profile anew")
async def replace_profile(
    request: Call, id: FromPath[str], data: JSONBody[ProfileWish], if_match: IfMatch = None
) -> ProfileBody:
    """The profile, which is now as it was sent. A vessel that follows it goes on with its own copy."""
    plan, seen = plan_in(data, await site_zone(request.site)), seen_in(if_match)
    changing = request.site.profiles.change(id, lambda _: plan, request.caller, reason=data.reason, seen=seen)
    await or_present(changing, lambda: _body(request, id))
    return await _body(request, id)


@delete("/profiles/{id:str}", guards=[brewer], opt={ALSO: (409,)}, summary="Remove a profile")
async def remove_profile(
    request: Call, id: FromPath[str], if_match: IfMatch = None, reason: Reason = ""
) -> None:
    """A vessel that follows it goes on with its own copy."""
    removal = request.site.profiles.remove(id, request.caller, reason=reason, seen=seen_in(if_match))
    await or_present(removal, lambda: _body(request, id))


@post("/profiles/curve", guards=[viewer], status_code=200, summary="Lay out a profile in time")
async def draw_profile(request: Call, data: JSONBody[ProfileCurveWish]) -> ProfileCurveBody:
    """How a profile would go, from its start until some time after its last step. Nothing is stored."""
    site = request.site
    zone = await site_zone(site)
    now = site.clock.now()
    start = now if data.start is None else read_instant("/start", data.start, zone)
    try:
        profile = profile_of("draft", plan_in(data.profile, zone))
    except Invalid as failure:
        return _undrawn(failure.faults)
    found = [fault for fault in faults(profile) if fault.where != "/name"]
    if found:
        return _undrawn(found)
    shown = outlook(Run(profile=profile, start=start), start, Span())
    line = line_out(shown.corners)
    return ProfileCurveBody(
        t=line.t,
        setpoint=line.setpoint,
        milestones=milestones_out(shown.milestones),
        events=due_out(shown.events),
        faults=[],
    )


async def _body(request: Call, id: str) -> ProfileBody:
    profile = await request.site.catalog.profile(id)
    return profile_out(profile, (await request.site.catalog.dates(Kind.PROFILE))[id])


def _undrawn(found: list[Fault] | tuple[Fault, ...]) -> ProfileCurveBody:
    told = [ProfileFault(fault.where, fault.message) for fault in found]
    return ProfileCurveBody(t=[], setpoint=[], milestones=[], events=[], faults=told)
