"""`krausen up`: everything in the foreground, under the process manager."""

import asyncio
import os
from pathlib import Path

import click

from krausen.cli.clock import clock_of
from krausen.cli.processes.options import data_option, port_of, port_option
from krausen.cli.processes.program import program
from krausen.storage.folder import DataFolder
from krausen.supervision import spawner
from krausen.supervision.daemon import heed_later, supervise
from krausen.supervision.installation import KEEPER, KEEPER_IS, Installation
from krausen.supervision.logs import log_apart, log_to_files
from krausen.supervision.report import SPAWNER
from krausen.supervision.restarts import Rules
from krausen.supervision.wanted import Recipe


def command(rules: Rules) -> click.Command:
    """Make the command, with rules for processes that crash or hang."""

    @click.command("up")
    @port_option
    @data_option
    @click.option(
        "--background", is_flag=True, hidden=True, help="Show nothing; what is told goes to the logs."
    )
    def up(*, port: int | None, data: Path | None, background: bool) -> None:
        """Run everything in the foreground: server, spawner, one agent for each controller.

        Ctrl-C ends it all.
        """
        heed_later()
        folder = DataFolder.find(data)
        with folder.hold(KEEPER, KEEPER_IS):
            installation = Installation(folder.path)
            recipe = Recipe(program(), folder.path, port_of(installation, port))
            log_to_files(installation.log, KEEPER, terminal=not background)
            log_apart(installation.log, SPAWNER, spawner.__name__)
            with asyncio.Runner() as runner:
                clock = clock_of(runner.get_loop())
                runner.run(supervise(installation, recipe, clock, os.environ, rules))

    return up


COMMAND = command(Rules())
