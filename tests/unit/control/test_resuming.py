"""What a loop goes on with when it begins."""

from msgspec.structs import replace

from krausen.control.algorithm import Inputs
from krausen.control.algorithms import hysteresis, learning
from krausen.control.interlocks import Hardware, Times
from krausen.control.learning.belief import begin
from krausen.control.learning.keeping import kept
from krausen.control.regulation import Memory, Plan, handed_over, start
from krausen.control.resuming import begun_anew, has_learned, learned_in, resumed
from krausen.model.learned import Learned, Standing
from krausen.model.setpoint import Mode, Setpoint

QUICK = Times(min_on_s=0.0, min_off_s=0.0)
PLAN = Plan(algorithm=learning.ALGORITHM, settings=learning.Settings(), hardware=Hardware(QUICK, QUICK))
OTHER = replace(PLAN, algorithm=hysteresis.ALGORITHM, settings=hysteresis.Settings())
HOLD = Setpoint(revision=1, mode=Mode.BEER, value=18.0)
OFF = Setpoint(revision=1, mode=Mode.OFF)
FRESH = start(PLAN, 0.0)
KNOWN = kept(begin(19.0, 18.0, valve=False), 30.0, Standing.LEARNING, ())


def holding() -> Memory:
    """Give the memory of a loop that has held for a while."""
    state = FRESH.algorithm
    for n in range(60):
        inputs = Inputs(now_s=10.0 * n, setpoint_c=18.0, measured_c=19.0, beer_c=19.0, chamber_c=17.0)
        state, _ = learning.step(learning.Settings(), state, inputs)
    return Memory(state, FRESH.outputs)


def test_a_loop_that_knows_nothing_goes_on_with_what_was_learned_once_it_holds_something() -> None:
    assert resumed(PLAN, FRESH, lambda: KNOWN, OFF) is FRESH
    assert learned_in(PLAN, resumed(PLAN, FRESH, lambda: KNOWN, HOLD)) is not None
    switched = handed_over(FRESH)
    gone_on = resumed(PLAN, switched, lambda: KNOWN, HOLD)
    assert (gone_on.outputs, gone_on.demand) == (switched.outputs, switched.demand)
    assert resumed(PLAN, switched, lambda: None, HOLD) is switched


def test_a_loop_that_knows_something_or_learns_nothing_stays_as_it_is_and_nobody_is_asked() -> None:
    def never() -> Learned | None:
        raise AssertionError

    busy = holding()
    assert resumed(PLAN, busy, never, HOLD) is busy
    assert resumed(OTHER, start(OTHER, 0.0), never, HOLD) == start(OTHER, 0.0)
    assert learned_in(OTHER, start(OTHER, 0.0)) is None
    assert (has_learned(PLAN, busy), has_learned(PLAN, FRESH)) == (True, False)
    assert not has_learned(OTHER, start(OTHER, 0.0))
    assert learned_in(PLAN, begun_anew(PLAN, busy)) is None
    assert begun_anew(OTHER, busy) is busy
