"""Columns that a person named once, remembered by the heading of their table."""

from hashlib import blake2s

from krausen.importing.format import ImportFormat, Taken
from krausen.importing.text import Lines

REMEMBERED = "The columns were taken as they were confirmed before: {}."
_KEY = "import.mapping."
_WIDEST = 65_536
"""Letters of a heading that are looked at."""


def key_of(lines: Lines) -> str:
    """Give the setting that remembers the mapping of tables with this heading."""
    heading = " ".join(_heading(lines).casefold().split())
    return f"{_KEY}{blake2s(heading.encode(errors='backslashreplace'), digest_size=8).hexdigest()}"


def is_worth_keeping(asked: str | None, form: ImportFormat, lines: Lines) -> bool:
    """Tell whether columns were named, in a table that has a heading to know it by."""
    if asked is None or ":" not in asked or not form.columns:
        return False
    heading = _heading(lines)
    return all(_is_in(column, heading) for column in form.columns)


def _is_in(column: Taken, heading: str) -> bool:
    return column.title.replace('"', "") in heading.replace('"', "")


def _heading(lines: Lines) -> str:
    return next((line[:_WIDEST] for line in lines if line.strip()), "")
