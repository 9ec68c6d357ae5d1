"""`krausen agent NAME`: the process beside the hardware, in the foreground."""

import asyncio
import os
import secrets
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

import click
from msgspec.structs import replace

from krausen.agent.agent import Agent, Surroundings
from krausen.agent.lines import Lines
from krausen.cli.agent_files import DEVICES, opened_files
from krausen.cli.clock import clock_of, follow
from krausen.cli.devices import controller_drivers, devices_of, discoveries
from krausen.cli.settings import settings_of
from krausen.control import algorithms
from krausen.control.algorithm import Algorithm
from krausen.errors import LinkLost, OperatorNeeded
from krausen.links.socketio.agent import SocketioDial
from krausen.model.agent import is_agent_name
from krausen.model.log import source_of_agent
from krausen.plugins import discover
from krausen.ports.clock import Clock
from krausen.ports.link import Dial
from krausen.ports.outbox import LIMIT
from krausen.storage.folder import DataFolder
from krausen.supervision.heartbeat import ADDRESS, Heartbeat
from krausen.supervision.installation import Installation
from krausen.supervision.logs import log_from, log_to_files
from krausen.supervision.succession import ask_to_leave
from krausen.supervision.tapping import LogTap
from krausen.supervision.wanted import AGENT, TOKEN


def _name(_ctx: click.Context, _parameter: click.Parameter, name: str) -> str:
    if not is_agent_name(name):
        raise click.BadParameter(
            f"An agent cannot be called {name!r}: up to 64 letters, digits, dots, dashes and underlines."
        )
    return name


def _address(_ctx: click.Context, _parameter: click.Parameter, url: str | None) -> str | None:
    if url is None:
        return None
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise click.BadParameter(f"{url!r} is no address of a server. One looks like http://brewery:8080")
    return url


@click.command("agent")
@click.argument("name", callback=_name)
@click.option(
    "--server",
    metavar="URL",
    envvar="KRAUSEN_SERVER",
    callback=_address,
    help="Where the server is; else as krausen.toml says, else http://127.0.0.1:8080.",
)
@click.option(
    "--token", metavar="TOKEN", envvar="KRAUSEN_TOKEN", help="Proof for the server; else agents/NAME/token."
)
@click.option(
    "--data",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="The data folder; else KRAUSEN_DATA, else yours.",
)
@click.option(
    "--outbox",
    metavar="READINGS",
    default=LIMIT,
    show_default=True,
    type=click.IntRange(1000),
    envvar="KRAUSEN_OUTBOX",
    help="Readings kept while the server is away, 100 bytes each; then the oldest are given up.",
)
def agent(*, name: str, server: str | None, token: str | None, data: Path | None, outbox: int) -> None:
    """Read, hold and report what is connected to this machine, until Ctrl-C or SIGTERM.

    The devices of agent NAME are written in agents/NAME/devices.toml of the data folder; one without them
    speaks with the controller that its server names. It goes on without its server, and hands over later what
    it could not.
    """
    folder = DataFolder.find(data)
    role, place = f"{AGENT}{name}", _place(folder, name)
    address = server or settings_of(folder.path).agent.server
    dial = SocketioDial(address, lambda: token or _kept(place / TOKEN, name), name).dial
    tap = LogTap(source_of_agent(name))
    log_to_files(folder.log, role, terminal=ADDRESS not in os.environ, tap=tap)
    with asyncio.Runner() as runner:
        clock = clock_of(runner.get_loop())
        # Simulated devices live in a time that nobody sets.
        setup = devices_of(name, place / DEVICES, clock_of(runner.get_loop()))
        if ADDRESS in os.environ:  # who keeps processes running wants this one in place of any other
            runner.run(ask_to_leave(Installation(folder.path).lock(role)))
        with (
            folder.hold(role, f"krausen agent {name}"),
            _surroundings(place, clock, dial, outbox) as surroundings,
        ):
            logged = Lines(clock.now, log_from)
            tap.open(logged.take)
            runner.run(_run(Agent(setup, replace(surroundings, logged=logged)), clock))


COMMAND = agent


@contextmanager
def _surroundings(place: Path, clock: Clock, dial: Dial, limit: int) -> Iterator[Surroundings]:
    with opened_files(place, limit) as files:
        yield Surroundings(
            clock=clock,
            dial=dial,
            outbox=files.outbox,
            notebook=files.desired,
            algorithms=discover(algorithms, "ALGORITHM", Algorithm),
            run=secrets.token_hex(8),
            spread=_spread(Random()),
            known=False,
            drivers=controller_drivers,
            discoveries=discoveries(),
            learned=files.learned,
            diary=files.diary,
        )


async def _run(made: Agent, clock: Clock) -> None:
    asked_to_end = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, asked_to_end.set)
    async with asyncio.TaskGroup() as tasks:
        work = [
            tasks.create_task(made.run()),
            tasks.create_task(Heartbeat.wanted(os.environ).run(made.watchdog.is_well)),
            tasks.create_task(follow(clock, made.sampling)),
        ]
        await asked_to_end.wait()
        for task in work:
            task.cancel()


def _spread(chance: Random) -> Callable[[float], float]:
    return lambda wait_s: wait_s * chance.uniform(0.5, 1.0)


def _place(folder: DataFolder, name: str) -> Path:
    place = folder.agent(name)
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise OperatorNeeded(f"{place} cannot be made: {error.strerror}.") from error
    return place


def _kept(file: Path, name: str) -> str:
    """Read the token anew for each call, so that a new one takes effect by itself."""
    try:
        token = file.read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        make = f"krausen token create {name} --role agent --adapter {name}"
        raise LinkLost(f"There is no token in {file}: {reason}. Make one on the server: {make}") from error
    return token
