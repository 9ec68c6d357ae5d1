"""Who is asking, and whether they may."""

from base64 import b64decode
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from litestar.connection import ASGIConnection
from litestar.exceptions import NotAuthorizedException
from litestar.handlers import BaseRouteHandler

from krausen.errors import Forbidden, Unproven
from krausen.model.people import Caller, UserRole, at_least
from krausen.server.people import Reception
from krausen.server.web.inside import caller_inside

COOKIE = "krausen"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
"""The methods that change nothing (RFC 9110)."""

Connection = ASGIConnection[Any, Any, Any, Any]
Guard = Callable[[Connection, BaseRouteHandler], Awaitable[None]]

CHALLENGES = {"www-authenticate": 'Basic realm="krausen", charset="UTF-8", Bearer realm="krausen"'}
"""What a door with login or token asks for."""
_ONLY = {
    UserRole.VIEWER: "Only people may look at this, and programs with a person's rights.",
    UserRole.BREWER: "Only brewers and admins may do this.",
    UserRole.ADMIN: "Only admins may do this.",
}


async def known(connection: Connection, _: BaseRouteHandler) -> None:
    """Let everybody in who proves who they are. Raises Unproven, Forbidden."""
    connection.scope["user"] = await proven(connection)


async def person(connection: Connection, handler: BaseRouteHandler) -> None:
    """Let those in who are signed in. Raises Unproven, Forbidden."""
    await known(connection, handler)
    if not connection.user.is_person:
        raise Forbidden("This is for people who are signed in: a token has no password.")


def may(role: UserRole) -> Guard:
    """Make a guard that lets those in who may do what a role may. It raises Unproven, Forbidden."""

    async def guard(connection: Connection, handler: BaseRouteHandler) -> None:
        await known(connection, handler)
        check(connection.user, role)

    return guard


viewer = may(UserRole.VIEWER)
brewer = may(UserRole.BREWER)
admin = may(UserRole.ADMIN)


async def measures(connection: Connection, _: BaseRouteHandler) -> None:
    """Let those in who may send measurements; HTTP Basic will do. Raises as `may` does, and Throttled."""
    kind, proof = authorization(connection.headers)
    try:
        if kind == "basic":
            address = connection.client.host if connection.client is not None else ""
            caller = await _by_login(_reception(connection), proof, address)
        else:
            caller = await proven(connection)
    except Unproven as failure:
        raise NotAuthorizedException(str(failure), headers=CHALLENGES) from failure
    _check_sender(caller)
    connection.scope["user"] = caller


async def sender(reception: Reception, header: str, address: str) -> Caller:
    """Give who sends measurements and shows this `Authorization`: HTTP Basic or a token, no cookie.

    Raises Unproven, Forbidden and Throttled.
    """
    kind, proof = authorization({"authorization": header})
    if kind not in {"basic", "bearer"}:
        raise Unproven("Send login and password (HTTP Basic), or `Authorization: Bearer` with a token.")
    is_login = kind == "basic"
    caller = await (_by_login(reception, proof, address) if is_login else reception.by_token(proof))
    _check_sender(caller)
    return caller


async def proven(connection: Connection) -> Caller:
    """Give who is asking, by token or cookie. Raises Unproven; Forbidden if another site is behind it."""
    inside = caller_inside(connection.scope)
    if inside is not None:
        return inside
    kind, proof = authorization(connection.headers)
    if kind == "bearer":
        return await _reception(connection).by_token(proof)
    if kind:
        raise Unproven("Here one signs in, or sends `Authorization: Bearer` with a token.")
    cookie = connection.cookies.get(COOKIE)
    if not cookie:
        raise Unproven("Sign in, or send `Authorization: Bearer` with a token.")
    if connection.scope.get("method") not in SAFE and not is_own(connection.headers):
        raise Forbidden("The page of another site may not do this in your name.")
    return await _reception(connection).by_cookie(cookie)


def check(caller: Caller, role: UserRole) -> None:
    """Raise Forbidden unless a caller may do what a role may."""
    if not at_least(caller, role):
        raise Forbidden(_ONLY[role])


def authorization(headers: Mapping[str, str]) -> tuple[str, str]:
    """Give the kind of proof, in small letters, and the proof; both are empty where there is none."""
    kind, _, proof = headers.get("authorization", "").partition(" ")
    return kind.lower(), proof.strip()


def is_own(headers: Mapping[str, str]) -> bool:
    """Tell whether a browser says that a page of this very server asks."""
    if headers.get("sec-fetch-site") == "same-origin":
        return True
    origin = headers.get("origin", "").partition("://")[2]
    return origin != "" and origin.lower() == headers.get("host", "").lower()


def is_of_the_house(headers: Mapping[str, str]) -> bool:
    """Tell whether a page of this very server asks, at an address that only the house can give out.

    A name of the public tree may stand for this machine because a stranger has it do so for a moment (DNS
    rebinding); addresses, single words and the names of RFC 6762, RFC 8375 and of home routers cannot.
    """
    name = urlsplit(f"//{headers.get('host', '')}").hostname or ""
    is_bare = ":" in name or name.replace(".", "").isdecimal() or "." not in name
    return bool(name) and is_own(headers) and (is_bare or name.endswith(_HOUSE))


_HOUSE = (".local", ".localhost", ".lan", ".home", ".home.arpa", ".internal", ".localdomain")


def _check_sender(caller: Caller) -> None:
    if caller.role is not UserRole.SENDER:
        check(caller, UserRole.BREWER)


async def _by_login(reception: Reception, proof: str, address: str) -> Caller:
    try:
        login, _, password = b64decode(proof, validate=True).decode().partition(":")
    except ValueError as error:
        raise Unproven("This login cannot be read: send it as RFC 7617 says, in UTF-8.") from error
    return await reception.by_login(login, password, address)


def _reception(connection: Connection) -> Reception:
    reception: Reception = connection.app.state.site.reception
    return reception
