"""What is amiss is noticed and said, and what is right is not."""

import pytest
from msgspec.structs import replace

from krausen.control.algorithm import Inputs
from krausen.control.interlocks import Hardware, Output, Outputs, Times
from krausen.control.learning.belief import begin, bounded, widened
from krausen.control.learning.chamber import PRIORS, SIZE, STATES, At
from krausen.control.learning.foreseeing import Foresight, Power
from krausen.control.learning.noticing import MEASURES, Look, Watch, doubts, suspected, watched
from krausen.control.learning.watching import EVERY_S, GAP_S, Watching, looked

BELIEF = begin(18.0, 18.0, valve=False)
HARDWARE = Hardware(Times(), Times())
GOOD = Foresight(good=3)
OFF = Outputs(Output(on=False, since_s=0.0), Output(on=False, since_s=0.0))


def after(beer: float, looks: int, begun: Watch | None = None) -> Watch:
    watch = begun or Watch()
    for _ in range(looks):
        watch = watched(watch, (beer, 0.5), Look(30.0, BELIEF, 48.0, GOOD))
    return watch


def test_surprises_that_last_make_doubtful_and_their_end_ends_it() -> None:
    assert not after(2.0, 1000).doubtful
    doubtful = after(5.0, 240)
    assert doubtful.doubtful
    assert "does not fit" in doubts(doubtful, BELIEF)[0]
    assert after(0.5, 60, doubtful).doubtful
    assert not after(0.5, 600, doubtful).doubtful


def test_what_is_foretold_badly_is_doubted_once_the_chamber_should_be_known() -> None:
    bad = Look(30.0, BELIEF, 48.0, Foresight(bad=2))
    doubtful = watched(Watch(), (0.5, 0.5), bad)
    assert doubtful.doubtful
    assert not watched(Watch(), (0.5, 0.5), replace(bad, hours=5.0)).doubtful
    assert not watched(Watch(), (0.5, 0.5), replace(bad, foresight=Foresight(bad=1))).doubtful
    assert watched(doubtful, (0.5, 0.5), replace(bad, foresight=Foresight(good=2))).doubtful
    assert not watched(doubtful, (0.5, 0.5), replace(bad, foresight=GOOD)).doubtful


def test_a_leap_is_told_for_a_while() -> None:
    leapt = after(0.1, 1, after(9.0, 1))
    assert any("beer probe leapt" in one for one in doubts(leapt, BELIEF))
    assert doubts(after(0.1, 1000, leapt), BELIEF) == ()
    opened = watched(Watch(), (0.5, 9.0), Look(30.0, BELIEF, 48.0, GOOD))
    assert "door is opened" in doubts(opened, BELIEF)[0]


def test_what_has_become_weak_is_told_by_what_it_was() -> None:
    settled = after(0.1, 1)
    assert settled.first == tuple(BELIEF.mean[place] for place in MEASURES)
    mean = list(BELIEF.mean)
    mean[At.COOLING] -= 0.8
    assert "The cooler has 45% of the power" in doubts(settled, replace(BELIEF, mean=tuple(mean)))[0]
    mean[At.PLATE] -= 0.8
    mean[At.TO_STORE] -= 0.8
    assert "iced up" in doubts(settled, replace(BELIEF, mean=tuple(mean)))[0]


def test_an_output_that_does_nothing_is_told_as_soon_as_that_is_certain() -> None:
    for place, words in ((At.COOLING, "Cooling does nothing"), (At.HEATING, "Heating does nothing")):
        mean = list(BELIEF.mean)
        mean[place] = PRIORS[place].low
        sure = widened(replace(BELIEF, mean=tuple(mean), spread=((0.0,) * SIZE,) * SIZE), valve=False)
        assert words in doubts(Watch(), sure)[0]
        assert doubts(Watch(), replace(sure, spread=((9.0,) * SIZE,) * SIZE)) == ()


def test_an_output_that_does_less_than_it_did_is_told_and_suspected() -> None:
    dead, weak = Foresight(heating=Power(1.0, 0.1)), Foresight(cooling=Power(1.0, 0.4))
    assert "Heating does nothing" in doubts(Watch(), BELIEF, dead)[0]
    assert "Cooling brings about 40% of what it did" in doubts(Watch(), BELIEF, weak)[0]
    assert (suspected(dead), suspected(weak)) == (At.HEATING, At.COOLING)
    assert suspected(Foresight(heating=Power(0.1, 0.0))) is None


def test_a_probe_that_sticks_is_told_and_the_model_is_not_trusted_with_it() -> None:
    stuck = Foresight(stuck=True, good=9)
    assert "stood still" in doubts(Watch(), BELIEF, stuck)[0]
    assert watched(Watch(), (0.5, 0.5), Look(30.0, BELIEF, 1.0, stuck)).doubtful


def test_a_door_that_no_longer_closes_is_told() -> None:
    mean = list(BELIEF.mean)
    mean[At.LOSS] += 0.8
    assert "door closes" in doubts(after(0.1, 1), replace(BELIEF, mean=tuple(mean)))[0]


