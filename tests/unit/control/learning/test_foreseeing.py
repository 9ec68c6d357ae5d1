"""Hours are foretold, and counted by how they came out."""

import pytest
from msgspec.structs import replace

from krausen.control.learning.belief import begin, expected
from krausen.control.learning.chamber import At
from krausen.control.learning.foreseeing import Foresight, Hour, foreseen
from krausen.control.learning.gathering import Gathered

BELIEF = begin(18.0, 18.0, valve=False)
LOOKS = 123
"""Of half a minute each: an hour and a little more."""


def look(beer_c: float | None, air_c: float = 18.0, *, heats: bool = False) -> Gathered:
    seen = Gathered(air=air_c, airs=1, seconds=30.0, heat_s=30.0 if heats else 0.0)
    return seen if beer_c is None else replace(seen, beer=beer_c, beers=1)


def after(seen: Gathered, hours: int, begun: Foresight | None = None, noise_c: float = 0.01) -> Foresight:
    """Give how it stands after hours in which looks were alike but for some noise."""
    foresight = begun or Foresight()
    for number in range(hours * LOOKS):
        noisy = seen if not seen.beers else replace(seen, beer=seen.beer + noise_c * (number % 7))
        foresight = foreseen(foresight, BELIEF, noisy)
    return foresight


def test_a_beer_that_stays_as_the_model_says_is_foretold_well() -> None:
    foresight = after(look(18.0), 3)
    assert foresight.succeeds
    assert not foresight.fails
    assert not foresight.stuck


def test_a_beer_that_goes_elsewhere_is_foretold_badly_from_the_second_hour_on() -> None:
    assert after(look(19.0), 1).bad == 1
    assert after(look(19.0), 2).fails
    assert not after(look(18.0), 3, after(look(19.0), 2)).fails


def test_who_is_on_a_long_way_may_miss_by_a_share_of_it() -> None:
    near, far = (Foresight(Hour(BELIEF, BELIEF, from_c, 0.999)) for from_c in (18.0, 15.0))
    assert foreseen(near, BELIEF, look(18.9)).bad == 1
    assert foreseen(far, BELIEF, look(18.9)).bad == 0


def test_without_the_probe_nothing_is_foretold() -> None:
    assert after(look(None), 3) == Foresight()
    assert foreseen(after(look(18.0), 1), BELIEF, look(None)).hour is None


def test_a_probe_that_stands_still_in_a_chamber_that_heats_is_stuck_until_it_moves() -> None:
    stuck = after(look(18.0, heats=True), 1, noise_c=0.0)
    assert stuck.stuck
    assert after(look(18.0), 1, stuck, noise_c=0.0).stuck
    assert not after(look(18.0), 2, stuck).stuck
    assert not after(look(18.0), 1, noise_c=0.0).stuck


def test_an_output_is_judged_by_what_came_of_it() -> None:
    assert after(look(18.0), 3).heating.share is None
    nothing = after(look(18.0, heats=True), 2)
    assert nothing.heating.share is not None
    assert nothing.heating.share < 0.2
    told = expected(BELIEF, 3600.0, cool=0.0, heat=1.0).mean
    all_of_it = foreseen(
        Foresight(Hour(expected(BELIEF, 3570.0, cool=0.0, heat=1.0), BELIEF, 18.0, 0.9999)),
        BELIEF,
        look(told[At.BEER_PROBE], told[At.AIR_PROBE], heats=True),
    )
    assert all_of_it.heating.share == pytest.approx(1.0, abs=0.05)
    assert all_of_it.cooling.share is None
    blind = replace(look(18.0, heats=True), airs=0)
    assert 0.0 <= (after(blind, 3).heating.share or 0.0) < 0.2
