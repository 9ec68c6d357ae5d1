"""Pauses between tries: each twice as long as the one before, up to a bound, with chance in them."""

from random import Random

FIRST_S = 0.5
LONGEST_S = 30.0


class Pauses:
    """Gives pauses between half and whole of a bound that doubles, so that not all come back at once."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._bound_s = FIRST_S

    def next_s(self) -> float:
        """Give the seconds of the next pause."""
        bound_s = self._bound_s
        self._bound_s = min(2 * bound_s, LONGEST_S)
        return self._chance.uniform(bound_s / 2, bound_s)

    def reset(self) -> None:
        """Begin with the shortest again."""
        self._bound_s = FIRST_S
