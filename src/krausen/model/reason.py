"""Why a vessel was heated, cooled or left alone, moment by moment."""

from enum import StrEnum

from msgspec import Struct

from krausen.model.level import Levels

REPEAT_MS = 3_600_000
"""A reason that stays as it is is told anew this often."""
HOLDS_MS = REPEAT_MS + 300_000
"""So long a reason is taken to hold when nothing follows it."""
UNSURE_MS = 600_000
"""So long it is taken to hold when its agent ended without a word and began anew later."""


class Occasion(StrEnum):
    """Why a reason was noted: an agent began, something changed, only numbers did, or the agent ended."""

    BEGIN = "begin"
    CHANGE = "change"
    UPDATE = "update"
    END = "end"


class Reason(Struct, frozen=True):
    """What was demanded from `at` on (UTC ms): shares of full power (0 to 1), why in words, what was on."""

    at: int
    heat: float = 0.0
    cool: float = 0.0
    texts: tuple[str, ...] = ()
    levels: Levels = Levels()
    occasion: Occasion = Occasion.CHANGE


def held_until(reason: Reason, following: Reason | None) -> int | None:
    """Give when a reason stopped to hold, UTC ms; None where an agent's end still holds.

    It holds until the next one, as long as one can know that its agent was there.
    """
    if reason.occasion is Occasion.END:
        return None if following is None else following.at
    if following is None:
        return reason.at + HOLDS_MS
    is_cut = following.occasion is Occasion.BEGIN
    return min(following.at, reason.at + (UNSURE_MS if is_cut else HOLDS_MS))
