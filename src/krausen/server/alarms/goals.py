"""Where vessels are to go, and how they come there, taken up from history after a restart."""

from collections.abc import Collection, Iterator

from krausen.alarms.approach import Approach, Goal, Sight, begun, followed
from krausen.model.setpoint import Mode, Setpoint
from krausen.model.vessel import Role
from krausen.ports.history import History
from krausen.profiles.course import Leg, Timeline
from krausen.profiles.following import laid_out

LEGS_BACK = 4
"""So many pieces of a profile are looked back upon."""
LOOKS = 600
SHORTEST_MS = 60_000
"""Into so many looks is the past of a goal divided, unless they would be shorter than this."""


def role_held(mode: Mode) -> Role:
    """Give the role of the probe that is brought to the setpoint in a mode."""
    return Role.CHAMBER if mode is Mode.CHAMBER else Role.BEER


def goals_of(wish: Setpoint, course: Timeline | None, now: int) -> list[Goal]:
    """Give where a wish has led of late, the present goal last; none where nothing is held."""
    if wish.mode is Mode.OFF:
        return []
    if course is None:
        return [] if wish.value is None else [Goal(wish.at, wish.at, wish.value, wish.value)]
    place = course.place(max(now, wish.at))
    legs = course.legs[max(0, place - LEGS_BACK) : place + 1]
    return [_goal(leg, wish) for leg in legs if leg.end > wish.at]


class Approaches:
    """Follows each vessel, by id, on its way. What was missed is read from history."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._known: dict[str, Approach] = {}
        self._courses: dict[str, tuple[Setpoint, Timeline | None]] = {}

    def goals(self, vessel: str, wish: Setpoint, now: int) -> list[Goal]:
        """Give `goals_of` a wish; its course is laid out once."""
        known = self._courses.get(vessel)
        if known is None or known[0] != wish:
            known = self._courses[vessel] = wish, laid_out(wish)
        goals = goals_of(*known, now)
        if not goals:
            self._known.pop(vessel, None)
        return goals

    async def see(self, vessel: str, goals: list[Goal], sight: Sight, series: str | None) -> Approach:
        """Take a look at a vessel that has goals; `series` is the id of what is held, None for unknown."""
        known = self._known.get(vessel)
        if known is None:
            known = await self._taken_up(goals, series, sight.at)
        elif known.goal != goals[-1]:
            known = begun(goals[-1], known)
        self._known[vessel] = followed(known, sight)
        return self._known[vessel]

    def keep(self, vessels: Collection[str]) -> None:
        """Forget all vessels but these."""
        for gone in self._courses.keys() - set(vessels):
            del self._courses[gone]
            self._known.pop(gone, None)

    async def _taken_up(self, goals: list[Goal], series: str | None, now: int) -> Approach:
        ends = [*(goal.begins for goal in goals[1:]), now]
        approach = begun(goals[0])
        for goal, end in zip(goals, ends, strict=True):
            approach = approach if goal == approach.goal else begun(goal, approach)
            for sight in await self._sights(goal, series, end):
                approach = followed(approach, sight)
        return approach

    async def _sights(self, goal: Goal, series: str | None, end: int) -> Iterator[Sight]:
        if series is None or end <= goal.begins:
            return iter(())
        width_ms = max(SHORTEST_MS, (end - goal.begins) // LOOKS)
        found = await self._history.buckets(series, goal.begins, end, width_ms)
        columns = zip(found.t, found.min, found.max, strict=True)
        return (_sight(goal, t, least_c, most_c) for t, least_c, most_c in columns)


def _goal(leg: Leg, wish: Setpoint) -> Goal:
    begins = max(leg.start, wish.at)
    return Goal(begins, leg.end if leg.from_c != leg.to_c else begins, leg.at(begins), leg.to_c)


def _sight(goal: Goal, t: int, least_c: float, most_c: float) -> Sight:
    """Give the look that shows a vessel nearest to what was wanted, of those of a while."""
    wanted_c = goal.at(t)
    return Sight(t, wanted_c, min(max(wanted_c, least_c), most_c))
