"""Do a thing once, and answer once: what is no state, but an act of a controller."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import NoReturn

import structlog

from krausen.agent.devices import unless_stopped
from krausen.errors import DeviceLost, Invalid
from krausen.ports.clock import Clock
from krausen.ports.controller import Act, Session
from krausen.wire.messages import Errand, ErrandDone

log = structlog.get_logger()

REMEMBERED = 200
"""Errands that are remembered, so that one that comes again is answered and not done again."""
LONGEST_S = 60.0
"""An act may take so long, whatever its errand says of when it expires."""
TOO_LATE = (
    "It came too late to be done. Try again, and compare the clocks of server and agent if it stays so."
)


class Errands:
    """Does errands one after the other. `sessions` gives that of a controller, or raises as it does."""

    def __init__(
        self, clock: Clock, sessions: Callable[[str], Session], answer: Callable[[ErrandDone], None]
    ) -> None:
        self._clock = clock
        self._sessions = sessions
        self._answer = answer
        self._given: deque[Errand] = deque()
        self._came = asyncio.Event()
        self._known: dict[str, ErrandDone | None] = {}

    def take(self, errand: Errand) -> None:
        """Take an errand. One that was done is answered again, one for a controller that is away at once."""
        if errand.id in self._known:
            done = self._known[errand.id]
            if done is not None:
                self._answer(done)
            return
        self._known[errand.id] = None
        while len(self._known) > REMEMBERED:
            del self._known[next(iter(self._known))]
        if (against := self._against(errand)) is not None:
            self._finish(against)
        else:
            self._given.append(errand)
            self._came.set()

    async def run(self) -> NoReturn:
        """Do what was taken, for ever."""
        while True:
            await self._came.wait()
            self._came.clear()
            while self._given:
                errand = self._given.popleft()
                self._finish(self._against(errand) or await self._done(errand))

    def _against(self, errand: Errand) -> ErrandDone | None:
        """Give the answer to an errand that cannot be done."""
        if self._clock.now() >= errand.expires_at:
            return _refused(errand, TOO_LATE)
        if errand.act not in list(Act):
            return _refused(errand, f"This agent cannot {errand.act}: update it.")
        try:
            self._sessions(errand.controller)
        except (DeviceLost, Invalid) as error:
            return _refused(errand, str(error))
        return None

    async def _done(self, errand: Errand) -> ErrandDone:
        left_s = (errand.expires_at - self._clock.now()) / 1000.0
        patience = asyncio.timeout(min(left_s, LONGEST_S))
        try:
            async with patience:
                await self._sessions(errand.controller).perform(Act(errand.act), errand.body)
        except Invalid as error:
            faults = tuple((fault.where, fault.message) for fault in error.faults)
            return ErrandDone(errand.id, ok=False, detail=str(error), faults=faults)
        except DeviceLost as error:
            return _refused(errand, str(error))
        except (Exception, asyncio.CancelledError) as error:
            unless_stopped(error)
            if patience.expired():
                return _refused(
                    errand, "The controller did not answer in time; it may have been done or not."
                )
            log.debug("errand.raised", id=errand.id, exc_info=True)
            return _refused(errand, f"Its driver failed: {error!r}.")
        return ErrandDone(errand.id, ok=True)

    def _finish(self, done: ErrandDone) -> None:
        self._known[done.id] = done
        self._answer(done)


def _refused(errand: Errand, why: str) -> ErrandDone:
    return ErrandDone(errand.id, ok=False, detail=why)
