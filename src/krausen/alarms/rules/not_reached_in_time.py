"""After a change of its setpoint, a vessel has not come there in a time that fits how far it was."""

from typing import Annotated

from msgspec import Meta, Struct

from krausen.alarms.approach import HOUR_MS, Approach
from krausen.alarms.delays import Timing
from krausen.alarms.rule import ALL_WELL, Rule, Scope, Verdict, VesselWindow
from krausen.alarms.wording import celsius, span
from krausen.model.setpoint import Mode


class Settings(Struct, frozen=True, kw_only=True):
    """How long a change of the setpoint may take."""

    hours_per_c: Annotated[float, Meta(title="Hours for each °C", ge=0.05, le=100.0)] = 2.5
    least_h: Annotated[float, Meta(title="Hours for any change", ge=0.1, le=1000.0)] = 6.0
    band_c: Annotated[float, Meta(title="Reached within, °C to either side", ge=0.1, le=20.0)] = 1.0


def judge(settings: Settings, window: VesselWindow) -> Verdict | None:
    """Say how far from its setpoint a vessel still is when its time is over."""
    approach, wanted_c = window.approach, window.wanted_c
    if approach is None or wanted_c is None or approach.reached_at is not None:
        return ALL_WELL
    due = due_at(settings, approach)
    if window.now < due:
        return ALL_WELL
    if window.measured_c is None:
        return None
    off_c = window.measured_c - wanted_c
    what = "air" if window.mode is Mode.CHAMBER else "beer"
    tried = span((window.now - approach.goal.begins) / 1000)
    return Verdict(
        excess=abs(off_c) - settings.band_c,
        title=f"{window.name} has not reached {celsius(wanted_c)} in {tried}",
        detail=f"{_came_from(approach)}The {what} has {celsius(window.measured_c)} now.",
        do=_do(window, is_warm=off_c > 0),
        since=due,
    )


def due_at(settings: Settings, approach: Approach) -> int:
    """Give the instant, UTC ms, at which a vessel shall have come to its goal."""
    goal, least_ms = approach.goal, round(settings.least_h * HOUR_MS)
    step_ms = round(approach.step_c * settings.hours_per_c * HOUR_MS)
    on_the_way_ms = least_ms if goal.arrives > goal.begins else 0
    return max(goal.begins + max(least_ms, step_ms), goal.arrives + on_the_way_ms)


def _came_from(approach: Approach) -> str:
    return "" if approach.from_c is None else f"It began at {celsius(approach.from_c)}. "


def _do(window: VesselWindow, *, is_warm: bool) -> str:
    if not (window.can_cool if is_warm else window.can_heat):
        return f"It has no {'cooler' if is_warm else 'heater'}: move it, or request another temperature."
    return (
        f"See that the {'cooler' if is_warm else 'heater'} has power and runs. If it does all it can, "
        "request a temperature that it can reach, or give this vessel more time."
    )


RULE = Rule(
    name="not_reached_in_time",
    title="Setpoint not reached in time",
    scope=Scope.VESSEL,
    settings=Settings,
    judge=judge,
    timing=Timing(on_delay_s=300.0, off_delay_s=600.0, deadband=0.3),
)
