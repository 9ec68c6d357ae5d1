"""`krausen import`: history from other tools."""

import asyncio
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from io import SEEK_END
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

import click
from msgspec import Struct, json
from msgspec.structs import replace
from rich.console import Console
from rich.padding import Padding
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from krausen.cli.clock import clock_of
from krausen.errors import Invalid, KrausenError
from krausen.importing.archive import Member
from krausen.importing.gathered import MOST_SKIPPED
from krausen.importing.parcel import LARGEST_MEMBER, Parcel, of_file, of_folder
from krausen.importing.report import FileReport, ImportReport, Preview
from krausen.importing.sources import BACKUP, sources
from krausen.importing.undertaking import Wish
from krausen.links.local import LocalServer
from krausen.server.imports import LARGEST, Imports, known_formats
from krausen.server.parquet import as_csv
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
    same name with other rows adds to the batch. Everything in FILE is read and judged before any of it is
    stored.

    FILE may be a folder or an archive, such as a folder of BrewPi's logs or a backup of Fermentrack: all logs
    in it are imported. NAME may be followed by details, such as brewpi_csv:unit=F.
    """
    with _taking(DataFolder.find(data), _Wish(zone, form, dry_run)) as take:
        done, failed = _take_all(files, take)
    if as_json:
        click.echo(json.format(json.encode(done), indent=2))
    else:
        _show(done.files, dry_run=dry_run)
    reasons = [*failed, *(one.reason for one in done.passed_over)]
    if reasons:
        raise Invalid(_told(reasons, len(reasons) + len(done.files)))


COMMAND = import_files


class _Wish(Struct, frozen=True):
    zone: str | None
    form: str | None
    dry_run: bool


_Take = Callable[[Path], ImportReport]


@contextmanager
def _taking(folder: DataFolder, wish: _Wish) -> Iterator[_Take]:
    """Give a function that imports a file, folder or archive: through the server if it runs, else itself."""
    address = folder.running_server()
    if address is None:
        with _taking_ourselves(folder, wish) as take:
            yield take
    else:
        yield partial(_sent, LocalServer(address, folder.local_token), wish)


@contextmanager
def _taking_ourselves(folder: DataFolder, wish: _Wish) -> Iterator[_Take]:
    with (
        folder.hold(SERVER, "krausen import"),
        closing(SqliteHistory.open(folder.readings)) as history,
        closing(SqlCatalog.open(folder.catalog)) as catalog,
        asyncio.Runner() as runner,
    ):
        imports = Imports(history, catalog, clock_of(runner.get_loop()))
        ours = Wish(by="command line", zone=wish.zone, form=wish.form, dry_run=wish.dry_run)

        def take(path: Path) -> ImportReport:
            with _parcel(path) as parcel:
                return runner.run(imports.work(imports.begin(ours), parcel))

        yield take


def _take_all(files: Sequence[Path], take: _Take) -> tuple[ImportReport, list[str]]:
    """Import one file after another; give the report on all, and the reasons of those that failed."""
    done = ImportReport([])
    failed: list[str] = []
    terminal = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=terminal, transient=True, disable=not terminal.is_terminal) as progress:
        for path in progress.track(
            files, total=len(files) if len(files) > 1 else None, description="Importing"
        ):
            try:
                report = take(path)
                done.files.extend(report.files)
                done.passed_over.extend(report.passed_over)
            except KrausenError as error:
                failed.append(str(error))
    return done, failed


@contextmanager
def _parcel(path: Path) -> Iterator[Parcel]:
    """Open a file, folder or archive."""
    try:
        if path.is_dir():
            yield of_folder(path.name, partial(_of_folder, path), shown=str(path))
        else:
            with path.open("rb") as file:
                yield of_file(path.name, file, shown=str(path), as_csv=as_csv)
    except OSError as error:
        raise Invalid(f"{path} cannot be read: {error.strerror}.") from error


def _of_folder(folder: Path) -> Iterator[Member]:
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        yield Member(path.relative_to(folder).as_posix(), partial(_read, path))


def _read(path: Path, most: int) -> bytes:
    with path.open("rb") as file:
        return file.read(most)


def _sent(server: LocalServer, wish: _Wish, path: Path) -> ImportReport:
    """Import through the server; a folder goes as an archive."""
    try:
        with _to_send(path) as file:
            if file.seek(0, SEEK_END) > LARGEST:
                raise Invalid(
                    f"{path} is larger than {LARGEST >> 20} MiB, the most that a running server takes. Stop"
                    " the server with `krausen stop`, import, and start it again."
                )
            report = server.import_file(path.name, file, zone=wish.zone, form=wish.form, dry_run=wish.dry_run)
    except OSError as error:
        raise Invalid(f"{path} cannot be read: {error.strerror}.") from error
    files = [replace(file, file=f"{path}{file.file.removeprefix(path.name)}") for file in report.files]
    return replace(report, files=files)


@contextmanager
def _to_send(path: Path) -> Iterator[IO[bytes]]:
    """Open a file; of a folder, an archive of its logs that lies in a temporary file."""
    if path.is_dir():
        with TemporaryFile() as packed:
            _pack(path, packed)
            yield packed
    else:
        with path.open("rb") as file:
            yield file


def _pack(folder: Path, packed: IO[bytes]) -> None:
    members = list(_of_folder(folder))
    wanted = {source.path for source in sources(member.path for member in members)}
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for member in members:
            if member.path in wanted or member.path.endswith(BACKUP):
                archive.writestr(member.path, member.read(LARGEST_MEMBER + 1))


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
    more = report.more_skipped if isinstance(report.more_skipped, int) else 0
    facts = {
        "format": report.format,
        "rows": f"{report.rows:,}",
        "to be stored" if dry_run else "stored": f"{report.stored:,}",
        "repeated": f"{report.repeated:,}",
        "skipped": f"{len(report.skipped) + more:,}",
        "from": report.start,
        "to": report.end,
        "zone": report.zone,
        "batch": report.batch or "a new one",
    }
    for name, fact in facts.items():
        table.add_row(name, fact)
    if isinstance(report.preview, Preview) and report.preview.mapping:
        table.add_row("columns", report.preview.mapping)
    for skipped in report.skipped[:SHOWN]:
        table.add_row(f"line {skipped.line}", skipped.reason)
    if len(report.skipped) > SHOWN:
        rest = len(report.skipped) + more - SHOWN
        table.add_row("", f"and {rest:,} more; --json has {f'{MOST_SKIPPED:,}' if more else 'them all'}")
    for remark in report.remarks:
        table.add_row("note", remark)
    return table
