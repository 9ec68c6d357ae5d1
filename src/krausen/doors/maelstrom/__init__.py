"""maelstrom's page and its BrewPi bridge, and what else was written for that server.

Its REST calls and its WebSocket are answered on a port of its own, 8888 as before. Profiles, settings and
controllers are those of Krausen; live values, alarms and log lines are told in its words; what is published
here reaches its listeners untouched, and the live channels of Krausen as a published message, which is never
taken for a reading or an alarm.

Its page shows temperatures as Fahrenheit, which is why that is what they are here at first. Guests switch
nothing.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Annotated, Any

from msgspec import Meta, Struct, json

from krausen.doors.maelstrom import appsettings, boards, profiles
from krausen.doors.maelstrom.here import Here, Unit
from krausen.doors.maelstrom.page import PAGE, page, redirect
from krausen.doors.maelstrom.publishing import publish
from krausen.doors.maelstrom.talking import converse
from krausen.errors import Forbidden, NotFound, Stale, StorageAway, Throttled
from krausen.model.people import UserRole
from krausen.ports.door import Answer, Door, Exchange, Messages, OtherMethod, OtherPath, Paths, Site, Sockets
from krausen.protocols.maelstrom import (
    DONE,
    Unreadable,
    read_board,
    read_course,
    read_settings,
    settings_out,
)

JSON = "application/json"
PORT = 8888

Origin = Annotated[str, Meta(pattern=r"^https?://[^/\s]+$", max_length=200)]
Answering = Callable[[Here, Exchange, int], Awaitable[Answer]]


class Settings(Struct, frozen=True, kw_only=True):
    """How its guests see this server."""

    unit: Annotated[Unit, Meta(title="Unit of temperatures (its page shows °F)")] = "F"
    may_arrange: Annotated[bool, Meta(title="May add, change and remove our controllers")] = False
    page_port: Annotated[int, Meta(title="Port of Krausen's own page, to link to", ge=1, le=65535)] = 8080
    origins: Annotated[
        tuple[Origin, ...],
        Meta(title="Where its page is served, such as http://brewpi.lan, if elsewhere", max_length=20),
    ] = ()


async def exchange(settings: Settings, request: Exchange, site: Site) -> Answer:
    """Answer a call. Raises NotFound, OtherMethod, and what the site refuses it with."""
    first, number = _split(request.path)
    if first == "/":
        return redirect()
    if first == PAGE:
        return page(request, settings.unit, settings.page_port)
    methods = _CALLS.get(first if number is None else f"{first}/")
    if methods is None:
        raise OtherPath("There is nothing at this address.")
    answer = methods.get(request.method)
    if answer is None:
        raise OtherMethod(*methods)
    return await answer(Here(site, settings.unit, settings.may_arrange), request, number or 0)


def refusal(failure: Exception) -> Answer:
    """Say what is wrong, in JSON."""
    statuses: tuple[tuple[type[Exception], int], ...] = (
        (Unreadable, 400),
        (Forbidden, 403),
        (NotFound, 404),
        (OtherMethod, 405),
        (Stale, 409),
        (Throttled, 429),
        (StorageAway, 503),
    )
    status = next((status for kind, status in statuses if isinstance(failure, kind)), 422)
    error = "Not found" if isinstance(failure, OtherPath) else str(failure)
    return Answer(status=status, body=json.encode({"error": error}), media_type=JSON)


def _split(path: str) -> tuple[str, int | None]:
    """Give the first part of a path, and the number that follows it. Raises NotFound."""
    first, _, rest = path.removeprefix("/").partition("/")
    if not rest:
        return f"/{first}", None
    if not rest.isdecimal() or not rest.isascii() or len(rest) > 15:
        raise NotFound(f"There is no {first} {rest[:40]}.")
    return f"/{first}", int(rest)


def _shown(**document: object) -> Answer:
    return Answer(body=json.encode(document), media_type=JSON)


def _done() -> Answer:
    return Answer(body=DONE, media_type=JSON)


async def _settings(here: Here, *_: Any) -> Answer:
    return _shown(appsettings=settings_out(await appsettings.every(here)))


async def _keep_settings(here: Here, request: Exchange, _: int) -> Answer:
    await appsettings.keep(here, read_settings(request.body))
    return _done()


async def _profiles(here: Here, *_: Any) -> Answer:
    return _shown(profiles=await profiles.every(here))


async def _add_profile(here: Here, request: Exchange, _: int) -> Answer:
    await profiles.add(here, read_course(request.body))
    return _done()


async def _profile(here: Here, _: Exchange, number: int) -> Answer:
    return _shown(profile=await profiles.one(here, number))


async def _change_profile(here: Here, request: Exchange, number: int) -> Answer:
    await profiles.change(here, number, read_course(request.body))
    return _done()


async def _remove_profile(here: Here, _: Exchange, number: int) -> Answer:
    await profiles.remove(here, number)
    return _done()


async def _boards(here: Here, *_: Any) -> Answer:
    return _shown(controllers=await boards.every(here))


async def _add_board(here: Here, request: Exchange, _: int) -> Answer:
    await boards.add(here, read_board(request.body))
    return _done()


async def _board(here: Here, _: Exchange, number: int) -> Answer:
    return _shown(controller=await boards.one(here, number))


async def _change_board(here: Here, request: Exchange, number: int) -> Answer:
    await boards.change(here, number, read_board(request.body))
    return _done()


async def _remove_board(here: Here, _: Exchange, number: int) -> Answer:
    await boards.remove(here, number)
    return _done()


_CALLS: Mapping[str, Mapping[str, Answering]] = {
    "/appsettings": {"GET": _settings, "POST": _keep_settings},
    "/profiles": {"GET": _profiles, "POST": _add_profile},
    "/profile/": {"GET": _profile, "POST": _change_profile, "DELETE": _remove_profile},
    "/iocontrollers": {"GET": _boards, "POST": _add_board},
    "/iocontroller/": {"GET": _board, "POST": _change_board, "DELETE": _remove_board},
    "/publish": {"POST": publish},
}


async def _converse(settings: Settings, messages: Messages, site: Site) -> None:
    await converse(Here(site, settings.unit), messages)


def _role(settings: Settings) -> UserRole:
    return UserRole.ADMIN if settings.may_arrange else UserRole.BREWER


def _paths(_: Settings) -> Sequence[str]:
    return ("/", PAGE, *(f"{call}{{id}}" if call.endswith("/") else call for call in _CALLS))


DOOR = Door(
    name="maelstrom",
    title="maelstrom",
    settings=Settings,
    paths=Paths(
        methods=frozenset({"GET", "POST", "DELETE"}), paths=_paths, exchange=exchange, refusal=refusal
    ),
    sockets=Sockets(paths=lambda _: ("/socket",), converse=_converse),
    own_port=PORT,
    origins=lambda settings: settings.origins,
    calls=(
        "GET /settings",
        "PUT /settings",
        "GET /settings/{key}",
        "PUT /settings/{key}",
        "DELETE /settings/{key}",
        "GET /profiles",
        "POST /profiles",
        "GET /profiles/{id}",
        "PUT /profiles/{id}",
        "DELETE /profiles/{id}",
        "GET /controllers",
        "POST /controllers",
        "GET /controllers/{name}",
        "PATCH /controllers/{name}",
        "DELETE /controllers/{name}",
        "GET /vessels",
        "GET /series/latest",
        "GET /alarms",
    ),
    role=_role,
)
