"""People who can sign in."""

from litestar import Response, delete, get, patch, post
from litestar.params import FromPath, JSONBody
from msgspec import Struct

from krausen.errors import NotFound
from krausen.model.people import User, UserRole
from krausen.ports.catalog import Dates, Kind
from krausen.server.people.patches import UserPatch
from krausen.server.web.call import Call
from krausen.server.web.changes import IfMatch, Reason, Why, or_present, seen_in
from krausen.server.web.errors import ALSO
from krausen.server.web.guards import admin
from krausen.server.web.parsing import USUAL, Cursor, Limit, Page, paged
from krausen.wire.instants import iso, iso_or_none


class UserWish(Struct, frozen=True, kw_only=True):
    """A person to be: viewer, brewer or admin. Without a password one signs in by a key only."""

    login: str
    role: UserRole
    name: str = ""
    password: str | None = None
    reason: Why = ""


class UserBody(Struct, frozen=True, kw_only=True):
    """A person; `last_seen` is null for one who never came."""

    id: str
    login: str
    name: str
    role: str
    last_seen: str | None
    revision: int
    created_at: str
    updated_at: str


@get("/users", guards=[admin], summary="List the people")
async def list_users(request: Call, limit: Limit = USUAL, cursor: Cursor = None) -> Page[UserBody]:
    """People in the order of their logins."""
    page = paged(await request.site.catalog.users(), limit, cursor)
    dates = await request.site.catalog.dates(Kind.USER)
    seen = await request.site.reception.last_seen()
    there = [user for user in page.items if user.id in dates]
    return Page([_user(user, dates[user.id], seen.get(user.id)) for user in there], page.next)


@get("/users/{id:str}", guards=[admin], summary="Read a person")
async def read_user(request: Call, id: FromPath[str]) -> UserBody:
    """A person."""
    return await user_body(request, id)


@post("/users", guards=[admin], opt={ALSO: (409,)}, summary="Add a person")
async def add_user(request: Call, data: JSONBody[UserWish]) -> Response[UserBody]:
    """The person, who can sign in from now on. The login must be free."""
    user = await request.site.reception.add_user(
        data.login, data.name, data.role, data.password, request.caller.name, reason=data.reason
    )
    return Response(await user_body(request, user.id), headers={"location": f"/api/v1/users/{user.id}"})


@patch("/users/{id:str}", guards=[admin], opt={ALSO: (409,)}, summary="Change a person")
async def change_user(
    request: Call, id: FromPath[str], data: JSONBody[UserPatch], if_match: IfMatch = None, reason: Reason = ""
) -> UserBody:
    """The person. Another password signs them out everywhere; the last admin stays one."""
    change = request.site.reception.change_user(
        id, data, request.caller.name, reason=data.reason or reason, seen=seen_in(if_match)
    )
    await or_present(change, lambda: user_body(request, id))
    return await user_body(request, id)


@delete("/users/{id:str}", guards=[admin], opt={ALSO: (409,)}, summary="Remove a person")
async def remove_user(
    request: Call, id: FromPath[str], if_match: IfMatch = None, reason: Reason = ""
) -> None:
    """They are signed out everywhere. The last admin stays."""
    removal = request.site.reception.remove_user(
        id, request.caller.name, reason=reason, seen=seen_in(if_match)
    )
    await or_present(removal, lambda: user_body(request, id))


async def user_body(request: Call, id: str) -> UserBody:
    """Give a person as everybody outside sees them. Raises NotFound."""
    user = await request.site.catalog.user(id)
    dates = await request.site.catalog.dates(Kind.USER)
    if user is None or id not in dates:
        raise NotFound(f"There is no user {id}.")
    seen = await request.site.reception.last_seen()
    return _user(user, dates[id], seen.get(id))


def _user(user: User, dates: Dates, seen: int | None) -> UserBody:
    return UserBody(
        id=user.id,
        login=user.login,
        name=user.name,
        role=user.role.value,
        last_seen=iso_or_none(seen),
        revision=user.revision,
        created_at=iso(dates.created_at),
        updated_at=iso(dates.updated_at),
    )
