"""How a vessel comes to what is wanted of it: when that changed, how far it was then, is it there.

What is held may lie far from what is wanted for hours after a change, and nothing is wrong. From when it has
been reached, it shall stay.
"""

from msgspec import Struct

HOUR_MS = 3_600_000
NEAR_C = 0.5
"""A temperature is reached within so much."""
GENTLE_C_H = 0.5
"""A vessel follows a ramp that is no steeper than this, and is expected to be near all the way."""


class Goal(Struct, frozen=True, gc=False):
    """Where the setpoint goes: from `begins` to `arrives`, UTC ms, `from_c` to `to_c`, and stays there.

    One that jumps arrives as it begins, and comes from where it goes.
    """

    begins: int
    arrives: int
    from_c: float
    to_c: float

    def at(self, t: int) -> float:
        """Give the setpoint at an instant, °C."""
        if t <= self.begins or t >= self.arrives:
            return self.to_c if t >= self.arrives else self.from_c
        share = (t - self.begins) / (self.arrives - self.begins)
        return self.from_c + share * (self.to_c - self.from_c)

    @property
    def is_gentle(self) -> bool:
        """Tell whether a vessel can be near all the way."""
        hours = (self.arrives - self.begins) / HOUR_MS
        return abs(self.to_c - self.from_c) <= GENTLE_C_H * hours


class Approach(Struct, frozen=True, gc=False):
    """How a vessel stands to its goal: where it was first seen, and since when it has been there, UTC ms.

    Temperatures in °C; None for not yet.
    """

    goal: Goal
    from_c: float | None = None
    reached_at: int | None = None

    @property
    def step_c(self) -> float:
        """How far it had to go, °C, 0 while that is not known."""
        return 0.0 if self.from_c is None else abs(self.goal.to_c - self.from_c)


class Sight(Struct, frozen=True, gc=False):
    """What is wanted and what is measured at an instant, UTC ms, °C; measured may be None for unknown."""

    at: int
    wanted_c: float
    measured_c: float | None = None


def begun(goal: Goal, before: Approach | None = None) -> Approach:
    """Give the approach to a goal that is new, after one before it.

    Who was there stays there when the setpoint does not jump and goes on gently.
    """
    if before is None or before.reached_at is None or not goal.is_gentle:
        return Approach(goal)
    jump_c = abs(goal.from_c - before.goal.at(goal.begins))
    return Approach(goal, reached_at=before.reached_at if jump_c <= NEAR_C else None)


def followed(approach: Approach, sight: Sight) -> Approach:
    """Give the approach after a look at the vessel."""
    measured_c = sight.measured_c
    if measured_c is None or (approach.from_c is not None and approach.reached_at is not None):
        return approach
    from_c = measured_c if approach.from_c is None else approach.from_c
    reached_at = approach.reached_at
    if reached_at is None and abs(measured_c - sight.wanted_c) <= NEAR_C:
        reached_at = sight.at
    return Approach(approach.goal, from_c, reached_at)
