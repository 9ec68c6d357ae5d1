"""What Krausen itself took away: readings under their own names, with unit and quality, and events.

Every entry is a reading, an event of the batch, or the batch itself, which comes first. The forms in which
they are written share these names.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from msgspec.structs import replace

from krausen.errors import Invalid
from krausen.importing.format import Complaint, ForeignSpec, ImportFormat, Kept, Row, ToUtc, Unreadable
from krausen.importing.local_time import EPOCH
from krausen.importing.numbers import number
from krausen.model.quantities import Quantity
from krausen.model.reading import Quality
from krausen.model.series import SeriesName, SeriesSpec, is_name

HEADING = (
    *("time", "variable", "value", "unit", "quality", "adapter", "node", "metric", "role"),
    *("batch", "text"),
)
BATCH, EVENT = "batch", "event"
"""The variables of what is no reading. The kind of an event stands where a reading has its metric."""
MOST_SERIES = 5_000
"""Series that one file may hold."""
_MILLISECOND = timedelta(milliseconds=1)

Fields = Mapping[str, Any]
Entries = Iterable[tuple[int, Fields] | Complaint]
"""What is written, by the names of `HEADING`, with the numbers of the lines."""
Reader = Callable[[Iterable[str]], Entries]
"""How a form takes lines apart."""
UNFITTED = Kept(series={}, units={}, roles={})
"""What is known of a file whose series nobody has looked at: its events are read all the same."""


def is_ours(names: Iterable[str]) -> bool:
    """Tell by the names of the fields whether Krausen has written them."""
    return set(HEADING) <= set(names)


def kept_in(entries: Entries) -> Kept:
    """Give what a file says of its series and its batch. Raises Invalid for more than `MOST_SERIES`."""
    facts = _Facts()
    for entry in entries:
        if not isinstance(entry, Complaint):
            facts.add(entry[1])
    return facts.kept


def specs_of(kept: Kept) -> tuple[SeriesSpec, ...]:
    """Give the series of a file as formats name them."""
    return tuple(ForeignSpec(key, Quantity.ANY, foreign_unit=kept.units[key]) for key in sorted(kept.series))


def rows_in(entries: Entries, kept: Kept, utc: ToUtc) -> Iterator[Row | Complaint]:
    """Yield what is written, but for the batch itself."""
    keys = {name: key for key, name in kept.series.items()}
    for entry in entries:
        if isinstance(entry, Complaint):
            yield entry
            continue
        line, fields = entry
        try:
            if fields["variable"] != BATCH or fields["adapter"]:
                yield _row(line, fields, keys, utc)
        except Unreadable as reason:
            yield Complaint(line, str(reason))


def with_series_of(form: ImportFormat, entries: Reader, lines: Iterable[str]) -> ImportFormat:
    """Give a form with the series of these lines, of which `entries` are what is written.

    Raises Invalid for more than `MOST_SERIES`.
    """
    kept = kept_in(entries(lines))

    def read(lines: Iterable[str], utc: ToUtc) -> Iterator[Row | Complaint]:
        return rows_in(entries(lines), kept, utc)

    return replace(form, series=specs_of(kept), read=read, kept=kept)


def _row(line: int, fields: Fields, keys: Mapping[SeriesName, str], utc: ToUtc) -> Row:
    t = _instant(fields["time"], utc)
    if not fields["adapter"]:
        if fields["variable"] != EVENT or not is_name(str(fields["metric"])):
            raise Unreadable("It is neither a reading nor an event.")
        return Row(line, t, notes=((str(fields["metric"]), str(fields["text"])),))
    name = _name(fields)
    if name not in keys:
        raise Unreadable("Adapter, node and metric are no name of a series.")
    value = number(str(fields["value"]))
    if value is None:
        raise Unreadable("It has no value.")
    return Row(line, t, {keys[name]: value}, quality=_quality(fields["quality"]))


def _instant(text: object, utc: ToUtc) -> int:
    try:
        when = datetime.fromisoformat(str(text))
        return utc(when) if when.tzinfo is None else (when - EPOCH) // _MILLISECOND
    except (ValueError, OverflowError) as error:
        raise Unreadable(f"No such time: {str(text)[:40]!r}.") from error


def _quality(text: object) -> Quality:
    try:
        return Quality(str(text))
    except ValueError as error:
        raise Unreadable(f"No such quality: {str(text)[:40]!r}.") from error


def _name(fields: Fields) -> SeriesName:
    return SeriesName(str(fields["adapter"]), str(fields["node"]), str(fields["metric"]))


class _Facts:
    """What the entries have said so far."""

    def __init__(self) -> None:
        self._keys: dict[SeriesName, str] = {}
        self._units: dict[str, str] = {}
        self._roles: dict[str, SeriesName] = {}
        self._batch: tuple[str, str, int | None] = ("", "", None)

    def add(self, fields: Fields) -> None:
        if fields["adapter"]:
            self._add_reading(fields)
        elif fields["variable"] == BATCH:
            self._batch = (str(fields["batch"]), str(fields["text"]), _instant_or_none(fields["time"]))

    @property
    def kept(self) -> Kept:
        id, title, start = self._batch
        return Kept(
            series={key: name for name, key in self._keys.items()},
            units=self._units,
            roles=self._roles,
            batch=id,
            title=title,
            start=start,
        )

    def _add_reading(self, fields: Fields) -> None:
        name = _name(fields)
        if name not in self._keys:
            if not all(map(is_name, (name.adapter, name.node, name.metric))):
                return
            if len(self._keys) == MOST_SERIES:
                raise Invalid(f"It holds more than {MOST_SERIES:,} series. Take them away in several files.")
            self._keys[name] = _free(str(name), self._units)
            self._units[self._keys[name]] = str(fields["unit"])
        role = str(fields["role"])
        if is_name(role):
            self._roles[role] = name


def _free(key: str, taken: Mapping[str, object]) -> str:
    """Tell names apart that look alike, as where a name has a slash in it."""
    count = 1
    found = key
    while found in taken:
        count += 1
        found = f"{key} ({count})"
    return found


def _no_zone(_: datetime) -> int:
    raise Unreadable("It has no time zone.")


def _instant_or_none(text: object) -> int | None:
    try:
        return _instant(text, _no_zone)
    except Unreadable:
        return None
