"""How much of a learned loss lasts, and which room goes with it."""

from math import exp, isfinite, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.control.learning.belief import begin
from krausen.control.learning.chamber import At
from krausen.control.learning.lasting import Vector, lasting, long_run, shares, usual_share


def seen(beer_c: float, room_c: float, loss: float = 0.1) -> Vector:
    vector = list(begin(beer_c, beer_c, valve=False).mean)
    vector[At.AMBIENT], vector[At.LOSS] = room_c, log(loss)
    return tuple(vector)


def taken(vector: Vector) -> float:
    """Give what the room gives the chamber, K/h."""
    return exp(vector[At.LOSS]) * (vector[At.AMBIENT] - vector[At.CORE])


@given(beer_c=st.floats(-5.0, 40.0), room_c=st.floats(-20.0, 45.0))
def test_shares_are_weighed_and_their_middle_lies_among_them(beer_c: float, room_c: float) -> None:
    found = shares(seen(beer_c, room_c))
    assert sum(weight for _, weight in found) == pytest.approx(1.0)
    middle, wide = usual_share(seen(beer_c, room_c))
    assert found[0][0] < middle < found[-1][0]
    assert 0.0 < wide < 1.0


@given(numbers=st.tuples(st.floats(-1e4, 1e4), st.floats(-1e4, 1e4)))
def test_any_vector_lasts_in_a_room_that_is_possible(numbers: tuple[float, float]) -> None:
    found = long_run(seen(*numbers))
    assert all(map(isfinite, found))
    assert -20.0 <= found[At.AMBIENT] <= 45.0


@given(beer_c=st.floats(0.0, 30.0), apart_c=st.floats(-3.0, 3.0), share=st.floats(0.3, 2.0))
def test_what_the_room_gives_now_stays(beer_c: float, apart_c: float, share: float) -> None:
    before = seen(beer_c, beer_c + apart_c)
    assert taken(lasting(before, share)) == pytest.approx(taken(before), abs=1e-9)


def test_of_a_room_that_is_hardly_felt_half_the_loss_lasts() -> None:
    share, _ = usual_share(seen(18.0, 18.5))
    assert share == pytest.approx(0.55, abs=0.05)


def test_a_room_as_hot_as_none_is_one_behind_a_greater_loss() -> None:
    found = long_run(seen(2.0, 39.0, loss=0.015))
    assert 19.0 < found[At.AMBIENT] < 32.0
    assert found[At.LOSS] > log(0.015)
