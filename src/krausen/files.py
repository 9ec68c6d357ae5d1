"""Files that are replaced whole: whoever reads one finds what was there before or what is new."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


def replace(path: Path, content: bytes, *, secret: bool = False, lasting: bool = True) -> None:
    """Put a content in place of what a file has; a `secret` is for this user alone to read.

    Whatever happens meanwhile, a crash or a full disk, leaves the one or the other; what is `lasting` also
    outlives a power cut from here on. Raises OSError.
    """
    with replacing(path, beside(path), secret=secret, lasting=lasting) as file:
        file.write(content)
    if lasting:
        keep(path.parent)


@contextmanager
def replacing(path: Path, part: Path, *, secret: bool = False, lasting: bool = True) -> Iterator[BinaryIO]:
    """Give a file to write to, `part`, that takes the place of `path` in the same folder when it is whole.

    Where it is not, nothing is left of it. What an earlier process has left there is taken away. Raises
    OSError.
    """
    part.unlink(missing_ok=True)
    try:
        with open(part, "xb", opener=_for_us_alone if secret else None) as file:
            yield file
            file.flush()
            if lasting:
                os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def beside(path: Path) -> Path:
    """Give where the new content of a file is written before it takes its place."""
    return path.with_name(f"{path.name}.new")


def keep(folder: Path) -> None:
    """Have the disk keep what was replaced, renamed or removed in a folder. Raises OSError."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _for_us_alone(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
