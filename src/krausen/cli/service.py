"""`krausen service`: have systemd start everything at boot and after a crash."""

import asyncio
import getpass
import os
import pwd
import shlex
from pathlib import Path

import click

from krausen.cli.processes.background import bring_up, make_way, take_down
from krausen.cli.processes.options import data_option, installed, place_of, wish_to_run
from krausen.cli.processes.program import program
from krausen.errors import OperatorNeeded
from krausen.storage.folder import DataFolder
from krausen.supervision.installation import LEAVE, Installation
from krausen.supervision.service import NAME, Systemd, Unit, linger, unit_for

_WITHOUT = "Without systemd, cron does it: krausen add2cron."


@click.group("service")
def service() -> None:
    """Have systemd start everything at boot, and again after a crash."""


@service.command("install")
@data_option
@click.option("--user", "for_user", is_flag=True, help="As you, without root, by the systemd of your login.")
@click.option(
    "--name",
    default=NAME,
    show_default=True,
    callback=lambda _ctx, _parameter, name: _fit(name),
    help="Name of the unit, for a second data folder.",
)
def install(*, data: Path | None, for_user: bool, name: str) -> None:
    """Write a unit for systemd, and have it started now and at every boot.

    For the whole machine it takes root, and a data folder that belongs to whom it shall run as.
    """
    systemd = Systemd.of_user() if for_user else Systemd.of_machine()
    _check(systemd)
    folder = DataFolder.find(data).path if for_user or os.geteuid() != 0 else _there(data)
    if not for_user and os.geteuid() != 0:
        raise OperatorNeeded(
            f"{_by_root('install', folder)} Or for you alone: krausen service install --user."
        )
    installation = Installation(folder)
    place = place_of(installation, None)
    if for_user:
        installation.wish_for(wish_to_run(installation, None, place))
    elif (wish := installation.wish()) is not None and not wish.running:
        raise OperatorNeeded(f"Krausen was stopped there. First, as {_owner(folder)}: krausen start.")
    asyncio.run(make_way(installation, LEAVE))
    file = systemd.install(name, Unit(program(), folder, None if for_user else _owner(folder)))
    asyncio.run(bring_up(installation, place.port))
    click.echo(f"Written: {file}")
    click.echo(f"Krausen is up, and systemd keeps it so: {place.url}")
    if for_user and not linger():
        user = getpass.getuser()
        click.echo(f"It starts when you log in. To start it at boot: sudo loginctl enable-linger {user}")


@service.command("uninstall")
@data_option
def uninstall(*, data: Path | None) -> None:
    """Stop everything and remove the unit of this data folder. What was measured stays."""
    installation = installed(data)
    found = unit_for(installation.data)
    if found is None:
        click.echo(f"systemd has no unit for {installation.data}; nothing to do.")
        return
    systemd, name = found
    if systemd == Systemd.of_machine() and os.geteuid() != 0:
        raise OperatorNeeded(_by_root("uninstall", installation.data))
    systemd.uninstall(name)
    asyncio.run(take_down(installation))
    click.echo(f"{name}.service is gone. Krausen is stopped, and does not start at boot any more.")


COMMAND = service


def _check(systemd: Systemd) -> None:
    try:
        systemd.check()
    except OperatorNeeded as error:
        reason = str(error).rstrip(".")
        raise OperatorNeeded(f"systemd cannot be used here: {reason}. {_WITHOUT}") from error


def _fit(name: str) -> str:
    if not name.startswith(NAME) or not all(char.isalnum() or char in "-_." for char in name):
        raise click.BadParameter(f"It begins with {NAME} and has letters, digits, dots and dashes.")
    return name


def _there(data: Path | None) -> Path:
    """Give the data folder that root names; root has none of his own to run from."""
    folder = Path(data or os.environ.get("KRAUSEN_DATA", "")).absolute()
    if not (data or os.environ.get("KRAUSEN_DATA")):
        raise OperatorNeeded("Name the data folder of whom it shall run as: --data DIR.")
    if not folder.is_dir():
        raise OperatorNeeded(f"There is no folder {folder}. Make it, and give it to whom it shall run as.")
    if folder.stat().st_uid == 0:
        raise OperatorNeeded(
            f"{folder} belongs to root. Give it to whom it shall run as: sudo chown USER {folder}"
        )
    return folder


def _owner(folder: Path) -> str:
    return pwd.getpwuid(folder.stat().st_uid).pw_name


def _by_root(word: str, folder: Path) -> str:
    return f"That takes root: sudo {shlex.join([*program(), 'service', word, '--data', str(folder)])}."
