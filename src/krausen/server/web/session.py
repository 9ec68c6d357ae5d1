"""Signing in and out, and one's own password."""

from litestar import Response, delete, get, post, put
from litestar.datastructures import Cookie
from litestar.params import JSONBody
from msgspec import Struct

from krausen.errors import Fault, Forbidden, Invalid
from krausen.model.people import Caller
from krausen.server.web.call import Call
from krausen.server.web.errors import ALSO
from krausen.server.web.guards import COOKIE, is_own, known, person

LASTS_S = 30 * 86_400
"""How long a browser keeps the cookie; each use counts anew on the server."""


class Proof(Struct, frozen=True, kw_only=True):
    """What proves who one is: login and password, or a key that works once."""

    login: str | None = None
    password: str | None = None
    key: str | None = None


class CallerBody(Struct, frozen=True, kw_only=True):
    """A person, or a program by its token's id and title."""

    id: str
    login: str
    name: str
    role: str


class Me(Struct, frozen=True):
    """Who is asking."""

    user: CallerBody


class NewPassword(Struct, frozen=True, kw_only=True):
    """The password one has, and the one that is to take its place."""

    old: str
    password: str


@post("/session", opt={ALSO: (401, 403, 429, 503)}, summary="Sign in")
async def sign_in(request: Call, data: JSONBody[Proof]) -> Response[Me]:
    """Open to all. The cookie `krausen` signs in from now on."""
    if "origin" in request.headers and not is_own(request.headers):
        raise Forbidden("The page of another site may not sign you in.")
    reception = request.site.reception
    if data.key is not None:
        cookie, caller = await reception.sign_in_with_key(data.key)
    else:
        cookie, caller = await reception.sign_in(*_login(data), request.address)
    await _leave(request)
    return Response(Me(_body(caller)), cookies=[_cookie(request, cookie, LASTS_S)])


@delete("/session", guards=[known], summary="Sign out")
async def sign_out(request: Call) -> Response[None]:
    """The cookie that came with this request is worthless from now on."""
    await _leave(request)
    return Response(None, cookies=[_cookie(request, "", 0)])


@get("/me", guards=[known], summary="Who is asking")
async def read_me(request: Call) -> Me:
    """The person, or the program, behind this request."""
    return Me(_body(request.caller))


@put("/me/password", guards=[person], opt={ALSO: (429,)}, summary="Change your password")
async def change_password(request: Call, data: JSONBody[NewPassword]) -> Response[None]:
    """For who is signed in, whatever the role. Their other browsers are signed out; this one stays."""
    await request.site.reception.change_own_password(
        request.caller, data.old, data.password, cookie=request.cookies[COOKIE], address=request.address
    )
    return Response(None, status_code=204)


def _login(proof: Proof) -> tuple[str, str]:
    if proof.login is None or proof.password is None:
        given = {"login": proof.login, "password": proof.password}
        faults = [Fault(f"/{name}", "This is missing.") for name, value in given.items() if value is None]
        raise Invalid("Send login and password, or a key.", faults)
    return proof.login, proof.password


async def _leave(request: Call) -> None:
    former = request.cookies.get(COOKIE)
    if former:
        await request.site.reception.sign_out(former)


def _cookie(request: Call, value: str, max_age_s: int) -> Cookie:
    return Cookie(
        key=COOKIE,
        value=value,
        max_age=max_age_s,
        httponly=True,
        samesite="lax",
        secure=request.scope["scheme"] == "https",
    )


def _body(caller: Caller) -> CallerBody:
    return CallerBody(id=caller.id, login=caller.login, name=caller.name, role=caller.role.value)
