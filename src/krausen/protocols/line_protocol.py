"""InfluxDB's line protocol: points as text, one a line.

`measurement,tag=value field=1.5,other=2i 1556813561098000000`, after the public reference of InfluxDB 2,
"Line protocol". Commas, blanks and, but in measurements, equals signs are escaped with a backslash; a quoted
text may go over several lines, where only quotes and backslashes are escaped. Lines that begin with `#` are
comments.
"""

import re
from collections.abc import Iterable, Iterator
from math import isfinite

from msgspec import Struct

from krausen.errors import Fault, Invalid

PRECISIONS = {
    "ns": 1,
    "n": 1,
    "us": 1_000,
    "u": 1_000,
    "µ": 1_000,
    "ms": 1_000_000,
    "s": 1_000_000_000,
    "m": 60_000_000_000,
    "h": 3_600_000_000_000,
}
"""What timestamps may be counted in, in nanoseconds; one letter but for seconds is the way of InfluxDB 1."""
MOST_FAULTS = 20

Value = float | int | bool | str

_NAME = r"(?>(?:\\[, ]|[^, \n])+)"
_KEY = r"(?>(?:\\[,= ]|[^,= \n])+)"
_TEXT = r'"(?>(?:\\[\s\S]|[^"\\])*)"'
_VALUE = rf'(?:{_TEXT}|[^,"\s]++)'
_TAGS = rf"(?>(?:,{_KEY}={_KEY})*)"
_FIELDS = rf"{_KEY}={_VALUE}(?>(?:,{_KEY}={_VALUE})*)"
_END = r"[ \t]*+\r?(?:\n|\Z)"

_LINE = re.compile(rf"[ \t]*+({_NAME})({_TAGS}) ++({_FIELDS})(?: ++(-?[0-9]{{1,19}}))?{_END}")
_NOTHING = re.compile(rf"[ \t]*+(?:#[^\n]*+)?{_END}")
_TAG = re.compile(rf",({_KEY})=({_KEY})")
_FIELD = re.compile(rf"({_KEY})=({_VALUE})")
_WRONG = (
    (re.compile(rf"[ \t]*+{_NAME}"), "There is no measurement."),
    (re.compile(rf"[ \t]*+{_NAME}{_TAGS}(?= |\n|\r|\Z)"), "A tag is not written like name=value."),
    (re.compile(rf"[ \t]*+{_NAME}{_TAGS} ++[^\s]"), "There is no field."),
    (
        re.compile(rf"[ \t]*+{_NAME}{_TAGS} ++{_FIELDS}(?=\s|\Z)"),
        "A field is not written like name=value, or a quoted text does not end.",
    ),
)
"""How far a line is right, and what is wrong with one that does not come so far."""
_ESCAPED = re.compile(r"\\([,= ])")
_ESCAPED_IN_NAME = re.compile(r"\\([, ])")
_ESCAPED_IN_TEXT = re.compile(r'\\(["\\])')

_WHOLE = re.compile(r"([+-]?[0-9]{1,20})([iu])")
_NUMBER = re.compile(r"[+-]?(?:[0-9]++\.?[0-9]*+|\.[0-9]++)(?:[eE][+-]?[0-9]++)?")
_TRUTHS = dict.fromkeys(("t", "T", "true", "True", "TRUE"), True) | dict.fromkeys(
    ("f", "F", "false", "False", "FALSE"), False
)
_RANGES = {"i": range(-(2**63), 2**63), "u": range(2**64)}

_IN_KEY = str.maketrans({",": "\\,", "=": "\\=", " ": "\\ ", "\\": "/", "\n": "\\ "})
_IN_NAME = _IN_KEY | {ord("="): "="}
_IN_TEXT = str.maketrans({'"': '\\"', "\\": "\\\\"})


class Point(Struct, frozen=True, kw_only=True, gc=False):
    """What one line says: `t` in UTC milliseconds, finer fractions cut; None where it names no time."""

    line: int
    measurement: str
    tags: tuple[tuple[str, str], ...] = ()
    fields: tuple[tuple[str, Value], ...]
    t: int | None = None


