"""What the commands for people and programs have in common."""

from collections.abc import Sequence
from pathlib import Path

import click
from msgspec import Struct, json, to_builtins
from rich.console import Console
from rich.table import Table

data_option = click.option("--data", metavar="DIR", type=click.Path(path_type=Path), help="The data folder.")
json_option = click.option("--json", "as_json", is_flag=True, help="Report for programs.")


def tell(document: object) -> None:
    """Write facts for programs."""
    click.echo(json.format(json.encode(document), indent=2))


def show(columns: Sequence[str], things: Sequence[Struct]) -> None:
    """Write things as a table of these fields."""
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="bold")
    for column in columns:
        table.add_column(column.replace("_", " "), no_wrap=True)
    for thing in things:
        fields = to_builtins(thing)
        table.add_row(*(_text(fields.get(column)) for column in columns))
    Console(markup=False, highlight=False, emoji=False).print(table, soft_wrap=True)


def _text(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)
