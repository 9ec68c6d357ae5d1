"""Alarms: what needs somebody, and what is over."""

from typing import Annotated

from litestar import Response, get, post
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import Meta, Struct

from krausen.errors import Fault, Invalid, NotFound
from krausen.model.alarm import AlarmState, Priority
from krausen.server.alarms import AlarmBody, Trial, body_of
from krausen.server.web.acts import act
from krausen.server.web.call import Call
from krausen.server.web.changes import Why, or_present
from krausen.server.web.errors import ALSO
from krausen.server.web.guards import admin, brewer, viewer
from krausen.server.web.parsing import USUAL, Cursor, Limit, Page, cursor_at, paged, place_of

LONGEST_SHELF_MIN = 30 * 24 * 60

Past = Annotated[bool, QueryParameter(description="Those that are over and seen, instead of what stands.")]
Standing = Annotated[AlarmState | None, QueryParameter(name="state", description="In this state alone.")]
OfVessel = Annotated[str | None, QueryParameter(description="Of the vessel with this id alone.")]
Text = Annotated[str, Meta(max_length=2000)]


class AlarmDeed(Struct, frozen=True, kw_only=True):
    """Why it is done."""

    reason: Why = ""


class AlarmShelf(Struct, frozen=True, kw_only=True):
    """For how many minutes an alarm shall say nothing, thirty days at most, and why."""

    minutes: Annotated[float, Meta(ge=1, le=LONGEST_SHELF_MIN)]
    reason: Why = ""


class AlarmTrial(Struct, frozen=True, kw_only=True):
    """A test alarm to be; `vessel` is the id of the one it pretends to be about."""

    title: str
    detail: Text = ""
    priority: Priority = Priority.NOTICE
    vessel: str | None = None


@get("/alarms", guards=[viewer], summary="List alarms")
async def list_alarms(
    request: Call,
    stands: Standing = None,
    vessel: OfVessel = None,
    *,
    past: Past = False,
    limit: Limit = USUAL,
    cursor: Cursor = None,
) -> Page[AlarmBody]:
    """What stands, the worst and newest first; with `past`, what is over and seen, the latest first."""
    if past or stands is AlarmState.NORMAL:
        if stands not in {None, AlarmState.NORMAL}:
            return Page([])
        before = None if cursor is None else place_of(cursor)
        found, after = await request.site.alarms.past(limit, before, vessel)
        return Page([body_of(alarm) for alarm in found], None if after is None else cursor_at(after))
    standing = [
        body_of(alarm)
        for alarm in request.site.alarms.standing()
        if stands in {None, alarm.state} and vessel in {None, alarm.vessel}
    ]
    return paged(standing, limit, cursor)


@get("/alarms/{id:str}", guards=[viewer], summary="Read an alarm")
async def read_alarm(request: Call, id: FromPath[str]) -> AlarmBody:
    """An alarm, standing or past."""
    return body_of(await request.site.alarms.one(id))


@post("/alarms", guards=[admin], opt={ALSO: (429,)}, summary="Raise a test alarm")
async def raise_test_alarm(request: Call, data: JSONBody[AlarmTrial]) -> Response[AlarmBody]:
    """The alarm, which is about nothing; it is over when it is acknowledged, or by itself in 15 minutes."""
    if data.vessel is not None:
        await _check_vessel(request, data.vessel)
    trial = Trial(title=data.title, detail=data.detail, priority=data.priority, vessel=data.vessel)
    alarm = await request.site.alarms.test(trial, request.caller)
    return Response(body_of(alarm), headers={"location": f"/api/v1/alarms/{alarm.id}"})


@act("/alarms/{id:str}/acknowledge", also=(409, 422), summary="Acknowledge an alarm")
async def acknowledge_alarm(
    request: Call, id: FromPath[str], data: JSONBody[AlarmDeed | None] = None
) -> AlarmBody:
    """The alarm, which somebody has seen: it is past as soon as it is over."""
    reason = "" if data is None else data.reason
    deed = request.site.alarms.acknowledge(id, request.caller, reason)
    return body_of(await or_present(deed, lambda: _body(request, id)))


@post(
    "/alarms/{id:str}/shelve",
    guards=[brewer],
    status_code=200,
    opt={ALSO: (409,)},
    summary="Shelve an alarm",
)
async def shelve_alarm(request: Call, id: FromPath[str], data: JSONBody[AlarmShelf]) -> AlarmBody:
    """The alarm, which says nothing for a while; if it lasts, it is to be seen anew after that."""
    deed = request.site.alarms.shelve(id, data.minutes, request.caller, data.reason)
    return body_of(await or_present(deed, lambda: _body(request, id)))


@act("/alarms/{id:str}/unshelve", also=(409, 422), summary="Take an alarm off the shelf")
async def unshelve_alarm(
    request: Call, id: FromPath[str], data: JSONBody[AlarmDeed | None] = None
) -> AlarmBody:
    """The alarm, which is to be seen anew if it lasts, and past if it is over."""
    reason = "" if data is None else data.reason
    deed = request.site.alarms.unshelve(id, request.caller, reason)
    return body_of(await or_present(deed, lambda: _body(request, id)))


async def _body(request: Call, id: str) -> AlarmBody:
    return body_of(await request.site.alarms.one(id))


async def _check_vessel(request: Call, id: str) -> None:
    try:
        await request.site.catalog.vessel(id)
    except NotFound as missing:
        raise Invalid(str(missing), [Fault("/vessel", str(missing))]) from missing
