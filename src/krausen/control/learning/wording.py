"""Why, in words: where the beer is, where it ends, and what follows."""

from krausen.control.learning.belief import Belief
from krausen.control.learning.course import Course
from krausen.control.learning.slowmode import beer_of
from krausen.control.turning import COOL, HEAT

_RUNS = {HEAT: "It heats until that is", COOL: "It cools until that is"}


def why(course: Course, belief: Belief, setpoint_c: float) -> str:
    """Say why the outputs do what they do, for people."""
    ends_c = setpoint_c + course.ahead_c
    where = f"The beer is at {beer_of(belief.mean):.1f} °C and ends at {ends_c:.1f} °C if all is off now"
    if course.way:
        return f"{where}. {_RUNS[course.way]} {setpoint_c + course.way * course.band_c:.2f} °C."
    if abs(course.ahead_c) <= course.band_c:
        return f"{where}, close enough to {setpoint_c:.1f} °C."
    if not course.tried:
        return f"{where}. It waits to see what the last run did, for it still learns this chamber."
    if course.mode is not None and course.ahead_c * course.mode.load < 0.0:
        return f"{where}. Room and yeast bring that back to {setpoint_c:.1f} °C by themselves."
    return f"{where}. That is not yet worth a start."


DOUBT = "What the probes say does not fit what was learned, so the cascade holds until it does."
BLIND = "Without the beer probe nobody knows the beer well enough, so the cascade holds what is left."
STUCK = (
    "The beer probe stands still where it should move, so the chamber is held at the setpoint by its own. "
    "See that the beer probe is well."
)
