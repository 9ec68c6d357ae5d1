"""Push targets: outside services that receive readings from us."""

import sys
from collections.abc import Iterator
from inspect import cleandoc
from typing import Annotated, Any, Literal

from litestar import Response, delete, get, patch, post
from litestar.params import FromPath, JSONBody
from msgspec import UNSET, Meta, Struct, UnsetType

from krausen.errors import Fault, Forbidden, Invalid
from krausen.model.people import UserRole, at_least
from krausen.model.target import Target, TargetState
from krausen.ports.catalog import Kind
from krausen.ports.target import PushTarget
from krausen.server.pushing import Pushing
from krausen.server.pushing.bodies import (
    DeliveryBody,
    TargetBody,
    WhatBody,
    delivery_body,
    selection,
    target_body,
    what_body,
)
from krausen.server.pushing.recording import with_kept
from krausen.server.web.acts import Step, act
from krausen.server.web.bodies import faults
from krausen.server.web.call import Call
from krausen.server.web.changes import IfMatch, Reason, Why, or_present, patched, seen_in
from krausen.server.web.errors import ALSO
from krausen.server.web.guards import admin, brewer, viewer
from krausen.server.web.parsing import USUAL, Cursor, Limit, Page, paged

Name = Annotated[str, Meta(min_length=1, max_length=128)]
State = Literal["active", "paused"]


class TargetWish(Struct, frozen=True, kw_only=True):
    """A push target to be. Without `every_s` it is served as often as is usual for its kind."""

    name: Name
    kind: str
    state: State = "active"
    every_s: Annotated[float, Meta(ge=1, le=31 * 86_400)] | None = None
    what: WhatBody = WhatBody()
    settings: dict[str, Any] = {}
    reason: Why = ""


class TargetPlan(Struct, frozen=True, kw_only=True):
    """What people decide of a push target."""

    name: Name
    state: Literal["active", "paused", "failing"]
    every_s: Annotated[float, Meta(ge=1, le=31 * 86_400)]
    what: WhatBody
    settings: dict[str, Any]


class TargetPatch(Struct, frozen=True, kw_only=True):
    """What is to be another way. One that is failing is tried again when its state is set to active."""

    name: Name | UnsetType = UNSET
    state: State | UnsetType = UNSET
    every_s: Annotated[float, Meta(ge=1, le=31 * 86_400)] | UnsetType = UNSET
    what: dict[str, Any] | UnsetType = UNSET
    settings: dict[str, Any] | UnsetType = UNSET
    reason: Why = ""


class TargetKindBody(Struct, frozen=True, kw_only=True):
    """A kind of service; `schema` is the JSON Schema (draft 2020-12) of its settings.

    Nothing goes there more often than every `least_s` seconds, and `why_least` says why; `by_device` tells
    that the service counts that for each device. It is sent the `latest` values, or `every` reading once.
    """

    name: str
    title: str
    description: str
    schema: dict[str, Any]
    least_s: float
    usual_s: float
    why_least: str
    by_device: bool
    sends: str
    takes: list[str]


@get("/push-targets/kinds", guards=[viewer], summary="List the kinds of push targets")
async def list_target_kinds(request: Call) -> Page[TargetKindBody]:
    """The services that are known, by name, with what each wants to be told."""
    pushing = request.site.pushing
    return Page([_kind(kind, pushing) for kind in pushing.kinds.values()])


@get("/push-targets", guards=[viewer], summary="List the push targets")
async def list_targets(request: Call, limit: Limit = USUAL, cursor: Cursor = None) -> Page[TargetBody]:
    """Push targets in the order of their ids; what each was sent last is told by itself."""
    page = paged(await request.site.pushing.all(), limit, cursor)
    dates = await request.site.catalog.dates(Kind.TARGET)
    now = request.site.clock.steady()
    there = [one for one in page.items if one.target.id in dates]
    bodies = [target_body(one, dates[one.target.id], now, brief=True) for one in there]
    return Page(bodies, page.next)


@get("/push-targets/{id:str}", guards=[viewer], summary="Read a push target")
async def read_target(request: Call, id: FromPath[str]) -> TargetBody:
    """A push target."""
    return await _body(request, id)


@post("/push-targets", guards=[admin], summary="Add a push target")
async def add_target(request: Call, data: JSONBody[TargetWish]) -> Response[TargetBody]:
    """The push target, which is served at once unless it is paused."""
    pushing = request.site.pushing
    kind = pushing.kinds.get(data.kind)
    if kind is None:
        told = f"There is no such kind. There are {', '.join(pushing.kinds)}."
        raise Invalid(told, [Fault("/kind", told)])
    wanted = Target(
        id="",
        name=data.name,
        kind=data.kind,
        state=TargetState(data.state),
        every_s=kind.usual_s if data.every_s is None else data.every_s,
        what=selection(data.what),
        settings=data.settings,
    )
    _refuse(list(_settings_faults(wanted.settings, kind)))
    made = await pushing.add(wanted, request.caller, reason=data.reason)
    headers = {"location": f"/api/v1/push-targets/{made.id}"}
    return Response(await _body(request, made.id), headers=headers)


