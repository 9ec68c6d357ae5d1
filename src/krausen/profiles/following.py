"""A wish as it stands at one moment, whether it keeps one temperature or follows a profile."""

from msgspec.structs import replace

from krausen.model.setpoint import Setpoint
from krausen.profiles.course import Timeline, setpoint_c, timeline


class Follower:
    """Gives the wish of the moment, tick after tick. The run of a wish is laid out once."""

    def __init__(self) -> None:
        self._wish: Setpoint | None = None
        self._course: Timeline | None = None

    def now(self, wish: Setpoint, now: int) -> Setpoint:
        """Give `wish_now` of a wish at an instant, UTC milliseconds."""
        if wish is not self._wish:
            self._wish, self._course = wish, laid_out(wish)
        return wish_now(wish, self._course, now)


def bare(wish: Setpoint) -> Setpoint:
    """Give a wish as who holds it needs it: titles and events, which only people read, are left out."""
    if wish.run is None:
        return wish
    steps = tuple(replace(step, title="") for step in wish.run.profile.steps)
    profile = replace(wish.run.profile, steps=steps, events=())
    return replace(wish, run=replace(wish.run, profile=profile))


def laid_out(wish: Setpoint) -> Timeline | None:
    """Lay out the run of a wish, whose profile has no faults; None where nothing is followed.

    It is the same for as long as the wish is, so make it once.
    """
    return None if wish.run is None else timeline(wish.run)


def wish_now(wish: Setpoint, course: Timeline | None, now: int) -> Setpoint:
    """Give a wish with the temperature, °C, that it asks for at an instant, UTC milliseconds.

    `course` is what `laid_out` gives for it; without one the wish comes back as it is. It cannot be earlier
    than the wish itself: a clock that says so was not set, and the course then stands where it was at first.
    """
    if course is None:
        return wish
    return replace(wish, value=setpoint_c(course, max(now, wish.at)))
