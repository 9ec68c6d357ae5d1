"""A probe, hydrometer or relay has said nothing that can be used for longer than it should."""

from typing import Annotated

from msgspec import Meta, Struct

from krausen.alarms.delays import Timing
from krausen.alarms.rule import ALL_WELL, DeviceWindow, Rule, Scope, Verdict
from krausen.alarms.wording import span
from krausen.model.alarm import Priority
from krausen.model.vessel import Role

CONTROLLING = {Role.BEER, Role.CHAMBER, Role.HEAT, Role.COOL}
"""The roles of what a vessel is held by."""
CALLED = {
    Role.BEER: "beer probe",
    Role.CHAMBER: "chamber probe",
    Role.AMBIENT: "room probe",
    Role.GRAVITY: "hydrometer",
    Role.HEAT: "heater",
    Role.COOL: "cooler",
}


class Settings(Struct, frozen=True, kw_only=True):
    """How long a device may be silent: so many of its usual intervals, and at least some time."""

    intervals: Annotated[float, Meta(title="Usual intervals that may be missed", ge=1.0, le=1000.0)] = 4.0
    least_min: Annotated[float, Meta(title="Minutes, for what holds a vessel", ge=1.0, le=10_000.0)] = 10.0
    others_min: Annotated[float, Meta(title="Minutes, for all others", ge=1.0, le=100_000.0)] = 120.0
    given_up_h: Annotated[
        float, Meta(title="Hours until what holds nothing is taken for put away", ge=1.0, le=10_000.0)
    ] = 72.0


def judge(settings: Settings, window: DeviceWindow) -> Verdict | None:
    """Say by how many seconds a device has been silent for too long; None while it may still have spoken."""
    if window.usable_at is None:
        return ALL_WELL
    silent_s = (window.now - window.usable_at) / 1000
    controls = window.is_held and not CONTROLLING.isdisjoint(window.roles)
    most_s = patience_s(settings, window, controls=controls)
    if silent_s > 3600 * settings.given_up_h and not controls:
        return ALL_WELL
    if silent_s <= most_s:
        return Verdict(excess=silent_s - most_s)
    if (window.now - window.listening_since) / 1000 <= most_s:
        return None
    return Verdict(
        excess=silent_s - most_s,
        title=f"{called(window)} silent for {span(silent_s)}",
        detail=_detail(window, controls=controls),
        do=_do(window),
        since=window.usable_at,
        priority=None if controls else Priority.NOTICE,
    )


def patience_s(settings: Settings, window: DeviceWindow, *, controls: bool) -> float:
    """Give how long a device may be silent, seconds."""
    least_s = 60 * (settings.least_min if controls else settings.others_min)
    return max(least_s, settings.intervals * (window.every_s or 0.0)) + window.late_s


def called(window: DeviceWindow) -> str:
    """Give what people call a device: by what it is to its vessel, else by its own name."""
    if not window.roles or not window.vessel:
        return window.name
    return f"{window.vessel}: {CALLED[window.roles[0]]}"


def _detail(window: DeviceWindow, *, controls: bool) -> str:
    heard_at, usable_at = window.heard_at, window.usable_at
    told = []
    if heard_at is not None and usable_at is not None and heard_at > usable_at:
        told.append("It still speaks, but what it says cannot be true.")
    elif window.every_s is not None:
        told.append(f"It reports at least every {span(window.every_s)} as a rule.")
    if controls and window.stand_in is not None:
        told.append(f"Control is built to go by the {CALLED[window.stand_in]} meanwhile.")
    return " ".join(told)


def _do(window: DeviceWindow) -> str:
    if Role.GRAVITY in window.roles:
        return "See that it floats freely, is within reach and has a charged battery."
    return f"Look at the cable, the power and the address of {window.name}."


RULE = Rule(
    name="silent_series",
    title="Device silent",
    scope=Scope.DEVICE,
    settings=Settings,
    judge=judge,
    timing=Timing(on_delay_s=60.0, off_delay_s=60.0),
)
