"""Lines that processes and devices say of themselves, for those who look after them."""

from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

TEXT_LONGEST = 2_000
FIELDS_MOST = 24
NAME_LONGEST = 60
SOURCE_LONGEST = 140
FIELD_LONGEST = 1_000
TRACEBACK_LONGEST = 8_000
TRACEBACK = "traceback"
"""The field that may be long: where in the code something went wrong."""
_CUT = "…"


class LogLevel(StrEnum):
    """How much a line matters, from what only its writers care for to what failed."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"

    @property
    def rank(self) -> int:
        """Its place from 0, what matters least, upwards."""
        return _RANKS[self]


class LogLine(Struct, frozen=True, kw_only=True):
    """What `source` said `at` an instant, UTC milliseconds, so many `times` in a row.

    `text` stands by itself; `fields` have the same in parts, and more.
    """

    at: int
    level: LogLevel
    source: str
    text: str
    fields: dict[str, str] = {}
    times: int = 1


def level_named(name: str) -> LogLevel:
    """Give the level of a name, also of one that other programs use; one that nobody knows counts as info."""
    return _NAMED.get(name.strip().lower(), LogLevel.INFO)


def source_of_agent(agent: str) -> str:
    """Give the source of an agent's lines: its name, unless a process of the server is called so."""
    return f"agent/{agent}" if agent in PROCESSES else agent


def source_of_controller(name: str) -> str:
    """Give the source of what a controller says of itself."""
    return f"controller/{name}"


def source_of_door(name: str) -> str:
    """Give the source of what befalls a door."""
    return f"door/{name}"


def bounded(line: LogLine) -> LogLine:
    """Give a line with what is too long in it cut, what is too many left out, and what is no text as "?"."""
    fields = {
        _cut(name, NAME_LONGEST): _cut(value, TRACEBACK_LONGEST if name == TRACEBACK else FIELD_LONGEST)
        for name, value in list(line.fields.items())[:FIELDS_MOST]
    }
    text, source = _cut(line.text, TEXT_LONGEST), _cut(line.source, SOURCE_LONGEST)
    if (fields, text, source) == (line.fields, line.text, line.source) and line.times >= 1:
        return line
    return replace(line, text=text, source=source, fields=fields, times=max(1, line.times))


PROCESSES = frozenset({"server", "spawner", "circusd"})
"""The processes beside agents, as sources."""
_RANKS = {level: rank for rank, level in enumerate(LogLevel)}
_NAMED = {
    **{level.value: level for level in LogLevel},
    "warn": LogLevel.WARNING,
    "exception": LogLevel.ERROR,
    "critical": LogLevel.ERROR,
    "fatal": LogLevel.ERROR,
}


def _cut(text: str, longest: int) -> str:
    cut = text if len(text) <= longest else text[: longest - 1] + _CUT
    # Names of files may hold halves of characters, which nobody can be sent.
    return cut if cut.isascii() else cut.encode(errors="replace").decode()
