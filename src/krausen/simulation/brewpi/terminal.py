"""The serial line of an emulated board: a pseudo-terminal behind a link of its own name."""

import asyncio
import os
import select
import termios
import tty
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NoReturn

import structlog
from msgspec import Struct

from krausen.errors import OperatorNeeded
from krausen.simulation.brewpi.life import MOST_WAITING, Life, Line

log = structlog.get_logger()

LOOK_S = 0.05
"""How often it is looked whether a host has opened the line."""
CHUNK = 4096


class Terminal(Struct, frozen=True):
    """A pseudo-terminal: our end of it, and the device that hosts open."""

    ours: int
    device: str

    def is_open(self) -> bool:
        """Tell whether a host has it open."""
        poll = select.poll()
        poll.register(self.ours, 0)
        return not poll.poll(0)

    def empty(self) -> None:
        """Throw away what a host has left unread, so that the next one does not find it."""
        theirs = os.open(self.device, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        try:
            termios.tcflush(theirs, termios.TCIFLUSH)
        finally:
            os.close(theirs)


@contextmanager
def terminal(path: Path) -> Iterator[Terminal]:
    """Make a terminal that hosts open at a path.

    A link that is at the path is replaced, anything else is not. Raises OperatorNeeded.
    """
    with ExitStack() as undo:
        try:
            ours, theirs = os.openpty()
            undo.callback(os.close, ours)
            with os.fdopen(theirs, "rb", buffering=0):
                tty.setraw(theirs)
                os.set_blocking(ours, False)
                device = os.ttyname(theirs)
                _link(path, device)
        except OSError as error:
            why = error.strerror or "there are no pseudo-terminals here"
            raise OperatorNeeded(f"{path} cannot be made: {why}. Choose another: --pty PATH.") from error
        undo.callback(_unlink, path, device)
        yield Terminal(ours, device)


async def serve(life: Life, terminal: Terminal) -> NoReturn:
    """Answer whoever opens the terminal, until cancelled.

    A board that resets when its port is opened does so; while nobody has it open, all is lost that is said.
    """
    look_s = LOOK_S * life.surroundings.speed
    while True:
        if terminal.is_open():
            await _converse(life, terminal)
        await asyncio.sleep(look_s)


async def _converse(life: Life, terminal: Terminal) -> None:
    """Answer a host until it closes the terminal."""
    log.info("host.came", detail="A host opened the serial line.")
    if life.board.firmware.model.resets_when_opened:
        life.restart()
    port = _Port(terminal.ours)
    line = life.open(port.write)
    try:
        await port.read(line)
    finally:
        port.close()
        life.close(line)
        terminal.empty()
    log.info("host.left", detail="The host closed the serial line.")


class _Port:
    """Our end of a terminal that somebody has open."""

    def __init__(self, ours: int) -> None:
        self._ours = ours
        self._waiting = b""
        self._loop = asyncio.get_running_loop()

    async def read(self, line: Line) -> None:
        """Hand all that comes to a line, until the host closes the terminal."""
        closed = self._loop.create_future()

        def ready() -> None:
            try:
                line.hear(os.read(self._ours, CHUNK))
            except BlockingIOError:
                return
            except OSError:
                # Linux says so (EIO) when nobody has the other end open.
                self._loop.remove_reader(self._ours)
                # The loop may have noted once more that there is something to read.
                if not closed.done():
                    closed.set_result(None)

        self._loop.add_reader(self._ours, ready)
        await closed

    def write(self, said: bytes) -> None:
        """Send, as far as the host reads."""
        self._waiting = (self._waiting + said)[:MOST_WAITING]
        self._flush()

    def close(self) -> None:
        """Have nothing more to do with the host."""
        self._waiting = b""
        self._loop.remove_reader(self._ours)
        self._loop.remove_writer(self._ours)

    def _flush(self) -> None:
        try:
            self._waiting = self._waiting[os.write(self._ours, self._waiting) :]
        except BlockingIOError:
            pass
        except OSError:
            self._waiting = b""
        if self._waiting:
            self._loop.add_writer(self._ours, self._flush)
        else:
            self._loop.remove_writer(self._ours)


def _link(path: Path, target: str) -> None:
    if path.is_symlink():
        path.unlink()
    path.symlink_to(target)


def _unlink(path: Path, target: str) -> None:
    """Remove the link, unless somebody has put another in its place."""
    if path.is_symlink() and path.readlink() == Path(target):
        path.unlink()
