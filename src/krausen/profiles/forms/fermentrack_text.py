"""Fermentrack's profiles as text: a frame of equals signs with name, type, and a line for each point.

A point is when its temperature is reached, as in `3d4h` after the start, and the temperature with its unit.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import dropwhile
from operator import itemgetter

from krausen.errors import Fault, Invalid
from krausen.model.profile import LONGEST_HOURS, MOST_STEPS, Run
from krausen.profiles.form import Locale, Outline, ProfileForm, degrees, refusal, temperature
from krausen.profiles.points import Point, points_of, steps_of

_TYPE = "Standard Profile"
_EDGE = "=" * 10
_NARROWEST = 32
"""Letters between the walls; no point takes more."""
_SECONDS = {"y": 31_536_000, "w": 604_800, "d": 86_400, "h": 3600, "m": 60, "s": 1}
_SECOND_MS = 1000
_TIME = re.compile(r"(?:[0-9]{1,9}[ywdhms])+")
_PART = re.compile(r"([0-9]+)([ywdhms])")
_POINT = re.compile(r"(\S+) +\| +(\S+) +([CF])")


def recognises(text: str) -> bool:
    """Tell whether there is a frame with a name and a type of profile in it."""
    frame = _frame(text)
    return len(frame) > 2 and frame[2][1].startswith("| ") and frame[2][1].rstrip(" |").endswith("Profile")


def read(text: str, _locale: Locale) -> Outline:
    """Give the steps and the name. What stands before or after the frame does not count."""
    frame = _frame(text)
    edges = [place for place, (_, said) in enumerate(frame) if said.startswith(_EDGE)][:3]
    _check_frame(text, frame, edges)
    name, kind, points = frame[1], frame[2], frame[4 : edges[2]]
    if _inside(*kind) != _TYPE:
        raise _wrong(kind[0], f"Only a {_TYPE} can be read.")
    found = sorted(_points(points), key=itemgetter(0))
    return Outline(steps=steps_of(found), name=_inside(*name))


def write(run: Run, locale: Locale) -> str:
    """Give the frame of a run, whose profile has no faults; its lines end in CR LF."""
    points = [(_short(t), f"{degrees(c, locale.unit)} {locale.unit}") for t, c in points_of(run)]
    longest = max(len(time) for time, _ in points)
    within = max(_NARROWEST, len(run.profile.name))
    edge = "=" * (within + 4)
    rows = [f"{time:{longest}} | {degree}" for time, degree in points]
    framed = [edge, *_walled([run.profile.name, _TYPE], within), edge, *_walled(rows, within), edge]
    return "".join(f"{line}\r\n" for line in framed)


def _frame(text: str) -> list[tuple[int, str]]:
    """Give the lines, with their numbers, from the first edge on."""
    lines = [(line, said.rstrip()) for line, said in enumerate(text.split("\n"), start=1)]
    return list(dropwhile(lambda line: not line[1].startswith(_EDGE), lines))


def _check_frame(text: str, frame: Sequence[tuple[int, str]], edges: Sequence[int]) -> None:
    if not frame:
        raise _wrong(1, "The line of equals signs above the name is missing.")
    if edges[1:2] != [3]:
        raise _wrong(frame[0][0], "Name, type and a line of equals signs do not follow on this line.")
    if len(edges) < 3:
        raise _wrong(text.count("\n") + 1, "The line of equals signs at the end is missing.")
    if not 1 <= edges[2] - 4 <= MOST_STEPS:
        raise _wrong(frame[3][0], f"Below this line stand 1 to {MOST_STEPS} points.")


def _inside(line: int, said: str) -> str:
    if not (said.startswith("| ") and said.endswith(" |")):
        raise _wrong(line, "It does not stand between two bars and blanks, as in | 3d4h | 12.00 C |.")
    return said[2:-2].strip()


def _points(lines: Sequence[tuple[int, str]]) -> Iterator[Point]:
    """Yield the points. Raises Invalid with all the lines that cannot be read."""
    faults: list[Fault] = []
    for line, said in lines:
        try:
            yield _point(_inside(line, said))
        except Invalid as failure:
            faults += failure.faults or [Fault(f"line:{line}", str(failure))]
    if faults:
        raise refusal(faults)


def _point(said: str) -> Point:
    found = _POINT.fullmatch(said)
    if found is None:
        raise Invalid("A point is written like 3d4h | 12.00 C.")
    time, value, unit = found.groups()
    return _milliseconds(time), temperature(value, "F" if unit == "F" else "C")


def _milliseconds(time: str) -> int:
    if _TIME.fullmatch(time) is None:
        raise Invalid(f"{time[:40]!r} is no time; it is written like 3d4h, of y, w, d, h, m and s.")
    seconds = sum(int(count) * _SECONDS[unit] for count, unit in _PART.findall(time))
    if seconds > LONGEST_HOURS * _SECONDS["h"]:
        raise Invalid(f"A point lies at most {LONGEST_HOURS:g} hours after the start.")
    return seconds * _SECOND_MS


def _short(since: int) -> str:
    left = round(since / _SECOND_MS)
    said = ""
    for unit in "dhms":
        count, left = divmod(left, _SECONDS[unit])
        said += f"{count}{unit}" if count else ""
    return said or "0s"


def _walled(lines: Sequence[str], within: int) -> list[str]:
    return [f"| {line:{within}} |" for line in lines]


def _wrong(line: int, message: str) -> Invalid:
    return refusal([Fault(f"line:{line}", message)])


FORM = ProfileForm(
    name="fermentrack_text",
    title="Fermentrack, text",
    recognises=recognises,
    read=read,
    write=write,
)
