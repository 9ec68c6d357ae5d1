import pytest

from krausen.control.algorithm import Inputs
from krausen.control.algorithms.fixed_output import ALGORITHM, Settings, State, step

AT = Inputs(0.0, 18.0, 25.0)


@pytest.mark.parametrize(("output", "shares"), [("heat", (0.3, 0.0)), ("cool", (0.0, 0.3))])
def test_it_asks_for_its_share_whatever_the_temperature(output: str, shares: tuple[float, float]) -> None:
    settings = Settings(output="heat" if output == "heat" else "cool", share=0.3)
    _, demand = step(settings, State(), AT)
    assert (demand.heat, demand.cool) == shares
    assert "Set by hand" in demand.why[0]


def test_it_asks_for_nothing_that_is_not_there() -> None:
    _, demand = step(Settings(share=1.0), State(), Inputs(0.0, 18.0, 10.0, can_heat=False))
    assert (demand.heat, demand.cool) == (0.0, 0.0)
    assert "no heater" in demand.why[0]


def test_it_holds_no_temperature_and_says_so() -> None:
    assert not ALGORITHM.holds
