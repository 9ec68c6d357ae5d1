from array import array
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.importing.survey import Sample, Survey

PARTS = st.lists(st.lists(st.floats(-50, 150), min_size=1, max_size=20), min_size=1, max_size=8)


@given(parts=PARTS)
def test_a_survey_is_that_of_the_whole_however_it_is_parted(parts: list[list[float]]) -> None:
    survey, whole = Survey(-5.0), [value for part in parts for value in part]
    for part in parts:
        survey.add(array("d", part))
    assert (survey.count, survey.zeros) == (len(whole), whole.count(0.0))
    assert (survey.cold, survey.highest) == (sum(value < -5 for value in whole), max(whole))
    assert survey.middle == median(whole)


@given(parts=st.lists(st.integers(1, 40), min_size=1, max_size=20))
def test_a_sample_of_many_numbers_is_small_and_even(parts: list[int]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("krausen.importing.survey.MOST", 16)
        sample, begin = Sample(), 0
        for count in parts:
            sample.add(array("d", range(begin, begin + count)))
            begin += count
    assert abs(sample.median() - (begin - 1) / 2) <= begin / 16 + 1
