"""What the commands about processes have in common."""

from pathlib import Path

import click

from krausen.storage.folder import DataFolder
from krausen.supervision.installation import Installation

PORT = 8080

data_option = click.option(
    "--data",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="The data folder; else KRAUSEN_DATA, else yours.",
)
port_option = click.option(
    "--port",
    type=click.IntRange(1, 65535),
    envvar="KRAUSEN_PORT",
    help=f"Port of the server; else the last one, else {PORT}.",
)


def installed(data: Path | None) -> Installation:
    """Give the installation of a data folder."""
    return Installation(DataFolder.find(data).path)


def port_of(installation: Installation, port: int | None) -> int:
    """Give the port that is asked for, else the one of last time, else the usual one."""
    wish = installation.wish()
    return port or (wish.port if wish else None) or PORT
