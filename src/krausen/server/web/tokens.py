"""Tokens: the proofs of programs."""

from litestar import Response, delete, get, post
from litestar.params import FromPath, JSONBody
from msgspec import Struct

from krausen.errors import Fault, Invalid, NotFound
from krausen.model.people import Token, UserRole
from krausen.server.web.call import Call
from krausen.server.web.changes import Reason, Why
from krausen.server.web.guards import admin
from krausen.server.web.parsing import USUAL, Cursor, Limit, Page, paged
from krausen.server.web.times import site_zone
from krausen.wire.instants import LATEST_MS, iso, iso_or_none
from krausen.wire.timestamps import instant


class TokenWish(Struct, frozen=True, kw_only=True):
    """What a token is to be good for. Of `adapters`, `*` is all; without `expires_at` it lasts."""

    title: str
    role: UserRole
    adapters: tuple[str, ...] = ("*",)
    expires_at: str | None = None
    reason: Why = ""


class TokenBody(Struct, frozen=True, kw_only=True):
    """A token, which never changes. Nobody knows its text any more."""

    id: str
    title: str
    role: str
    adapters: list[str]
    expires_at: str | None
    revision: int
    created_at: str
    updated_at: str


class NewToken(TokenBody, frozen=True, kw_only=True):
    """A token with its text, which is shown this once."""

    token: str


@get("/tokens", guards=[admin], summary="List the tokens")
async def list_tokens(request: Call, limit: Limit = USUAL, cursor: Cursor = None) -> Page[TokenBody]:
    """Tokens, the oldest first."""
    page = paged(await request.site.catalog.tokens(), limit, cursor)
    return Page([_token(token) for token in page.items], page.next)


@get("/tokens/{id:str}", guards=[admin], summary="Read a token")
async def read_token(request: Call, id: FromPath[str]) -> TokenBody:
    """A token."""
    found = next((token for token in await request.site.catalog.tokens() if token.id == id), None)
    if found is None:
        raise NotFound(f"There is no token {id}.")
    return _token(found)


@post("/tokens", guards=[admin], summary="Make a token")
async def make_token(request: Call, data: JSONBody[TokenWish]) -> Response[NewToken]:
    """The token, with its text in `token`. That is shown now and never again."""
    expires_at = None if data.expires_at is None else await _expiry(request, data.expires_at)
    token, text = await request.site.reception.new_token(
        data.title, data.role, data.adapters, expires_at, request.caller.name, reason=data.reason
    )
    body = _token(token)
    made = NewToken(**{name: getattr(body, name) for name in body.__struct_fields__}, token=text)
    return Response(made, headers={"location": f"/api/v1/tokens/{token.id}"})


@delete("/tokens/{id:str}", guards=[admin], summary="Revoke a token")
async def revoke_token(request: Call, id: FromPath[str], reason: Reason = "") -> None:
    """It is worthless from now on."""
    await request.site.reception.revoke(id, request.caller.name, reason=reason)


async def _expiry(request: Call, text: str) -> int:
    try:
        return min(instant(text, await site_zone(request.site)), LATEST_MS)
    except Invalid as failure:
        raise Invalid(str(failure), [Fault("/expires_at", str(failure))]) from failure


def _token(token: Token) -> TokenBody:
    return TokenBody(
        id=token.id,
        title=token.title,
        role=token.role.value,
        adapters=list(token.adapters),
        expires_at=iso_or_none(token.expires_at),
        revision=1,
        created_at=iso(token.created_at),
        updated_at=iso(token.created_at),
    )
