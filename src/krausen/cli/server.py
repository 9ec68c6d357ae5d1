"""`krausen server`: the process beside the people, in the foreground."""

import asyncio
import gc
import os
import socket
from collections.abc import Sequence
from contextlib import closing
from functools import partial
from pathlib import Path

import click
import uvloop

from krausen.cli.agent_tokens import LocalTokens
from krausen.cli.clock import clock_of, follow, zone_of_system
from krausen.cli.serving import DoorNetwork, bound, serve
from krausen.cli.settings import network, settings_of
from krausen.cli.site import Character, opened_site
from krausen.cli.site_engine import engine_of
from krausen.cli.site_logs import heed_levels, is_of_server, joined, take_up_files
from krausen.drivers import discovery
from krausen.links.socketio.server import AgentDoor
from krausen.plugins import discover
from krausen.ports.discovery import Discovery
from krausen.server.discoveries import SERVER as BY_THE_SERVER
from krausen.server.lookout import Lookout
from krausen.server.site import Site
from krausen.server.web.socketio import Gate
from krausen.storage.folder import SERVER, DataFolder
from krausen.supervision.heartbeat import ADDRESS, Heartbeat
from krausen.supervision.logs import log_to_files
from krausen.supervision.tapping import LogTap


def _networks(
    _ctx: click.Context, _parameter: click.Parameter, addresses: tuple[str, ...]
) -> tuple[str, ...]:
    try:
        return tuple(map(network, addresses))
    except ValueError as error:
        raise click.BadParameter(f"{error}. One looks like 127.0.0.1 or 10.0.0.0/24.") from error


@click.command("server")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    envvar="KRAUSEN_PORT",
    help="Port; 0 takes a free one. Else that of krausen.toml, else 8080.",
)
@click.option(
    "--host",
    envvar="KRAUSEN_HOST",
    help="Address to listen on, 0.0.0.0 for all; else that of krausen.toml, else 127.0.0.1.",
)
@click.option(
    "--proxy",
    "proxies",
    metavar="ADDRESS",
    multiple=True,
    envvar="KRAUSEN_PROXIES",
    callback=_networks,
    help="Reverse proxy, or network of them, whose X-Forwarded-For and -Proto count; may be repeated.",
)
@click.option(
    "--data",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="The data folder; else KRAUSEN_DATA, else yours.",
)
def server(*, port: int | None, host: str | None, proxies: tuple[str, ...], data: Path | None) -> None:
    """Keep history, serve the page and the agents, until Ctrl-C or SIGTERM."""
    folder = DataFolder.find(data)
    kept = settings_of(folder.path).server
    place = (host or kept.host, kept.port if port is None else port)
    with folder.hold(SERVER, "krausen server") as hold, closing(bound(*place)) as listener:
        tap = LogTap(SERVER)
        log_to_files(folder.log, SERVER, terminal=ADDRESS not in os.environ, tap=tap)
        url = _url(listener)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            clock = clock_of(runner.get_loop())
            with opened_site(folder, Character(zone=zone_of_system()), lambda _: clock) as site:
                hold.publish(url)
                joined(site.logs, tap)
                runner.run(_run(site, folder, listener, proxies or kept.proxies))


COMMAND = server


async def _run(site: Site, folder: DataFolder, listener: socket.socket, proxies: Sequence[str]) -> None:
    network = DoorNetwork(site, listener.getsockname()[0], proxies)
    gate, engine = Gate(site.reception, site.dispatch), engine_of(site)
    AgentDoor(engine, gate.admit, gate.converse)
    tokens, lookout = LocalTokens(site.reception, folder), _lookout(site)
    await site.roster.load()
    await site.doors.load()
    await site.storing.load()
    await site.pushing.load()
    await heed_levels(site.logs, is_of_server)
    await tokens.leave()
    # What is there now stays: when the collector looks at all of it, everybody waits a tenth of a second.
    gc.collect()
    gc.freeze()
    await _greet(site, _url(listener))
    async with asyncio.TaskGroup() as tasks:
        work = [
            tasks.create_task(site.live.run()),
            tasks.create_task(site.logs.run()),
            tasks.create_task(take_up_files(site.logs, folder.log)),
            tasks.create_task(site.reminders.run()),
            tasks.create_task(site.pushing.run()),
            tasks.create_task(site.alarms.run()),
            tasks.create_task(engine.run()),
            tasks.create_task(tokens.run()),
            tasks.create_task(lookout.run()),
            tasks.create_task(site.doors.run(network)),
            tasks.create_task(follow(site.clock)),
            tasks.create_task(Heartbeat.wanted(os.environ).run()),
        ]
        await serve(site, listener, application=engine, proxies=proxies)
        for task in work:
            task.cancel()


def _lookout(site: Site) -> Lookout:
    return Lookout(
        discover(discovery, "DISCOVERY", Discovery), partial(site.discoveries.found, BY_THE_SERVER)
    )


async def _greet(site: Site, url: str) -> None:
    if await site.first_run.needed():
        click.echo(f"Krausen is new here. Set it up at {url}/#setup={site.first_run.code}")
    else:
        click.echo(f"Krausen is open at {url}/")


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    here = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 what to call it, not what to listen on
    return f"http://{here.get(host, f'[{host}]' if ':' in host else host)}:{port}"
