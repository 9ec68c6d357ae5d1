"""Files that are one piece of JSON, taken apart while they are read; what is whole of a broken one counts."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from krausen.importing.format import Complaint
from krausen.importing.text import Lines

CUT_OFF = "Cut off here: the file ends in the middle, or was damaged."
LONGEST = 128 * 1024
"""Letters that an entry may have, and what stands before the first one."""
_OVERLAP = 1024
_DECODER = json.JSONDecoder()
_BLANK = re.compile(r"\s*")


class Passage:
    """A text that comes in chunks, of which no more is held than what is looked at."""

    def __init__(self, chunks: Iterable[str]) -> None:
        self._chunks = iter(chunks)
        self._held = ""
        self._place = 0

    def skip_past(self, opening: re.Pattern[str]) -> bool:
        """Go on to behind an opening that stands right here; tell whether one does."""
        return self._pass(opening.match, LONGEST)

    def find(self, opening: re.Pattern[str]) -> bool:
        """Go on to behind the next opening; tell whether there is one."""
        while not self._pass(opening.search, 1):
            # What an opening may have begun with stays.
            self._place = max(self._place, len(self._held) - _OVERLAP)
            if not self._fetch():
                return False
        return True

    def entries(self) -> Iterator[tuple[int, Any] | Complaint]:
        """Yield the entries of the JSON array that has just been opened, counted from 1.

        Where the text breaks off, or an entry is longer than `LONGEST`, a complaint is the last. What stands
        behind the array is not looked at.
        """
        count = 1
        while self._sign() != "]":
            try:
                entry = self._entry()
            except (ValueError, RecursionError):
                yield Complaint(count, CUT_OFF)
                return
            yield count, entry
            count += 1
            if self._sign() == ",":
                self._place += 1

    def _pass(self, way: "Callable[[str, int], re.Match[str] | None]", least: int) -> bool:
        while (found := way(self._held, self._place)) is None:
            if len(self._held) - self._place >= least or not self._fetch():
                return False
        self._place = found.end()
        return True

    def _sign(self) -> str:
        """Give the next sign that is no blank, empty at the end."""
        while True:
            blank = _BLANK.match(self._held, self._place)
            self._place = blank.end() if blank else self._place
            if self._place < len(self._held) or not self._fetch():
                return self._held[self._place : self._place + 1]

    def _entry(self) -> Any:
        while True:
            try:
                entry, end = _DECODER.raw_decode(self._held, self._place)
            except ValueError:
                if len(self._held) - self._place > LONGEST or not self._fetch():
                    raise
            else:
                # A number at the end of what is held may go on.
                if end < len(self._held) or not self._fetch():
                    self._place = end
                    return entry

    def _fetch(self) -> bool:
        """Hold another chunk, and no longer what has been passed; tell whether there was one."""
        chunk = next(self._chunks, None)
        if chunk is None:
            return False
        self._held, self._place = self._held[self._place :] + chunk, 0
        return True


def passage(lines: Iterable[str]) -> Passage:
    """Give the text of lines; of those of a file it comes in chunks, however long a line is."""
    return Passage(lines.chunks() if isinstance(lines, Lines) else (f"{line}\n" for line in lines))


def physical(lines: Iterable[str]) -> Iterator[str]:
    """Yield lines with their ends, parted at LF alone, so that a text in quotes keeps what it holds."""
    if not isinstance(lines, Lines):
        yield from (f"{line}\n" for line in lines)
        return
    held = ""
    for chunk in lines.chunks():
        *whole, held = (held + chunk).split("\n")
        yield from (f"{line}\n" for line in whole)
        if len(held) > LONGEST:
            yield held
            held = ""
    if held:
        yield held


def refused(lines: Iterable[str], reason: str) -> Iterator[Complaint]:
    """Complain of every line that is not blank."""
    for place, line in enumerate(lines, start=1):
        if line.strip():
            yield Complaint(place, reason)
