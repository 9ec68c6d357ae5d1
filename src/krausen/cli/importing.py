"""`krausen import`: history from other tools."""

import asyncio
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import click
from msgspec import Struct, json
from msgspec.structs import replace
from rich.console import Console
from rich.padding import Padding
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from krausen.cli.clock import clock_of
from krausen.errors import Invalid, KrausenError
from krausen.importing import archive
from krausen.importing.report import FileReport, ImportReport
from krausen.importing.sources import BACKUP, brews_of, is_spreadsheet, sources, units_of, with_unit
from krausen.links.local import LocalServer
from krausen.server.imports import LARGEST, Imports, known_formats
from krausen.storage.catalog import SqlCatalog
from krausen.storage.folder import SERVER, DataFolder
from krausen.storage.history.sqlite import SqliteHistory

SHOWN = 20
"""Skipped lines that are shown of a file; --json has them all."""


class _Command(click.Command):
    def format_epilog(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the formats there are."""
        with formatter.section("Formats"):
            formatter.write_dl([(known.name, known.title) for known in known_formats().values()])


@click.command("import", cls=_Command)
@click.argument("files", metavar="FILE…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--format", "form", metavar="NAME", help="The format, where the file does not tell by itself.")
@click.option("--timezone", "zone", metavar="ZONE", help="Of times without one, such as Europe/Copenhagen.")
@click.option("--dry-run", is_flag=True, help="Only tell what would be imported.")
@click.option("--data", metavar="DIR", type=click.Path(path_type=Path), help="The data folder.")
@click.option("--json", "as_json", is_flag=True, help="Report for programs.")
def import_files(
    *,
    files: Sequence[Path],
    form: str | None,
    zone: str | None,
    dry_run: bool,
    data: Path | None,
    as_json: bool,
) -> None:
    """Import history from other tools.

    A file becomes a finished batch, named after the file. Importing it again changes nothing; a file of the
    same name with other rows adds to the batch. Of each file either every valid row is stored or none.

    FILE may be a folder or an archive, such as a folder of BrewPi's logs or a backup of Fermentrack: all logs
    in it are imported. NAME may be followed by details, such as brewpi_csv:unit=F.
    """
    with _taking(DataFolder.find(data), _Wish(zone, form, dry_run)) as take:
        done, failed = _take_all(files, take)
    if as_json:
        click.echo(json.format(json.encode(ImportReport(done)), indent=2))
    else:
        _show(done, dry_run=dry_run)
    if failed:
        raise Invalid(_told(failed, len(failed) + len(done)))


COMMAND = import_files


class _Wish(Struct, frozen=True):
    zone: str | None
    form: str | None
    dry_run: bool


_Take = Callable[[str, bytes], FileReport]


@contextmanager
def _taking(folder: DataFolder, wish: _Wish) -> Iterator[_Take]:
    """Give a function that imports one file: through the server if it runs, else by ourselves."""
    address = folder.running_server()
    if address is None:
        with _taking_ourselves(folder, wish) as take:
            yield take
    else:
        server = LocalServer(address, folder.local_token)
        yield lambda name, raw: server.import_file(
            name, raw, zone=wish.zone, form=wish.form, dry_run=wish.dry_run
        )


@contextmanager
def _taking_ourselves(folder: DataFolder, wish: _Wish) -> Iterator[_Take]:
    with (
        folder.hold(SERVER, "krausen import"),
        closing(SqliteHistory.open(folder.readings)) as history,
        closing(SqlCatalog.open(folder.catalog)) as catalog,
        asyncio.Runner() as runner,
    ):
        imports = Imports(history, catalog, clock_of(runner.get_loop()))
        yield lambda name, raw: runner.run(
            imports.take(name, raw, by="command line", zone=wish.zone, form=wish.form, dry_run=wish.dry_run)
        )


def _take_all(files: Sequence[Path], take: _Take) -> tuple[list[FileReport], list[str]]:
    """Import one file after another; give the reports, and the reasons of those that failed."""
    done: list[FileReport] = []
    failed: list[str] = []
    terminal = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=terminal, transient=True, disable=not terminal.is_terminal) as progress:
        for path in progress.track(
            files, total=len(files) if len(files) > 1 else None, description="Importing"
        ):
            _take_each(path, take, done, failed)
    return done, failed


def _take_each(path: Path, take: _Take, done: list[FileReport], failed: list[str]) -> None:
    """Import the logs of a file, folder or archive."""
    try:
        for log in _logs(path):
            try:
                done.append(replace(take(log.file, log.raw), file=log.shown))
            except KrausenError as error:
                failed.append(str(error))
    except KrausenError as error:
        failed.append(str(error))


class _Log(Struct, frozen=True):
    """A log: what it is shown as, the name of the file that its brew is named after, and its content."""

    shown: str
    file: str
    raw: bytes


def _logs(path: Path) -> Iterator[_Log]:
    try:
        if path.is_dir():
            yield from _within(path, lambda: _of_folder(path))
            return
        with path.open("rb") as file:
            start = file.read(512)
            file.seek(0)
            if archive.is_archive(start):
                yield from _within(path, lambda: archive.members(file, path.name))
            else:
                yield from _brews(_Log(str(path), path.name, file.read(LARGEST + 1)))
    except OSError as error:
        raise Invalid(f"{path} cannot be read: {error.strerror}.") from error


def _of_folder(folder: Path) -> Iterator[archive.Member]:
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        yield archive.Member(path.relative_to(folder).as_posix(), _reading(path))


def _reading(path: Path) -> Callable[[int], bytes]:
    def read(most: int) -> bytes:
        with path.open("rb") as file:
            return file.read(most)

    return read


def _within(path: Path, members: Callable[[], Iterator[archive.Member]]) -> Iterator[_Log]:
    """Yield the logs of a folder or an archive, gone through twice: for the names, then for the logs."""
    paths: list[str] = []
    units: Mapping[str, str] = {}
    for member in members():
        paths.append(member.path)
        if member.path.endswith(BACKUP):
            units = units_of(member.read(LARGEST))
    wanted = {source.path: source.file for source in sources(paths)}
    if is_spreadsheet(paths):
        raise Invalid(f"{path} is a spreadsheet. Save it as CSV, a file for each of its tables.")
    if not wanted:
        raise Invalid(f"{path} holds no log: no file that ends in .csv, .json, .jsonl, .log, .tsv or .txt.")
    for member in members():
        if member.path in wanted:
            raw = with_unit(member.read(LARGEST + 1), member.path, units)
            yield from _brews(_Log(f"{path}/{member.path}", wanted[member.path], raw))


def _brews(log: _Log) -> Iterator[_Log]:
    """Take a file apart that holds several brews."""
    small = len(log.raw) <= LARGEST
    brews = brews_of(log.raw, log.file, known_formats().values()) if small else {}
    if not brews:
        yield log
    for title, raw in brews.items():
        name = re.sub(r"[/\\]", "-", title)
        yield _Log(f"{log.shown}: {title}", f"{name}.csv", raw)


def _told(failed: Sequence[str], files: int) -> str:
    reasons = " ".join(dict.fromkeys(failed))
    if files == 1:
        return reasons
    if len(failed) == files:
        return f"None of the {files} files was imported. {reasons}"
    return f"{len(failed)} of {files} files could not be imported, the rest is done. {reasons}"


def _show(reports: Sequence[FileReport], *, dry_run: bool) -> None:
    console = Console(markup=False, highlight=False, emoji=False)
    for report in reports:
        console.print(report.file, style="bold", soft_wrap=True)
        console.print(Padding(_facts(report, dry_run=dry_run), (0, 0, 0, 2), expand=False))
        console.print()


def _facts(report: FileReport, *, dry_run: bool) -> Table:
    table = Table.grid(padding=(0, 2))
    facts = {
        "format": report.format,
        "rows": f"{report.rows:,}",
        "to be stored" if dry_run else "stored": f"{report.stored:,}",
        "repeated": f"{report.repeated:,}",
        "skipped": f"{len(report.skipped):,}",
        "from": report.start,
        "to": report.end,
        "zone": report.zone,
        "batch": report.batch or "a new one",
    }
    for name, fact in facts.items():
        table.add_row(name, fact)
    for skipped in report.skipped[:SHOWN]:
        table.add_row(f"line {skipped.line}", skipped.reason)
    if len(report.skipped) > SHOWN:
        table.add_row("", f"and {len(report.skipped) - SHOWN:,} more; --json has them all")
    for remark in report.remarks:
        table.add_row("note", remark)
    return table
