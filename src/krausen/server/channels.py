"""The live channels there are, and who may publish to them."""

import re
from collections.abc import Callable, Iterator, Mapping

import anyio
from msgspec import Struct
from msgspec.structs import replace

from krausen.errors import Fault, Forbidden, Invalid, NotFound, Stale
from krausen.model.channel import Channel
from krausen.model.journal import JournalEntry
from krausen.model.people import Caller, UserRole, at_least
from krausen.ports.catalog.channels import Channels as Declared
from krausen.ports.clock import Clock
from krausen.server.changes import Change
from krausen.server.live import Live

MOST = 1_000
"""Declared channels."""
NAME_LONGEST = 64
TITLE_LONGEST = 200
LISTED = 12
"""Of the channels that there are so many are named to who asks for another."""

BUILT_IN: Mapping[str, Channel] = {
    channel.name: channel
    for channel in (
        Channel(name="data", title="Readings and vessels", publish=UserRole.BREWER),
        Channel(name="alarms", title="Alarms", publish=UserRole.BREWER),
        Channel(name="logs", title="What the processes tell", publish=UserRole.BREWER),
        Channel(name="changes", title="What people changed", publish=UserRole.ADMIN),
        Channel(name="agents", title="How the agents stand", publish=UserRole.ADMIN),
    )
}
"""The channels of the server itself; nobody changes them."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)
_TAKEN = frozenset(
    {
        "answer",
        "connect",
        "connect_error",
        "disconnect",
        "disconnecting",
        "error",
        "error_message",
        "gap",
        "message",
        "newListener",
        "ping",
        "pong",
        "publish",
        "removeListener",
        "subscribe",
        "unsubscribe",
    }
)
"""What means something else where channels are events (socket.io)."""
_WHO = {UserRole.VIEWER: "people", UserRole.BREWER: "brewers and admins", UserRole.ADMIN: "admins"}


class Published(Struct, frozen=True, kw_only=True):
    """A message that was passed on to all who listen: where, under which number, and when (UTC ms)."""

    channel: str
    seq: str
    at: int


class Channels:
    """Declares, changes and removes channels, and publishes to them. All may be heard by viewers."""

    def __init__(self, declared: Declared, live: Live, clock: Clock) -> None:
        self._declared = declared
        self._live = live
        self._clock = clock
        self._turn = anyio.Lock()
        self._known: dict[str, Channel] | None = None

    async def all(self) -> dict[str, Channel]:
        """Give every channel by name: those built in, then the declared ones. Raises StorageAway."""
        if self._known is None:
            async with self._turn:
                self._known = {channel.name: channel for channel in await self._declared.channels()}
        return {**BUILT_IN, **self._known}

    async def named(self, name: str) -> Channel:
        """Give a channel. Raises NotFound."""
        there = await self.all()
        if name not in there:
            raise NotFound(f"There is no channel {name[:NAME_LONGEST]!r}. There are {_listed(there)}.")
        return there[name]

    async def declare(self, wanted: Channel, caller: Caller, reason: str = "") -> Channel:
        """Declare a channel. Raises Invalid, and Stale when there is one of that name."""
        there = await self.all()
        _refuse(_faults(wanted, len(there) - len(BUILT_IN) + 1))
        _check_open(wanted.name, "declared again")
        async with self._turn:
            await self._declared.declare_channel(wanted, self._entry(wanted.name, "created", caller, reason))
            self._keep(wanted, "created", caller)
        return wanted

    async def change(
        self,
        name: str,
        change: Callable[[Channel], Channel],
        caller: Caller,
        *,
        reason: str = "",
        seen: int | None = None,
    ) -> Channel:
        """Change title or role of a channel. Raises NotFound, Invalid, and Stale also for those built in."""
        wanted = replace(change(await self.named(name)), name=name)
        _check_open(name, "changed")
        _refuse(_faults(wanted))
        async with self._turn:
            entry = self._entry(name, "updated", caller, reason)
            changed = await self._declared.change_channel(wanted, entry, seen=seen)
            self._keep(changed, "updated", caller)
        return changed

    async def remove(self, name: str, caller: Caller, *, reason: str = "", seen: int | None = None) -> None:
        """Remove a channel; who listens hears it no more. Raises NotFound, Stale also for those built in."""
        gone = await self.named(name)
        _check_open(name, "removed")
        async with self._turn:
            await self._declared.remove_channel(name, self._entry(name, "deleted", caller, reason), seen=seen)
            if self._known is not None:
                self._known.pop(name, None)
            self._live.end(name)
            self._say(gone, "deleted", caller)

    async def writable(self, name: str, caller: Caller) -> Channel:
        """Give a channel to which a caller may publish. Raises NotFound, Forbidden."""
        channel = await self.named(name)
        if not at_least(caller, channel.publish):
            raise Forbidden(f"Only {_WHO[channel.publish]} may publish to {name}.")
        return channel

    async def publish(self, name: str, message: object, caller: Caller) -> Published:
        """Pass a message on to all who listen. Raises NotFound, Forbidden."""
        channel = await self.writable(name, caller)
        now = self._clock.now()
        return Published(
            channel=channel.name, seq=self._live.publish(name, message, caller.name, now), at=now
        )

    def _keep(self, channel: Channel, action: str, caller: Caller) -> None:
        if self._known is not None:
            self._known = dict(sorted({**self._known, channel.name: channel}.items()))
        self._say(channel, action, caller)

    def _say(self, channel: Channel, action: str, caller: Caller) -> None:
        revision, by = channel.revision, caller.name
        change = Change(what="channel", id=channel.name, action=action, revision=revision, by=by)
        self._live.say("changes", change)

    def _entry(self, name: str, action: str, caller: Caller, reason: str) -> JournalEntry:
        now = self._clock.now()
        return JournalEntry(at=now, by=caller.name, what="channel", id=name, action=action, reason=reason)


def _listed(there: Mapping[str, Channel]) -> str:
    more = len(there) - LISTED
    return ", ".join(list(there)[:LISTED]) + (f" and {more} more" if more > 0 else "")


def _check_open(name: str, done: str) -> None:
    if name in BUILT_IN:
        raise Stale(f"The channel {name} is built in: it cannot be {done}.")


def _faults(wanted: Channel, count: int = 0) -> Iterator[Fault]:
    if not _NAME.fullmatch(wanted.name):
        what = "has 1 to 64 letters, digits, dots, dashes and underscores; a letter or digit comes first"
        yield Fault("/name", f"The name of a channel {what}.")
    if wanted.name in _TAKEN:
        yield Fault("/name", f"{wanted.name} means something else to listeners: choose another name.")
    if len(wanted.title) > TITLE_LONGEST:
        yield Fault("/title", f"A title has at most {TITLE_LONGEST} characters.")
    if wanted.publish not in _WHO:
        yield Fault("/publish", "This must be viewer, brewer or admin.")
    if count > MOST:
        yield Fault("", f"There are at most {MOST} channels: remove one first.")


def _refuse(faults: Iterator[Fault]) -> None:
    found = list(faults)
    if found:
        raise Invalid(found[0].message if len(found) == 1 else f"{len(found)} fields are wrong.", found)
