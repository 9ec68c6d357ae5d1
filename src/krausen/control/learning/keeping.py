"""What was learned, as a document and back."""

from math import isfinite

from krausen.control.learning.belief import Belief
from krausen.control.learning.chamber import JACKET, PRIORS, SIZE, STATES, At
from krausen.errors import Fault, Invalid
from krausen.model.learned import FORM, Learned, Standing

_ENTRIES = SIZE * (SIZE + 1) // 2
_DIGITS = 7
_FARTHEST = 1e4


def kept(belief: Belief, watched_h: float, standing: Standing, doubts: tuple[str, ...] = ()) -> Learned:
    """Give the document of a belief; numbers keep seven digits."""
    return Learned(
        mean=tuple(_short(one) for one in belief.mean),
        spread=tuple(_short(belief.spread[row][column]) for row in range(SIZE) for column in range(row + 1)),
        flow=_short(belief.flow),
        watched_h=_short(watched_h),
        standing=standing,
        doubts=doubts,
    )


def believed(learned: Learned) -> Belief:
    """Give the belief of a document. Raises Invalid for one that is no model of a chamber."""
    if why := _against(learned):
        raise Invalid(why, [Fault("/learned", why)])
    rows = [[0.0] * SIZE for _ in range(SIZE)]
    entries = iter(learned.spread)
    for row in range(SIZE):
        for column in range(row + 1):
            rows[row][column] = rows[column][row] = next(entries)
    return Belief(learned.mean, tuple(tuple(row) for row in rows), min(max(learned.flow, 0.0), 1.0))


def _against(learned: Learned) -> str:
    if learned.form != FORM:
        return f"This is a model of form {learned.form}; only form {FORM} is understood here."
    if len(learned.mean) != SIZE or len(learned.spread) != _ENTRIES:
        return f"A model has {SIZE} numbers and {_ENTRIES} of their covariance; this one has others."
    numbers = (*learned.mean, *learned.spread, learned.flow, learned.watched_h)
    if not all(map(isfinite, numbers)) or learned.watched_h < 0.0:
        return "A model has finite numbers, and cannot have been learned for less than no time."
    if any(learned.spread[row * (row + 3) // 2] < 0.0 for row in range(SIZE)):
        return "A variance is never negative."
    if max(map(abs, (*learned.mean[:STATES], *learned.spread))) > _FARTHEST:
        return "A state or a variance is beyond what any chamber has."
    for place in list(At)[STATES:]:
        priors = (PRIORS[place], JACKET.get(place, PRIORS[place]))
        low, high = min(one.low for one in priors), max(one.high for one in priors)
        if not low - 1e-6 <= learned.mean[place] <= high + 1e-6:
            return f"The quantity {place.name.lower()} is beyond what any chamber has."
    return ""


def _short(number: float) -> float:
    return float(f"{number:.{_DIGITS}g}")
