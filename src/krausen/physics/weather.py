"""The room a chamber stands in: its temperature over the day, and people who open the door."""

from math import exp, log, pi, sin, sqrt

from msgspec import Struct
from msgspec.structs import astuple

from krausen.physics import chance

STEP_S = 10
"""The temperature of the room is renewed this often, s."""

_DAY_S = 86_400
_NEVER_S = 10**12


class Climate(Struct, frozen=True, kw_only=True):
    """A room: mean, daily swing (half of peak to peak) and a wander that is forgotten over `wander_s`.

    `wander_c` is the standard deviation of the wander. Each opening of the door takes between `shortest_s`
    and `longest_s`, all equally likely; openings are a Poisson process that waits while the door is open.
    """

    mean_c: float = 20.0
    swing_c: float = 1.5
    wander_c: float = 0.6
    wander_s: float = 7200.0
    openings_per_day: float = 4.0
    shortest_s: float = 20.0
    longest_s: float = 120.0


ROOM = Climate()
"""A room in a house."""


def steady(mean_c: float) -> Climate:
    """Give a room that stays at `mean_c` and whose door stays shut."""
    return Climate(mean_c=mean_c, swing_c=0.0, wander_c=0.0, openings_per_day=0.0)


class Moment(Struct, frozen=True):
    """All that the weather remembers: the wander, and the present or next opening with its number."""

    wander_c: float
    opening: int
    opens_s: int
    closes_s: int

    def is_open(self, at_s: int) -> bool:
        """Tell whether the door stands open in the second that begins at `at_s`."""
        return self.opens_s <= at_s < self.closes_s

    def next_change_s(self, at_s: int) -> int:
        """Give the first second after `at_s` at which the door changes or the room is renewed."""
        edge_s = self.opens_s if at_s < self.opens_s else self.closes_s
        return min(edge_s, at_s - at_s % STEP_S + STEP_S)


class Weather:
    """The weather of one seed: a sine over the day with its own phase, and an Ornstein-Uhlenbeck process."""

    def __init__(self, climate: Climate, seed: int) -> None:
        self._climate = climate
        self._wander_seed = chance.branch(seed, "wander")
        self._door_seed = chance.branch(seed, "door")
        self._phase = 2.0 * pi * chance.uniform(chance.branch(seed, "phase"), 0)
        self._memory = exp(-STEP_S / climate.wander_s)
        self._kick_c = climate.wander_c * sqrt(1.0 - self._memory**2)

    def first(self) -> Moment:
        """Give the moment at second 0: the wander anywhere in its long-run spread, the door shut."""
        wander_c = self._climate.wander_c * chance.normal(self._wander_seed, 0)
        return Moment(wander_c, 0, *self._opening(0, 0))

    def after(self, moment: Moment, at_s: int) -> Moment:
        """Give the moment of second `at_s`, which is the `next_change_s` of `moment`."""
        wander_c, opening, opens_s, closes_s = astuple(moment)
        if at_s % STEP_S == 0:
            kick_c = self._kick_c * chance.normal(self._wander_seed, at_s // STEP_S)
            wander_c = self._memory * wander_c + kick_c
        if at_s == closes_s:
            opening += 1
            opens_s, closes_s = self._opening(opening, closes_s)
        return Moment(wander_c, opening, opens_s, closes_s)

    def room_c(self, moment: Moment, at_s: int) -> float:
        """Give the temperature of the room."""
        daily = sin(2.0 * pi * at_s / _DAY_S + self._phase)
        return self._climate.mean_c + self._climate.swing_c * daily + moment.wander_c

    def _opening(self, opening: int, since_s: int) -> tuple[int, int]:
        climate = self._climate
        if climate.openings_per_day == 0.0:
            return _NEVER_S, 2 * _NEVER_S
        pause_s = -log(chance.uniform(self._door_seed, 2 * opening)) * _DAY_S / climate.openings_per_day
        opens_s = since_s + 1 + int(min(pause_s, _NEVER_S))
        spread_s = climate.longest_s - climate.shortest_s
        open_s = climate.shortest_s + spread_s * chance.uniform(self._door_seed, 2 * opening + 1)
        return opens_s, opens_s + round(open_s)
