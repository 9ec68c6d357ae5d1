"""From which level on each source tells, as people choose it."""

import re
from collections.abc import Mapping

from krausen.errors import Fault, Invalid
from krausen.model.log import LogLevel

KEY = "site.logs.levels"
"""The setting that has the levels by source."""
USUAL = LogLevel.INFO
"""The level of a source for which nobody chose one."""
MOST = 200

_SOURCE = re.compile(r"(?:(?:agent|controller|door)/)?[^/]{1,128}")
_LEVELS = ", ".join(LogLevel)


def levels_in(value: object, where: str = "") -> dict[str, LogLevel]:
    """Read the setting, an object of sources and levels. Raises Invalid with all faults, under a pointer."""
    if not isinstance(value, Mapping):
        raise Invalid(f"{KEY} has a level for each source.", [Fault(where, "This must be an object.")])
    faults = list(_faults(value, where))
    if faults:
        raise Invalid(faults[0].message if len(faults) == 1 else f"{len(faults)} fields are wrong.", faults)
    return {str(source): LogLevel(level) for source, level in value.items()}


def check_source(source: str, where: str) -> None:
    """Raise Invalid at a place unless this may be what a line comes from."""
    if not _is_source(source):
        told = "This is no source of lines: see GET /logs/sources."
        raise Invalid(told, [Fault(where, told)])


def _faults(value: Mapping[object, object], where: str) -> list[Fault]:
    if len(value) > MOST:
        return [Fault(where, f"Name at most {MOST} sources.")]
    found: list[Fault] = []
    for source, level in value.items():
        place = f"{where}/{str(source).replace('~', '~0').replace('/', '~1')}"
        if not isinstance(source, str) or not _is_source(source):
            found.append(Fault(place, "This is no source of lines: see GET /logs/sources."))
        elif level not in list(LogLevel):
            found.append(Fault(place, f"A level is one of {_LEVELS}."))
    return found


def _is_source(text: str) -> bool:
    return _SOURCE.fullmatch(text) is not None and text.isprintable()
