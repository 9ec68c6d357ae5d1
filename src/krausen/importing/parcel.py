"""What is handed in to be imported: a file, folder or archive, taken apart into logs of one brew each."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from io import BytesIO
from typing import IO

from msgspec import Struct

from krausen.errors import Invalid
from krausen.importing import archive
from krausen.importing.archive import Member
from krausen.importing.format import ImportFormat
from krausen.importing.sources import BACKUP, brews_of, is_spreadsheet, sources, units_of, with_unit
from krausen.importing.text import PIECE, Pieces, pieces_of

LARGEST = 4 * 1024**3
"""Bytes a file may have that is imported by itself."""
LARGEST_MEMBER = 64 * 1024 * 1024
"""Bytes a log in a folder or an archive may have, and a sheet of many brews."""


Tables = Callable[[IO[bytes]], Iterator[bytes]]
"""Gives a file as the pieces of a table with a heading."""
_PARQUET = b"PAR1"


class Log(Struct, frozen=True, kw_only=True):
    """A log of one brew: what it is shown as, the file name that its brew goes by, and its content.

    `line_of` gives the number of a line in the file that it comes from.
    """

    shown: str
    file: str
    pieces: Pieces
    size: int
    line_of: Callable[[int], int] = int


class Parcel(Struct, frozen=True, kw_only=True):
    """What is handed in at once; `logs(formats)` goes through it anew each time.

    Each log is to be read before the next is asked for. Raises Invalid for what is too large, damaged or
    holds no log. `is_one` tells that it is a single file, no folder nor archive.
    """

    name: str
    logs: Callable[[Collection[ImportFormat]], Iterator[Log]]
    is_one: bool


def of_bytes(name: str, raw: bytes) -> Parcel:
    """Give a parcel that is in memory."""
    return of_file(name, BytesIO(raw))


def of_file(name: str, file: IO[bytes], *, shown: str = "", as_csv: Tables | None = None) -> Parcel:
    """Give a parcel that is an open file, which stays with the caller; reports name it as `shown`.

    `as_csv` reads Parquet files, which are no text.
    """
    shown = shown or name
    start = _at(file, 0, archive.START)
    if archive.is_archive(start):
        return Parcel(
            name=name,
            logs=lambda formats: _within(shown, lambda: archive.members(file, name), formats),
            is_one=False,
        )
    size = file.seek(0, 2)
    read = as_csv if as_csv is not None and start.startswith(_PARQUET) else _pieces
    whole = Log(shown=shown, file=name, pieces=lambda: read(file), size=size)
    return Parcel(name=name, logs=lambda formats: _apart(whole, LARGEST, formats), is_one=True)


def of_folder(name: str, members: Callable[[], Iterator[Member]], *, shown: str = "") -> Parcel:
    """Give a parcel that is a folder."""
    return Parcel(name=name, logs=lambda formats: _within(shown or name, members, formats), is_one=False)


def _at(file: IO[bytes], place: int, most: int) -> bytes:
    file.seek(place)
    return file.read(most)


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    """Read a file; several may do so in turn, as each knows its own place."""
    place = 0
    while piece := _at(file, place, PIECE):
        yield piece
        place += len(piece)


def _within(
    shown: str, members: Callable[[], Iterator[Member]], formats: Collection[ImportFormat]
) -> Iterator[Log]:
    """Yield the logs of a folder or an archive, gone through twice: for the names, then for the logs."""
    paths: list[str] = []
    units: Mapping[str, str] = {}
    for member in members():
        paths.append(member.path)
        if member.path.endswith(BACKUP):
            units = units_of(member.read(LARGEST_MEMBER))
    wanted = {source.path: source.file for source in sources(paths)}
    if is_spreadsheet(paths):
        raise Invalid(f"{shown} is a spreadsheet. Save it as CSV, a file for each of its tables.")
    if not wanted:
        raise Invalid(f"{shown} holds no log: no file that ends in .csv, .json, .jsonl, .log, .tsv or .txt.")
    for member in members():
        if member.path in wanted:
            raw = with_unit(member.read(LARGEST_MEMBER + 1), member.path, units)
            name = f"{shown}/{member.path}"
            log = Log(shown=name, file=wanted[member.path], pieces=pieces_of(raw), size=len(raw))
            yield from _apart(log, LARGEST_MEMBER, formats)


def _apart(log: Log, most: int, formats: Collection[ImportFormat]) -> Iterator[Log]:
    """Take a file apart that holds several brews."""
    if log.size > most:
        raise Invalid(f"{log.file} is larger than {most >> 20} MiB. Split it and import the parts.")
    brews = brews_of(log.pieces, log.file, formats) if log.size <= LARGEST_MEMBER else {}
    if not brews:
        yield log
    for title, part in brews.items():
        name = re.sub(r"[/\\]", "-", title)
        yield Log(
            shown=f"{log.shown}: {title}",
            file=f"{name}.csv",
            pieces=pieces_of(part.raw),
            size=len(part.raw),
            line_of=part.line_of,
        )
