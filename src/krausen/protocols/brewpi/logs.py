"""Numbered log lines, `D:`; `log_texts` says them in words."""

from enum import StrEnum

from msgspec import Struct

from krausen.errors import Invalid
from krausen.protocols.brewpi.scalars import Reading, braces, number, parsed_object, quoted, whole, word

Values = tuple[str | int, ...]


class LogKind(StrEnum):
    """How bad it is."""

    ERROR = "E"
    WARNING = "W"
    NOTE = "I"


class Log(Struct, frozen=True):
    """A numbered log line; `log_texts` says it in words."""

    kind: LogKind
    id: int
    values: Values = ()


class Text(Struct, frozen=True):
    """Something printed in passing, with or without `D:` before it."""

    text: str


def decode(body: str) -> Log | Text:
    """Read the body of `D:`. Raises Invalid."""
    if not body.startswith("{"):
        return Text(body)
    reading = Reading(parsed_object(body))
    nothing: Values = ()
    kind = reading.need("logType", _kind, LogKind.NOTE)
    place = reading.need("logID", whole, 0)
    values = reading.get("V", _values, nothing)
    reading.finish()
    return Log(kind, place, values)


def encode(log: Log) -> str:
    """Write the body of `D:`."""
    values = ",".join(str(one) if isinstance(one, int) else quoted(one) for one in log.values)
    return braces((("logType", quoted(log.kind)), ("logID", str(log.id)), ("V", f"[{values}]")))


def _kind(raw: object) -> LogKind:
    try:
        return LogKind(word(raw))
    except ValueError as error:
        raise Invalid("A log line is an error, a warning or a note: E, W or I.") from error


def _values(raw: object) -> Values:
    if not isinstance(raw, list):
        raise Invalid("The parameters of a log line are a list.")
    return tuple(one if isinstance(one, str) else _numeral(number(one)) for one in raw)


def _numeral(value: float) -> str | int:
    return int(value) if value == int(value) else word(value)
