"""`krausen server`: the process beside the people, in the foreground."""

import asyncio
import os
import socket
from contextlib import closing
from pathlib import Path

import click

from krausen.cli.agent_tokens import LocalTokens
from krausen.cli.clock import clock_of, zone_of_system
from krausen.cli.serving import bound, serve, web_app
from krausen.cli.site import Character, opened_site
from krausen.links.socketio.server import AgentDoor
from krausen.server.site import Site
from krausen.server.web.socketio import Gate
from krausen.storage.folder import SERVER, DataFolder
from krausen.supervision.heartbeat import ADDRESS, Heartbeat
from krausen.supervision.logs import log_to_files


@click.command("server")
@click.option(
    "--port",
    default=8080,
    show_default=True,
    type=click.IntRange(0, 65535),
    envvar="KRAUSEN_PORT",
    help="Port; 0 takes a free one.",
)
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    envvar="KRAUSEN_HOST",
    help="Address to listen on; 0.0.0.0 is every network of this machine.",
)
@click.option(
    "--data",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="The data folder; else KRAUSEN_DATA, else yours.",
)
def server(*, port: int, host: str, data: Path | None) -> None:
    """Keep history, serve the page and the agents, until Ctrl-C or SIGTERM."""
    folder = DataFolder.find(data)
    with folder.hold(SERVER, "krausen server") as hold, closing(bound(host, port)) as listener:
        log_to_files(folder.log, SERVER, terminal=ADDRESS not in os.environ)
        url = _url(listener)
        with asyncio.Runner() as runner:
            clock = clock_of(runner.get_loop())
            with opened_site(folder, Character(zone=zone_of_system()), lambda _: clock) as site:
                hold.publish(url)
                runner.run(_run(site, folder, listener))


COMMAND = server


async def _run(site: Site, folder: DataFolder, listener: socket.socket) -> None:
    gate, tokens = Gate(site.reception, site.dispatch), LocalTokens(site.reception, folder)
    door = AgentDoor(web_app(site), gate.admit, gate.converse)
    await site.roster.load()
    await tokens.leave()
    await _greet(site, _url(listener))
    async with asyncio.TaskGroup() as tasks:
        work = [
            tasks.create_task(site.live.run()),
            tasks.create_task(door.run()),
            tasks.create_task(tokens.run()),
            tasks.create_task(Heartbeat.wanted(os.environ).run()),
        ]
        await serve(site, listener, application=door)
        for task in work:
            task.cancel()


async def _greet(site: Site, url: str) -> None:
    if await site.first_run.needed():
        click.echo(f"Krausen is new here. Set it up at {url}/#setup={site.first_run.code}")
    else:
        click.echo(f"Krausen is open at {url}/")


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    here = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 what to call it, not what to listen on
    return f"http://{here.get(host, f'[{host}]' if ':' in host else host)}:{port}"
