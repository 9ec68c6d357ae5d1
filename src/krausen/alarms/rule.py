"""What a rule is, what it is shown, and what it says."""

from collections.abc import Callable, Sequence
from enum import StrEnum
from math import inf
from operator import attrgetter
from typing import Any

from msgspec import Struct

from krausen.alarms.approach import Approach
from krausen.alarms.delays import Timing
from krausen.model.alarm import Priority
from krausen.model.setpoint import Mode
from krausen.model.vessel import Role


class Scope(StrEnum):
    """What a rule judges, one after the other."""

    VESSEL = "vessel"
    DEVICE = "device"
    AGENT = "agent"


class Window(Struct, frozen=True, kw_only=True):
    """What is known of one thing at `now`, UTC milliseconds; `name` is what people call it."""

    now: int
    name: str


class VesselWindow(Window, frozen=True, kw_only=True):
    """What is known of a vessel: what it shall have now, °C, since when, and what it has.

    `wanted_c` and `approach` are None where nothing is held. `measured_c` is of the probe that is held, None
    while nothing fresh and good is known of it.
    """

    mode: Mode
    wanted_c: float | None = None
    measured_c: float | None = None
    approach: Approach | None = None
    can_heat: bool = True
    can_cool: bool = True


class DeviceWindow(Window, frozen=True, kw_only=True):
    """What is known of how a device reports.

    `heard_at` is of its newest reading, `usable_at` of the newest that was not bad, None for never; both UTC
    ms. It reports every `every_s` as a rule, None for unknown, and what it says comes here up to `late_s`
    later. Whoever brings that has been listened to since `listening_since`. `vessel` is the name of the
    vessel it has `roles` for, if any; `is_held` tells whether anything is held there, and `stand_in` by which
    other probe that can go on.
    """

    heard_at: int | None = None
    usable_at: int | None = None
    every_s: float | None = None
    late_s: float = 0.0
    listening_since: int = 0
    vessel: str = ""
    roles: tuple[Role, ...] = ()
    is_held: bool = False
    stand_in: Role | None = None


class AgentWindow(Window, frozen=True, kw_only=True):
    """What is known of an agent: since when it has been away, UTC ms, None while it is here.

    `listening_since` is when this server began to listen; `vessels` are the names of those it holds.
    """

    away_since: int | None = None
    listening_since: int = 0
    late_s: float = 0.0
    vessels: tuple[str, ...] = ()


class Verdict(Struct, frozen=True, kw_only=True):
    """How far something is beyond the limit of its rule, in the rule's unit, and how to tell people.

    Above 0 the condition holds. `title` says what is so, `detail` since when and why, `do` what to do.
    `since`, UTC ms, is when it began where the rule knows better than whoever asks it, and `priority` stands
    instead of the rule's own.
    """

    excess: float
    title: str = ""
    detail: str = ""
    do: str = ""
    since: int | None = None
    priority: Priority | None = None


ALL_WELL = Verdict(excess=-inf)
"""What a rule says of what it does not apply to, or of what is entirely as it should be."""


class Rule(Struct, frozen=True, kw_only=True):
    """One kind of condition that is worth telling.

    `judge(settings, window)` gives a verdict on one thing of the rule's scope, or None while it cannot be
    told; it is a pure function of its arguments. Delays and dead band are applied by whoever asks it.
    """

    name: str
    title: str
    scope: Scope
    settings: type[Struct]
    judge: Callable[[Any, Any], Verdict | None]
    priority: Priority = Priority.WARNING
    timing: Timing = Timing()


def worst(verdicts: Sequence[Verdict | None]) -> Verdict | None:
    """Give the verdict on a thing by those on its parts: what is urgent and far beyond a limit comes first.

    While nothing is beyond and something is unknown, all of it is. Without a part all is well.
    """
    told = [verdict for verdict in verdicts if verdict is not None]
    beyond = [verdict for verdict in told if verdict.excess > 0]
    if beyond:
        return min(beyond, key=lambda one: (_URGENCY[one.priority or Priority.WARNING], -one.excess))
    if len(told) < len(verdicts):
        return None
    return max(told, key=attrgetter("excess"), default=ALL_WELL)


_URGENCY = {priority: place for place, priority in enumerate(Priority)}
