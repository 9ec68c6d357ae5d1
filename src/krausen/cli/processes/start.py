"""`krausen start`: everything in the background."""

import asyncio
from pathlib import Path

import click

from krausen.cli.processes.background import bring_up
from krausen.cli.processes.options import data_option, installed, port_of, port_option
from krausen.errors import OperatorNeeded
from krausen.supervision.boot import UNLESS_STOPPED
from krausen.supervision.installation import Wish


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
    wish = installation.wish()
    if unless_stopped and wish is not None and not wish.running:
        return
    wanted = port_of(installation, port)
    if wish is not None and wish.port != wanted and installation.is_kept():
        raise OperatorNeeded(f"It runs already, with port {wish.port}. Use: krausen restart --port {wanted}.")
    installation.wish_for(Wish(running=True, port=wanted))
    asyncio.run(bring_up(installation, wanted))
    click.echo(f"Krausen is up: http://127.0.0.1:{wanted}")


COMMAND = start
