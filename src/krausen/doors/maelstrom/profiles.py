"""Their profiles are ours: points become steps, and what steps cannot say is kept beside them.

Beside each profile that came by this door, a setting keeps its points and events as they were sent: dates,
points that change nothing, empty events. It counts as long as nobody has changed the profile elsewhere; then,
and for profiles that were made elsewhere, the points are the corners of the course.
"""

from datetime import UTC
from typing import Any

from msgspec import Struct, ValidationError, convert, to_builtins

from krausen.doors.maelstrom.here import PROFILE, Here, Unit
from krausen.errors import NotFound
from krausen.model.profile import HOUR_MS, Profile, ProfileEvent, ProfileType, Run, Step, StepKind
from krausen.ports.door import failure_of
from krausen.profiles.points import points_of, steps_of
from krausen.protocols.maelstrom import PROFILES, Course, Event, Point, course_out, days_later, notice
from krausen.wire.timestamps import instant

DAY_MS = 24 * HOUR_MS
BESIDE = "maelstrom.profile."
"""What the keys of the settings begin with that keep points as they were sent."""


class Kept(Struct, frozen=True):
    """A profile as it was sent, what our profile was counted as then, and the unit that held."""

    revision: int
    unit: Unit
    course: Course


async def every(here: Here) -> list[dict[str, Any]]:
    """Give all profiles."""
    settings = [item async for item in here.items("/settings")]
    found = {one["key"]: one["value"] for one in settings if one["key"].startswith(BESIDE)}
    return [
        await _shown(here, body, found.get(BESIDE + body["id"])) async for body in here.items("/profiles")
    ]


async def one(here: Here, number: int) -> dict[str, Any]:
    """Give a profile. Raises NotFound."""
    body = await here.call("GET", f"/profiles/{await _id(here, number)}")
    return await shown(here, body)


async def shown(here: Here, body: dict[str, Any]) -> dict[str, Any]:
    """Give a profile of ours as theirs."""
    status, said = await here.site.ask("GET", f"/settings/{BESIDE}{body['id']}")
    if status >= 400 and status != 404:
        raise failure_of(status, said)
    return await _shown(here, body, said["value"] if status < 400 else None)


async def add(here: Here, course: Course) -> None:
    """Add a profile. Raises Invalid."""
    await _keep(here, await here.call("POST", "/profiles", wish_of(here, course)), course, "create")


async def change(here: Here, number: int, course: Course) -> None:
    """Write a profile anew. Raises NotFound, Invalid."""
    id = await _id(here, number)
    await _keep(here, await here.call("PUT", f"/profiles/{id}", wish_of(here, course)), course, "update")


async def remove(here: Here, number: int) -> None:
    """Remove a profile. Raises NotFound."""
    id = await _id(here, number)
    await here.call("DELETE", f"/profiles/{id}")
    await here.site.ask("DELETE", f"/settings/{BESIDE}{id}")
    here.site.pass_on(notice(PROFILES, {"eventType": "delete", "profileId": number}))


async def _keep(here: Here, body: dict[str, Any], course: Course, event: str) -> None:
    kept = Kept(body["revision"], here.unit, course)
    await here.call("PUT", f"/settings/{BESIDE}{body['id']}", {"value": to_builtins(kept)})
    profile = await _shown(here, body, to_builtins(kept))
    here.site.pass_on(notice(PROFILES, {"eventType": event, "profile": profile}))


async def _id(here: Here, number: int) -> str:
    id = await here.site.named(PROFILE, number)
    if id is None:
        raise NotFound(f"There is no profile {number}.")
    return id


async def _shown(here: Here, body: dict[str, Any], value: Any) -> dict[str, Any]:
    number = await here.site.number(PROFILE, body["id"])
    start = instant(body["created_at"], UTC)
    kept = _kept(value)
    if kept is not None and kept.revision == body["revision"] and kept.unit == here.unit:
        return course_out(number, _dated(kept.course, start))
    return course_out(number, _dated(course_of(here, profile_of(body), start), start))


def _kept(value: Any) -> Kept | None:
    """Give what a setting keeps; none where somebody made something else of it."""
    try:
        return convert(value, Kept)
    except ValidationError:
        return None


def _dated(course: Course, start: int) -> Course:
    """Give a course whose points all have a date: where none was sent, that much after `start`."""
    return Course(
        name=course.name,
        type=course.type,
        points=tuple(
            Point(one.days, one.temperature, one.date or days_later(start, one.days)) for one in course.points
        ),
        events=tuple(
            Event(one.days, one.text, one.date or days_later(start, one.days)) for one in course.events
        ),
    )


def wish_of(here: Here, course: Course) -> dict[str, Any]:
    """Give what is asked of the site: the same course in steps. Days count, the dates follow from them."""
    points = sorted(
        ((round(one.days * DAY_MS), here.celsius(one.temperature)) for one in course.points), key=_time
    )
    is_mash = course.type.casefold().startswith("mash")
    return {
        "name": " ".join(course.name.split()),
        "type": (ProfileType.MASH if is_mash else ProfileType.FERMENTATION).value,
        "steps": [to_builtins(step) for step in steps_of(points)] if points else [],
        "events": [{"hours": one.days * 24.0, "text": one.text} for one in course.events if one.text.strip()],
    }


def _time(point: tuple[int, float]) -> int:
    return point[0]


def profile_of(body: dict[str, Any]) -> Profile:
    """Give a profile of ours from how it is answered."""
    return Profile(
        id=body["id"],
        name=body["name"],
        type=ProfileType(body["type"]),
        steps=tuple(_step(one) for one in body["steps"]),
        events=tuple(ProfileEvent(one["hours"], one["text"]) for one in body["events"]),
    )


def _step(one: dict[str, Any]) -> Step:
    until = None if one["until"] is None else instant(one["until"], UTC)
    return Step(kind=StepKind(one["kind"]), temperature=one["temperature"], hours=one["hours"], until=until)


def course_of(here: Here, profile: Profile, start: int) -> Course:
    """Give the corners of a profile that begins at `start`, UTC ms, as points."""
    return Course(
        name=profile.name,
        type=profile.type.value.capitalize(),
        points=tuple(
            Point(t / DAY_MS, here.theirs(c)) for t, c in points_of(Run(profile=profile, start=start))
        ),
        events=tuple(Event(one.hours / 24.0, one.text) for one in profile.events),
    )
