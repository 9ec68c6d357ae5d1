"""Look for devices that nobody uses yet, while this agent speaks with no controller."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from typing import NoReturn

import structlog

from krausen.agent.desired import DesiredState
from krausen.agent.devices import LEAVE_S
from krausen.errors import DeviceLost
from krausen.model.controller import Found
from krausen.ports.discovery import Discovery

log = structlog.get_logger()

AGAIN_S = 60.0
"""Where one cannot look, one tries again after that, and then ever more seldom."""
LONGEST_S = 1800.0

Tell = Callable[[tuple[Found, ...]], None]


class Discovering:
    """Looks in every way there is and tells, on every change, all that is there. Each way fails alone."""

    def __init__(self, ways: tuple[Discovery, ...], desired: DesiredState, tell: Tell) -> None:
        self._ways = ways
        self._desired = desired
        self._tell = tell
        self._found: dict[str, tuple[Found, ...]] = {}
        self._told: tuple[Found, ...] = ()

    async def run(self) -> None:
        """Look whenever no controller is ordered, for ever."""
        if not self._ways:
            return
        while True:
            await self._desired.unwired.wait()
            async with asyncio.TaskGroup() as tasks:
                looks = [tasks.create_task(self._look_on(way)) for way in self._ways]
                await self._desired.wired.wait()
                for look in looks:
                    look.cancel()
            self._found.clear()
            self._say()

    async def _look_on(self, way: Discovery) -> NoReturn:
        said, wait_s = False, AGAIN_S
        while True:
            try:
                await self._look(way)
            except DeviceLost as error:
                detail = str(error)
            except Exception as error:
                log.debug("discovery.raised", way=way.name, exc_info=True)
                detail = f"It failed: {error!r}."
            else:
                detail = "It stopped by itself."
            self._see(way, ())
            if not said:
                log.info("discovery.away", way=way.name, detail=detail)
            said = True
            await asyncio.sleep(wait_s)
            wait_s = min(2 * wait_s, LONGEST_S)

    async def _look(self, way: Discovery) -> None:
        seen = way.look()
        try:
            async for found in seen:
                self._see(way, found)
        finally:
            if isinstance(seen, AsyncGenerator):
                async with asyncio.timeout(LEAVE_S):
                    await seen.aclose()

    def _see(self, way: Discovery, found: tuple[Found, ...]) -> None:
        self._found[way.name] = found
        self._say()

    def _say(self) -> None:
        """Tell what is there; a device that is found in two ways is one, as the way by name says it."""
        by_id = {one.id: one for way in sorted(self._found, reverse=True) for one in self._found[way]}
        found = tuple(by_id[id] for id in sorted(by_id))
        if found != self._told:
            self._told = found
            self._tell(found)
