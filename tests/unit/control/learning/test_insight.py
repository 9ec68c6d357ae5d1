"""What a learned model says to people."""

from math import log
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.control.learning.belief import Belief, begin
from krausen.control.learning.chamber import PRIORS, STATES, At
from krausen.control.learning.insight import hours_to, insight
from krausen.control.learning.keeping import kept
from krausen.model.learned import Standing


def believed(wide: float = 0.1, **changes: float) -> Belief:
    """Believe the priors' middle of a chamber whose outputs have run, but for what is told."""
    belief = begin(18.0, 18.0, valve=False)
    mean = list(belief.mean)
    for name, value in changes.items():
        place = At[name.upper()]
        mean[place] = value if place < STATES else log(value)
    spread = tuple(tuple(wide**2 * (row == column) for column in At) for row in At)
    return Belief(tuple(mean), spread)


def said(belief: Belief) -> str:
    return " ".join(insight(kept(belief, 30.0, Standing.SURE)).means)


@given(
    celsius=st.floats(-10.0, 35.0),
    vector=st.tuples(*(st.floats(PRIORS[place].low, PRIORS[place].high) for place in list(At)[STATES:])),
)
def test_a_colder_end_takes_longer_or_is_never_reached(celsius: float, vector: tuple[float, ...]) -> None:
    whole = (*begin(18.0, None, valve=False).mean[: At.AMBIENT], celsius, *vector)
    cool, cold = hours_to(whole, 20.0, 10.0), hours_to(whole, 20.0, 2.0)
    assert cold is None or (cool is not None and 0.0 < cool < cold)


def test_beer_that_is_slow_inside_takes_longer() -> None:
    quick, slow = (hours_to(believed(mixing=one).mean, 20.0, 2.0) for one in (1.6, 0.4))
    assert quick is not None
    assert slow is not None
    assert slow > 1.02 * quick


def test_the_way_to_cold_is_a_span_that_doubt_widens() -> None:
    def span(belief: Belief) -> float:
        (_, _, behind) = said(belief).partition("reaches 2 °C in about ")
        low, _, high = behind.split(" h when")[0].partition(" to ")
        return float(high) - float(low)

    assert span(believed(0.3)) > span(believed(0.05)) > 0.0


def test_a_weak_cooler_tells_how_far_it_comes() -> None:
    assert "does not reach 2 °C when nothing ferments; it comes down to about " in said(
        believed(cooling=1.0, loss=0.2, ambient=30.0)
    )


@pytest.mark.parametrize(
    ("heating", "ambient", "words"),
    [
        (0.5, 18.0, "With the heater on the beer can be held at up to about 3"),
        (4.0, 18.0, "With the heater on the beer can be held at anything a fermentation asks for."),
        (0.45, -19.0, "In this room the heater alone does not keep the beer from freezing."),
    ],
)
def test_no_heat_is_told_that_nobody_asks_for(heating: float, ambient: float, words: str) -> None:
    assert words in said(
        believed(heating=heating, ambient=ambient, core=ambient, loss=0.05 if ambient > 0.0 else 0.25)
    )


def test_the_room_is_the_one_that_lasts() -> None:
    found = insight(kept(believed(core=2.0, ambient=39.0, loss=0.015), 30.0, Standing.SURE))
    room = found.quantities["ambient_c"]
    assert room.low < 25.0 < room.high
    assert room.value < 33.0
    assert found.means[0] == f"The room seems to be at {room.value:.0f} °C."


def test_it_is_told_at_once() -> None:
    belief = believed()
    began_s = process_time()
    said(belief)
    assert process_time() - began_s < 0.2
