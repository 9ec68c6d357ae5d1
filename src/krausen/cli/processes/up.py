"""`krausen up`: everything in the foreground, under the process manager."""

import asyncio
import os
import sys
from pathlib import Path

import click

from krausen.cli.clock import clock_of
from krausen.cli.processes.options import data_option, place_of, port_option
from krausen.cli.processes.program import program
from krausen.storage.folder import DataFolder
from krausen.supervision import spawner
from krausen.supervision.daemon import Order, heed_later, supervise
from krausen.supervision.heartbeat import Heartbeat
from krausen.supervision.installation import KEEPER, KEEPER_IS, Installation
from krausen.supervision.logs import log_apart, log_to_files
from krausen.supervision.report import SPAWNER
from krausen.supervision.restarts import Rules
from krausen.supervision.wanted import Recipe

MADE_WAY = 75
"""Exit status of a process manager that makes way for its successor; systemd then starts one by itself."""


def command(rules: Rules) -> click.Command:
    """Make the command, with rules for processes that crash or hang."""

    @click.command("up")
    @port_option
    @data_option
    @click.option(
        "--background", is_flag=True, hidden=True, help="Show nothing; what is told goes to the logs."
    )
    @click.option(
        "--unless-stopped",
        is_flag=True,
        help="Do nothing if `krausen stop` came last. That is how systemd starts it.",
    )
    def up(*, port: int | None, data: Path | None, background: bool, unless_stopped: bool) -> None:
        """Run everything in the foreground: server, spawner, one agent for each controller.

        Ctrl-C ends it all.
        """
        heed_later()
        folder = DataFolder.find(data)
        installation = Installation(folder.path)
        if unless_stopped and _is_stopped(installation):
            return
        with folder.hold(KEEPER, KEEPER_IS):
            recipe = Recipe(program(), folder.path, place_of(installation, port))
            log_to_files(installation.log, KEEPER, terminal=not background)
            log_apart(installation.log, SPAWNER, spawner.__name__)
            with asyncio.Runner() as runner:
                clock = clock_of(runner.get_loop())
                how = runner.run(supervise(installation, recipe, clock, os.environ, rules))
        if how is Order.LEAVE:
            sys.exit(MADE_WAY)

    return up


COMMAND = command(Rules())


def _is_stopped(installation: Installation) -> bool:
    """Tell whether it is to stay stopped; systemd is told that all went well."""
    wish = installation.wish()
    stopped = wish is not None and not wish.running
    if stopped:
        click.echo("Krausen was stopped on purpose. To have it run again: krausen start.")
        Heartbeat.wanted(os.environ).tell(b"READY=1")
    return stopped
