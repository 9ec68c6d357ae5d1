"""What is kept of each series."""

from typing import Annotated

from litestar import delete, get, put
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct

from krausen.errors import Fault, Invalid, NotFound
from krausen.model.series import WHOLE, SeriesName, StoreRule
from krausen.server.site import Site
from krausen.server.web.call import Call
from krausen.server.web.changes import Reason, Why
from krausen.server.web.guards import admin, viewer

_DAY_S = 86_400.0

Seconds = Annotated[float, Meta(ge=0, le=_DAY_S)]


class StoreBody(Struct, frozen=True, kw_only=True):
    """What is kept of a series. Control, alarms and live see every reading.

    A reading is kept when it differs by more than `deadband` from the last kept one and is `every_s` seconds
    younger, and in any case after `longest_s` seconds: with 0 every reading is kept. `chosen` tells whether
    people chose so, in place of what the source of the series declares.
    """

    every_s: float
    deadband: float
    longest_s: float
    chosen: bool


class StoreWish(Struct, frozen=True, kw_only=True):
    """What is to be kept of a series."""

    every_s: Seconds
    deadband: Annotated[float, Meta(ge=0, le=1e12)]
    longest_s: Seconds
    reason: Why = ""


@get("/series/{id:str}/store", guards=[viewer], summary="What is kept of a series")
async def read_store(request: Call, id: FromPath[str]) -> StoreBody:
    """What is kept of a series."""
    return store_of(request.site, await _name_of(request.site, id))


@put("/series/{id:str}/store", guards=[admin], summary="Choose what is kept of a series")
async def choose_store(request: Call, id: FromPath[str], data: JSONBody[StoreWish]) -> StoreBody:
    """What is kept from now on. What was stored before stays."""
    if 0 < data.longest_s < data.every_s:
        told = f"This is shorter than every_s, {data.every_s:g} s."
        raise Invalid(told, [Fault("/longest_s", told)])
    rule = WHOLE
    if data.longest_s:
        rule = StoreRule(every_s=data.every_s, deadband=data.deadband, longest_s=data.longest_s)
    name = await request.site.storing.choose(id, rule, request.caller, data.reason)
    return store_of(request.site, name)


@delete("/series/{id:str}/store", guards=[admin], summary="Keep what the source declares")
async def forget_store(request: Call, id: FromPath[str], reason: Reason = "") -> None:
    """From now on what the source of the series declares is kept."""
    await request.site.storing.forget(id, request.caller, reason)


def store_of(site: Site, series: SeriesName) -> StoreBody:
    """Give what is kept of a series."""
    rule, chosen = site.ingest.rule_of(series)
    if not rule.longest_s:
        return StoreBody(every_s=0.0, deadband=0.0, longest_s=0.0, chosen=chosen)
    return StoreBody(
        every_s=rule.every_s, deadband=max(0.0, rule.deadband), longest_s=rule.longest_s, chosen=chosen
    )


async def _name_of(site: Site, id: str) -> SeriesName:
    name = await site.history.name_of(id)
    if name is None:
        raise NotFound(f"There is no series {id}.")
    return name
