"""Reading logs: the newest lines of several files in the order of time, and what is added to them."""

import io
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from heapq import merge
from pathlib import Path

from msgspec import Struct

_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z")
_FILE = re.compile(r"(?P<name>.+?)(-stdout|-stderr)?\.log")


class Entry(Struct, frozen=True, order=True):
    """What a process said at one time: its lines as they are in the file."""

    stamp: str
    name: str
    text: str


def logged(folder: Path) -> dict[str, list[Path]]:
    """Give the processes that have logs in a folder, each with its files."""
    files: dict[str, list[Path]] = {}
    for path in sorted(folder.glob("*.log")):
        if found := _FILE.fullmatch(path.name):
            files.setdefault(found["name"], []).append(path)
    return files


def entries(name: str, lines: Iterable[str]) -> Iterator[Entry]:
    """Join lines to entries: a line without a time belongs to the one before it."""
    stamp, text = "", ""
    for line in lines:
        found = _STAMP.match(line)
        if found and text:
            yield Entry(stamp, name, text)
            text = ""
        stamp = found[0] if found else stamp
        text = f"{text}\n{line}" if text else line
    if text:
        yield Entry(stamp, name, text)


def newest(files: dict[str, list[Path]], count: int) -> list[Entry]:
    """Give the last entries of several logs by time, out of files that were turned over too."""
    each = [sorted(_last(name, path, count)) for name, paths in files.items() for path in paths]
    return list(merge(*each))[-count:] if count else []


def past_the_log(entry: Entry) -> str:
    """Give the last line of an entry when it was written past the log, as last words are; else nothing."""
    line = entry.text.rpartition("\n")[2].strip()
    return "" if _STAMP.match(line) else line


class Follower:
    """Gives what is added to a log from now on, also when it is turned over. To be closed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = self._opened()
        self._rest = ""
        if self._file is not None:
            self._file.seek(0, os.SEEK_END)

    def lines(self) -> Sequence[str]:
        """Give the whole lines that are new."""
        text = self._rest + self._read()
        if self._is_turned_over():
            text += self._read()  # what came between reading and turning over
            self.close()
            self._file = self._opened()
            text += self._read()
        *whole, self._rest = text.split("\n")
        return whole

    def close(self) -> None:
        """Close the log."""
        if self._file is not None:
            self._file.close()

    def _read(self) -> str:
        return "" if self._file is None else self._file.read()

    def _is_turned_over(self) -> bool:
        if self._file is None:
            return self._path.exists()
        try:
            return not os.path.samestat(os.fstat(self._file.fileno()), self._path.stat())
        except FileNotFoundError:
            return False

    def _opened(self) -> io.TextIOWrapper | None:
        try:
            return self._path.open(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return None


def _last(name: str, path: Path, count: int) -> list[Entry]:
    found: list[Entry] = []
    for old in (path, *sorted(path.parent.glob(f"{path.name}.[0-9]"))):
        if len(found) >= count:
            break
        lines = old.read_text(encoding="utf-8", errors="replace").splitlines()
        found = [*entries(name, lines), *found]
    return found[-count:] if count else []
