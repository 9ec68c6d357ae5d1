from msgspec.structs import replace

from krausen.alarms.rule import ALL_WELL, Verdict, worst
from krausen.model.alarm import Priority

FAR = Verdict(excess=4.0)
NEAR = Verdict(excess=0.5)
URGENT = Verdict(excess=0.2, priority=Priority.CRITICAL)
WITHIN = Verdict(excess=-0.5)


def test_of_several_parts_the_one_farthest_beyond_is_told() -> None:
    assert worst([NEAR, FAR, WITHIN]) == FAR


def test_what_is_unknown_hides_nothing_that_is_beyond() -> None:
    assert worst([None, NEAR]) == NEAR
    assert worst([None, WITHIN]) is None


def test_while_all_is_well_the_closest_is_told_and_without_parts_nothing() -> None:
    assert worst([WITHIN, Verdict(excess=-0.1)]) == Verdict(excess=-0.1)
    assert worst([]) == ALL_WELL


def test_what_is_urgent_comes_before_what_is_far() -> None:
    assert worst([FAR, URGENT]) == URGENT
    assert worst([replace(FAR, priority=Priority.NOTICE), NEAR]) == NEAR
