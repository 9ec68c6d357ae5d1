"""Lines of the log as values: from what is being logged, and from the files of before."""

import logging
import re
import sys
from ast import literal_eval
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from traceback import format_exception

from msgspec.structs import replace

from krausen.model.log import TRACEBACK, LogLevel, LogLine, bounded, level_named
from krausen.supervision.masking import without_secrets
from krausen.supervision.tail import Entry

SOURCE = "source"
"""The field that names another source than the process itself."""
DETAIL = "detail"
TIMES = "times"
SHOWN_LONGEST = 80
"""Characters of a field that stand in the text too."""

_ASIDE = frozenset({"event", "level", "timestamp", "exc_info", "exception", "stack_info", "stack"})
_HEAD = re.compile(r"(?P<stamp>\S+Z) \[(?P<level>\w+)\s*\] (?P<rest>.*)", re.DOTALL)
_FIELD = re.compile(
    r"(?:^|\s+)(?P<name>[A-Za-z_][A-Za-z0-9_.]*)="
    r"(?P<value>'(?:[^'\\]|\\.)*'(?=\s|$)|\"(?:[^\"\\]|\\.)*\"(?=\s|$)|.*?(?=\s+[A-Za-z_][A-Za-z0-9_.]*=|$))"
)
_TRACED = "Traceback (most recent call last)"


def line_of(record: logging.LogRecord, source: str) -> LogLine:
    """Give what is being logged as a line; `source` says it unless it says otherwise itself.

    To be called where it is logged, for an error that is under way is known nowhere else. Raises TypeError or
    ValueError for a line that makes no sense.
    """
    said = dict(record.msg) if isinstance(record.msg, dict) else {"event": record.getMessage()}
    fields = {str(name): _shown(value) for name, value in said.items() if name not in _ASIDE}
    traced = _traceback(said.get("exc_info") or record.exc_info)
    stamp = said.get("timestamp") or stamp_of(record)
    level = level_named(record.levelname)
    line = _line(_instant(str(stamp)), level, source, str(said.get("event", "")), fields)
    return _with(line, TRACEBACK, traced)


def lines_of(entry: Entry, source: str) -> Iterator[LogLine]:
    """Yield what a file has as one entry: its line, and what was written past the log after it.

    The end of a crash is a line by itself. An entry without a time, as where a file was cut, is left out.
    """
    first, _, below = entry.text.partition("\n")
    head = _HEAD.fullmatch(first)
    at = _instant(head["stamp"]) if head is not None else 0
    if head is None or not at:
        return
    event, fields = _parted(head["rest"])
    line = _line(at, level_named(head["level"]), source, event, fields)
    below = below.strip("\n")
    if _TRACED in below and line.level is not LogLevel.ERROR:
        yield bounded(line)
        last = below.rstrip().rpartition("\n")[2]
        yield _with(LogLine(at=at, level=LogLevel.ERROR, source=source, text=last), TRACEBACK, below)
    else:
        yield _with(line, TRACEBACK if _TRACED in below else "more", below)


def stamp_of(record: logging.LogRecord) -> str:
    """Give when something was logged, as files have it."""
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="microseconds")[:26] + "Z"


def _line(at: int, level: LogLevel, source: str, event: str, fields: Mapping[str, str]) -> LogLine:
    rest = {name: value for name, value in sorted(fields.items()) if name not in (SOURCE, TIMES)}
    shown = [f"{name}={_short(value)}" for name, value in rest.items() if name not in (DETAIL, TRACEBACK)]
    text = " ".join([event.strip(), *shown])
    detail = rest.get(DETAIL, "")
    return LogLine(
        at=at,
        level=level,
        source=without_secrets(fields.get(SOURCE) or source),
        text=without_secrets(f"{text}: {detail}" if detail else text),
        fields={name: without_secrets(value) for name, value in rest.items()},
        times=_count(fields.get(TIMES, "1")),
    )


def _with(line: LogLine, name: str, value: str) -> LogLine:
    """Give a line within its bounds, with one more field unless that is empty."""
    fields = line.fields | ({name: without_secrets(value)} if value else {})
    return bounded(replace(line, fields=fields))


def _parted(text: str) -> tuple[str, dict[str, str]]:
    """Take apart what a renderer made of an event and its fields."""
    first = _FIELD.search(text)
    if first is None:
        return text, {}
    fields = {found["name"]: _plain(found["value"]) for found in _FIELD.finditer(text, first.start())}
    return text[: first.start()], fields


def _plain(value: str) -> str:
    if value[:1] not in {"'", '"'}:
        return value
    try:
        return str(literal_eval(value))
    except (ValueError, SyntaxError):
        return value


def _shown(value: object) -> str:
    return value if isinstance(value, str) else repr(value)


def _short(value: str) -> str:
    one_line = " ".join(value.split())
    return one_line if len(one_line) <= SHOWN_LONGEST else one_line[: SHOWN_LONGEST - 1] + "…"


def _count(text: str) -> int:
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 10 else 1


def _traceback(said: object) -> str:
    error = said if isinstance(said, BaseException) else None
    if isinstance(said, tuple) and len(said) == 3:
        error = said[1]
    elif error is None and said:
        error = sys.exc_info()[1]
    return "" if error is None else "".join(format_exception(error)).rstrip()


def _instant(stamp: str) -> int:
    """Give the UTC milliseconds of a stamp, finer fractions cut; 0 for what is none."""
    try:
        at = datetime.fromisoformat(stamp)
    except ValueError:
        return 0
    return int(at.replace(microsecond=0).timestamp()) * 1000 + at.microsecond // 1000
