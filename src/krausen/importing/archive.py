"""Archives: what is in them, without unpacking them to a disk."""

import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import IO

from msgspec import Struct

from krausen.errors import Invalid

MOST_MEMBERS = 20_000
MOST_BYTES = 4 * 1024**3
"""What all members together may unpack to."""
START = 512
"""Bytes by which an archive is known."""
_SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00")
_TAR = slice(257, 262)
_BROKEN = (
    zipfile.BadZipFile,
    tarfile.TarError,
    lzma.LZMAError,
    zlib.error,
    EOFError,
    OSError,
    NotImplementedError,
)


class Member(Struct, frozen=True):
    """A file in an archive or a folder; `read` gives at most as many of its bytes as are asked for."""

    path: str
    read: Callable[[int], bytes]


def is_archive(start: bytes) -> bool:
    """Tell by the first 512 bytes of a file whether it is an archive that can be opened."""
    return start.startswith(_SIGNATURES) or start[_TAR] == b"ustar"


def members(file: IO[bytes], name: str) -> Iterator[Member]:
    """Yield the files in a ZIP or tar archive (plain, gzip, bzip2 or xz), in its order.

    Each is to be read before the next is asked for. Raises Invalid, naming the archive, when it is damaged,
    locked with a password, or would unpack to more than `MOST_MEMBERS` files or `MOST_BYTES`.
    """
    file.seek(0)
    start = file.read(4)
    file.seek(0)
    found = _zipped(file) if start.startswith(b"PK") else _tarred(file)
    with _told(name):
        for member in _checked(found, name):
            yield Member(member.path, partial(_read, member, name))


def _read(member: Member, name: str, most: int) -> bytes:
    with _told(name):
        return member.read(most)


@contextmanager
def _told(name: str) -> Iterator[None]:
    try:
        yield
    except RuntimeError as error:
        raise Invalid(f"{name} is locked with a password. Unpack it, and import what is inside.") from error
    except _BROKEN as error:
        raise Invalid(
            f"{name} is a damaged archive, or one of another kind: {error}. Unpack it first."
        ) from error


def _checked(found: Iterator[tuple[int, Member]], name: str) -> Iterator[Member]:
    size = 0
    for count, (length, member) in enumerate(found, start=1):
        size += length
        if count > MOST_MEMBERS or size > MOST_BYTES:
            raise Invalid(f"{name} is too large unpacked. Unpack it, and import the logs in it.")
        yield member


def _zipped(file: IO[bytes]) -> Iterator[tuple[int, Member]]:
    with zipfile.ZipFile(file) as archive:
        for entry in archive.infolist():
            if not entry.is_dir():
                yield entry.file_size, Member(entry.filename, _of_zip(archive, entry))


def _of_zip(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Callable[[int], bytes]:
    def read(most: int) -> bytes:
        with archive.open(entry) as content:
            return content.read(most)

    return read


def _tarred(file: IO[bytes]) -> Iterator[tuple[int, Member]]:
    with tarfile.open(fileobj=file) as archive:
        for entry in archive:
            if entry.isfile():
                yield entry.size, Member(entry.name, _of_tar(archive, entry))


def _of_tar(archive: tarfile.TarFile, entry: tarfile.TarInfo) -> Callable[[int], bytes]:
    def read(most: int) -> bytes:
        content = archive.extractfile(entry)
        return b"" if content is None else content.read(most)

    return read
