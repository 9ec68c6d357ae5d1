"""Which format a file is of."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

from krausen.errors import Fault, Invalid
from krausen.importing.format import ImportFormat

HEAD = 100
"""Lines that are looked at."""


def format_of(
    lines: Iterable[str], formats: Mapping[str, ImportFormat], *, file: str, asked: str | None = None
) -> ImportFormat:
    """Give the format that was asked for, else the one that recognises the file.

    Raises Invalid, listing the formats known, when there is none or more than one.
    """
    if asked is not None:
        return _asked(formats, asked)
    head = list(islice(filter(str.strip, lines), HEAD))
    found = [known for known in formats.values() if known.recognises(head)]
    if len(found) == 1:
        return found[0]
    if found:
        raise Invalid(f"{file} could be {_list(found)}. Say which: --format NAME.")
    raise Invalid(f"{file} is in no format that Krausen knows. Known: {_list(list(formats.values()))}.")


def _asked(formats: Mapping[str, ImportFormat], name: str) -> ImportFormat:
    if name in formats:
        return formats[name]
    detail = f"There is no format {name!r}. Known: {_list(list(formats.values()))}."
    raise Invalid(detail, [Fault("query:format", detail)])


def _list(formats: Sequence[ImportFormat]) -> str:
    return ", ".join(f"{known.name} ({known.title})" for known in formats)
