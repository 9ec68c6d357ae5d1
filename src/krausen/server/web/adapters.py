"""Adapters: who reports readings, with their time zones, nodes and metrics."""

from typing import Annotated

from litestar import get, put
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct

from krausen.errors import Fault, Invalid
from krausen.ports.catalog import Adapter, Dates, Kind, Metric, Node, Policy
from krausen.server.web.call import Call
from krausen.server.web.changes import IfMatch, Reason, Why, or_present, seen_in
from krausen.server.web.errors import ALSO
from krausen.server.web.guards import admin, viewer
from krausen.server.web.parsing import MOST, USUAL, Cursor, Limit, Page, paged
from krausen.wire.instants import iso


class AdapterPlan(Struct, frozen=True, kw_only=True):
    """How an adapter is to be. `zone` is the IANA name of the zone of its local times, null the site's."""

    title: str = ""
    zone: str | None = None
    policy: Policy = Policy.OPEN


class AdapterWish(AdapterPlan, frozen=True, kw_only=True):
    """How an adapter is to be. `zone` is the IANA name of the zone of its local times, null the site's."""

    reason: Why = ""


class NamedAdapterWish(AdapterPlan, frozen=True, kw_only=True):
    """How an adapter of this name is to be."""

    name: str


class AdaptersWish(Struct, frozen=True, kw_only=True):
    """Adapters to be arranged at once; the others stay as they are."""

    items: Annotated[list[NamedAdapterWish], Meta(max_length=MOST)]
    reason: Why = ""


class NodesWish(Struct, frozen=True, kw_only=True):
    """All that is known of an adapter's nodes."""

    items: Annotated[list[Node], Meta(max_length=MOST)]
    reason: Why = ""


class MetricsWish(Struct, frozen=True, kw_only=True):
    """All that is known of an adapter's metrics."""

    items: Annotated[list[Metric], Meta(max_length=MOST)]
    reason: Why = ""


class AdapterBody(Struct, frozen=True, kw_only=True):
    """An adapter. One that reports but was never arranged has revision 0 and no dates."""

    name: str
    title: str
    zone: str | None
    policy: Policy
    revision: int
    created_at: str | None
    updated_at: str | None


@get("/adapters", guards=[viewer], summary="List the adapters")
async def list_adapters(request: Call, limit: Limit = USUAL, cursor: Cursor = None) -> Page[AdapterBody]:
    """Adapters that were arranged or report, in the order of their names."""
    page = paged(await request.site.adapters.all(), limit, cursor)
    dates = await request.site.catalog.dates(Kind.ADAPTER)
    return Page([_adapter(adapter, dates.get(adapter.name)) for adapter in page.items], page.next)


@put("/adapters", guards=[admin], summary="Arrange several adapters")
async def arrange_adapters(
    request: Call, data: JSONBody[AdaptersWish], reason: Reason = ""
) -> Page[AdapterBody]:
    """Those that were arranged, all of them or none."""
    wanted = [Adapter(name=one.name, title=one.title, zone=one.zone, policy=one.policy) for one in data.items]
    try:
        await request.site.adapters.arrange(wanted, request.caller, reason=data.reason or reason)
    except Invalid as failure:
        faults = [Fault(f"/items{fault.where}", fault.message) for fault in failure.faults]
        raise Invalid(str(failure), faults) from failure
    return Page([await _body(request, one.name) for one in data.items])


@get("/adapters/{name:str}", guards=[viewer], summary="Read an adapter")
async def read_adapter(request: Call, name: FromPath[str]) -> AdapterBody:
    """An adapter that was arranged or reports."""
    return await _body(request, name)


@put("/adapters/{name:str}", guards=[admin], opt={ALSO: (409,)}, summary="Arrange an adapter")
async def arrange_adapter(
    request: Call,
    name: FromPath[str],
    data: JSONBody[AdapterWish],
    if_match: IfMatch = None,
    reason: Reason = "",
) -> AdapterBody:
    """The adapter, whose local times are those of its zone from now on."""
    wanted = Adapter(name=name, title=data.title, zone=data.zone, policy=data.policy)
    why = data.reason or reason
    arranging = request.site.adapters.arrange([wanted], request.caller, reason=why, seen=seen_in(if_match))
    try:
        await or_present(arranging, lambda: _body(request, name))
    except Invalid as failure:
        faults = [Fault(fault.where.removeprefix("/0"), fault.message) for fault in failure.faults]
        raise Invalid(str(failure), [_of_path(fault) for fault in faults]) from failure
    return await _body(request, name)


@get("/adapters/{name:str}/nodes", guards=[viewer], summary="List the nodes of an adapter")
async def list_nodes(
    request: Call, name: FromPath[str], limit: Limit = USUAL, cursor: Cursor = None
) -> Page[Node]:
    """What it reports about, or is agreed to, in the order of the names."""
    return paged(await request.site.adapters.nodes(name), limit, cursor)


@put("/adapters/{name:str}/nodes", guards=[admin], opt={ALSO: (409,)}, summary="Agree on nodes")
async def agree_on_nodes(
    request: Call,
    name: FromPath[str],
    data: JSONBody[NodesWish],
    if_match: IfMatch = None,
    reason: Reason = "",
) -> Page[Node]:
    """The nodes, with those that report besides. What was known of others before is forgotten."""
    agreeing = request.site.adapters.agree(
        name, request.caller, nodes=data.items, reason=data.reason or reason, seen=seen_in(if_match)
    )
    await or_present(agreeing, lambda: _body(request, name))
    return Page(await request.site.adapters.nodes(name))


@get("/adapters/{name:str}/metrics", guards=[viewer], summary="List the metrics of an adapter")
async def list_metrics(
    request: Call, name: FromPath[str], limit: Limit = USUAL, cursor: Cursor = None
) -> Page[Metric]:
    """Which quantities it reports, or is agreed to, in the order of the names."""
    return paged(await request.site.adapters.metrics(name), limit, cursor)


@put("/adapters/{name:str}/metrics", guards=[admin], opt={ALSO: (409,)}, summary="Agree on metrics")
async def agree_on_metrics(
    request: Call,
    name: FromPath[str],
    data: JSONBody[MetricsWish],
    if_match: IfMatch = None,
    reason: Reason = "",
) -> Page[Metric]:
    """The metrics, with those that report besides. What was known of others before is forgotten."""
    agreeing = request.site.adapters.agree(
        name, request.caller, metrics=data.items, reason=data.reason or reason, seen=seen_in(if_match)
    )
    await or_present(agreeing, lambda: _body(request, name))
    return Page(await request.site.adapters.metrics(name))


def _of_path(fault: Fault) -> Fault:
    return Fault("path:name", fault.message) if fault.where == "/name" else fault


async def _body(request: Call, name: str) -> AdapterBody:
    adapter = await request.site.adapters.one(name)
    return _adapter(adapter, (await request.site.catalog.dates(Kind.ADAPTER)).get(name))


def _adapter(adapter: Adapter, dates: Dates | None) -> AdapterBody:
    return AdapterBody(
        name=adapter.name,
        title=adapter.title,
        zone=adapter.zone,
        policy=adapter.policy,
        revision=adapter.revision,
        created_at=None if dates is None else iso(dates.created_at),
        updated_at=None if dates is None else iso(dates.updated_at),
    )
