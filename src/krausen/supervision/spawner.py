"""Sees to it that every agent that is wanted has a process, and that no other has."""

import asyncio
from collections.abc import Callable
from typing import NoReturn, Protocol

import structlog

from krausen.supervision.wanted import AGENT, Agents, Wanted

log = structlog.get_logger()

EVERY_S = 2.0


class Stable(Protocol):
    """What runs processes."""

    @property
    def names(self) -> frozenset[str]:
        """The processes that are wanted."""

    def want(self, wanted: Wanted) -> bool:
        """Run a process from now on; tell whether that is news."""

    def unwant(self, name: str) -> None:
        """Stop a process."""


class Spawner:
    """Compares the agents that are wanted with those that run, every two seconds."""

    def __init__(
        self, processes: Stable, wanted: Callable[[], Agents], agent: Callable[[str], Wanted]
    ) -> None:
        self._processes = processes
        self._wanted = wanted
        self._agent = agent
        self._unfit: frozenset[str] = frozenset()
        self.trouble = ""
        """What keeps it from its work, in words; nothing when it works."""

    async def run(self) -> NoReturn:
        """Compare for ever."""
        while True:
            self.compare()
            await asyncio.sleep(EVERY_S)

    def compare(self) -> None:
        """Start what is wanted and does not run, stop what runs and is not wanted.

        Where the list cannot be read, everything stays as it is.
        """
        try:
            agents = self._wanted()
        except OSError as error:
            self._tell_trouble(f"The list of agents cannot be read: {error}. What runs goes on.")
            return
        self._tell_trouble("")
        self._tell_unfit(agents.unfit)
        wanted = {process.name: process for process in map(self._agent, sorted(agents.names))}
        running = {name for name in self._processes.names if name.startswith(AGENT)}
        for name in sorted(running - wanted.keys()):
            log.info("agent.leaves", process=name, detail="It has no token in its folder any more.")
            self._processes.unwant(name)
        for name, process in wanted.items():
            if name not in running and self._processes.want(process):
                log.info("agent.joins", process=name)

    def _tell_trouble(self, trouble: str) -> None:
        if trouble and trouble != self.trouble:
            log.error("agents.unknown", detail=trouble)
        self.trouble = trouble

    def _tell_unfit(self, unfit: frozenset[str]) -> None:
        for name in sorted(unfit - self._unfit):
            detail = "A name has up to 64 letters, digits, dots, dashes and underlines. Rename its folder."
            log.warning("agent.unfit", agent=name, detail=detail)
        self._unfit = unfit