@patch("/push-targets/{id:str}", guards=[brewer], opt={ALSO: (409,)}, summary="Change a push target")
async def change_target(
    request: Call, id: FromPath[str], data: JSONBody[TargetPatch], if_match: IfMatch = None
) -> TargetBody:
    """The push target, which is so at once. Brewers may pause and resume it, the rest is for admins."""
    pushing = request.site.pushing
    if not at_least(request.caller, UserRole.ADMIN) and _does_more_than_pause(data):
        raise Forbidden("Brewers may pause and resume a push target; only admins may change the rest.")
    present = (await pushing.one(id)).target
    wanted = _patched(present, data, pushing)
    _refuse(list(_settings_faults(wanted.settings, pushing.kinds.get(wanted.kind))))
    seen = seen_in(if_match)
    changing = pushing.change(
        wanted, request.caller, reason=data.reason, seen=present.revision if seen is None else seen
    )
    await or_present(changing, lambda: _body(request, id))
    return await _body(request, id)


@delete("/push-targets/{id:str}", guards=[admin], opt={ALSO: (409,)}, summary="Remove a push target")
async def remove_target(
    request: Call, id: FromPath[str], if_match: IfMatch = None, reason: Reason = ""
) -> None:
    """Nothing goes there any more, and its deliveries are forgotten."""
    removal = request.site.pushing.remove(id, request.caller, reason=reason, seen=seen_in(if_match))
    await or_present(removal, lambda: _body(request, id))


@act("/push-targets/{id:str}/test", summary="Try a push target")
async def try_target(
    request: Call,
    id: FromPath[str],
    data: JSONBody[Step | None] = None,  # noqa: ARG001 what was sent is kept, so that no reason is
) -> DeliveryBody:
    """What became of sending once what would go out now: exactly what was sent, and what was answered."""
    return delivery_body(await request.site.pushing.test(id))


@get("/push-targets/{id:str}/deliveries", guards=[viewer], summary="List the deliveries of a push target")
async def list_deliveries(
    request: Call, id: FromPath[str], limit: Limit = USUAL, cursor: Cursor = None
) -> Page[DeliveryBody]:
    """The last 200 deliveries, the latest first."""
    page = paged(await request.site.pushing.deliveries(id, MOST_DELIVERIES), limit, cursor)
    return Page([delivery_body(one) for one in page.items], page.next)


MOST_DELIVERIES = 200


async def _body(request: Call, id: str) -> TargetBody:
    served = await request.site.pushing.one(id)
    dates = await request.site.catalog.dates(Kind.TARGET)
    return target_body(served, dates[id], request.site.clock.steady())


def _does_more_than_pause(data: TargetPatch) -> bool:
    return any(given is not UNSET for given in (data.name, data.every_s, data.what, data.settings))


def _patched(present: Target, data: TargetPatch, pushing: Pushing) -> Target:
    schema = pushing.schemas.get(present.kind, {})
    plan = TargetPlan(
        name=present.name,
        state=present.state.value,
        every_s=present.every_s,
        what=what_body(present.what),
        settings=present.settings,
    )
    plan = patched(plan, data)
    return Target(
        id=present.id,
        name=plan.name,
        kind=present.kind,
        state=TargetState(plan.state),
        every_s=plan.every_s,
        what=selection(plan.what),
        settings=with_kept(plan.settings, present.settings, schema),
        last_error=present.last_error,
        revision=present.revision,
    )


def _settings_faults(settings: dict[str, Any], kind: PushTarget | None) -> Iterator[Fault]:
    if kind is None:
        yield Fault("/kind", "This kind of service is not known here any more: remove the target.")
        return
    yield from faults(settings, kind.settings, "/settings")
    for name in settings.keys() - set(kind.settings.__struct_fields__):
        yield Fault(f"/settings/{name.replace('~', '~0').replace('/', '~1')}", "There is no such setting.")


def _refuse(found: list[Fault]) -> None:
    if found:
        raise Invalid(found[0].message if len(found) == 1 else f"{len(found)} fields are wrong.", found)


def _kind(kind: PushTarget, pushing: Pushing) -> TargetKindBody:
    return TargetKindBody(
        name=kind.name,
        title=kind.title,
        description=cleandoc(sys.modules[kind.settings.__module__].__doc__ or ""),
        schema=pushing.schemas[kind.name],
        least_s=kind.least_s,
        usual_s=kind.usual_s,
        why_least=kind.why_least,
        by_device=kind.by_device,
        sends=kind.sends.value,
        takes=sorted(kind.takes),
    )
