"""`krausen start`: everything in the background."""

import asyncio
from pathlib import Path

import click

from krausen.cli.processes.background import bring_up
from krausen.cli.processes.options import data_option, installed, place_of, port_option, wish_to_run
from krausen.errors import OperatorNeeded
from krausen.supervision.boot import UNLESS_STOPPED


@click.command("start")
@port_option
@data_option
@click.option(
    "--unless-stopped",
    is_flag=True,
    envvar=UNLESS_STOPPED,
    help="Do nothing if `krausen stop` came last. That is how a boot starts it.",
)
def start(*, port: int | None, data: Path | None, unless_stopped: bool) -> None:
    """Start everything in the background, and try again what could not be kept running.

    Returns when all is up, or says what is not.
    """
    installation = installed(data)
    last = installation.wish()
    if unless_stopped and last is not None and not last.running:
        return
    place = place_of(installation, port)
    if last is not None and last.port not in {None, place.port} and installation.is_kept():
        again = f"krausen restart --port {port}" if port else "krausen restart"
        raise OperatorNeeded(f"It runs already, with port {last.port}. Use: {again}.")
    installation.wish_for(wish_to_run(installation, port, place))
    asyncio.run(bring_up(installation, place.port))
    click.echo(f"Krausen is up: {place.url}")


COMMAND = start
