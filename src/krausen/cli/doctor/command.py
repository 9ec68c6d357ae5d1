"""`krausen doctor`: what is wrong with this installation."""

import sys
from collections.abc import Sequence
from pathlib import Path

import click
from msgspec import json
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from krausen.cli.doctor.checks import findings
from krausen.cli.doctor.finding import Finding, State
from krausen.cli.processes.options import data_option
from krausen.errors import OperatorNeeded
from krausen.storage.folder import DataFolder

_MARKS = {State.WELL: "✓", State.WATCH: "!", State.WRONG: "✗"}


@click.command("doctor")
@data_option
@click.option("--json", "as_json", is_flag=True, help="Everything that was found, for programs.")
def doctor(*, data: Path | None, as_json: bool) -> None:
    """Look for what is wrong with this installation, and say what mends it.

    Reads every reading that is kept. Changes nothing, and may run beside the server. Ends with 1 when
    something is wrong.
    """
    if data is not None and not data.exists():
        raise OperatorNeeded(f"There is no folder {data}.")
    found = _watched(DataFolder.find(data))
    if as_json:
        click.echo(json.format(json.encode({"findings": found}), indent=2))
    else:
        for finding in found:
            click.echo(f"{_MARKS[finding.state]} {finding.check}: {finding.says}")
            if finding.mend:
                click.echo(f"    {finding.mend}")
    sys.exit(any(finding.state is State.WRONG for finding in found))


def _watched(folder: DataFolder) -> Sequence[Finding]:
    terminal = Console(stderr=True)
    columns = (TextColumn("Reading the history"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=terminal, transient=True, disable=not terminal.is_terminal) as progress:
        task = progress.add_task("history", total=None)
        return list(findings(folder, lambda done, of: progress.update(task, completed=done, total=of)))


COMMAND = doctor
