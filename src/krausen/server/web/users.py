"""People who can sign in."""

from litestar import Response, get, post
from litestar.params import FromPath, JSONBody
from msgspec import Struct

from krausen.errors import NotFound
from krausen.model.people import User, UserRole
from krausen.server.web.call import Call
from krausen.server.web.errors import ALSO
from krausen.server.web.guards import admin
from krausen.server.web.parsing import USUAL, Cursor, Limit, Page, paged


class UserWish(Struct, frozen=True, kw_only=True):
    """A person to be: viewer, brewer or admin. Without a password one signs in by a key only."""

    login: str
    role: UserRole
    name: str = ""
    password: str | None = None


class UserBody(Struct, frozen=True, kw_only=True):
    """A person."""

    id: str
    login: str
    name: str
    role: str
    revision: int


@get("/users", guards=[admin], summary="List the people")
async def list_users(request: Call, limit: Limit = USUAL, cursor: Cursor = None) -> Page[UserBody]:
    """People in the order of their logins."""
    page = paged(await request.site.catalog.users(), limit, cursor)
    return Page([_user(user) for user in page.items], page.next)


@get("/users/{id:str}", guards=[admin], summary="Read a person")
async def read_user(request: Call, id: FromPath[str]) -> UserBody:
    """A person."""
    user = await request.site.catalog.user(id)
    if user is None:
        raise NotFound(f"There is no user {id}.")
    return _user(user)


@post("/users", guards=[admin], opt={ALSO: (409,)}, summary="Add a person")
async def add_user(request: Call, data: JSONBody[UserWish]) -> Response[UserBody]:
    """The person, who can sign in from now on. The login must be free."""
    user = await request.site.reception.add_user(
        data.login, data.name, data.role, data.password, request.caller.login
    )
    return Response(_user(user), headers={"location": f"/api/v1/users/{user.id}"})


def _user(user: User) -> UserBody:
    return UserBody(
        id=user.id, login=user.login, name=user.name, role=user.role.value, revision=user.revision
    )
