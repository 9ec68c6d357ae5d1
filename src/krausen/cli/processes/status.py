"""`krausen status`: how every process is."""

import sys
from pathlib import Path

import click
from msgspec import json

from krausen.cli.processes.options import data_option, installed
from krausen.supervision.report import exit_status


@click.command("status")
@data_option
@click.option("--json", "as_json", is_flag=True, help="Everything that is known, for programs.")
def status(*, data: Path | None, as_json: bool) -> None:
    """Show how every process is: active, starting, stopped or failed.

    Ends with 0 when all are active, 3 when all are stopped, else with 1.
    """
    processes = installed(data).processes()
    if as_json:
        click.echo(json.format(json.encode({"processes": processes}), indent=2))
    else:
        for process in processes:
            click.echo(f"{process.name}: {process.state}")
    sys.exit(exit_status(processes))


COMMAND = status
