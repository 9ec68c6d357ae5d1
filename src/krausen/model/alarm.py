"""Occurrences that people have to know of, with the states of ISA-18.2."""

from enum import StrEnum

from msgspec import Struct


class Priority(StrEnum):
    """How soon somebody has to act: at once, today, or when there is time."""

    CRITICAL = "critical"
    WARNING = "warning"
    NOTICE = "notice"


class AlarmState(StrEnum):
    """Where an alarm stands (ISA-18.2, clause 5.2).

    `returned` is over, and nobody has acknowledged it; `normal` is over and seen.
    """

    NORMAL = "normal"
    UNACKNOWLEDGED = "unacknowledged"
    ACKNOWLEDGED = "acknowledged"
    RETURNED = "returned"
    SHELVED = "shelved"


class Alarm(Struct, frozen=True, kw_only=True):
    """One occurrence of a rule's condition, from when it was raised until it is over and seen.

    `rule` names what raised it, `vessel` and `device` are ids. `title`, `detail` and `do` say in plain words
    what is so, since when and why, and what to do. `by` and `reason` are of who acknowledged or shelved it
    last. A `test` was raised by a person and is about nothing. `condition` says whether what it is about
    still lasts, while it is shelved too. Times in UTC milliseconds; `at` is when it changed last.
    """

    id: str
    rule: str
    priority: Priority
    state: AlarmState
    vessel: str | None = None
    device: str | None = None
    since: int
    at: int
    title: str
    detail: str = ""
    do: str = ""
    by: str = ""
    reason: str = ""
    test: bool = False
    condition: bool = True
    acknowledged_at: int | None = None
    cleared_at: int | None = None
    shelved_until: int | None = None
    revision: int = 1
