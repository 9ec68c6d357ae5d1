"""When a push is due: on a grid of its own, which neither slow services nor restarts shift.

Times are milliseconds of a steady clock.
"""

SPREAD_MS = 5_000
"""What is overdue together after a start is spread over so long, or over its interval if that is shorter."""
_GOLDEN = 0.6180339887498949
"""Multiples of it, whole parts left out, lie evenly however many there are (Weyl)."""


def first_due(now: int, every_ms: int, last: int | None, place: int) -> int:
    """Give when the first push after a start is due: an interval after the last one that went out.

    What never went out is due at once. What is overdue is spread by its `place` among the others.
    """
    if last is None:
        return now
    due = last + every_ms
    if now < due <= now + every_ms:
        return due
    return now + int(place * _GOLDEN % 1.0 * min(SPREAD_MS, every_ms))


def next_due(due: int, every_ms: int, now: int) -> int:
    """Give the first point of the grid after now; what was missed meanwhile is left out."""
    return due + (max(0, now - due) // every_ms + 1) * every_ms
