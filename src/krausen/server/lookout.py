"""The server's own look around for devices."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import NoReturn

import structlog

from krausen.errors import DeviceLost
from krausen.model.controller import Found
from krausen.ports.discovery import Discovery

log = structlog.get_logger()

AFTER_S = 3.0
"""So long it waits at first: those who call a server that has just started come before."""
AGAIN_S = 60.0
"""After so long it is tried again where one could not look."""


class Lookout:
    """Looks around in several ways at once, and gives all that is seen whenever that changes."""

    def __init__(
        self,
        ways: Mapping[str, Discovery],
        found: Callable[[Sequence[Found]], Awaitable[None]],
        again_s: float = AGAIN_S,
    ) -> None:
        self._ways = ways
        self._found = found
        self._again_s = again_s
        self._seen: dict[str, tuple[Found, ...]] = {}

    async def run(self) -> None:
        """Look around until cancelled; a way that fails harms no other."""
        await asyncio.sleep(AFTER_S)
        async with asyncio.TaskGroup() as tasks:
            for name, way in self._ways.items():
                tasks.create_task(self._look(name, way))

    async def _look(self, name: str, way: Discovery) -> NoReturn:
        said = ""
        while True:
            try:
                with _contained(name):
                    async for found in way.look():
                        said = ""
                        await self._see(name, found)
            except DeviceLost as failure:
                if str(failure) != said:
                    said = str(failure)
                    log.info("discovery.blind", way=name, detail=said)
            await self._see(name, ())
            await asyncio.sleep(self._again_s)

    async def _see(self, name: str, found: tuple[Found, ...]) -> None:
        if self._seen.get(name, ()) != found:
            self._seen[name] = found
            await self._found([one for seen in self._seen.values() for one in seen])


@contextmanager
def _contained(name: str) -> Iterator[None]:
    """Let a way look. What goes wrong there, and nobody foresaw, stays there."""
    try:
        yield
    except Exception as error:
        if isinstance(error, DeviceLost):
            raise
        log.exception("discovery.failed", way=name)
        raise DeviceLost(f"Looking around by {name} failed. The log says more.") from error
