import pytest
from msgspec.structs import replace

from krausen.control.learning.belief import begin
from krausen.control.learning.chamber import chamber_of
from krausen.control.learning.course import Course
from krausen.control.learning.slowmode import slow_mode
from krausen.control.learning.wording import why
from krausen.control.turning import COOL, HEAT

BELIEF = begin(18.0, 18.0, valve=False)
MODE = replace(slow_mode(BELIEF.mean, chamber_of(BELIEF.mean), 18.0), load=0.2)


@pytest.mark.parametrize(
    ("course", "words"),
    [
        (Course(way=COOL, ahead_c=0.3, band_c=0.1), "It cools until that is 17.90 °C."),
        (Course(way=HEAT, ahead_c=-0.3, band_c=0.1), "It heats until that is 18.10 °C."),
        (Course(ahead_c=0.05, tried=True), "close enough to 18.0 °C."),
        (Course(ahead_c=0.4), "still learns this chamber."),
        (Course(ahead_c=-0.4, tried=True, mode=MODE), "bring that back to 18.0 °C by themselves."),
        (Course(ahead_c=0.4, tried=True, mode=MODE), "not yet worth a start."),
    ],
)
def test_it_says_where_the_beer_ends_and_what_follows(course: Course, words: str) -> None:
    told = why(course, BELIEF, 18.0)
    assert told.startswith(
        f"The beer is at 18.0 °C and ends at {18.0 + course.ahead_c:.1f} °C if all is off now"
    )
    assert told.endswith(words)
