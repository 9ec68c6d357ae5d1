"""Controllers: devices whose own firmware holds the temperature."""

from shlex import quote
from typing import Any

from litestar import Response, delete, get, patch, post
from litestar.params import FromPath, JSONBody
from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import asdict

from krausen.errors import Invalid
from krausen.model.controller import Controller
from krausen.server.controllers.bodies import ControllerBody, ControllerDetail
from krausen.server.controllers.kinds import ControllerKindBody
from krausen.server.controllers.posts import Post
from krausen.server.web.bodies import faults
from krausen.server.web.call import Call
from krausen.server.web.changes import IfMatch, Reason, Why, or_present, patched, seen_in
from krausen.server.web.errors import ALSO
from krausen.server.web.guards import admin, viewer
from krausen.server.web.parsing import USUAL, Cursor, Limit, Page, paged
from krausen.wire.instants import iso


class ControllerWish(Struct, frozen=True, kw_only=True):
    """A controller to be, by its name; `settings` are those of its driver.

    Its agent runs on the machine of the server, or `elsewhere`, where somebody starts it.
    """

    name: str
    driver: str
    settings: dict[str, Any] = {}
    elsewhere: bool = False
    reason: Why = ""


class ControllerPatch(Struct, frozen=True, kw_only=True):
    """What is to be another way.

    Of `settings`, null brings back what one is at first; `chambers` names chambers by the firmware's number,
    null takes a name away.
    """

    settings: dict[str, Any] | UnsetType = UNSET
    chambers: dict[str, str | None] | UnsetType = UNSET
    reason: Why = ""


class NewController(ControllerDetail, frozen=True, kw_only=True):
    """A controller with the text of its agent's token, which is shown this once, where that runs elsewhere.

    `command` starts the agent, and is null where it starts by itself.
    """

    token: str | None
    command: str | None


class LineBody(Struct, frozen=True, kw_only=True):
    """A line of a controller's log; `level` is info, warning or error."""

    time: str
    level: str
    text: str


@get("/controllers", guards=[viewer], summary="List the controllers")
async def list_controllers(
    request: Call, limit: Limit = USUAL, cursor: Cursor = None
) -> Page[ControllerBody]:
    """Controllers by name, each with how it stands with it."""
    page = paged(await request.site.catalog.controllers(), limit, cursor)
    return Page(await request.site.controllers.news.bodies(page.items), page.next)


@get("/controllers/drivers", guards=[viewer], summary="List the kinds of controllers")
async def list_controller_drivers(
    request: Call, limit: Limit = USUAL, cursor: Cursor = None
) -> Page[ControllerKindBody]:
    """Kinds of controllers by name, each with the JSON Schema of its settings."""
    return paged(request.site.controllers.kinds.all(), limit, cursor)


@get("/controllers/{name:str}", guards=[viewer], summary="Read a controller")
async def read_controller(request: Call, name: FromPath[str]) -> ControllerDetail:
    """A controller, with its display, what it does, its parameters and what its hardware may be."""
    return await detail(request, name)


@post("/controllers", guards=[admin], opt={ALSO: (409,)}, summary="Add a controller")
async def add_controller(request: Call, data: JSONBody[ControllerWish]) -> Response[NewController]:
    """The controller, with an agent of its name. It is only read before a vessel names that agent."""
    wanted = Controller(name=data.name, driver=data.driver, settings=data.settings)
    _check(request, wanted)
    post = await request.site.controllers.add(wanted, request.caller, data.reason, elsewhere=data.elsewhere)
    return await made(request, wanted.name, post)


@patch("/controllers/{name:str}", guards=[admin], opt={ALSO: (409,)}, summary="Change a controller")
async def change_controller(
    request: Call, name: FromPath[str], data: JSONBody[ControllerPatch], if_match: IfMatch = None
) -> ControllerDetail:
    """The controller with a merge patch in it. With other settings it is let go and opened anew."""

    def change(present: Controller) -> Controller:
        wanted = patched(present, data)
        _check(request, wanted)
        return wanted

    changing = request.site.controllers.change(
        name, change, request.caller, reason=data.reason, seen=seen_in(if_match)
    )
    await or_present(changing, lambda: detail(request, name))
    return await detail(request, name)


@delete("/controllers/{name:str}", guards=[admin], opt={ALSO: (409,)}, summary="Remove a controller")
async def remove_controller(
    request: Call, name: FromPath[str], if_match: IfMatch = None, reason: Reason = ""
) -> None:
    """Only one that holds no vessel. It goes on with what it was told; its agent ends, its readings stay."""
    removal = request.site.controllers.remove(name, request.caller, reason=reason, seen=seen_in(if_match))
    await or_present(removal, lambda: detail(request, name))


@get("/controllers/{name:str}/log", guards=[viewer], summary="Read the log of a controller")
async def list_controller_log(
    request: Call, name: FromPath[str], limit: Limit = USUAL, cursor: Cursor = None
) -> Page[LineBody]:
    """What it said since this server started, in plain words, newest first; the last 500 lines."""
    await request.site.catalog.controller(name)
    page = paged(request.site.controllers.news.lines(name), limit, cursor)
    lines = [LineBody(time=iso(line.t), level=line.level, text=line.text) for line in page.items]
    return Page(lines, page.next)


async def detail(request: Call, name: str) -> ControllerDetail:
    """Give a controller with all that it tells. Raises NotFound."""
    return await request.site.controllers.news.detail(name)


async def made(request: Call, name: str, post: Post) -> Response[NewController]:
    """Answer that a controller was made."""
    words = ["krausen", "agent", name]
    if post.token is not None:
        words += ["--server", request.here, "--token", post.token]
    command = None if post.starts else " ".join(map(quote, words))
    body = NewController(**asdict(await detail(request, name)), token=post.token, command=command)
    return Response(body, headers={"location": f"/api/v1/controllers/{name}"})


def _check(request: Call, wanted: Controller) -> None:
    """Raise Invalid where settings are not what the driver takes, with all that is wrong with them."""
    driver = request.site.controllers.kinds.driver(wanted.driver)
    found = tuple(faults(wanted.settings, driver.settings, "/settings"))
    if found:
        raise Invalid(found[0].message if len(found) == 1 else f"{len(found)} fields are wrong.", found)
