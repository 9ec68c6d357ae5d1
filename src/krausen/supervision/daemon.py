"""The process manager itself: what `krausen up` is, in the foreground or not."""

import asyncio
import os
import signal
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from enum import Enum
from functools import partial
from socket import socket

import structlog

from krausen.errors import OperatorNeeded
from krausen.ports.clock import Clock
from krausen.supervision.heartbeat import Heartbeat, ear_at, listening, with_heartbeat
from krausen.supervision.installation import LEAVE, RETRY, Installation
from krausen.supervision.processes import Processes
from krausen.supervision.programs import WatchedProgram
from krausen.supervision.restarts import Rules
from krausen.supervision.spawner import Spawner
from krausen.supervision.statistics import Statistics, measured
from krausen.supervision.wanted import AGENT, SERVER, Recipe, wanted_agents

log = structlog.get_logger()


def heed_later() -> None:
    """Let signals for a process manager that is only just starting do no harm."""
    for number in (RETRY, LEAVE):
        signal.signal(number, signal.SIG_IGN)


class Order(Enum):
    """How a process manager is told to end."""

    STOP = "stop"
    LEAVE = "leave"


async def supervise(
    installation: Installation, recipe: Recipe, clock: Clock, environment: Mapping[str, str], rules: Rules
) -> Order:
    """Keep server and agents running until a signal ends it, and give what that ordered.

    SIGTERM, SIGINT and SIGHUP stop everything. The role of the process manager must be held. If it is killed,
    the processes go on, and the next one takes over.
    """
    own_pid = os.getpid()
    for_each = with_heartbeat(environment, installation.heartbeats, rules.silent_ms)
    program = partial(WatchedProgram, environment=for_each, grace_ms=rules.grace_ms)
    with _ear(installation) as ear:
        async with asyncio.TaskGroup() as tasks:
            processes = Processes(tasks, program, clock, rules)
            spawner = Spawner(processes, lambda: wanted_agents(installation.agents), recipe.agent)
            statistics = Statistics(processes, spawner, clock, measured)
            with _orders(processes, spawner, statistics) as order, listening(ear, processes.heard):
                await _clear_away(installation)
                processes.want(recipe.server())
                spawning = tasks.create_task(spawner.run())
                telling = [
                    tasks.create_task(statistics.run(installation.report, own_pid)),
                    tasks.create_task(Heartbeat.wanted(environment).run()),
                ]
                log.info("circusd.started", pid=own_pid, data=str(installation.data), url=recipe.place.url)
                how = await order
                spawning.cancel()
                await _end(processes, how)
                for task in telling:
                    task.cancel()
    log.info("circusd.ended", pid=own_pid)
    return how


async def _end(processes: Processes, order: Order) -> None:
    """Agents leave first, so that what they measured last still finds the server."""
    log.info("circusd.ends", detail="All processes are stopped." if order is Order.STOP else "Agents go on.")
    if order is Order.STOP:
        await processes.stop([name for name in processes.names if name.startswith(AGENT)])
    await processes.stop([SERVER])
    processes.let_go()


async def _clear_away(installation: Installation) -> None:
    """Stop what a killed process manager has left: a server, and agents that are wanted no more.

    The agents that are wanted go on until their successors ask for their locks.
    """
    wanted = {f"{AGENT}{name}" for name in wanted_agents(installation.agents).names}
    for name in installation.held().keys() - wanted:
        log.info("process.left_over", process=name)
        await installation.ask_to_leave(name)


@contextmanager
def _ear(installation: Installation) -> Iterator[socket]:
    installation.prepare()
    with ExitStack() as stack:
        try:
            ear = stack.enter_context(ear_at(installation.heartbeats))
        except OSError as error:
            raise OperatorNeeded(
                f"There can be no socket {installation.heartbeats}: {error.strerror}. "
                "Choose a data folder on a disk of this machine: --data DIR."
            ) from error
        yield ear


@contextmanager
def _orders(
    processes: Processes, spawner: Spawner, statistics: Statistics
) -> Iterator[asyncio.Future[Order]]:
    """Give what the first signal that ends the process manager orders; the others take effect at once."""
    loop = asyncio.get_running_loop()
    order: asyncio.Future[Order] = loop.create_future()

    def end(how: Order) -> None:
        if not order.done():
            order.set_result(how)

    def retry() -> None:
        statistics.tries += 1
        spawner.compare()  # an agent that has just come is tried as well
        processes.retry()
        processes.changed.set()

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(number, end, Order.STOP)
    loop.add_signal_handler(LEAVE, end, Order.LEAVE)
    loop.add_signal_handler(RETRY, retry)
    loop.add_signal_handler(signal.SIGCHLD, processes.look)
    yield order
