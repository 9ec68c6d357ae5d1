"""`krausen startifstopped`: for a schedule, every ten minutes."""

import asyncio
from pathlib import Path

import click

from krausen.cli.processes.background import bring_up
from krausen.cli.processes.options import data_option, installed, place_of


@click.command("startifstopped")
@data_option
def startifstopped(*, data: Path | None) -> None:
    """Start everything if it does not run though nobody has stopped it.

    Silent when there is nothing to do, so that cron sends no mail.
    """
    installation = installed(data)
    wish = installation.wish()
    if installation.is_kept() or (wish is not None and not wish.running):
        return
    asyncio.run(bring_up(installation, place_of(installation, None).port))
    click.echo("Krausen did not run, though nobody had stopped it; it is up again.")


COMMAND = startifstopped
