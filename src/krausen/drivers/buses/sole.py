"""Sole use of a place on this machine: a cable, an address, a socket.

A lock file in the system's folder for temporary files is held by flock(2), which the kernel lets go of when
its process ends, however it ends; so a file that was left behind locks nobody out. The file names its holder.
"""

import fcntl
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from krausen.errors import Invalid, OperatorNeeded

NAME_LONGEST = 200
_MOST_WORDS = 3


@contextmanager
def sole(place: str, owner: str = "", folder: Path | None = None) -> Iterator[None]:
    """Have a place for oneself. Raises Invalid, naming the holder, where another session has it.

    `owner` is this process as `myself` names it, unless it is given. Raises OperatorNeeded where the lock
    file cannot be made.
    """
    digest = sha256(place.encode()).hexdigest()[:24]
    file = (folder or Path(tempfile.gettempdir())) / f"krausen-{digest}.lock"
    number = _opened(file)
    try:
        _lock(number, place)
        _sign(number, owner or myself())
        yield
    finally:
        os.close(number)


def myself(words: list[str] | None = None) -> str:
    """Name this process: the first words of its command, without its options, and its number."""
    program, *rest = words or sys.argv or [""]
    plain = [Path(program).name or "python"]
    for word in rest:
        if word.startswith("-") or len(plain) == _MOST_WORDS:
            break
        plain.append(word)
    return f"{' '.join(plain)} (process {os.getpid()})"


def _opened(file: Path) -> int:
    """Open a lock file, which another user may have made; then it can be locked and not signed."""
    shared = os.O_CLOEXEC | os.O_NOFOLLOW
    for flags in (os.O_RDWR, os.O_RDONLY, os.O_RDWR | os.O_CREAT):
        try:
            return os.open(file, flags | shared, 0o644)
        except (FileNotFoundError, PermissionError):
            continue
        except OSError as error:
            raise OperatorNeeded(f"{file} cannot be opened: {error.strerror}. Remove it.") from error
    raise OperatorNeeded(f"{file} cannot be made or opened. Allow this user to write into {file.parent}.")


def _lock(number: int, place: str) -> None:
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.pread(number, NAME_LONGEST, 0).decode("utf-8", "replace").strip() or "another process"
        raise Invalid(f"{place} is in use by {holder}. Stop that one, or remove this controller.") from None


def _sign(number: int, owner: str) -> None:
    if fcntl.fcntl(number, fcntl.F_GETFL) & os.O_ACCMODE == os.O_RDWR:
        os.ftruncate(number, 0)
        os.pwrite(number, owner.encode()[:NAME_LONGEST], 0)
