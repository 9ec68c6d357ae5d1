"""Profiles in bodies, as they come in and as they go out."""

from collections.abc import Sequence
from datetime import tzinfo

from msgspec import Struct

from krausen.errors import Fault, Invalid
from krausen.model.profile import Profile, ProfileEvent, ProfileType, Step, StepKind
from krausen.ports.catalog import Dates
from krausen.profiles.course import Milestone
from krausen.server.profiles import ProfilePlan
from krausen.server.web.changes import Why
from krausen.server.web.instants import Instant, read_instant
from krausen.wire.instants import iso, iso_or_none


class StepWish(Struct, frozen=True, kw_only=True):
    """A piece of a profile to be: its temperature, °C, and how many hours it lasts, or until when.

    A hold with neither lasts for good and is the last one; a step with neither takes no time.
    """

    kind: StepKind
    temperature: float
    hours: float | None = None
    until: Instant | None = None
    title: str = ""


class StepBody(Struct, frozen=True, kw_only=True):
    """A piece of a profile.

    A hold keeps its temperature, °C; a ramp goes there evenly and is there at its end; a step is there at
    once. It lasts so many hours or until a date, and for good where it has neither.
    """

    kind: StepKind
    temperature: float
    hours: float | None
    until: str | None
    title: str


class ProfileEventBody(Struct, frozen=True):
    """Something to be told so many hours after the start, pauses not counted."""

    hours: float
    text: str


class ProfileDraft(Struct, frozen=True, kw_only=True):
    """A profile as somebody draws it, with or without faults."""

    name: str = ""
    type: ProfileType = ProfileType.FERMENTATION
    steps: tuple[StepWish, ...] = ()
    events: tuple[ProfileEventBody, ...] = ()


class ProfileWish(Struct, frozen=True, kw_only=True):
    """A profile to be: steps one after the other, and what is to be told on the way."""

    name: str
    type: ProfileType = ProfileType.FERMENTATION
    steps: tuple[StepWish, ...]
    events: tuple[ProfileEventBody, ...] = ()
    reason: Why = ""


class OutlineBody(Struct, frozen=True, kw_only=True):
    """What makes a profile, whether it is kept or not."""

    name: str
    type: ProfileType
    steps: list[StepBody]
    events: list[ProfileEventBody]


class RunProfileBody(OutlineBody, frozen=True, kw_only=True):
    """A vessel's own copy of the profile that it follows; `id` is that of the profile."""

    id: str


class ProfileBody(OutlineBody, frozen=True, kw_only=True):
    """A profile. Its first step begins when it is started."""

    id: str
    revision: int
    created_at: str
    updated_at: str


class CurveLine(Struct, frozen=True, kw_only=True):
    """The corners of the setpoint, straight in between: UTC milliseconds and °C. A jump is two at once."""

    t: list[int]
    setpoint: list[float]


class MilestoneBody(Struct, frozen=True, kw_only=True):
    """When a step, counted from 0, begins, has its temperature, and ends: UTC ms, null for never."""

    step: int
    begins: int
    reached: int | None
    ends: int | None


class DueBody(Struct, frozen=True):
    """What is due at an instant, UTC milliseconds."""

    t: int
    text: str


def steps_in(steps: Sequence[StepWish], zone: tzinfo, where: str = "/steps") -> tuple[Step, ...]:
    """Give steps whose dates are read in a zone. Raises Invalid, which names every bad date."""
    found: list[Fault] = []
    read: list[Step] = []
    for place, step in enumerate(steps):
        try:
            until = None if step.until is None else read_instant(f"{where}/{place}/until", step.until, zone)
        except Invalid as failure:
            found += failure.faults
            continue
        hours, title = step.hours, step.title
        read.append(Step(kind=step.kind, temperature=step.temperature, hours=hours, until=until, title=title))
    if found:
        raise Invalid(found[0].message if len(found) == 1 else f"{len(found)} fields are wrong.", found)
    return tuple(read)


def events_in(events: Sequence[ProfileEventBody]) -> tuple[ProfileEvent, ...]:
    """Give events."""
    return tuple(ProfileEvent(event.hours, event.text) for event in events)


def plan_in(wish: ProfileWish | ProfileDraft, zone: tzinfo, where: str = "") -> ProfilePlan:
    """Give what is said of a profile. Raises Invalid, which names every bad date."""
    return ProfilePlan(
        name=wish.name,
        type=wish.type,
        steps=steps_in(wish.steps, zone, f"{where}/steps"),
        events=events_in(wish.events),
    )


def wish_of(profile: Profile) -> ProfileWish:
    """Give a profile as somebody would ask for it."""
    return ProfileWish(
        name=profile.name,
        type=profile.type,
        steps=tuple(
            StepWish(
                kind=step.kind,
                temperature=step.temperature,
                hours=step.hours,
                until=step.until,
                title=step.title,
            )
            for step in profile.steps
        ),
        events=tuple(events_out(profile.events)),
    )


def profile_out(profile: Profile, dates: Dates) -> ProfileBody:
    """Give a profile that is kept."""
    return ProfileBody(
        id=profile.id,
        name=profile.name,
        type=profile.type,
        steps=steps_out(profile.steps),
        events=events_out(profile.events),
        revision=profile.revision,
        created_at=iso(dates.created_at),
        updated_at=iso(dates.updated_at),
    )


def steps_out(steps: Sequence[Step]) -> list[StepBody]:
    """Give steps."""
    return [
        StepBody(
            kind=step.kind,
            temperature=step.temperature,
            hours=step.hours,
            until=iso_or_none(step.until),
            title=step.title,
        )
        for step in steps
    ]


def events_out(events: Sequence[ProfileEvent]) -> list[ProfileEventBody]:
    """Give events."""
    return [ProfileEventBody(event.hours, event.text) for event in events]


def line_out(corners: Sequence[tuple[int, float]]) -> CurveLine:
    """Give the corners of a curve."""
    return CurveLine(t=[t for t, _ in corners], setpoint=[c for _, c in corners])


def milestones_out(milestones: Sequence[Milestone]) -> list[MilestoneBody]:
    """Give when steps are due."""
    return [
        MilestoneBody(step=one.step, begins=one.begins, reached=one.reached, ends=one.ends)
        for one in milestones
    ]


def due_out(events: Sequence[tuple[int, ProfileEvent]]) -> list[DueBody]:
    """Give when events are due."""
    return [DueBody(t, event.text) for t, event in events]
