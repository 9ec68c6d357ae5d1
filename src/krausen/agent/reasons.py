"""Why vessels were heated or cooled: noted as it happens, and kept beside the hardware.

It stays there until the server has it, so that nothing is lost in an outage or a restart. Control never waits
for any of it.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import NoReturn

import structlog
from msgspec.structs import replace

from krausen.control.why import Noting, Now
from krausen.errors import StorageAway
from krausen.model.level import Demand, Levels
from krausen.model.setpoint import Setpoint
from krausen.ports.clock import Clock
from krausen.ports.diary import Diary, Line, Unsent

log = structlog.get_logger()

HELD_AT_MOST = 1000
"""Reasons held in memory while the disk refuses; the oldest are given up and counted."""
AWAY_S = 10.0
"""Seconds until the disk is tried again after it has refused."""
ENDED = "The agent was stopped, and switched heating and cooling off."

Note = Callable[[str, Setpoint, Demand, Levels], None]
"""Takes at every tick what is wished and demanded for a vessel, by id, and what its outputs do."""


def unnoted(vessel: str, wish: Setpoint, demand: Demand, seen: Levels) -> None:
    """Note nothing."""


class Reasons:
    """Takes what vessels' loops demand, and keeps why in a diary; without one nothing is noted.

    `kept` is set whenever there is more in the diary; whoever hands it over clears it. `given_up` counts the
    reasons that were lost since the start, because neither the diary nor memory had room for more.
    """

    def __init__(self, clock: Clock, diary: Diary | None) -> None:
        self._clock = clock
        self._diary = diary
        self._notings: dict[str, Noting] = {}
        self._fresh: list[Line] = []
        self._unmoved_ms = 0
        self._taken = asyncio.Event()
        self._turn = asyncio.Lock()
        self._is_away = self._is_full = False
        self.kept = asyncio.Event()
        self.given_up = 0

    def note(self, vessel: str, wish: Setpoint, demand: Demand, seen: Levels) -> None:
        """Take what is wished and demanded for a vessel at this tick, and what its outputs do."""
        if self._diary is None:
            return
        now = Now(self._clock.now(), self._clock.steady() / 1000.0)
        reason = self._notings.setdefault(vessel, Noting()).due(wish, demand, seen, now)
        if reason is not None:
            self._fresh.append((vessel, reason))
            self._taken.set()

    def moved(self, by_ms: int) -> None:
        """Take it that the clock was wrong by so much until now; what waits is stamped right."""
        self._unmoved_ms += by_ms
        self._fresh = _at_other_times(self._fresh, by_ms)
        for noting in self._notings.values():
            noting.moved(by_ms)
        self._taken.set()

    async def keep(self, flush_s: float) -> NoReturn:
        """Bring what was noted into the diary, for ever, at most `flush_s` seconds after it was."""
        while True:
            await self._taken.wait()
            await asyncio.sleep(max(flush_s, AWAY_S) if self._is_away else flush_s)
            await self.flush()

    async def end(self, vessels: Iterable[str]) -> None:
        """Note that whoever held these vessels has let go of their outputs, and keep all there is."""
        for vessel in vessels:
            noting = self._notings.get(vessel)
            reason = None if noting is None else noting.end(ENDED, self._clock.now())
            self._fresh += [] if reason is None else [(vessel, reason)]
        await self.flush()

    async def flush(self) -> None:
        """Bring what was noted into the diary; while the disk refuses, it is held in memory."""
        if self._diary is None:
            return
        async with self._turn:
            try:
                await self._keep(self._diary)
            except StorageAway as error:
                self.say_away(error)
            else:
                self._is_away = False

    async def oldest(self, limit: int) -> Unsent | None:
        """Give up to `limit` of the oldest reasons in the diary, at the right times, or None. They stay.

        Raises StorageAway.
        """
        if self._diary is None:
            return None
        if self._unmoved_ms:
            async with self._turn:
                await self._move(self._diary)
        return await self._diary.oldest(limit)

    async def stored(self, unsent: Unsent) -> None:
        """Forget reasons that the server has. Raises StorageAway."""
        if self._diary is not None:
            await self._diary.forget(unsent.vessel, unsent.through)

    def say_away(self, error: StorageAway) -> None:
        """Say that the disk refuses, once until it takes something again."""
        if not self._is_away:
            log.error("reasons.away", detail=f"Why vessels are heated or cooled is kept later. {error}")
        self._is_away = True

    async def _keep(self, diary: Diary) -> None:
        await self._move(diary)
        self._taken.clear()
        batch, self._fresh = self._fresh, []
        if not batch:
            return
        try:
            gone = await diary.keep(batch)
        except BaseException:
            # Cancelled, some of it may be there already: the same reason twice harms nobody.
            held = _at_other_times(batch, self._unmoved_ms) + self._fresh
            self.given_up += max(0, len(held) - HELD_AT_MOST)
            self._fresh = held[-HELD_AT_MOST:]
            self._taken.set()
            raise
        self._say_full(gone)
        self.kept.set()

    async def _move(self, diary: Diary) -> None:
        while self._unmoved_ms:
            by_ms, self._unmoved_ms = self._unmoved_ms, 0
            try:
                await diary.move(by_ms)
            except BaseException:
                self._unmoved_ms += by_ms
                raise

    def _say_full(self, gone: int) -> None:
        """Count what the diary has given up; the first of it is said."""
        self.given_up += gone
        if gone and not self._is_full:
            detail = "It holds as much as it may; its oldest reasons are given up."
            log.error("reasons.full", detail=detail, given_up=self.given_up)
        self._is_full = bool(gone)


def _at_other_times(lines: Sequence[Line], by_ms: int) -> list[Line]:
    return [(vessel, replace(reason, at=reason.at + by_ms)) for vessel, reason in lines]
