"""`krausen restart`: a new process manager and a new server; the agents hand over to new ones."""

import asyncio
from pathlib import Path

import click

from krausen.cli.processes.background import bring_up, make_way
from krausen.cli.processes.options import data_option, installed, place_of, port_option, wish_to_run
from krausen.supervision.installation import LEAVE, Installation


@click.command("restart")
@port_option
@data_option
def restart(*, port: int | None, data: Path | None) -> None:
    """Start everything anew, after an update for instance. Agents go on until their successors take over."""
    installation = installed(data)
    place = place_of(installation, port)
    installation.wish_for(wish_to_run(installation, port, place))
    asyncio.run(_anew(installation, place.port))
    click.echo(f"Krausen is up again: {place.url}")


COMMAND = restart


async def _anew(installation: Installation, port: int) -> None:
    await make_way(installation, LEAVE)
    await bring_up(installation, port)
