"""What the commands about processes have in common."""

import os
from collections.abc import Mapping
from pathlib import Path

import click

from krausen.cli.settings import settings_of
from krausen.storage.folder import DataFolder
from krausen.supervision.installation import Installation, Wish
from krausen.supervision.wanted import Place

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
    help="Port of the server; else the last one named here, else that of krausen.toml, else 8080.",
)


def installed(data: Path | None) -> Installation:
    """Give the installation of a data folder."""
    return Installation(DataFolder.find(data).path)


def place_of(
    installation: Installation, port: int | None, environment: Mapping[str, str] = os.environ
) -> Place:
    """Give where the server is to listen: as asked now, else as asked last, else as the settings say.

    Raises OperatorNeeded when the settings cannot be read.
    """
    kept = settings_of(installation.data).server
    host = environment.get("KRAUSEN_HOST") or kept.host
    return Place(host, port or _named_last(installation) or kept.port)


def wish_to_run(installation: Installation, port: int | None, place: Place) -> Wish:
    """Give the wish that everything runs, with a server there; `port` is what was asked for now."""
    return Wish(running=True, port=place.port, chosen=bool(port or _named_last(installation)))


def _named_last(installation: Installation) -> int | None:
    wish = installation.wish()
    return wish.port if wish is not None and wish.chosen else None
