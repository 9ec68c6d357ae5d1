"""Tilt hydrometer, a log of one JSON object a line, as programs on a Raspberry Pi keep it.

`{"event":"sample","payload":{"timestamp":"…Z","current_temp":69.0,"temp_f":69,"gravity":1.034,"rssi":-70}}`;
lines of other events, such as `batch_metadata`, are notes at best and are passed over. Temperatures in °F.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from krausen.importing.format import Complaint, ImportFormat, Row, ToUtc, Unreadable
from krausen.importing.numbers import number
from krausen.importing.stamped import Stamped, line_by_line, timed
from krausen.importing.table import NOTHING, fahrenheit, foreign, gravity, temperature
from krausen.importing.times import moment


def recognises(head: Sequence[str]) -> bool:
    """Tell whether any of the first lines is a sample."""
    return any(isinstance(entry, Stamped) for entry in line_by_line(head, _entry))


def read(lines: Iterable[str], utc: ToUtc) -> Iterator[Row | Complaint]:
    """Yield a row or a complaint for every line that is a sample, or should be one."""
    return timed(line_by_line(lines, _entry), utc)


def _entry(place: int, line: str) -> Stamped | None:
    sample = _sample(line)
    return None if sample is None else _row(place, sample)


def _sample(line: str) -> Mapping[str, Any] | None:
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise Unreadable("It is no whole JSON object: cut off or damaged.") from error
    payload = entry.get("payload") if isinstance(entry, Mapping) else None
    if not isinstance(payload, Mapping):
        raise Unreadable("It is no line of a Tilt log.")
    return payload if entry.get("event") == "sample" else None


def _row(place: int, sample: Mapping[str, Any]) -> Stamped:
    when = moment(_text(sample.get("timestamp")))
    degrees = _number(sample, "current_temp")
    degrees = _number(sample, "temp_f") if degrees is None else degrees
    found = {
        "temperature": None if degrees is None else fahrenheit(degrees),
        "gravity": _number(sample, "gravity"),
        "rssi": _number(sample, "rssi"),
    }
    values = {metric: value for metric, value in found.items() if value is not None}
    if not values:
        raise Unreadable(NOTHING)
    return Stamped(place, when, values)


def _number(sample: Mapping[str, Any], key: str) -> float | None:
    return number(_text(sample.get(key)))


def _text(value: object) -> str:
    return "" if value is None else str(value)


FORMAT = ImportFormat(
    name="tilt_jsonl",
    title="Tilt hydrometer, a JSON object a line",
    series=(gravity(), temperature("temperature"), foreign("rssi", "dBm")),
    recognises=recognises,
    read=read,
    knows_unit=True,
)
