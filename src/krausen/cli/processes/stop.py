"""`krausen stop`: end everything, until somebody starts it again."""

import asyncio
from pathlib import Path

import click
from msgspec.structs import replace

from krausen.cli.processes.background import take_down
from krausen.cli.processes.options import data_option, installed
from krausen.errors import OperatorNeeded
from krausen.supervision.installation import Wish


@click.command("stop")
@data_option
def stop(*, data: Path | None) -> None:
    """Stop everything. It stays stopped, also after a boot, until `krausen start`."""
    installation = installed(data)
    try:
        last = installation.wish() or Wish(running=False)
        installation.wish_for(replace(last, running=False))
    except OperatorNeeded as error:
        asyncio.run(take_down(installation))
        raise OperatorNeeded(f"Krausen is stopped, but may be started again: {error}") from error
    ran = asyncio.run(take_down(installation))
    click.echo("Krausen is stopped." if ran else "Nothing ran. Krausen stays stopped.")


COMMAND = stop
