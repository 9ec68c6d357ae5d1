"""The courses that vessels follow."""

from typing import Annotated

from litestar import get, post, put
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct

from krausen.model.profile import LONGEST_HOURS
from krausen.profiles.course import setpoint_c
from krausen.server.courses import Course, Manner, Span, outlook
from krausen.server.web.acts import act
from krausen.server.web.call import Call
from krausen.server.web.changes import Why, or_present
from krausen.server.web.errors import ALSO
from krausen.server.web.guards import brewer, viewer
from krausen.server.web.parsing import End, Start
from krausen.server.web.profile_bodies import (
    CurveLine,
    DueBody,
    MilestoneBody,
    ProfileEventBody,
    RunProfileBody,
    StepWish,
    due_out,
    events_in,
    events_out,
    line_out,
    milestones_out,
    steps_in,
    steps_out,
)
from krausen.server.web.times import open_span, site_zone
from krausen.wire.instants import iso, iso_or_none

WHOLE = Span()
Seen = Annotated[int | None, Meta(description="The `revision` that was seen; none for any.")]


class CourseStep(Struct, frozen=True, kw_only=True):
    """Why, and which revision of the course was seen."""

    reason: Why = ""
    revision: Seen = None


class CourseShift(Struct, frozen=True, kw_only=True):
    """By how many hours what is to come moves, to earlier where it is negative."""

    hours: Annotated[float, Meta(ge=-LONGEST_HOURS, le=LONGEST_HOURS)]
    reason: Why = ""
    revision: Seen = None


class CourseWish(Struct, frozen=True, kw_only=True):
    """Steps and events to follow from now on, as if they had been followed from the start."""

    steps: tuple[StepWish, ...]
    events: tuple[ProfileEventBody, ...] = ()
    reason: Why = ""
    revision: Seen = None


class PauseBody(Struct, frozen=True):
    """From when until when a course stood still; null while it does."""

    start: str
    end: str | None


class PresentBody(Struct, frozen=True, kw_only=True):
    """Where a course stands now: the setpoint, °C, of which step, counted from 0, and when that ends.

    Instants are UTC milliseconds. There is no step before the first and after the last.
    """

    t: int
    setpoint: float
    step: int | None
    step_ends: int | None


class CourseBody(Struct, frozen=True, kw_only=True):
    """What a vessel follows. `revision` is that of its wish.

    What is past of the profile is as it went. While it is paused, what is to come is told as if it went on
    now.
    """

    vessel: str
    profile: RunProfileBody
    start: str
    pauses: list[PauseBody]
    paused: bool
    now: PresentBody
    curve: CurveLine
    milestones: list[MilestoneBody]
    events: list[DueBody]
    revision: int


@get("/vessels/{id:str}/course", guards=[viewer], summary="Read the course of a vessel")
async def read_course(request: Call, id: FromPath[str], start: Start = None, end: End = None) -> CourseBody:
    """The profile that a vessel follows, and how it goes, from its start until some time after its end."""
    span = Span(*await open_span(request.site, start, end))
    return _body(await request.site.courses.of(id), span)


@put("/vessels/{id:str}/course", guards=[brewer], opt={ALSO: (409,)}, summary="Edit the course of a vessel")
async def edit_course(request: Call, id: FromPath[str], data: JSONBody[CourseWish]) -> CourseBody:
    """The course, with what is past as it went. Where it is elsewhere now, it is gone over to gently."""
    steps = steps_in(data.steps, await site_zone(request.site))
    events, manner = events_in(data.events), _manner(request, data)
    change = request.site.courses.edit(id, steps, events, manner)
    return _body(await or_present(change, lambda: _present(request, id)))


@act("/vessels/{id:str}/course/insert", also=(409, 422), summary="Part the present step")
async def insert_step(
    request: Call, id: FromPath[str], data: JSONBody[CourseStep | None] = None
) -> CourseBody:
    """The course, with one step up to now and one from now on; the setpoint stays as it is."""
    change = request.site.courses.insert(id, _manner(request, data))
    return _body(await or_present(change, lambda: _present(request, id)))


@act("/vessels/{id:str}/course/next", also=(409, 422), summary="Go on with the next step")
async def next_step(request: Call, id: FromPath[str], data: JSONBody[CourseStep | None] = None) -> CourseBody:
    """The course, whose present step ends now. Where the next one is elsewhere, it is gone over to gently."""
    change = request.site.courses.next(id, _manner(request, data))
    return _body(await or_present(change, lambda: _present(request, id)))


@act("/vessels/{id:str}/course/pause", also=(409, 422), summary="Pause the course of a vessel")
async def pause_course(
    request: Call, id: FromPath[str], data: JSONBody[CourseStep | None] = None
) -> CourseBody:
    """The course, which stands still until it is resumed."""
    change = request.site.courses.pause(id, _manner(request, data))
    return _body(await or_present(change, lambda: _present(request, id)))


@act("/vessels/{id:str}/course/resume", also=(409, 422), summary="Let a paused course go on")
async def resume_course(
    request: Call, id: FromPath[str], data: JSONBody[CourseStep | None] = None
) -> CourseBody:
    """The course, which goes on where it stood still."""
    change = request.site.courses.resume(id, _manner(request, data))
    return _body(await or_present(change, lambda: _present(request, id)))


@post(
    "/vessels/{id:str}/course/shift",
    guards=[brewer],
    status_code=200,
    opt={ALSO: (409,)},
    summary="Move what is to come",
)
async def shift_course(request: Call, id: FromPath[str], data: JSONBody[CourseShift]) -> CourseBody:
    """The course, whose present step ends later or earlier; all after it moves along, dates too."""
    change = request.site.courses.shift(id, data.hours, _manner(request, data))
    return _body(await or_present(change, lambda: _present(request, id)))


def _manner(request: Call, said: CourseStep | CourseShift | CourseWish | None) -> Manner:
    if said is None:
        return Manner(caller=request.caller)
    return Manner(caller=request.caller, reason=said.reason, seen=said.revision)


async def _present(request: Call, id: str) -> CourseBody:
    return _body(await request.site.courses.of(id))


def _body(course: Course, span: Span = WHOLE) -> CourseBody:
    run, now = course.run, course.now
    shown = outlook(run, now, span)
    step = shown.present(now)
    profile = run.profile
    return CourseBody(
        vessel=course.vessel,
        profile=RunProfileBody(
            id=profile.id,
            name=profile.name,
            type=profile.type,
            steps=steps_out(profile.steps),
            events=events_out(profile.events),
        ),
        start=iso(run.start),
        pauses=[PauseBody(iso(pause.start), iso_or_none(pause.end)) for pause in run.pauses],
        paused=course.is_paused,
        now=PresentBody(
            t=now,
            setpoint=setpoint_c(shown.timeline, now),
            step=None if step is None else step.step,
            step_ends=None if step is None else step.ends,
        ),
        curve=line_out(shown.corners),
        milestones=milestones_out(shown.milestones),
        events=due_out(shown.events),
        revision=course.revision,
    )
