"""The agents of the demo, which live inside the server's process and speak with it without a network."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial

import structlog
from msgspec.structs import replace
from structlog.contextvars import bound_contextvars

from krausen.agent.agent import Agent, Surroundings
from krausen.agent.setup import AgentSetup
from krausen.cli.agent_files import opened_files
from krausen.cli.devices import controller_drivers
from krausen.cli.hosting import FolderHosting
from krausen.control import algorithms
from krausen.control.algorithm import Algorithm
from krausen.drivers.controllers import brewpi
from krausen.links.memory import MemoryLinks
from krausen.model.log import source_of_agent
from krausen.plugins import discover
from krausen.ports.controller import ControllerDriver
from krausen.ports.link import ServerEnd
from krausen.server.site import Site
from krausen.storage.folder import SERVER, DataFolder
from krausen.supervision.spawner import Spawner
from krausen.supervision.wanted import AGENT, Wanted, wanted_agents

log = structlog.get_logger()

AGAIN_S = 10.0


@contextmanager
def agent_inside(site: Site, folder: DataFolder, setup: AgentSetup) -> Iterator[Agent]:
    """Give an agent that is joined to a site of this process; what it keeps is in its folder."""
    place = folder.agent(setup.name)
    place.mkdir(parents=True, exist_ok=True)
    with opened_files(place) as files:
        surroundings = Surroundings(
            clock=site.clock,
            dial=MemoryLinks(partial(_served, site)).dial,
            outbox=files.outbox,
            notebook=files.desired,
            algorithms=discover(algorithms, "ALGORITHM", Algorithm),
            drivers=lambda: _patient(site.status.speed),
            learned=files.learned,
            diary=files.diary,
        )
        yield Agent(setup, surroundings)


async def _served(site: Site, link: ServerEnd) -> None:
    """Converse with an agent of this process; what is logged meanwhile, the server says."""
    with bound_contextvars(source=SERVER):
        await site.dispatch.serve(link)


def _patient(speed: float) -> Mapping[str, ControllerDriver]:
    """Give the drivers with the patience of people: the line is no faster when the beer is."""
    found = controller_drivers()
    return {
        **found,
        brewpi.CONTROLLER.name: replace(brewpi.CONTROLLER, open=partial(brewpi.opened, patience=speed)),
    }


async def speaking(name: str, agent: Agent) -> None:
    """Run an agent of this process, with what is logged meanwhile as its own lines."""
    with bound_contextvars(source=source_of_agent(name)):
        await agent.run()


class HostingInside(FolderHosting):
    """Runs agents in this process: whose token is in its folder is started soon."""

    @property
    def runs(self) -> bool:
        """Always: whoever has this looks at the folders."""
        return True


class AgentTasks:
    """Runs agents as tasks, where `krausen up` runs them as processes."""

    def __init__(self, tasks: asyncio.TaskGroup, run: Callable[[str], Awaitable[None]]) -> None:
        self._tasks = tasks
        self._run = run
        self._running: dict[str, asyncio.Task[None]] = {}

    @property
    def names(self) -> frozenset[str]:
        """The agents that run, as processes are called."""
        return frozenset(self._running)

    def want(self, wanted: Wanted) -> bool:
        """Run an agent from now on; tell whether that is news."""
        if wanted.name in self._running:
            return False
        self._running[wanted.name] = self._tasks.create_task(self._one(wanted.name.removeprefix(AGENT)))
        return True

    def unwant(self, name: str) -> None:
        """Stop an agent."""
        task = self._running.pop(name, None)
        if task is not None:
            task.cancel()

    async def _one(self, agent: str) -> None:
        while True:
            try:
                await self._run(agent)
            except Exception:
                log.exception("agent.failed", agent=agent, detail="It is started again.")
            await asyncio.sleep(AGAIN_S)


def spawner(site: Site, folder: DataFolder, tasks: asyncio.TaskGroup) -> Spawner:
    """Give what starts and stops an agent for each controller, in this process."""

    async def run(name: str) -> None:
        with agent_inside(site, folder, AgentSetup(name=name)) as agent:
            await speaking(name, agent)

    return Spawner(
        AgentTasks(tasks, run),
        lambda: wanted_agents(folder.agents),
        lambda name: Wanted(f"{AGENT}{name}", ()),
    )
