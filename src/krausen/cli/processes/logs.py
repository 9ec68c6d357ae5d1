"""`krausen logs`: what the processes said last."""

import asyncio
from collections.abc import Sequence
from contextlib import ExitStack, closing
from pathlib import Path

import click

from krausen.cli.processes.options import data_option, installed
from krausen.errors import NotFound
from krausen.supervision.tail import Entry, Follower, entries, logged, newest

LOOK_S = 0.25


@click.command("logs")
@click.argument("name", required=False)
@data_option
@click.option("-f", "--follow", is_flag=True, help="Go on with what is added, until Ctrl-C.")
@click.option(
    "-n", "--lines", "count", default=40, show_default=True, type=click.IntRange(0), help="How many."
)
def logs(*, name: str | None, data: Path | None, follow: bool, count: int) -> None:
    """Show what the processes logged last, or only NAME: server, spawner, circusd, dev-…"""
    folder = installed(data).log
    files = logged(folder)
    if name is not None:
        if name not in files:
            known = ", ".join(sorted(files)) or "none at all"
            raise NotFound(f"There is no log of {name} in {folder}. There are: {known}.")
        files = {name: files[name]}
    with ExitStack() as stack:
        followed = [
            (name, stack.enter_context(closing(Follower(path))))
            for name, paths in files.items()
            for path in paths
            if follow
        ]
        for entry in newest(files, count):
            _show(entry, several=len(files) > 1)
        if follow:
            asyncio.run(_follow(followed, several=len(files) > 1))


COMMAND = logs


def _show(entry: Entry, *, several: bool) -> None:
    click.echo(f"{entry.name}: {entry.text}" if several else entry.text)


async def _follow(followed: Sequence[tuple[str, Follower]], *, several: bool) -> None:
    while True:
        new = [entry for name, follower in followed for entry in entries(name, follower.lines())]
        for entry in sorted(new):
            _show(entry, several=several)
        await asyncio.sleep(LOOK_S)
