"""What was learned goes into a document and comes back; what is no model is refused in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import json
from msgspec.structs import replace

from krausen.control.learning.belief import Belief, begin, corrected, predicted
from krausen.control.learning.chamber import PRIORS, SIZE, At
from krausen.control.learning.insight import confidence, insight, standing
from krausen.control.learning.keeping import believed, kept
from krausen.errors import Invalid
from krausen.model.learned import Learned, Standing


def document(minutes: int = 30) -> Learned:
    belief = begin(20.0, 18.0, valve=False)
    for minute in range(minutes):
        belief = predicted(belief, 60.0, cool=1.0, heat=0.0)
        belief, _ = corrected(belief, At.AIR_PROBE, 18.0 - 0.4 * minute, 0.5)
    return kept(belief, minutes / 60.0, Standing.LEARNING, ("The door may be open.",))


def test_it_comes_back_as_it_was_through_json() -> None:
    told = document()
    again = json.decode(json.encode(told), type=Learned)
    assert again == told
    assert kept(believed(again), again.watched_h, again.standing, again.doubts) == told
    assert len(json.encode(told)) < 8000


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"form": 9}, "form 9"),
        ({"mean": (1.0,)}, f"{SIZE} numbers"),
        ({"spread": (1.0,)}, "covariance"),
        ({"flow": float("nan")}, "finite"),
        ({"watched_h": -1.0}, "no time"),
        ({"mean": (1e6,) * SIZE}, "beyond what any chamber has"),
        ({"spread": (-1.0,) * (SIZE * (SIZE + 1) // 2)}, "never negative"),
    ],
)
def test_what_is_no_model_is_refused(change: dict[str, object], words: str) -> None:
    with pytest.raises(Invalid, match=words):
        believed(replace(document(), **change))


@given(st.lists(st.floats(), min_size=SIZE, max_size=SIZE))
def test_any_numbers_are_a_belief_or_refused(numbers: list[float]) -> None:
    try:
        belief = believed(replace(document(0), mean=tuple(numbers)))
    except Invalid:
        return
    assert belief.mean == tuple(numbers)


def test_an_insight_says_what_was_seen_and_nothing_of_what_never_ran() -> None:
    found = insight(document())
    assert "cooling_c_h" in found.quantities
    assert "heating_c_h" not in found.quantities
    assert "cooling_c_h" not in insight(document(0)).quantities
    assert all(one.low <= one.value <= one.high for one in found.quantities.values())
    assert found.doubts == ("The door may be open.",)
    assert any("reaches 2 °C in about" in sentence for sentence in found.means)


def test_what_outputs_come_to_is_told() -> None:
    belief = believed(document())
    mean, spread = list(belief.mean), [list(row) for row in belief.spread]
    mean[At.COOLING], mean[At.AMBIENT], mean[At.LOSS] = 0.5, 45.0, PRIORS[At.LOSS].high
    spread[At.HEATING][At.HEATING] = 0.01
    found = insight(kept(Belief(tuple(mean), tuple(map(tuple, spread))), 9.0, Standing.SURE))
    assert any("does not reach 2 °C" in sentence for sentence in found.means)
    assert any(sentence.startswith("With the heater on") for sentence in found.means)


def test_more_is_known_after_a_while_and_confidence_says_so() -> None:
    first, later = begin(20.0, 18.0, valve=False), believed(document())
    assert confidence(first) == 0.0
    assert 0.0 < confidence(later) <= 1.0
    assert standing(later, 0.5, doubtful=False) is Standing.NEW
    assert standing(later, 5.0, doubtful=False) is Standing.LEARNING
    assert standing(later, 5.0, doubtful=True) is Standing.DOUBTFUL
