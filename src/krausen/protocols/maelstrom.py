"""maelstrom: what its page and its bridge say, and what they expect to hear (second generation).

REST bodies are JSON; profiles are points of days and temperature with a date, in UTC without saying so. Over
the WebSocket every frame is an envelope of a channel and a text, which by convention is JSON again.
Temperatures have no unit.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from math import isfinite
from typing import Any
from urllib.parse import parse_qsl

from msgspec import DecodeError, Struct, json

from krausen.errors import Fault, Invalid

CHANNELS = ("alarms", "logs", "data")
"""What everybody hears."""
SETTINGS, PROFILES, BOARDS = "_appsettings", "_profiles", "_iocontrollers"
NOTICES = (SETTINGS, PROFILES, BOARDS)
"""What tells of changes."""
HEARTBEAT = "_heartbeat"
DONE = b'{"status":"success"}'
"""What every write is answered with."""
MOST_POINTS = 1000
LONGEST = 1024
"""Letters of a name or a value."""

_DATE = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?Z?", re.ASCII)
_UNKNOWN = "--.-"
_WIDTH = 4


class Unreadable(Invalid):
    """What was sent cannot be read at all."""


class Point(Struct, frozen=True):
    """A temperature, without unit, so many days after the start; `date` as it was sent, None without one."""

    days: float
    temperature: float
    date: str | None = None


class Event(Struct, frozen=True):
    """Something to be told so many days after the start."""

    days: float
    text: str
    date: str | None = None


class Course(Struct, frozen=True, kw_only=True):
    """A profile. `type` is Fermentation or Mash, as far as its page goes."""

    name: str
    type: str
    points: tuple[Point, ...]
    events: tuple[Event, ...] = ()


class Board(Struct, frozen=True, kw_only=True):
    """A controller, reached by address and port or by a socket of its host."""

    name: str = ""
    address: str = ""
    port: str = ""
    socket: str = ""


def read_course(body: bytes) -> Course:
    """Give the profile of a body. Raises Unreadable, and Invalid with every fault."""
    found = _object(body)
    faults: list[Fault] = []
    course = Course(
        name=_text(found, "name", "", faults),
        type=_text(found, "type", "", faults),
        points=tuple(_point(one, where, faults) for one, where in _list(found, "temperatures", faults)),
        events=tuple(_event(one, where, faults) for one, where in _list(found, "events", faults)),
    )
    _refuse(faults)
    return course


def course_out(number: int, course: Course) -> dict[str, Any]:
    """Give a profile as it is answered. Every point needs a date, for its page reads it."""
    points = [
        {"profileId": number, "days": one.days, "date": one.date, "temperature": one.temperature}
        for one in course.points
    ]
    events = [
        {"profileId": number, "days": one.days, "date": one.date, "eventText": one.text}
        for one in course.events
    ]
    return {
        "id": number,
        "name": course.name,
        "type": course.type,
        "temperatures": points,
        "events": events,
    }


def read_settings(body: bytes) -> dict[str, str]:
    """Give the settings of a body, an array or one alone. Raises Unreadable, and Invalid with every fault."""
    said = _json(body)
    faults: list[Fault] = []
    found: dict[str, str] = {}
    for place, one in enumerate(said if isinstance(said, list) else [said]):
        if not isinstance(one, dict):
            faults.append(Fault(f"/{place}", "A setting is an object with name and value."))
            continue
        name, value = (_text(one, key, f"/{place}", faults) for key in ("name", "value"))
        if not name:
            faults.append(Fault(f"/{place}/name", "A setting has a name."))
        found[name] = value
    _refuse(faults)
    return found


def settings_out(settings: Mapping[str, str]) -> list[dict[str, str]]:
    """Give settings as they are answered and told."""
    return [{"name": name, "value": value} for name, value in settings.items()]


def read_board(body: bytes) -> Board:
    """Give the controller of a body; what is not there is empty. Raises Unreadable, Invalid."""
    found = _object(body)
    faults: list[Fault] = []
    board = Board(**{key: _text(found, key, "", faults) for key in Board.__struct_fields__})
    if not board.name.strip():
        faults.append(Fault("/name", "A controller has a name."))
    _refuse(faults)
    return board


def board_out(number: int, board: Board) -> dict[str, Any]:
    """Give a controller as it is answered and told."""
    named = {"id": number, "name": board.name, "address": board.address}
    return {**named, "port": board.port, "socket": board.socket}


def read_publication(query: Mapping[str, str], body: bytes) -> tuple[str, str]:
    """Give channel and text of what is published, from a form or the query. Raises Unreadable."""
    try:
        fields = {**query, **dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=100))}
    except ValueError as error:
        raise Unreadable("The form cannot be read.") from error
    for name in ("channel", "data"):
        if name not in fields:
            raise Unreadable(f"Missing argument {name}.")
    return fields["channel"], fields["data"]


def read_frame(text: str) -> tuple[str, str]:
    """Give action and channel of what a listener says, both empty where it is nothing that is known."""
    try:
        found = json.decode(text)
    except (DecodeError, UnicodeError, RecursionError):
        return "", ""
    if not isinstance(found, dict):
        return "", ""
    action, channel = found.get("action"), found.get("channel")
    return (action, channel) if isinstance(action, str) and isinstance(channel, str) else ("", "")


def envelope(channel: str, text: str) -> str:
    """Give the frame that brings a text of a channel."""
    return json.encode({"channel": channel, "data": text}).decode()


def notice(channel: str, payload: Mapping[str, Any]) -> dict[str, str]:
    """Give channel and text of what the server itself says in a channel."""
    return {"channel": channel, "data": json.encode({"channel": channel, "payload": payload}).decode()}


PONG = envelope(HEARTBEAT, '{"payload":{"action":"pong"}}')
"""The answer to a ping."""


def degrees(value: float | None) -> str:
    """Give a temperature in the four characters that the display of a BrewPi has for it."""
    if value is None:
        return _UNKNOWN
    wide = f"{value:4.1f}"
    return wide if len(wide) <= _WIDTH else f"{value:4.0f}"[:_WIDTH]


def days_later(start: int, days: float) -> str:
    """Give a date as it is written here, so many days after `start`, UTC ms; none is beyond the last year."""
    seconds = min(start // 1000 + round(days * 86_400), 253_402_300_799)
    return datetime.fromtimestamp(seconds, UTC).isoformat()[:19]


def _point(one: Any, where: str, faults: list[Fault]) -> Point:
    days, date = _when(one, where, faults)
    return Point(days, _number(one, "temperature", where, faults), date)


def _event(one: Any, where: str, faults: list[Fault]) -> Event:
    days, date = _when(one, where, faults)
    key = "eventText" if "eventText" in one else "text"
    return Event(days, _text(one, key, where, faults), date)


def _when(one: Any, where: str, faults: list[Fault]) -> tuple[float, str | None]:
    days = _number(one, "days", where, faults)
    if days < 0.0:
        faults.append(Fault(f"{where}/days", "Days count from the start on."))
    return days, _date(one, where, faults)


def _date(one: Any, where: str, faults: list[Fault]) -> str | None:
    said = one.get("date")
    if said is None or said == "":
        return None
    form = _DATE.fullmatch(said) if isinstance(said, str) else None
    if form is not None and _is_date(form[1]):
        return form[1]
    faults.append(Fault(f"{where}/date", "This is no date. One is written like 2026-05-01T18:30:00."))
    return None


def _is_date(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _number(one: Any, key: str, where: str, faults: list[Fault]) -> float:
    said = one.get(key)
    try:
        value = float(said) if isinstance(said, int | float | str) and not isinstance(said, bool) else None
    except (ValueError, OverflowError):
        value = None
    if value is None or not isfinite(value):
        told = "This is not a number." if key in one else "This is missing."
        faults.append(Fault(f"{where}/{key}", told))
        return 0.0
    return value


def _text(one: Mapping[str, Any], key: str, where: str, faults: list[Fault]) -> str:
    """Give a text; its page leaves out what is empty."""
    said = one.get(key)
    if said is None:
        return ""
    if not isinstance(said, str):
        faults.append(Fault(f"{where}/{key}", "This is not a text."))
        return ""
    if len(said) > LONGEST:
        faults.append(Fault(f"{where}/{key}", f"This has more than {LONGEST} letters."))
    return said


def _list(found: Mapping[str, Any], key: str, faults: list[Fault]) -> Sequence[tuple[Any, str]]:
    said = found.get(key, [])
    if said is None:
        return []
    if not isinstance(said, list) or not all(isinstance(one, dict) for one in said):
        faults.append(Fault(f"/{key}", "This is not a list of objects."))
        return []
    if len(said) > MOST_POINTS:
        faults.append(Fault(f"/{key}", f"There are at most {MOST_POINTS}."))
    return [(one, f"/{key}/{place}") for place, one in enumerate(said[:MOST_POINTS])]


def _object(body: bytes) -> Mapping[str, Any]:
    found = _json(body)
    if not isinstance(found, dict):
        raise Unreadable("The body is not a JSON object.")
    return found


def _json(body: bytes) -> Any:
    try:
        return json.decode(body)
    except (DecodeError, UnicodeError, RecursionError) as error:
        raise Unreadable(f"The body is not JSON: {error}.") from error


def _refuse(faults: Sequence[Fault]) -> None:
    if faults:
        more = f" {len(faults)} fields are wrong." if len(faults) > 1 else ""
        raise Invalid(f"{faults[0].where}: {faults[0].message}{more}", faults)
