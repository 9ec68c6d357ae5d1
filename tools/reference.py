"""Writes the reference pages of commands, settings and the generic push into docs/reference."""

import inspect
import sys
from collections.abc import Iterator
from textwrap import fill
from typing import Any, get_type_hints

import click
from msgspec import json

from krausen.cli import krausen
from krausen.cli.settings import FILE, Settings
from tools import push_format
from tools.checks import ROOT

FOLDER = ROOT / "docs" / "reference"
WRITTEN = "Written by `python -m tools.reference` from the program itself."

_COMMANDS = """\
Every command ends with 0 when it is done, 1 with one line on standard error when it failed, and 2 when it
was called in a wrong way. `krausen --debug COMMAND` shows where an error came from. In a clone, `./run
COMMAND` is `krausen COMMAND`.
"""
_SETTINGS = f"""\
The file `{FILE}` in the data folder, in [TOML](https://toml.io). Nothing of it need be there. A variable of
the environment goes before the file, an option of a command before both. `krausen start` and `krausen
restart` remember a port that was named to them; it then goes before the file, too. What is wrong in the
file is said with its line, and nothing starts before it is mended. What people set on the page, such as the
site's name and time zone, lies in the catalog and not here.
"""
_DATABASES = """\
All data is in one folder: that of `--data DIR`, else of the variable `KRAUSEN_DATA`, else the platform's own
place for a user's data. The database is two files in it, made at the first start: `readings.sqlite` has all
readings and the list of series, `catalog.sqlite` has people, vessels, batches, settings and the journal. For
another database, name another folder; no server, login or connection is needed. Both are SQLite files in
WAL mode, so a copy that is taken while Krausen runs must take their `-wal` files along.
"""


def main() -> int:
    """Write all pages."""
    pages = {"commands.md": commands(), "settings.md": settings(), "generic-push.md": push_format.page()}
    for name, text in pages.items():
        (FOLDER / name).write_text(text, encoding="utf-8")
        print(f"Written: docs/reference/{name}")
    return 0


def commands() -> str:
    """Give the page of all commands."""
    parts = ["# Commands", fill(_COMMANDS, 120)]
    for path, command in _walked(krausen, ("krausen",)):
        parts += [f"## {' '.join(path)}", *_told(path, command)]
    return "\n\n".join([*parts, f"*{WRITTEN}*"]) + "\n"


def settings() -> str:
    """Give the page of all settings."""
    parts = ["# Settings", fill(_SETTINGS, 120), "## Where the data is", fill(_DATABASES, 120)]
    for table, kind in get_type_hints(Settings).items():
        parts += [f"## [{table}]", inspect.getdoc(kind) or "", _settings_of(kind)]
    proxied = '```\n[server]\nhost = "0.0.0.0"\nport = 8080\nproxies = ["127.0.0.1"]\n```'
    return "\n\n".join([*parts, "## Example", proxied, f"*{WRITTEN}*"]) + "\n"


def _walked(group: click.Group, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from _walked(command, (*path, name))
        elif command is not None and not command.hidden:
            yield (*path, name), command


def _told(path: tuple[str, ...], command: click.Command) -> Iterator[str]:
    context = click.Context(command, info_name=" ".join(path))
    yield f"```\n{context.command_path} {' '.join(command.collect_usage_pieces(context))}\n```"
    yield inspect.cleandoc(command.help or "").replace("\f", "")
    options = [one for one in command.params if isinstance(one, click.Option) and not one.hidden]
    if options:
        rows = [_row(option, context) for option in options]
        yield "\n".join(["| option | what | variable |", "|---|---|---|", *rows])


def _row(option: click.Option, context: click.Context) -> str:
    record = option.get_help_record(context)
    names, what = record if record is not None else ("", "")
    variable = f"`{option.envvar}`" if option.envvar else ""
    return f"| `{_cell(names)}` | {_cell(what)} | {variable} |"


def _settings_of(kind: type) -> str:
    rows = ["| key | what | allowed | default | variable | option |", "|---|---|---|---|---|---|"]
    hints = get_type_hints(kind, include_extras=True)
    for name, hint in hints.items():
        meta = hint.__metadata__[0]
        default: Any = json.encode(getattr(kind(), name)).decode()
        extra = f"`{meta.extra['variable']}` | `{meta.extra['option']}`"
        rows.append(f"| `{name}` | {meta.title} | {meta.description} | `{default}` | {extra} |")
    return "\n".join(rows)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


if __name__ == "__main__":
    sys.exit(main())
