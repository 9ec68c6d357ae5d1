"""Why vessels were heated or cooled: stored as agents tell it, and answered for any past moment."""

import asyncio
from itertools import pairwise
from math import isfinite
from typing import NoReturn, Protocol

import structlog
from msgspec import Struct
from msgspec.structs import replace

from krausen.errors import NotFound, StorageAway
from krausen.model.reason import Reason, held_until
from krausen.ports.catalog import Vessels
from krausen.ports.catalog.reasons import Reasons as Kept
from krausen.ports.clock import Clock
from krausen.server.concerns import Call, Changed, Hear
from krausen.server.losses import Losses
from krausen.server.roster import Roster
from krausen.wire.instants import LATEST_MS
from krausen.wire.messages import Desired, Hello, ReasonsStored, ReasonsTold

log = structlog.get_logger()

DAY_MS = 86_400_000
KEPT_MS = 730 * DAY_MS
"""How long reasons are kept."""
AHEAD_MS = 60_000
"""The clock of an agent may be ahead of ours by as much."""
AWAY_S = 10.0
"""Seconds until the disk is tried again after it has refused."""
MOST_TEXTS = 8
LONGEST = 500
"""Characters of a sentence that are kept."""


class Explained(Struct, frozen=True):
    """A reason, until when it held (UTC ms, None while nothing else is known), and the changes around it."""

    reason: Reason
    until: int | None = None
    earlier: int | None = None
    later: int | None = None


class Arranged(Vessels, Kept, Protocol):
    """The part of the catalog that knows vessels and why they were heated or cooled."""


class Reasons:
    """Takes reasons from agents, each once, and finds them again; they are kept for `kept_ms`.

    A concern of agents and server (`server/concerns.py`).
    """

    takes = ReasonsTold

    def __init__(self, arranged: Arranged, roster: Roster, clock: Clock, *, kept_ms: int = KEPT_MS) -> None:
        self._arranged = arranged
        self._roster = roster
        self._clock = clock
        self._kept_ms = kept_ms
        self._swept_at: int | None = None
        self._losses = Losses()
        self._is_away = False

    def follow(self, changed: Changed) -> None:
        """Tell nobody anything: it wants the same of agents for ever."""

    async def wishes(self, desired: Desired) -> Desired:
        """Ask an agent to tell why."""
        return replace(desired, reasons=True)

    async def linked(self, call: Call) -> Hear:
        """Store what an agent tells, and say so, beside all else that goes over its link."""
        told: asyncio.Queue[ReasonsTold] = asyncio.Queue(1)
        call.tasks.create_task(self._serve(call, told))
        return told.put

    async def take(self, agent: str, told: ReasonsTold) -> None:
        """Store what an agent tells of its own vessel; the same again is harmless. Raises StorageAway."""
        if told.vessel not in self._roster.vessels_of(agent):
            log.debug("agent.not_its_own", agent=agent, vessel=told.vessel)
            return
        sound = [_trimmed(reason) for reason in told.reasons if _is_sound(reason)]
        if len(sound) < len(told.reasons):
            log.warning("agent.not_sound", agent=agent, refused=len(told.reasons) - len(sound))
        await self._arranged.keep_reasons(told.vessel, sound)
        await self._sweep()

    async def at(self, vessel: str, at: int) -> Explained:
        """Give why a vessel was heated, cooled or left alone at a time, UTC ms.

        That is the newest reason that is not later. Raises NotFound, in plain words where nothing is known.
        """
        name = (await self._arranged.vessel(vessel)).vessel.name
        if at > self._clock.now() + AHEAD_MS:
            raise NotFound(f"What {name} will do then is not known yet.")
        reason = await self._arranged.reason_at(vessel, at)
        following = await self._arranged.reason_after(vessel, at)
        until = None if reason is None else held_until(reason, following)
        if reason is None or (until is not None and at >= until):
            raise NotFound(f"Nothing is known of {name} then: {_silent(reason, following)}")
        earlier = await self._arranged.change_before(vessel, reason.at)
        later = await self._arranged.reason_after(vessel, at, changes=True)
        return Explained(reason, None if following is None else until, _at(earlier), _at(later))

    async def between(self, vessel: str, start: int, end: int, limit: int) -> list[Explained]:
        """Give the reasons of a vessel with start <= at < end (UTC ms), newest first. Raises NotFound."""
        await self._arranged.vessel(vessel)
        found = await self._arranged.reasons(vessel, start, end, limit)
        if not found:
            return []
        following = await self._arranged.reason_after(vessel, found[0].at)
        return [
            Explained(reason, None if later is None else held_until(reason, later))
            for later, reason in pairwise([following, *found])
            if reason is not None
        ]

    async def _serve(self, call: Call, told: "asyncio.Queue[ReasonsTold]") -> NoReturn:
        while True:
            message = await told.get()
            self._gave_up(call.hello, message.given_up)
            await self._stored(call.hello.agent, message)
            await call.link.send(ReasonsStored(message.vessel, message.through))

    def _gave_up(self, hello: Hello, count: int) -> None:
        news = self._losses.told(hello.agent, hello.run, count)
        if news:
            detail = f"It lost {news} reasons why it heated or cooled: it had no room for more."
            log.warning("agent.gave_up_reasons", agent=hello.agent, given_up=count, detail=detail)

    async def _stored(self, agent: str, told: ReasonsTold) -> None:
        """Store, and wait for the disk as long as it takes: readings go on meanwhile."""
        while True:
            try:
                await self.take(agent, told)
            except StorageAway as away:
                if not self._is_away:
                    log.error("reasons.not_stored", agent=agent, detail=str(away))
                self._is_away = True
                await asyncio.sleep(AWAY_S)
            else:
                self._is_away = False
                return

    async def _sweep(self) -> None:
        """Forget, once a day, what is long past and what is too much."""
        timer = self._clock.steady()
        if self._swept_at is None or timer - self._swept_at >= DAY_MS:
            await self._arranged.forget_reasons(self._clock.now() - self._kept_ms)
            self._swept_at = timer


def _is_sound(reason: Reason) -> bool:
    shares = (reason.heat, reason.cool)
    return 0 <= reason.at <= LATEST_MS and all(isfinite(share) and 0.0 <= share <= 1.0 for share in shares)


def _trimmed(reason: Reason) -> Reason:
    texts = tuple(text[:LONGEST] for text in reason.texts[:MOST_TEXTS])
    return reason if texts == reason.texts else replace(reason, texts=texts)


def _silent(reason: Reason | None, following: Reason | None) -> str:
    """Say why nothing is known of a time between these two."""
    if reason is None and following is None:
        return "its agent has not told anything yet."
    if reason is None:
        return "what is known begins later."
    if following is None:
        return "its agent has not told more yet."
    return "its agent was not at work."


def _at(reason: Reason | None) -> int | None:
    return None if reason is None else reason.at
