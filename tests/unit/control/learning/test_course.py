"""What follows from what is believed: how careful it is, and how wide the band."""

import pytest
from msgspec.structs import replace

from krausen.control.algorithm import Inputs
from krausen.control.interlocks import Hardware, Output, Outputs, Times
from krausen.control.learning.belief import Belief, begin
from krausen.control.learning.chamber import SIZE, At
from krausen.control.learning.course import Course, steered
from krausen.control.learning.steering import Manner
from krausen.control.turning import COOL

UNKNOWN = begin(20.0, 19.0, valve=False)
KNOWN = replace(UNKNOWN, spread=((0.0,) * SIZE,) * SIZE)
MANNER = Manner(start_cost=5e-5, patience_h=4.0)
OFF = Outputs(Output(on=False, since_s=0.0), Output(on=False, since_s=0.0))


def at(now_s: float, shortest_s: float = 180.0) -> Inputs:
    hardware = Hardware(Times(), Times(min_on_s=shortest_s))
    return Inputs(now_s, 18.0, 20.0, 20.0, 19.0, hardware=hardware, outputs=OFF)


@pytest.mark.parametrize(
    ("belief", "rest_s", "has_shown"),
    [
        (UNKNOWN, 1400.0, False),
        (UNKNOWN, 1500.0, True),
        (KNOWN, 500.0, False),
        (KNOWN, 600.0, True),
    ],
)
def test_a_rest_shows_what_a_run_did_the_sooner_the_less_is_in_doubt(
    belief: Belief, rest_s: float, has_shown: bool
) -> None:
    resting = Course(last=COOL, since_s=1e6, setpoint_c=18.0)
    assert steered(resting, belief, at(1e6 + rest_s), MANNER).tried is has_shown
    assert not steered(replace(resting, last=0), belief, at(1e6 + rest_s), MANNER).tried
    assert not steered(replace(resting, way=COOL), belief, at(1e6 + rest_s), MANNER).tried


def test_a_valve_is_not_asked_for_hundredths() -> None:
    mean = list(KNOWN.mean)
    mean[At.FERMENTATION] = 0.2
    ferments = replace(KNOWN, mean=tuple(mean))
    valve, compressor = (steered(Course(), ferments, at(1e6, seconds), MANNER) for seconds in (59.0, 60.0))
    assert valve.band_c > compressor.band_c
