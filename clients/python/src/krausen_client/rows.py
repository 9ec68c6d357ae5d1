"""Rows of measurements, and whether the server can take them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from math import isfinite
from numbers import Number
from typing import Any

NAME_LONGEST = 128
_EXACT = 2**53
"""Up to here every whole number is a float too."""
_NO_NUMBER = "A value is a number, not {}."


@dataclass(frozen=True, slots=True)
class Row:
    """All measurements of a node at one time, by metric.

    An aware `timestamp` is kept to the millisecond with its offset. A naive one is local time of the
    adapter's zone, which the server knows; a text goes to the server as it is.
    """

    adapter: str
    node: str
    timestamp: datetime | str
    data: Mapping[str, float]


RowLike = Row | Mapping[str, Any]
"""A row, or a mapping with its four keys."""


class Wrong(Exception):
    """What is wrong in a row, and in which field."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def wired(row: RowLike) -> dict[str, Any]:
    """Give a row as it goes over the wire. Raises Wrong."""
    if isinstance(row, Row):
        adapter, node, timestamp, data = row.adapter, row.node, row.timestamp, row.data
    elif isinstance(row, Mapping):
        adapter, node, timestamp, data = (_part(row, key) for key in ("adapter", "node", "timestamp", "data"))
    else:
        raise Wrong("", f"A row is a Row, or a mapping, not {_kind(row)}.")
    if not isinstance(data, Mapping):
        raise Wrong("data", f"These are values by metric, not {_kind(data)}.")
    return {
        "adapter": name("adapter", adapter),
        "node": name("node", node),
        "timestamp": stamp(timestamp),
        "data": {metric_name(metric): number(value, metric) for metric, value in data.items()},
    }


def name(field: str, text: object) -> str:
    """Give the name of an adapter, node or metric. Raises Wrong."""
    if isinstance(text, str) and 1 <= len(text) <= NAME_LONGEST and text.isprintable():
        return text
    raise Wrong(field, f"A name has 1 to {NAME_LONGEST} printable characters.")


def metric_name(metric: object) -> str:
    """Give the name of a metric; that of a whole number is its text. Raises Wrong."""
    if isinstance(metric, int) and not isinstance(metric, bool):
        metric = str(metric)
    return name(f"data/{str(metric)[:NAME_LONGEST]}", metric)


def number(value: object, metric: object) -> float:
    """Give a value as a whole number or a float. Raises Wrong for infinity, NaN, and what is no number."""
    if type(value) is float and isfinite(value):
        return value
    if isinstance(value, bool) or not isinstance(value, Number | float | int):
        raise Wrong(f"data/{metric}", _NO_NUMBER.format(_kind(value)))
    if isinstance(value, int) and -_EXACT <= value <= _EXACT:
        return value
    try:
        given = float(value)  # type: ignore[arg-type]  # a Number has no type of its own
    except (TypeError, ValueError, OverflowError) as error:
        raise Wrong(f"data/{metric}", _NO_NUMBER.format(_kind(value))) from error
    if not isfinite(given):
        raise Wrong(f"data/{metric}", f"The server takes finite numbers, not {given}.")
    return given


def stamp(moment: object) -> str:
    """Give a time as ISO 8601, finer fractions than milliseconds cut. Raises Wrong."""
    if isinstance(moment, str):
        return moment
    if not isinstance(moment, datetime):
        raise Wrong("timestamp", f"A timestamp is a datetime or a text, not {_kind(moment)}.")
    offset = moment.utcoffset()
    if offset is None:
        return _local(moment)
    if offset.seconds % 60 or offset.microseconds:
        moment = moment.astimezone(UTC)
    return moment.isoformat(timespec="milliseconds")


def _local(moment: datetime) -> str:
    if moment.fold:
        raise Wrong(
            "timestamp",
            "This hour comes twice, and fold=1 means the second one, which a time without offset cannot say: "
            "give it a time zone.",
        )
    return moment.replace(tzinfo=None).isoformat(timespec="milliseconds")


def _part(row: Mapping[str, Any], key: str) -> Any:
    try:
        return row[key]
    except KeyError:
        raise Wrong(key, "This is missing.") from None


def _kind(value: object) -> str:
    return type(value).__name__
