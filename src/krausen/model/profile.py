"""The wanted course of a batch: steps of temperature, one after the other, and what is due on the way."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from math import isfinite

from msgspec import Struct

from krausen.errors import Fault
from krausen.model.vessel import Limits

HOUR_MS = 3_600_000
MOST_STEPS = 1000
MOST_EVENTS = 1000
LONGEST_HOURS = 87_600.0
"""Ten years, for a step and for when an event is due."""
LONGEST_NAME = 128
LONGEST_TEXT = 2048
_DATES = range(631_152_000_000, 253_402_300_800_000)


class ProfileType(StrEnum):
    """What is held along the profile."""

    FERMENTATION = "fermentation"
    MASH = "mash"


RANGES = {ProfileType.FERMENTATION: Limits(-10.0, 50.0), ProfileType.MASH: Limits(0.0, 110.0)}
"""The temperatures, °C, that a profile of a type may ask for, whatever the vessel allows."""


class StepKind(StrEnum):
    """How a step goes about its temperature.

    A hold keeps it from beginning to end. A ramp goes evenly from where the course stands, and is there at
    the end. A step is there at once, and then keeps it for as long as it lasts, which may be no time at all.
    """

    HOLD = "hold"
    RAMP = "ramp"
    STEP = "step"


class Step(Struct, frozen=True, kw_only=True):
    """One piece of a profile: its temperature, °C, and its length in hours or the date of its end, UTC ms.

    A hold with neither lasts for good and is the last one; a step with neither takes no time.
    """

    kind: StepKind
    temperature: float
    hours: float | None = None
    until: int | None = None
    title: str = ""


class ProfileEvent(Struct, frozen=True):
    """Something to be told `hours` after the start, pauses not counted."""

    hours: float
    text: str


class Profile(Struct, frozen=True, kw_only=True):
    """Steps that follow each other, with events. After its end the last temperature is kept."""

    id: str
    name: str
    type: ProfileType = ProfileType.FERMENTATION
    steps: tuple[Step, ...] = ()
    events: tuple[ProfileEvent, ...] = ()
    revision: int = 1


class Pause(Struct, frozen=True):
    """The time start <= t < end, UTC milliseconds, in which a course stands still; None while it lasts."""

    start: int
    end: int | None = None


class Run(Struct, frozen=True, kw_only=True):
    """A profile as a batch follows it, from `start`, UTC milliseconds, at which its first step begins.

    Pauses come in order and do not overlap; only the last may have no end.
    """

    profile: Profile
    start: int
    pauses: tuple[Pause, ...] = ()


def faults(profile: Profile) -> list[Fault]:
    """Name all that is wrong with a profile by JSON Pointer; an empty list means that it can be followed."""
    found = [*_name_faults(profile.name), *_count_faults(profile)]
    for place, step in enumerate(profile.steps):
        found += _step_faults(profile, place, step)
    for place, event in enumerate(profile.events):
        found += _event_faults(f"/events/{place}", event)
    return [*found, *_date_faults(profile.steps)]


def faults_within(profile: Profile, limits: Limits) -> list[Fault]:
    """Name the steps of a profile that ask for more than a vessel may be given, by JSON Pointer."""
    return [
        Fault(f"/steps/{place}/temperature", f"{said}, the limit of this vessel.")
        for place, step in enumerate(profile.steps)
        if (said := _beyond(step.temperature, limits))
    ]


def _name_faults(name: str) -> Iterator[Fault]:
    if not name.strip():
        yield Fault("/name", "Give the profile a name.")
    elif len(name) > LONGEST_NAME:
        yield Fault("/name", f"A name has at most {LONGEST_NAME} letters.")
    elif not name.isprintable() or name != name.strip():
        yield Fault("/name", "A name is one line without blanks around it.")


def _count_faults(profile: Profile) -> Iterator[Fault]:
    if not profile.steps:
        yield Fault("/steps", "A profile has at least one step.")
    if len(profile.steps) > MOST_STEPS:
        yield Fault("/steps", f"A profile has at most {MOST_STEPS} steps.")
    if len(profile.events) > MOST_EVENTS:
        yield Fault("/events", f"A profile has at most {MOST_EVENTS} events.")


def _step_faults(profile: Profile, place: int, step: Step) -> Iterator[Fault]:
    where = f"/steps/{place}"
    if not isfinite(step.temperature):
        yield Fault(f"{where}/temperature", "The temperature must be a number.")
    elif said := _beyond(step.temperature, RANGES[profile.type]):
        yield Fault(f"{where}/temperature", f"{said}, which is no {profile.type.value} temperature.")
    yield from _length_faults(where, step, is_last=place == len(profile.steps) - 1)
    if len(step.title) > LONGEST_TEXT:
        yield Fault(f"{where}/title", f"A title has at most {LONGEST_TEXT} letters.")


def _length_faults(where: str, step: Step, *, is_last: bool) -> Iterator[Fault]:
    if step.hours is not None and step.until is not None:
        yield Fault(f"{where}/until", "Say how many hours it lasts or until when, not both.")
    if step.hours is not None:
        yield from _hours_faults(f"{where}/hours", step.hours)
        if step.kind is StepKind.RAMP and 0.0 <= step.hours <= 0.5 / HOUR_MS:
            yield Fault(f"{where}/hours", "A ramp takes time; a change at once is a step.")
    elif step.until is None and (step.kind is StepKind.RAMP or (step.kind is StepKind.HOLD and not is_last)):
        yield Fault(f"{where}/hours", f"Say how many hours this {step.kind.value} lasts, or until when.")
    if step.until is not None and step.until not in _DATES:
        yield Fault(f"{where}/until", "Dates lie between 1990 and 9999.")


def _hours_faults(where: str, hours: float) -> Iterator[Fault]:
    if not 0.0 <= hours <= LONGEST_HOURS:
        yield Fault(where, f"Hours lie between 0 and {LONGEST_HOURS:g}.")


def _event_faults(where: str, event: ProfileEvent) -> Iterator[Fault]:
    yield from _hours_faults(f"{where}/hours", event.hours)
    if not event.text.strip():
        yield Fault(f"{where}/text", "Say what is to be told.")
    elif len(event.text) > LONGEST_TEXT:
        yield Fault(f"{where}/text", f"A text has at most {LONGEST_TEXT} letters.")


def _date_faults(steps: Sequence[Step]) -> Iterator[Fault]:
    latest = 0
    for place, step in enumerate(steps):
        if step.until is not None:
            if step.until <= latest:
                yield Fault(f"/steps/{place}/until", "This is not after the date of an earlier step.")
            latest = max(latest, step.until)


def _beyond(temperature: float, limits: Limits) -> str:
    if temperature > limits.max:
        return f"{temperature:g} °C is above {limits.max:g} °C"
    return f"{temperature:g} °C is below {limits.min:g} °C" if temperature < limits.min else ""
