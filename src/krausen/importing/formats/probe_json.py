"""One probe, a JSON array of times and temperatures.

`[["20180110:212204", "1.187"], …]`: local times, °C as text or number, `ERROR` where the probe did not
answer.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from krausen.importing.format import Complaint, ImportFormat, Row, ToUtc, Unreadable
from krausen.importing.numbers import number
from krausen.importing.pieces import Passage, passage, refused
from krausen.importing.stamped import Stamped, timed
from krausen.importing.table import NOTHING, temperature
from krausen.importing.times import moment

_OPENING = re.compile(r'\s*\[(?=\s*\[\s*"\d{8}:\d{6}")')


def recognises(head: Sequence[str]) -> bool:
    """Tell whether the file begins as such an array."""
    return _OPENING.match("\n".join(head[:9])) is not None


def read(lines: Iterable[str], utc: ToUtc) -> Iterator[Row | Complaint]:
    """Yield a row or a complaint for every entry, counted from 1."""
    held = lines if isinstance(lines, Collection) else list(lines)
    text = passage(held)
    if not text.skip_past(_OPENING):
        return refused(held, "It is no array of times such as 20180110:212204 and temperatures.")
    return timed(_stamped(text), utc)


def _stamped(text: Passage) -> Iterator[Stamped | Complaint]:
    for entry in text.entries():
        if isinstance(entry, Complaint):
            yield entry
            continue
        try:
            yield _row(*entry)
        except Unreadable as reason:
            yield Complaint(entry[0], str(reason))


def _row(place: int, entry: object) -> Stamped:
    if not isinstance(entry, list) or len(entry) != 2:
        raise Unreadable("It is no pair of a time and a temperature.")
    when, value = moment(str(entry[0])), number(str(entry[1]))
    if value is None:
        raise Unreadable(NOTHING)
    return Stamped(place, when, {"temperature": value})


FORMAT = ImportFormat(
    name="probe_json",
    title="One probe, a JSON array of times and temperatures",
    series=(temperature("temperature"),),
    recognises=recognises,
    read=read,
)
