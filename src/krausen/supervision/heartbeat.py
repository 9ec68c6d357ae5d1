"""How a process tells whoever started it that it is up and alive: the datagrams of systemd's sd_notify(3).

The same words reach systemd and our own process manager. They need no disk, so a full or read-only one does
not make a healthy process look hung; and where nobody listens, nothing happens.
"""

import asyncio
import os
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

ADDRESS = "NOTIFY_SOCKET"
"""Variable with the address to tell: a path, or `@` and an abstract name."""
SILENT_US = "WATCHDOG_USEC"
"""Variable with the microseconds of silence after which a process counts as hung."""
ADDRESSEE = "WATCHDOG_PID"
LONGEST_PATH = 100
"""Bytes that the path of a socket may have; systems differ between 103 and 107."""
USUAL_S = 15.0
PID = b"X_PID"


class Heartbeat:
    """Signs of life to one address, every `every_s` seconds. Without an address nobody wants any."""

    def __init__(self, address: str | None, every_s: float = USUAL_S) -> None:
        self.every_s = every_s
        self._address = address

    @classmethod
    def wanted(cls, environment: Mapping[str, str]) -> "Heartbeat":
        """Give the heartbeat that the variables of this process ask for, four times as often as needed."""
        if environment.get(ADDRESSEE, str(os.getpid())) != str(os.getpid()):
            return cls(None)
        silent_us = environment.get(SILENT_US, "")
        every_s = int(silent_us) / 4e6 if silent_us.isdecimal() else USUAL_S
        return cls(environment.get(ADDRESS), every_s)

    async def run(self, is_well: Callable[[], bool] = lambda: True) -> NoReturn:
        """Say that this process is up, and from then on that it is alive, whenever it is well.

        Its loop must turn for that.
        """
        words = b"READY=1\nWATCHDOG=1"
        while True:
            if is_well():
                self.tell(words)
                words = b"WATCHDOG=1"
            await asyncio.sleep(self.every_s)

    def tell(self, words: bytes) -> bool:
        """Send words of sd_notify(3); tell whether somebody took them."""
        if self._address is None:
            return False
        datagram = b"%b\n%b=%d" % (words, PID, os.getpid())
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as way:
            try:
                if self._address.startswith("@"):
                    way.sendto(datagram, b"\0" + os.fsencode(self._address[1:]))
                else:
                    with _short(Path(self._address)) as address:
                        way.sendto(datagram, address)
            except OSError:
                return False
        return True


def without_heartbeat(environment: Mapping[str, str]) -> dict[str, str]:
    """Give the variables for a process whose signs of life are not those of this one."""
    return {name: text for name, text in environment.items() if name not in {ADDRESS, SILENT_US, ADDRESSEE}}


def with_heartbeat(environment: Mapping[str, str], path: Path, silent_ms: int) -> dict[str, str]:
    """Give the variables for a process that is to tell its signs of life to `path`."""
    return {**without_heartbeat(environment), ADDRESS: str(path), SILENT_US: str(silent_ms * 1000)}


@contextmanager
def ear_at(path: Path) -> Iterator[socket.socket]:
    """Give a socket at which signs of life arrive. Raises OSError when there can be none at this path."""
    path.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as ear:
        with _short(path) as address:
            ear.bind(address)
        try:
            yield ear
        finally:
            path.unlink(missing_ok=True)


@contextmanager
def listening(ear: socket.socket, heard: Callable[[int], None]) -> Iterator[None]:
    """Call `heard` with the id of each process that tells that it lives, from within the running loop."""
    loop = asyncio.get_running_loop()
    loop.add_reader(ear, _take, ear, heard)
    try:
        yield
    finally:
        loop.remove_reader(ear)


def pid_of(datagram: bytes) -> int | None:
    """Give the id of the process that a datagram says is alive; None when it says something else."""
    words = dict(line.partition(b"=")[::2] for line in datagram.split(b"\n"))
    pid = words.get(PID, b"")
    return int(pid) if words.get(b"WATCHDOG") == b"1" and pid.isdigit() and len(pid) < 20 else None


def _take(ear: socket.socket, heard: Callable[[int], None]) -> None:
    """Take all that has arrived, so that nothing waits behind a timer that asks who was silent."""
    while True:
        try:
            pid = pid_of(ear.recv(4096))
        except BlockingIOError:
            return
        if pid is not None:
            heard(pid)


@contextmanager
def _short(path: Path) -> Iterator[str]:
    """Give a name of a path that is short enough for the address of a socket; Linux has one by its folder."""
    if len(os.fsencode(path)) <= LONGEST_PATH:
        yield str(path)
        return
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)
