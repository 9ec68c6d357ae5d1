"""Lock files: who holds one, and how a successor takes over from him.

A lock file is held by `flock`, which goes with the process however it ends, and says in JSON who that is.
"""

import asyncio
import fcntl
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from msgspec import DecodeError, Struct, ValidationError, json

PATIENCE_S = 10.0
"""How long a process may take to leave before it is killed."""
LOOK_S = 0.005


class Holder(Struct, frozen=True):
    """The process that holds a lock, and what it is."""

    pid: int
    what: str


def holder(lock: Path) -> Holder | None:
    """Tell who holds a lock file; None when nobody does, or when he has not put down his name yet."""
    with _opened(lock) as handle:
        if handle is None or not _held(handle):
            return None
        try:
            return json.decode(os.pread(handle, 4096, 0), type=Holder)
        except (DecodeError, ValidationError):
            return None


def is_held(lock: Path) -> bool:
    """Tell whether any process holds a lock file."""
    with _opened(lock) as handle:
        return handle is not None and _held(handle)


def anybody(_: Holder) -> bool:
    """Whoever holds a lock is asked to leave."""
    return True


async def ask_to_leave(
    lock: Path, whom: Callable[[Holder], bool] = anybody, *, patience_s: float = PATIENCE_S
) -> bool:
    """Send SIGTERM to whoever holds a lock, and wait until it is free; kill him after `patience_s`.

    Who is not one of `whom` is left in peace. Gives whether the lock is free: if not, such a one has it, or
    one that nothing can end. Of two successors the later gets it.
    """
    loop = asyncio.get_running_loop()
    kindly_until, until = loop.time() + patience_s, loop.time() + 2 * patience_s
    asked: set[int] = set()
    while is_held(lock):
        present = holder(lock)
        if loop.time() > until or (present is not None and not whom(present)):
            return False
        if present is not None:
            _send(present.pid, kindly=loop.time() < kindly_until, asked=asked)
        await asyncio.sleep(LOOK_S)
    return True


def _send(pid: int, *, kindly: bool, asked: set[int]) -> None:
    if kindly and pid in asked:
        return
    asked.add(pid)
    with suppress(ProcessLookupError):  # gone meanwhile, as wished
        os.kill(pid, signal.SIGTERM if kindly else signal.SIGKILL)


@contextmanager
def _opened(path: Path) -> Iterator[int | None]:
    try:
        handle = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        yield None
        return
    try:
        yield handle
    finally:
        os.close(handle)


def _held(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    fcntl.flock(handle, fcntl.LOCK_UN)
    return False