def decode(body: bytes, precision: str = "ns") -> list[Point]:
    """Give the points of all lines, whose timestamps are counted in a precision.

    Raises Invalid unless every line is right; up to 20 faults name their lines, from 1, as in `line:3`.
    """
    unit_ns = PRECISIONS.get(precision)
    if unit_ns is None:
        raise Invalid(f"The precision is one of {', '.join(PRECISIONS)}, not {precision[:20]!r}.")
    points: list[Point] = []
    faults: list[Fault] = []
    for found in _points(_text(body), unit_ns):
        if isinstance(found, Point):
            points.append(found)
        else:
            faults.append(found)
        if len(faults) == MOST_FAULTS:
            break
    if faults:
        raise wrong_lines(faults)
    return points


def encode(points: Iterable[Point]) -> bytes:
    """Give a line for each point, to be read with the precision `ms`; one without time is of when it is read.

    In the names of measurements, tags and fields, and in values of tags, a backslash becomes a slash, for
    servers disagree about what it does there, and a line break a blank. Numbers are finite, names not empty.
    """
    return "".join(map(_written, points)).encode()


def wrong_lines(faults: list[Fault]) -> Invalid:
    """Make the failure of lines that are wrong: its words are those of the first."""
    lines = len({fault.where for fault in faults})
    more = f" {lines} lines are wrong." if lines > 1 else ""
    return Invalid(f"{faults[0].where.replace('line:', 'Line ')}: {faults[0].message}{more}", faults)


def _written(point: Point) -> str:
    tags = "".join(f",{key.translate(_IN_KEY)}={value.translate(_IN_KEY)}" for key, value in point.tags)
    fields = ",".join(f"{key.translate(_IN_KEY)}={_told(value)}" for key, value in point.fields)
    time = "" if point.t is None else f" {point.t}"
    return f"{point.measurement.translate(_IN_NAME)}{tags} {fields}{time}\n"


def _told(value: Value) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return f"{value}i"
        case float():
            return repr(value)
        case _:
            return f'"{value.translate(_IN_TEXT)}"'


def _text(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        raise wrong_lines([Fault(f"line:{line}", "This is not UTF-8.")]) from error


def _points(text: str, unit_ns: int) -> Iterator[Point | Fault]:
    at, line = 0, 1
    while at < len(text):
        found = _NOTHING.match(text, at)
        if found is None:
            found = _LINE.match(text, at)
            yield _judged(text, at, found, line, unit_ns)
        # What is wrong ends with its line, whatever quotes are open in it.
        end = found.end() if found is not None else (text.find("\n", at) + 1 or len(text))
        line += text.count("\n", at, end)
        at = end


def _judged(text: str, at: int, found: re.Match[str] | None, line: int, unit_ns: int) -> Point | Fault:
    try:
        if found is None:
            raise Invalid(_complaint(text, at))
        return _point(found, line, unit_ns)
    except Invalid as failure:
        return Fault(f"line:{line}", str(failure))


def _complaint(text: str, at: int) -> str:
    wrong = (words for right, words in _WRONG if right.match(text, at) is None)
    return next(wrong, "What stands behind the fields is not one whole number, the timestamp.")


def _point(found: re.Match[str], line: int, unit_ns: int) -> Point:
    name, tags, fields, timestamp = found.groups()
    return Point(
        line=line,
        measurement=_ESCAPED_IN_NAME.sub(r"\1", name),
        tags=_tags(tags),
        fields=tuple((_plain(one[1]), _value(one[2])) for one in _FIELD.finditer(fields)),
        t=None if timestamp is None else int(timestamp) * unit_ns // 1_000_000,
    )


def _tags(written: str) -> tuple[tuple[str, str], ...]:
    tags = tuple((_plain(one[1]), _plain(one[2])) for one in _TAG.finditer(written))
    if len(dict(tags)) < len(tags):
        raise Invalid("A tag is given twice.")
    return tags


def _plain(written: str) -> str:
    return _ESCAPED.sub(r"\1", written) if "\\" in written else written


def _value(written: str) -> Value:
    if written[0] == '"':
        return _ESCAPED_IN_TEXT.sub(r"\1", written[1:-1])
    if _NUMBER.fullmatch(written):
        return _finite(float(written))
    whole = _WHOLE.fullmatch(written)
    if whole is not None:
        return _within(int(whole[1]), _RANGES[whole[2]])
    truth = _TRUTHS.get(written)
    if truth is None:
        raise Invalid(f"{written[:40]!r} is no number, no truth value and no quoted text.")
    return truth


def _finite(value: float) -> float:
    if not isfinite(value):
        raise Invalid("A number is too large.")
    return value


def _within(value: int, bounds: range) -> int:
    if value not in bounds:
        raise Invalid(f"A whole number lies beyond {bounds[0]} to {bounds[-1]}.")
    return value
