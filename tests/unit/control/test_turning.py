import pytest

from krausen.control.turning import COOL, HEAT, Turn, acted, may_act

RULE = (0.3, 3600.0)


@pytest.mark.parametrize("way", [HEAT, COOL])
def test_whichever_acted_last_goes_on_freely(way: int) -> None:
    assert may_act(Turn(way, 0.0), way, 0.0, RULE, 1.0)
    assert may_act(Turn(), way, 0.0, RULE, 1.0)


@pytest.mark.parametrize(
    ("lacking_c", "now_s", "may"), [(0.2, 7200.0, False), (0.3, 7200.0, True), (0.3, 3599.0, False)]
)
def test_the_other_one_waits_for_need_and_for_its_rest(lacking_c: float, now_s: float, *, may: bool) -> None:
    assert may_act(Turn(HEAT, 0.0), COOL, lacking_c, RULE, now_s) is may


def test_resting_is_no_turn() -> None:
    assert acted(Turn(HEAT, 1.0), 0, 9.0) == Turn(HEAT, 1.0)
    assert acted(Turn(HEAT, 1.0), COOL, 9.0) == Turn(COOL, 9.0)
