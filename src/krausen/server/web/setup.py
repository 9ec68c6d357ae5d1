"""First run: the first admin."""

from litestar import Response, get, post
from litestar.params import JSONBody
from msgspec import Struct

from krausen.errors import Forbidden
from krausen.server.web.call import Call
from krausen.server.web.errors import ALSO
from krausen.server.web.guards import is_own
from krausen.server.web.here import is_here
from krausen.server.web.users import UserBody, user_body


class SetupState(Struct, frozen=True):
    """Whether the first admin is still to be made."""

    needed: bool


class FirstAdmin(Struct, frozen=True, kw_only=True):
    """Who is to be the first admin. `code` is what the server printed; its own machine needs none."""

    login: str
    password: str
    name: str = ""
    code: str | None = None


@get("/setup", opt={ALSO: (503,)}, summary="Is there an admin yet")
async def read_setup(request: Call) -> SetupState:
    """Open to all."""
    return SetupState(await request.site.first_run.needed())


@post("/setup", opt={ALSO: (403, 404, 503)}, summary="Make the first admin")
async def set_up(request: Call, data: JSONBody[FirstAdmin]) -> Response[UserBody]:
    """Open on the server's own machine, and to who has its code; only until there is somebody."""
    if "origin" in request.headers and not is_own(request.headers):
        raise Forbidden("The page of another site may not set up Krausen.")
    user = await request.site.first_run.set_up(
        data.login, data.name, data.password, code=data.code, is_here=is_here(request)
    )
    body = await user_body(request, user.id)
    return Response(body, headers={"location": f"/api/v1/users/{user.id}"})