def test_numbers_that_are_none_any_more_begin_anew() -> None:
    broken = replace(BELIEF, mean=(float("nan"),) * SIZE)
    assert bounded(broken, valve=False) is None
    watching = Watching(belief=broken, looked_s=1e6, tick_s=1e6 + 30.0)
    _, belief = looked(watching, at(1e6 + 31.0, 15.0, 14.0))
    assert belief.mean[At.CORE] == 15.0


def at(now_s: float, beer_c: float | None, chamber_c: float | None, *, cools: bool = False) -> Inputs:
    outputs = replace(OFF, cool=Output(on=cools, since_s=0.0))
    measured_c = 18.0 if beer_c is None else beer_c
    return Inputs(now_s, 18.0, measured_c, beer_c, chamber_c, hardware=HARDWARE, outputs=outputs)


def test_it_looks_every_half_minute_at_what_was_gathered() -> None:
    watching = Watching()
    for second in range(0, 61, 5):
        watching, _ = looked(watching, at(1e6 + second, 18.0, 17.0, cools=second > 30))
    assert watching.looks == 1 + 60 / EVERY_S
    assert watching.watched_h * 3600.0 == 60.0
    assert watching.belief is not None
    assert 0.0 < watching.belief.flow < 1.0


def test_a_silent_probe_is_done_without() -> None:
    watching = Watching()
    for number in range(200):
        watching, _ = looked(watching, at(1e6 + 30.0 * number, None, 18.0))
    assert watching.belief is not None
    assert watching.belief.deviation(At.BEER_PROBE) > BELIEF.deviation(At.BEER_PROBE)
    assert not watching.watch.doubtful


def led(watching: Watching, seconds: range, air_c: float | None) -> Watching:
    """Go on with a beer of 15 °C and air that stays as it is."""
    for second in seconds:
        watching, _ = looked(watching, at(float(second), 15.0, air_c))
    return watching


def test_a_chamber_without_a_probe_of_its_own_is_learned_by_the_beer_alone() -> None:
    belief = led(Watching(), range(0, 3700, 10), None).belief
    assert belief is not None
    assert abs(belief.mean[At.BEER_PROBE] - 15.0) < 0.1
    assert belief.deviation(At.EXPOSURE) < 0.01


def test_air_that_leaves_its_course_is_followed_and_the_chamber_not_blamed() -> None:
    before = led(Watching(), range(0, 7200, 10), 15.0)
    after = led(before, range(7200, 7300, 10), 22.0).belief
    assert before.belief is not None
    assert after is not None
    assert abs(after.mean[At.AIR] - 22.0) < 1.5
    assert all(abs(after.mean[place] - before.belief.mean[place]) < 0.1 for place in MEASURES)


def test_after_a_pause_or_a_clock_that_was_set_back_it_looks_anew_and_keeps_what_it_learned() -> None:
    watching = Watching()
    for number in range(100):
        watching, _ = looked(watching, at(1e6 + 30.0 * number, 18.0, 18.0 - number / 10.0, cools=True))
    known = watching.belief
    assert known is not None
    for now_s in (1e6, 1e6 + 3000.0 + 2.0 * GAP_S):
        _, again = looked(watching, at(now_s, 12.0, 10.0))
        assert again.mean[At.CORE] == pytest.approx(12.0, abs=0.2)
        assert again.mean[At.COOLING] == known.mean[At.COOLING]


@pytest.mark.parametrize(("beer_c", "is_another"), [(16.5, False), (20.0, True)])
def test_a_beer_that_is_elsewhere_after_a_pause_is_another(beer_c: float, is_another: bool) -> None:
    before = led(Watching(), range(0, 3700, 10), 15.0)
    assert before.beer_h is None
    begun_s = 3700.0 + 2.0 * GAP_S
    now, _ = looked(before, at(begun_s, beer_c, 18.0))
    assert now.meets_another is is_another
    now, _ = looked(now, at(begun_s + EVERY_S, beer_c, 18.0))
    assert not now.meets_another
    assert now.beer_h == (EVERY_S / 3600.0 if is_another else None)


@pytest.mark.parametrize(("beer_h", "forgets"), [(None, False), (1.0, True), (11.0, False)])
def test_what_was_learned_with_another_beer_and_does_not_fit_is_forgotten(
    beer_h: float | None, forgets: bool
) -> None:
    known = led(Watching(), range(0, 7200, 10), 15.0)
    misfit = replace(known, watched_h=100.0, beer_h=beer_h, watch=Watch(beer=30.0))
    now, belief = looked(misfit, at(7200.0 + EVERY_S, 15.0, 15.0))
    assert now.watch.doubtful is not forgets
    assert (now.watched_h == 0.0) is forgets
    assert (belief.mean[STATES:] == BELIEF.mean[STATES:]) is forgets
    assert any("learned anew" in one for one in doubts(now.watch, belief)) is forgets
