"""The live channels: which there are, and publishing to them by HTTP."""

from dataclasses import dataclass
from typing import Literal

from litestar import Response, delete, get, patch, post
from litestar.openapi.spec import OpenAPIMediaType, Operation, RequestBody, Schema
from litestar.params import FromPath, JSONBody
from msgspec import UNSET, Raw, Struct, UnsetType
from msgspec.structs import replace

from krausen.model.channel import Channel
from krausen.model.people import UserRole
from krausen.ports.catalog import Dates, Kind
from krausen.server.channels import BUILT_IN
from krausen.server.web.bodies import read
from krausen.server.web.call import JSON, Call
from krausen.server.web.changes import IfMatch, Reason, Why, or_present, patched, seen_in
from krausen.server.web.errors import ALSO
from krausen.server.web.guards import admin, viewer
from krausen.server.web.parsing import USUAL, Cursor, Limit, Page, paged
from krausen.wire.instants import iso

LARGEST = 65_536
"""Bytes of a message from outside."""

Publisher = Literal["viewer", "brewer", "admin"]


class ChannelWish(Struct, frozen=True, kw_only=True):
    """A channel to be, and the role that it takes to publish to it."""

    name: str
    title: str = ""
    publish: Publisher = "brewer"
    reason: Why = ""


class ChannelPlan(Struct, frozen=True, kw_only=True):
    """What may be changed of a channel."""

    title: str
    publish: UserRole


class ChannelPatch(Struct, frozen=True, kw_only=True):
    """What is to be another way."""

    title: str | UnsetType = UNSET
    publish: Publisher | UnsetType = UNSET
    reason: Why = ""


class ChannelBody(Struct, frozen=True, kw_only=True):
    """A channel, and the role that it takes to publish to it. Those built in have no dates."""

    name: str
    title: str
    publish: str
    builtin: bool
    revision: int
    created_at: str | None
    updated_at: str | None


class PublishedBody(Struct, frozen=True, kw_only=True):
    """A message on its way: where, under which number, and when."""

    channel: str
    seq: str
    time: str


@dataclass
class TakesAny(Operation):
    """What the description says of the body, which is read by hand."""

    def __post_init__(self) -> None:
        self.request_body = RequestBody(content={JSON: OpenAPIMediaType(schema=Schema())}, required=True)


@get("/channels", guards=[viewer], summary="List the live channels")
async def list_channels(request: Call, limit: Limit = USUAL, cursor: Cursor = None) -> Page[ChannelBody]:
    """Those built in, then those that were declared by name."""
    page = paged(list((await request.site.channels.all()).values()), limit, cursor)
    dates = await request.site.catalog.dates(Kind.CHANNEL)
    return Page([_body(one, dates.get(one.name)) for one in page.items], page.next)


@get("/channels/{name:str}", guards=[viewer], summary="Read a live channel")
async def read_channel(request: Call, name: FromPath[str]) -> ChannelBody:
    """A channel."""
    return await _present(request, name)


@post("/channels", guards=[admin], opt={ALSO: (409,)}, summary="Declare a live channel")
async def declare_channel(request: Call, data: JSONBody[ChannelWish]) -> Response[ChannelBody]:
    """The channel. Its name has letters, digits, dots, dashes and underscores, 64 of them at most."""
    wanted = Channel(name=data.name, title=data.title, publish=UserRole(data.publish))
    channel = await request.site.channels.declare(wanted, request.caller, data.reason)
    place = {"location": f"/api/v1/channels/{channel.name}"}
    return Response(await _present(request, channel.name), headers=place)


@patch("/channels/{name:str}", guards=[admin], opt={ALSO: (409,)}, summary="Change a live channel")
async def change_channel(
    request: Call, name: FromPath[str], data: JSONBody[ChannelPatch], if_match: IfMatch = None
) -> ChannelBody:
    """The channel with a merge patch in it. Those built in stay as they are."""
    change = request.site.channels.change(
        name,
        lambda present: _patched(present, data),
        request.caller,
        reason=data.reason,
        seen=seen_in(if_match),
    )
    await or_present(change, lambda: _present(request, name))
    return await _present(request, name)


@delete("/channels/{name:str}", guards=[admin], opt={ALSO: (409,)}, summary="Remove a live channel")
async def remove_channel(
    request: Call, name: FromPath[str], if_match: IfMatch = None, reason: Reason = ""
) -> None:
    """Who listens hears it no more. Those built in stay."""
    removal = request.site.channels.remove(name, request.caller, reason=reason, seen=seen_in(if_match))
    await or_present(removal, lambda: _present(request, name))


@post(
    "/channels/{name:str}",
    guards=[viewer],
    status_code=200,
    request_max_body_size=LARGEST,
    operation_class=TakesAny,
    opt={ALSO: (404,)},
    summary="Publish to a live channel",
)
async def publish_message(request: Call, name: FromPath[str]) -> PublishedBody:
    """Any JSON of at most 64 kB. It is passed on with its publisher's name to all who listen."""
    await request.site.channels.writable(name, request.caller)
    request.require(JSON)
    body = await request.body()
    read(body, object)
    published = await request.site.channels.publish(name, Raw(body), request.caller)
    return PublishedBody(channel=published.channel, seq=published.seq, time=iso(published.at))


async def _present(request: Call, name: str) -> ChannelBody:
    channel = await request.site.channels.named(name)
    return _body(channel, (await request.site.catalog.dates(Kind.CHANNEL)).get(name))


def _patched(present: Channel, patch: ChannelPatch) -> Channel:
    plan = patched(ChannelPlan(title=present.title, publish=present.publish), patch)
    return replace(present, title=plan.title, publish=plan.publish)


def _body(channel: Channel, dates: Dates | None) -> ChannelBody:
    return ChannelBody(
        name=channel.name,
        title=channel.title,
        publish=channel.publish,
        builtin=channel.name in BUILT_IN,
        revision=channel.revision,
        created_at=None if dates is None else iso(dates.created_at),
        updated_at=None if dates is None else iso(dates.updated_at),
    )
