"""Which format a file is of."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import partial
from itertools import islice

from msgspec.structs import replace

from krausen.errors import Fault, Invalid
from krausen.importing.format import Complaint, Details, ImportFormat, Row, ToUtc
from krausen.importing.text import NoLog
from krausen.model.quantities import Quantity
from krausen.model.units import celsius

HEAD = 100
"""Lines that are looked at."""
WIDEST = 4096
"""Letters of each that are looked at."""
UNIT = "unit"
_PROFILE = re.compile(r"date,\s*temperature(,\s*days)?(,.*)?", re.IGNORECASE)


def format_of(
    lines: Collection[str], formats: Mapping[str, ImportFormat], *, file: str, asked: str | None = None
) -> ImportFormat:
    """Give the format that was asked for, else the one that recognises the file, fitted to its lines.

    What is asked for is `NAME` or `NAME:KEY=VALUE,…`: the details that the format knows, and for every format
    `unit=F` where temperatures that it takes as °C are °F. Raises Invalid, listing the formats known, when
    there is none or more than one.
    """
    if asked is None:
        return _fitted(_recognised(lines, formats, file), lines, {})
    name, _, rest = asked.partition(":")
    return _fitted(_asked(formats, name), lines, _details(rest))


def _recognised(lines: Iterable[str], formats: Mapping[str, ImportFormat], file: str) -> ImportFormat:
    head = [line[:WIDEST] for line in islice(filter(str.strip, lines), HEAD)]
    if head and _PROFILE.fullmatch(head[0].strip()):
        raise NoLog(f"{file} is a temperature profile, a plan and no history. Import the log of the brew.")
    for general in (False, True):
        found = [one for one in formats.values() if one.general is general and one.recognises(head)]
        if len(found) == 1:
            return found[0]
        if found:
            raise Invalid(f"{file} could be {_list(found)}. Say which: --format NAME.")
    raise NoLog(f"{file} is in no format that Krausen knows. Known: {', '.join(formats)}.")


def _asked(formats: Mapping[str, ImportFormat], name: str) -> ImportFormat:
    if name in formats:
        return formats[name]
    nearest = get_close_matches(name, formats, n=3, cutoff=0.4)
    raise _wrong(f"There is no format {name!r}. Known: {', '.join(dict.fromkeys([*nearest, *formats]))}.")


def _details(text: str) -> dict[str, str]:
    details: dict[str, str] = {}
    for part in filter(str.strip, text.split(",")):
        key, sign, value = part.partition("=")
        if not sign:
            raise _wrong(f"{part.strip()!r} says nothing: write KEY=VALUE behind the name of the format.")
        details[key.strip()] = value.strip()
    return details


def _fitted(form: ImportFormat, lines: Collection[str], details: Details) -> ImportFormat:
    rest = {key: value for key, value in details.items() if key != UNIT}
    unit = details.get(UNIT, "C").upper()
    if unit not in {"C", "F"}:
        raise _wrong(f"There is no unit {unit!r} of temperatures here: write unit=F, or nothing for °C.")
    if form.fitted is not None:
        form = form.fitted(lines, rest)
    elif rest:
        raise _wrong(f"{form.name} takes no details but unit=F, and not {', '.join(rest)}.")
    if unit == "F" and form.knows_unit:
        raise _wrong(f"{form.name} knows the unit of its temperatures: leave unit=F out.")
    return replace(form, read=partial(_from_fahrenheit, form)) if unit == "F" else form


def _from_fahrenheit(form: ImportFormat, lines: Iterable[str], utc: ToUtc) -> Iterator[Row | Complaint]:
    degrees = {spec.metric for spec in form.series if spec.quantity is Quantity.TEMPERATURE}
    for entry in form.read(lines, utc):
        if isinstance(entry, Row):
            values = {
                metric: celsius(value, "F") if metric in degrees else value
                for metric, value in entry.values.items()
            }
            yield replace(entry, values=values)
        else:
            yield entry


def _wrong(detail: str) -> Invalid:
    return Invalid(detail, [Fault("query:format", detail)])


def _list(formats: Sequence[ImportFormat]) -> str:
    return ", ".join(f"{known.name} ({known.title})" for known in formats)
