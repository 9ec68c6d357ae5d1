"""What is held has left its setpoint, after it had been there.

For a while after it was reached, a vessel may swing beyond: thermostats overshoot. Far off is told at once.
"""

from typing import Annotated

from msgspec import Meta, Struct

from krausen.alarms.approach import HOUR_MS
from krausen.alarms.delays import Timing
from krausen.alarms.rule import ALL_WELL, Rule, Scope, Verdict, VesselWindow
from krausen.alarms.wording import celsius
from krausen.model.alarm import Priority
from krausen.model.setpoint import Mode


class Settings(Struct, frozen=True, kw_only=True):
    """How far a vessel may stray, and from where on it is urgent."""

    band_c: Annotated[float, Meta(title="Band, °C to either side", ge=0.1, le=20.0)] = 1.0
    settle_h: Annotated[float, Meta(title="Hours to settle, once it was reached", ge=0.0, le=1000.0)] = 6.0
    critical_c: Annotated[float, Meta(title="Critical from, °C to either side", ge=0.1, le=50.0)] = 3.0


def judge(settings: Settings, window: VesselWindow) -> Verdict | None:
    """Say how far a vessel is out of its band, once it has come to its setpoint."""
    if window.approach is None or window.wanted_c is None or window.approach.reached_at is None:
        return ALL_WELL
    if window.measured_c is None:
        return None
    off_c = window.measured_c - window.wanted_c
    settles = window.now - window.approach.reached_at < settings.settle_h * HOUR_MS
    if settles and abs(off_c) < settings.critical_c:
        return Verdict(excess=min(abs(off_c) - settings.band_c, 0.0))
    side = "above" if off_c > 0 else "below"
    return Verdict(
        excess=abs(off_c) - settings.band_c,
        title=f"{window.name} is {celsius(abs(off_c))} {side} its setpoint",
        detail=_detail(window, window.measured_c, window.wanted_c),
        do=_do(window, is_warm=off_c > 0),
        priority=Priority.CRITICAL if abs(off_c) >= settings.critical_c else None,
    )


def _detail(window: VesselWindow, measured_c: float, wanted_c: float) -> str:
    what = "air" if window.mode is Mode.CHAMBER else "beer"
    return f"It had reached it. Now the {what} has {celsius(measured_c)}, and {celsius(wanted_c)} is wanted."


def _do(window: VesselWindow, *, is_warm: bool) -> str:
    if not (window.can_cool if is_warm else window.can_heat):
        return f"It has no {'cooler' if is_warm else 'heater'}: move it, or request another temperature."
    return (
        f"See that the {'cooler' if is_warm else 'heater'} has power and runs, that the door is closed, "
        "and that the probe is in its place."
    )


RULE = Rule(
    name="out_of_band",
    title="Out of band",
    scope=Scope.VESSEL,
    settings=Settings,
    judge=judge,
    timing=Timing(on_delay_s=1800.0, off_delay_s=600.0, deadband=0.3),
)
