"""Readings and events as Krausen itself exports them, a JSON object a line.

`{"time":"2026-11-21T08:00:00.000Z","variable":"beer","value":18.25,"unit":"°C","quality":"good",…}` with the
names of the table. They come back under their own names, with their unit and quality.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from krausen.importing.format import Complaint, Details, ImportFormat, Row, ToUtc
from krausen.importing.ours import UNFITTED, Fields, is_ours, rows_in, with_series_of
from krausen.importing.table import temperature

_USUAL = (temperature("temperature"),)
_FOREIGN = "It is no line of Krausen's export: cut off or damaged."


def recognises(head: Sequence[str]) -> bool:
    """Tell whether any of the first lines is Krausen's own."""
    return any(not isinstance(entry, Complaint) for entry in _entries(head))


def read(lines: Iterable[str], utc: ToUtc) -> Iterator[Row | Complaint]:
    """Yield a row or a complaint for every line; of a file that was not fitted, events alone."""
    return rows_in(_entries(lines), UNFITTED, utc)


def fitted(lines: Collection[str], _details: Details) -> ImportFormat:
    """Give the format with the series of these lines."""
    return with_series_of(FORMAT, _entries, lines)


def _entries(lines: Iterable[str]) -> Iterator[tuple[int, Fields] | Complaint]:
    for place, line in enumerate(lines, start=1):
        if line.strip():
            try:
                entry = json.loads(line)
            except (ValueError, RecursionError):
                entry = None
            is_whole = isinstance(entry, Mapping) and is_ours(entry)
            yield (place, entry) if is_whole else Complaint(place, _FOREIGN)


FORMAT = ImportFormat(
    name="krausen_jsonl",
    title="Krausen's own export, a JSON object a line",
    series=_USUAL,
    recognises=recognises,
    read=read,
    knows_unit=True,
    fitted=fitted,
)
