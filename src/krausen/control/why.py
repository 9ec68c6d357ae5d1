"""When it is worth noting why a vessel is heated, cooled or left alone."""

import re

from msgspec import Struct
from msgspec.structs import replace

from krausen.model.level import Demand, Levels
from krausen.model.reason import REPEAT_MS, Occasion, Reason
from krausen.model.setpoint import Setpoint

QUIET_S = 10.0
"""After a change the next one is noted no sooner: who chatters shall not fill the disk."""
UPDATE_S = 600.0
"""Numbers in the words that move on are noted no more often."""
REPEAT_S = REPEAT_MS / 1000.0
STRANGE_S = 3600.0
"""Words that were not used for so long are a change; others that come and go are like numbers that do."""
JUMP_C = 0.05
"""From one tick to the next no ramp goes so far, but a step of a profile does."""
MOST_TEXTS = 8
LONGEST = 240
"""Characters of a sentence that are kept."""

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


class Now(Struct, frozen=True):
    """A tick: UTC milliseconds to stamp it with, and steady seconds to time it by."""

    at: int
    s: float


class Noting:
    """Remembers what was noted last of one vessel, and tells what is due."""

    def __init__(self) -> None:
        self._last: Reason | None = None
        self._noted = Demand()
        self._noted_s = 0.0
        self._act: object = None
        self._texts: tuple[str, ...] = ()
        self._words: tuple[str, ...] = ()
        self._noted_words: tuple[str, ...] = ()
        self._known: dict[tuple[str, ...], float] = {}
        self._value: float | None = None
        self._jumped = False

    def due(self, wish: Setpoint, demand: Demand, seen: Levels, now: Now) -> Reason | None:
        """Give the reason to note now, which then counts as noted, or None.

        A wish that follows a profile comes with the temperature of this moment as its value.
        """
        self._follow(wish.value)
        act = (wish.mode, wish.revision, demand.heat > 0, demand.cool > 0, seen, len(demand.why))
        words = self._without_numbers(demand.why)
        occasion = self._occasion(demand, now.s, is_other=act != self._act or self._is_strange(words, now.s))
        if occasion is None:
            return None
        texts = tuple(text[:LONGEST] for text in demand.why[:MOST_TEXTS])
        # No two of a vessel have the same time, whatever is done to the clock.
        at = now.at if self._last is None else max(now.at, self._last.at + 1)
        self._last = Reason(at, demand.heat, demand.cool, texts, seen, occasion)
        self._noted, self._noted_s, self._act, self._jumped = demand, now.s, act, False
        self._noted_words = words
        self._known = {k: s for k, s in self._known.items() if now.s - s < STRANGE_S} | {words: now.s}
        return self._last

    def end(self, text: str, at: int) -> Reason | None:
        """Give the reason to note where whoever controls ends in good order; None if it never began."""
        if self._last is None:
            return None
        return Reason(max(at, self._last.at + 1), texts=(text,), occasion=Occasion.END)

    def moved(self, by_ms: int) -> None:
        """Take it that the time was wrong by so much until now."""
        if self._last is not None:
            self._last = replace(self._last, at=self._last.at + by_ms)

    def _follow(self, value: float | None) -> None:
        if value is not None and self._value is not None:
            self._jumped |= abs(value - self._value) >= JUMP_C
        self._value = value

    def _occasion(self, demand: Demand, now_s: float, *, is_other: bool) -> Occasion | None:
        for_s = now_s - self._noted_s
        if self._last is None:
            return Occasion.BEGIN
        if for_s < QUIET_S:
            return None
        if self._jumped or is_other:
            return Occasion.CHANGE
        due_s = REPEAT_S if demand == self._noted else UPDATE_S
        return Occasion.UPDATE if for_s >= due_s else None

    def _without_numbers(self, texts: tuple[str, ...]) -> tuple[str, ...]:
        if texts != self._texts:
            self._texts, self._words = texts, tuple(_NUMBER.sub("", text) for text in texts)
        return self._words

    def _is_strange(self, words: tuple[str, ...], now_s: float) -> bool:
        used_s = self._known.get(words)
        is_old = used_s is None or now_s - used_s >= STRANGE_S
        return is_old and words != self._noted_words
