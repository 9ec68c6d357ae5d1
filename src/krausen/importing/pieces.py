"""Files that are one piece of JSON, taken apart so that what is whole of a broken one is still read."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from krausen.importing.format import Complaint

CUT_OFF = "Cut off here: the file ends in the middle, or was damaged."
_DECODER = json.JSONDecoder()


def entries(text: str, start: int) -> Iterator[tuple[int, Any] | Complaint]:
    """Yield the entries of a JSON array, counted from 1, whose first begins at `start` or after blanks.

    Where the text breaks off, a complaint is the last. What stands behind the array is not looked at.
    """
    count, place = 1, _skipped(text, start)
    while text[place : place + 1] != "]":
        try:
            entry, place = _DECODER.raw_decode(text, place)
        except (ValueError, RecursionError):
            yield Complaint(count, CUT_OFF)
            return
        yield count, entry
        count += 1
        place = _skipped(text, place)
        if text[place : place + 1] == ",":
            place = _skipped(text, place + 1)


def refused(lines: Iterable[str], reason: str) -> Iterator[Complaint]:
    """Complain of every line that is not blank."""
    for place, line in enumerate(lines, start=1):
        if line.strip():
            yield Complaint(place, reason)


def _skipped(text: str, place: int) -> int:
    while text[place : place + 1].isspace():
        place += 1
    return place
