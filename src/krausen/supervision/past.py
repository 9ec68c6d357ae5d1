"""What the files of a log folder say: the last lines of all, and what other processes add to theirs."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import structlog

from krausen.model.log import LogLine, source_of_agent
from krausen.supervision.lines import lines_of
from krausen.supervision.tail import Follower, entries, logged
from krausen.supervision.wanted import AGENT

log = structlog.get_logger()

TAIL = 256 * 1024
"""Bytes at the end of a log that are read."""


def past_lines(folder: Path, most_bytes: int = TAIL) -> list[LogLine]:
    """Give the last lines of all processes that have logs in a folder, by time.

    A log that cannot be read is said, and left out.
    """
    found: list[LogLine] = []
    for name, paths in logged(folder).items():
        for path in paths:
            found += _lines(name, _end_of(path, most_bytes))
    return sorted(found, key=lambda line: line.at)


class Following:
    """Gives what processes add to their logs from now on. To be closed."""

    def __init__(self, folder: Path, names: Iterable[str]) -> None:
        self._paths = {name: folder / f"{name}.log" for name in names}
        self._followers: dict[str, Follower] = {}
        for name in self._paths:
            self._read(name)

    def lines(self) -> list[LogLine]:
        """Give the lines that are new; a log that cannot be read has none."""
        return [line for name in self._paths for line in _lines(name, self._read(name))]

    def close(self) -> None:
        """Close the logs."""
        for follower in self._followers.values():
            follower.close()

    def _read(self, name: str) -> Sequence[str]:
        try:
            if name not in self._followers:
                self._followers[name] = Follower(self._paths[name])
            return self._followers[name].lines()
        except OSError as error:
            log.debug("log.not_read", log=name, detail=error.strerror)
            return ()


def source_named(process: str) -> str:
    """Give the source of what a process says, by the name that its logs have."""
    return source_of_agent(process.removeprefix(AGENT)) if process.startswith(AGENT) else process


def _lines(name: str, lines: Iterable[str]) -> list[LogLine]:
    source = source_named(name)
    return [line for entry in entries(name, lines) for line in lines_of(entry, source)]


def _end_of(path: Path, most_bytes: int) -> list[str]:
    """Read the end of a log, and where it was just turned over that of the one before."""
    read = b""
    for part in (path, path.with_name(f"{path.name}.1")):
        if len(read) >= most_bytes:
            break
        read = _last_bytes(part, most_bytes - len(read)) + read
    return read.decode(errors="replace").splitlines()


def _last_bytes(path: Path, most_bytes: int) -> bytes:
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - most_bytes))
            read = file.read(most_bytes)
    except FileNotFoundError:
        return b""
    except OSError as error:
        log.warning("log.not_read", log=path.name, detail=error.strerror)
        return b""
    # What is cut off before is half a line.
    return read if size <= most_bytes else read.partition(b"\n")[2]
