"""`krausen export`: readings to take away."""

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import click
from msgspec import Struct
from rich.console import Console
from rich.progress import BarColumn, FileSizeColumn, Progress, TextColumn, TimeElapsedColumn

from krausen.brewing.completeness import Span
from krausen.cli.clock import clock_of, zone_of_system
from krausen.errors import Invalid, OperatorNeeded
from krausen.files import replacing
from krausen.links.local import LocalServer
from krausen.ports.catalog import Catalog
from krausen.server.corrections import Corrections
from krausen.server.export import Export, Exports
from krausen.server.export_forms import Form, formed
from krausen.server.live import Live
from krausen.storage.catalog import SqlCatalog
from krausen.storage.folder import SERVER, DataFolder
from krausen.storage.history.sqlite import SqliteHistory
from krausen.wire.instants import LATEST_MS
from krausen.wire.timestamps import instant

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


@click.command("export")
@click.option("--batch", metavar="ID", help="A batch: its series, as long as it ran.")
@click.option("--series", metavar="ID", multiple=True, help="A series; may be repeated.")
@click.option("--from", "start", metavar="TIME", help="From then on: a day, or such as 2026-11-21T08:00.")
@click.option("--to", "end", metavar="TIME", help="Until just before then.")
@click.option(
    "--format",
    "form",
    type=click.Choice([form.value for form in Form]),
    default=Form.CSV.value,
    show_default=True,
    help="brewpi, nine columns as BrewPi logs them, takes a batch.",
)
@click.option("--corrected/--raw", default=True, help="With corrections, or as it was stored.")
@click.option("-o", "--output", metavar="FILE", type=click.Path(path_type=Path), help="Else standard output.")
@click.option("--data", metavar="DIR", type=click.Path(path_type=Path), help="The data folder.")
def export(*, output: Path | None, data: Path | None, corrected: bool, **asked: object) -> None:
    """Write readings out, in order of time; all that there are, unless a batch or series are named.

    FILE appears when it is whole. Times are UTC. What the columns are stands in the documentation, under
    Export.
    """
    wish = _Wish(
        batch=_text(asked["batch"]),
        series=_texts(asked["series"]),
        start=_time("--from", asked["start"]),
        end=_time("--to", asked["end"]),
        form=Form(str(asked["form"])),
        corrected=corrected,
    )
    if wish.batch is not None and wish.series:
        raise click.UsageError("Name a batch or series, not both.")
    if wish.form is Form.BREWPI and wish.batch is None:
        raise click.UsageError("BrewPi's form takes a batch: --batch ID.")
    terminal = Console(stderr=True)
    is_seen = terminal.is_terminal and (output is not None or not sys.stdout.isatty())
    columns = (TextColumn("Exporting"), BarColumn(), FileSizeColumn(), TimeElapsedColumn())
    with (
        _pieces(DataFolder.find(data), wish) as pieces,
        Progress(*columns, console=terminal, transient=True, disable=not is_seen) as progress,
    ):
        if output is None:
            _pour(_told(pieces, progress))
        else:
            _write(_told(pieces, progress), output)


COMMAND = export


class _Wish(Struct, frozen=True, kw_only=True):
    batch: str | None
    series: Sequence[str]
    start: str | None
    end: str | None
    form: Form
    corrected: bool


def _time(option: str, given: object) -> str | None:
    """Give a time as it was written, a day as its beginning. Raises BadParameter for what is none."""
    if given is None:
        return None
    text = f"{given}T00:00" if _DAY.fullmatch(str(given)) else str(given)
    try:
        instant(text, ZoneInfo("UTC"))
    except Invalid as refusal:
        raise click.BadParameter(f"{text!r}. {refusal}", param_hint=f"'{option}'") from refusal
    return text


def _text(given: object) -> str | None:
    return None if given is None else str(given)


def _texts(given: object) -> list[str]:
    return [str(one) for one in given] if isinstance(given, tuple) else []


@contextmanager
def _pieces(folder: DataFolder, wish: _Wish) -> Iterator[Iterator[bytes]]:
    """Give the file piece by piece: from the server if it runs, else by ourselves."""
    address = folder.running_server()
    if address is None:
        with _pieces_of_our_own(folder, wish) as pieces:
            yield pieces
    else:
        yield LocalServer(address, folder.local_token).pieces(f"/export?{_query(wish)}")


def _query(wish: _Wish) -> str:
    one = {"batch": wish.batch, "from": wish.start, "to": wish.end, "format": wish.form.value}
    said = [(name, value) for name, value in one.items() if value is not None]
    corrected = ("corrected", "true" if wish.corrected else "false")
    return urlencode([*said, corrected, *(("series", id) for id in wish.series)])


@contextmanager
def _pieces_of_our_own(folder: DataFolder, wish: _Wish) -> Iterator[Iterator[bytes]]:
    with (
        folder.hold(SERVER, "krausen export"),
        closing(SqliteHistory.open(folder.readings)) as history,
        closing(SqlCatalog.open(folder.catalog)) as catalog,
        asyncio.Runner() as runner,
    ):
        clock = clock_of(runner.get_loop())
        corrections = Corrections(catalog, history, Live(clock, ""), clock)
        exports = Exports(catalog, history, corrections, clock)
        chosen = runner.run(_chosen(exports, catalog, wish))
        yield _stepwise(runner, formed(chosen, wish.form))


async def _chosen(exports: Exports, catalog: Catalog, wish: _Wish) -> Export:
    setting = await catalog.setting("site.zone")
    zone = ZoneInfo(setting if isinstance(setting, str) else zone_of_system())
    start = 0 if wish.start is None else instant(wish.start, zone)
    end = LATEST_MS if wish.end is None else instant(wish.end, zone)
    if start >= end:
        raise Invalid("--from is not before --to.")
    as_stored = not wish.corrected
    if wish.batch is None:
        return await exports.of_series(wish.series, Span(start, end), as_stored=as_stored)
    batch = await catalog.batch(wish.batch)
    return await exports.of_batch(batch, Span(start, end), as_stored=as_stored)


def _stepwise(runner: asyncio.Runner, pieces: AsyncIterator[bytes]) -> Iterator[bytes]:
    async def following() -> bytes | None:
        return await anext(pieces, None)

    while (piece := runner.run(following())) is not None:
        yield piece


def _told(pieces: Iterator[bytes], progress: Progress) -> Iterator[bytes]:
    """Let the bar tell how much there is so far; how much it will be nobody knows."""
    task = progress.add_task("", total=None)
    for piece in pieces:
        yield piece
        progress.advance(task, len(piece))


def _pour(pieces: Iterator[bytes]) -> None:
    """Write to standard output; who reads it may have had enough."""
    try:
        for piece in pieces:
            sys.stdout.buffer.write(piece)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _write(pieces: Iterator[bytes], path: Path) -> None:
    """Write a file that appears when it is whole. Raises OperatorNeeded."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with replacing(path, part) as file:
            file.writelines(pieces)
    except OSError as error:
        raise OperatorNeeded(f"{path} cannot be written: {error.strerror}.") from error
