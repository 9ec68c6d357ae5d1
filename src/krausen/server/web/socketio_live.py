"""The live channels for clients of socket.io: who may hear them, and what becomes of what they say."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Annotated, Protocol

from msgspec import Meta, Raw, Struct, ValidationError, convert, json

from krausen.errors import Forbidden, KrausenError, NotFound, TryAgain, Unproven
from krausen.model.people import Caller, UserRole
from krausen.server.channels import Channels
from krausen.server.live import Live
from krausen.server.outlets import Outlet
from krausen.server.people import Reception
from krausen.server.web.guards import COOKIE, authorization, check, is_own
from krausen.wire.instants import iso

PROOF_S = 60.0
"""How often it is asked whether a proof still holds."""

Prove = Callable[[], Awaitable[Caller]]
Answer = Mapping[str, object]
Name = Annotated[str, Meta(max_length=64)]
Names = Annotated[list[Name], Meta(max_length=100)]

_EVENTS = "Say subscribe, unsubscribe or publish."
_UNFIT = "What is said is JSON of at most 64 kB, and without binary parts."


class Shown(Protocol):
    """What a caller shows."""

    @property
    def auth(self) -> object:
        """The `auth` of socket.io."""

    @property
    def headers(self) -> Mapping[str, str]:
        """Headers by their names in small letters."""


class RoomyOutlet(Outlet, Protocol):
    """An outlet that says itself when it has no room, and when it has some again."""

    full: Callable[[], None]
    drained: Callable[[], None]


class Named(Struct, frozen=True, kw_only=True):
    """What is to be heard, or not to be heard any more."""

    channels: Names
    since: Annotated[str, Meta(max_length=64)] | None = None


class Message(Struct, frozen=True, kw_only=True):
    """What is to be published."""

    channel: Name
    message: object


class Hearing:
    """Lets in those who may listen, and holds their conversations; `speed` is that of the loop's time."""

    def __init__(self, reception: Reception, live: Live, channels: Channels, speed: float = 1.0) -> None:
        self._reception = reception
        self._live = live
        self._channels = channels
        self._speed = speed

    async def admit(self, shown: Shown) -> tuple[Prove, Caller]:
        """Give what proves, now and later, who may listen, and who it is. Raises Unproven and Forbidden."""
        prove = self._prove(shown)
        return prove, await _viewer(prove)

    def converse(self, outlet: RoomyOutlet, proof: tuple[Prove, Caller]) -> "Talk":
        """Begin a conversation."""
        return Talk(self._live, self._channels, outlet, proof, PROOF_S * self._speed)

    def _prove(self, shown: Shown) -> Prove:
        token = shown.auth.get("token") if isinstance(shown.auth, dict) else None
        kind, proof = authorization(shown.headers)
        if token is None and kind == "bearer":
            token = proof
        if isinstance(token, str) and token:
            return lambda: self._reception.by_token(token)
        cookie = _cookie(shown.headers)
        if token is not None or kind or not cookie:
            raise Unproven('Sign in, or show a token: `auth: {"token": …}`.')
        if not is_own(shown.headers):
            raise Forbidden("The page of another site may not do this in your name.")
        return lambda: self._reception.by_cookie(cookie)


class Talk:
    """One conversation, in which a client says what it wants to hear, and publishes."""

    def __init__(
        self,
        live: Live,
        channels: Channels,
        outlet: RoomyOutlet,
        proof: tuple[Prove, Caller],
        proof_s: float,
    ) -> None:
        self._channels = channels
        self._listener = live.listen(outlet, tells=True)
        self._prove, self._caller = proof
        self._proof_s = proof_s
        outlet.full, outlet.drained = self._listener.full, self._listener.drained

    async def answer(self, said: object) -> Answer:
        """Answer an event and its arguments; an answer with `error` is a refusal, and nothing was done."""
        try:
            match said:
                case ["subscribe", wanted]:
                    return await self._subscribe(_named(wanted))
                case ["unsubscribe", wanted]:
                    return self._unsubscribe(_named(wanted))
                case ["publish", str(channel), message]:
                    return await self._publish({"channel": channel, "message": message})
                case ["publish", dict(published)]:
                    return await self._publish(published)
        except ValidationError as failure:
            return _refusal("malformed", f"{failure}.")
        except KrausenError as failure:
            return _refusal(_error(failure), str(failure))
        return _refusal("malformed", _UNFIT if said is None else _EVENTS)

    async def run(self) -> str:
        """Ask now and then whether the proof still holds; give the reason why it does not."""
        while True:
            await asyncio.sleep(self._proof_s)
            try:
                with suppress(TryAgain):  # what cannot be asked now stays as it was
                    self._caller = await _viewer(self._prove)
            except (Unproven, Forbidden) as failure:
                return str(failure)

    def close(self) -> None:
        """Stop listening."""
        self._listener.close()

    async def _subscribe(self, wanted: Named) -> Answer:
        for name in wanted.channels:
            await self._channels.named(name)
        self._listener.subscribe(wanted.channels, wanted.since)
        return {"ok": True, "channels": wanted.channels}

    def _unsubscribe(self, wanted: Named) -> Answer:
        self._listener.unsubscribe(wanted.channels)
        return {"ok": True, "channels": wanted.channels}

    async def _publish(self, said: object) -> Answer:
        wanted = convert(said, Message)
        try:
            message = Raw(json.encode(wanted.message))
        except (UnicodeEncodeError, RecursionError) as failure:
            return _refusal("malformed", f"The message cannot be passed on as JSON: {failure}.")
        published = await self._channels.publish(wanted.channel, message, self._caller)
        place = {"channel": published.channel, "seq": published.seq, "time": iso(published.at)}
        return {"ok": True, **place}


async def _viewer(prove: Prove) -> Caller:
    caller = await prove()
    check(caller, UserRole.VIEWER)
    return caller


def _named(wanted: object) -> Named:
    if isinstance(wanted, dict):
        return convert(wanted, Named)
    return convert({"channels": [wanted] if isinstance(wanted, str) else wanted}, Named)


def _cookie(headers: Mapping[str, str]) -> str:
    pairs = (pair.strip().partition("=") for pair in headers.get("cookie", "").split(";"))
    return next((value for name, _, value in pairs if name == COOKIE), "")


def _error(failure: KrausenError) -> str:
    match failure:
        case NotFound():
            return "unknown_channel"
        case Forbidden():
            return "forbidden"
        case TryAgain():
            return "try_later"
    return "refused"


def _refusal(error: str, detail: str) -> Answer:
    return {"error": error, "detail": detail}
