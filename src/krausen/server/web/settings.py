"""Settings by key, for user interfaces."""

from collections.abc import Iterable
from typing import Annotated, Any

from litestar import delete, get, put
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct

from krausen.errors import Fault, Invalid, NotFound
from krausen.ports.catalog import Dates, Kind, Setting
from krausen.server.settings import check_may_change
from krausen.server.web.call import Call
from krausen.server.web.changes import IfMatch, Reason, Why, or_present, seen_in
from krausen.server.web.errors import ALSO
from krausen.server.web.guards import Connection, viewer
from krausen.server.web.parsing import MOST, USUAL, Cursor, Limit, Page, paged
from krausen.wire.instants import iso


class Value(Struct, frozen=True, kw_only=True):
    """The value of a setting: anything JSON can say."""

    value: Any
    reason: Why = ""


class KeyedValue(Struct, frozen=True):
    """A setting to be."""

    key: str
    value: Any


class SettingsWish(Struct, frozen=True, kw_only=True):
    """Settings to be kept at once; the others stay as they are."""

    items: Annotated[list[KeyedValue], Meta(max_length=MOST)]
    reason: Why = ""


class SettingBody(Struct, frozen=True, kw_only=True):
    """A setting."""

    key: str
    value: Any
    revision: int
    created_at: str
    updated_at: str


async def owner(connection: Connection, handler: BaseRouteHandler) -> None:
    """Let those in who may change the setting in the path. Raises Unproven, Forbidden."""
    await viewer(connection, handler)
    check_may_change(connection.path_params["key"], connection.user)


@get("/settings", guards=[viewer], summary="List the settings")
async def list_settings(request: Call, limit: Limit = USUAL, cursor: Cursor = None) -> Page[SettingBody]:
    """Settings in the order of their keys."""
    page = paged(await request.site.catalog.settings(), limit, cursor)
    return Page(await _bodies(request, page.items), page.next)


@get("/settings/{key:str}", guards=[viewer], summary="Read a setting")
async def read_setting(request: Call, key: FromPath[str]) -> SettingBody:
    """A setting."""
    return await _body(request, key)


@put("/settings", guards=[viewer], summary="Keep several settings")
async def keep_settings(
    request: Call, data: JSONBody[SettingsWish], reason: Reason = ""
) -> Page[SettingBody]:
    """Those that were kept, all of them or none. Who may keep each is as for one alone."""
    for item in data.items:
        check_may_change(item.key, request.caller)
    values = {item.key: item.value for item in data.items}
    try:
        kept = await request.site.settings.keep(values, request.caller, reason=data.reason or reason)
    except Invalid as failure:
        faults = [Fault(f"/items{fault.where}", fault.message) for fault in failure.faults]
        raise Invalid(str(failure), faults) from failure
    return Page(await _bodies(request, kept))


@put("/settings/{key:str}", guards=[owner], opt={ALSO: (409,)}, summary="Keep a setting")
async def keep_setting(
    request: Call, key: FromPath[str], data: JSONBody[Value], if_match: IfMatch = None, reason: Reason = ""
) -> SettingBody:
    """The setting. `site.…` is for admins, `user.ID.…` for that person alone, the rest for brewers."""
    keeping = request.site.settings.keep(
        {key: data.value}, request.caller, reason=data.reason or reason, seen=seen_in(if_match)
    )
    try:
        await or_present(keeping, lambda: _body(request, key))
    except Invalid as failure:
        faults = [Fault(_place(fault.where), fault.message) for fault in failure.faults]
        raise Invalid(str(failure), faults) from failure
    return await _body(request, key)


@delete("/settings/{key:str}", guards=[owner], opt={ALSO: (409,)}, summary="Remove a setting")
async def remove_setting(
    request: Call, key: FromPath[str], if_match: IfMatch = None, reason: Reason = ""
) -> None:
    """It is as if it had never been. Who may remove it is as for keeping it."""
    removal = request.site.settings.remove(key, request.caller, reason=reason, seen=seen_in(if_match))
    await or_present(removal, lambda: _body(request, key))


def _place(where: str) -> str:
    """Give where a fault is in a call for one setting alone."""
    return "path:key" if where == "/0/key" else where.removeprefix("/0")


async def _body(request: Call, key: str) -> SettingBody:
    found = [setting for setting in await request.site.catalog.settings() if setting.key == key]
    if not found:
        raise NotFound(f"There is no setting {key}.")
    (body,) = await _bodies(request, found)
    return body


async def _bodies(request: Call, settings: Iterable[Setting]) -> list[SettingBody]:
    dates = await request.site.catalog.dates(Kind.SETTING)
    return [_setting(setting, dates[setting.key]) for setting in settings if setting.key in dates]


def _setting(setting: Setting, dates: Dates) -> SettingBody:
    return SettingBody(
        key=setting.key,
        value=setting.value,
        revision=setting.revision,
        created_at=iso(dates.created_at),
        updated_at=iso(dates.updated_at),
    )
