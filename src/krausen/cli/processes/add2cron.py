"""`krausen add2cron`: start at boot and after a crash, where there is no systemd."""

from pathlib import Path

import click

from krausen.cli.processes.options import data_option, installed
from krausen.cli.processes.program import program
from krausen.supervision.boot import Schedule, add_to_crontab


@click.command("add2cron")
@data_option
def add2cron(*, data: Path | None) -> None:
    """Add to your crontab what is missing of two lines: start at boot, and look every ten minutes."""
    done = add_to_crontab(Schedule(program(), installed(data).data))
    for line in done.dropped:
        click.echo(f"removed, out of date: {line}")
    for line in done.added:
        click.echo(f"added: {line}")
    if not done.added:
        click.echo("Both lines are there already.")


COMMAND = add2cron
