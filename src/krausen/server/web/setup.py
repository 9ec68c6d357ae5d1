"""First run: the first admin."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from litestar import Response, get, post
from litestar.params import JSONBody
from msgspec import Struct

from krausen.errors import Forbidden
from krausen.server.web.call import Call
from krausen.server.web.errors import ALSO
from krausen.server.web.guards import is_own
from krausen.server.web.users import UserBody, user_body

_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")


class SetupState(Struct, frozen=True):
    """Whether the first admin is still to be made."""

    needed: bool


class FirstAdmin(Struct, frozen=True, kw_only=True):
    """Who is to be the first admin. `code` is what the server printed; on its own machine it is not needed."""

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


def is_here(request: Call) -> bool:
    """Tell whether somebody at this machine asks, by its own name.

    What a proxy passes on came from elsewhere; and by another name it may be a page of elsewhere that asks.
    """
    if any(name in request.headers for name in _FORWARDED):
        return False
    host = urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
    return is_loopback(request.address) and (host == "localhost" or is_loopback(host))


def is_loopback(address: str) -> bool:
    """Tell whether a text is an address that a machine has for itself."""
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
