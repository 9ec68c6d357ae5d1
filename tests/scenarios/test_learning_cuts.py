"""What learns goes on after a power cut at any moment, and through setpoints that jump about."""

from collections.abc import Mapping
from math import sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from krausen.model.learned import Learned
from krausen.testing.control import TICK_S
from tests.scenarios.faulty import HOUR_S, INDOORS, Story, Stricken, known, lived

Wishes = Mapping[float, float | None]
WARM = replace(INDOORS, mean_c=24.0)


def cut(
    plant: Stricken, wishes: Wishes, at_s: float, dark_s: float, until_s: float, learned: Learned | None
) -> tuple[Story, Story]:
    """Hold a plant, take its power away for so long, and hold it again with what was learned until then."""
    before = lived(plant, wishes, at_s, learned)
    plant.dark(dark_s)
    again_s = at_s + dark_s
    later = {max(0.0, from_s - again_s): value for from_s, value in sorted(wishes.items())}
    return before, lived(plant, later, until_s - again_s, before.learned)


@pytest.fixture(scope="module")
def whole() -> tuple[float, ...]:
    """The true beer of three hours that nothing interrupts."""
    return lived(
        Stricken("freezer20", 18.0, climate=WARM), {0.0: 18.0}, 3 * HOUR_S, known("freezer20")
    ).beers_c


@settings(max_examples=8, deadline=None, derandomize=True)
@given(ticks=st.integers(min_value=1, max_value=2 * 720))
def test_a_restart_at_any_moment_of_holding_changes_next_to_nothing(
    ticks: int, whole: tuple[float, ...]
) -> None:
    plant = Stricken("freezer20", 18.0, climate=WARM)
    before, after = cut(plant, {0.0: 18.0}, ticks * TICK_S, 0.0, 3 * HOUR_S, known("freezer20"))
    apart = [one - other for one, other in zip(whole, before.beers_c + after.beers_c, strict=True)]
    assert sqrt(sum(one * one for one in apart) / len(apart)) < 0.05
    assert max(map(abs, apart)) < 0.15


@pytest.mark.parametrize("dark_s", [0.0, 1200.0])
@pytest.mark.parametrize(
    ("at_s", "does"),
    [(1.05 * HOUR_S, "cool"), (2.0 * HOUR_S, "cool"), (3.0 * HOUR_S, ""), (4.0 * HOUR_S, "")],
)
def test_a_cut_on_the_way_down_costs_little_more_than_its_length(
    at_s: float, does: str, dark_s: float
) -> None:
    """The cooler has to rest after it, and nobody knows how cold its plate still is."""
    plant = Stricken("freezer20", 18.0, climate=WARM)
    before, after = cut(plant, {0.0: 18.0, HOUR_S: 12.0}, at_s, dark_s, 8 * HOUR_S, known("freezer20"))
    assert before.ticks[-1].cool is (does == "cool")
    assert min(after.errors_c()) > -0.6
    assert after.worst_c(7 * HOUR_S - at_s - dark_s) < 0.3
    assert after.alternations() <= 4


@pytest.mark.parametrize("at_s", [HOUR_S * 1.3, HOUR_S * 3.0])
def test_a_cut_on_the_way_up_costs_little_more_than_its_length(at_s: float) -> None:
    plant = Stricken("freezer20", 18.0, climate=replace(INDOORS, mean_c=15.0))
    before, after = cut(plant, {0.0: 18.0, HOUR_S: 21.0}, at_s, 1200.0, 9 * HOUR_S, known("freezer20"))
    assert before.ticks[-1].heat
    assert max(after.errors_c()) < 0.5
    assert after.worst_c(8 * HOUR_S - at_s) < 0.3
    assert after.alternations() <= 4


@pytest.mark.parametrize(("at_h", "dark_s"), [(0.2, 0.0), (0.6, 1200.0), (1.0, 0.0), (1.5, 1200.0)])
def test_a_cut_in_the_very_first_run_leaves_a_beginner_that_still_arrives(at_h: float, dark_s: float) -> None:
    plant = Stricken("freezer20", 23.0, climate=WARM)
    _, after = cut(plant, {0.0: 18.0}, at_h * HOUR_S, dark_s, 10 * HOUR_S, None)
    assert min(after.errors_c()) > -0.6
    assert after.worst_c((8.0 - at_h) * HOUR_S) < 0.3
    assert after.alternations() <= 4


@pytest.mark.parametrize(
    ("kind", "begins_with"), [("freezer20", ""), ("freezer20", "freezer20"), ("glycol300", "")]
)
def test_an_agent_that_restarts_every_quarter_of_an_hour_holds_all_the_same(
    kind: str, begins_with: str
) -> None:
    plant, errors_c = Stricken(kind, 22.0), list[float]()
    learned = known(begins_with) if begins_with else None
    for _ in range(32):
        story = lived(plant, {0.0: 18.0}, 900.0, learned)
        errors_c += story.errors_c()
        learned = story.learned
    assert min(errors_c) > -0.6
    assert max(map(abs, errors_c[-720:])) < 0.3


@pytest.mark.parametrize(
    ("kind", "wishes", "hours", "beyond_c"),
    [
        ("freezer20", (18.0, 19.0), 7, 0.3),
        ("freezer20", (18.0, 17.0), 5, 0.3),
        ("freezer20", (18.0, 23.0), 9, 0.3),
        ("freezer20", (18.0, 13.0), 6, 0.3),
        ("freezer20", (18.0, 3.0), 14, 0.6),
        ("fridge20tape", (18.0, 23.0), 7, 0.3),
        ("fridge20tape", (18.0, 13.0), 7, 0.3),
        ("glycol300", (12.0, 20.0), 11, 0.3),
        ("glycol300", (18.0, 3.0), 14, 0.4),
    ],
)
def test_a_jump_is_answered_without_going_far_beyond_and_without_a_fight(
    kind: str, wishes: tuple[float, float], hours: int, beyond_c: float
) -> None:
    before_c, target_c = wishes
    story = lived(Stricken(kind, before_c), {0.0: before_c, HOUR_S: target_c}, hours * HOUR_S, known(kind))
    way = 1.0 if target_c > before_c else -1.0
    assert max(way * one for one in story.errors_c(HOUR_S)) < beyond_c
    assert story.worst_c((hours - 1) * HOUR_S) < 0.3
    assert story.alternations() <= 4


@pytest.mark.parametrize(("kind", "away_c"), [("freezer20", 8.0), ("fridge20tape", 25.0), ("glycol300", 8.0)])
def test_a_jump_taken_back_before_it_arrived_is_forgotten_soon(kind: str, away_c: float) -> None:
    wishes = {0.0: 18.0, HOUR_S: away_c, 2 * HOUR_S: 18.0}
    story = lived(Stricken(kind, 18.0), wishes, 10 * HOUR_S, known(kind))
    assert story.worst_c(9 * HOUR_S) < 0.3
    assert story.alternations() <= 5


@pytest.mark.parametrize(("kind", "low_c", "high_c"), [("freezer20", 18.0, 20.0), ("glycol300", 10.0, 20.0)])
def test_a_jump_every_hour_turns_it_no_more_than_once_an_hour(kind: str, low_c: float, high_c: float) -> None:
    wishes = {hour * HOUR_S: high_c if hour % 2 else low_c for hour in range(8)}
    story = lived(Stricken(kind, low_c), wishes, 8 * HOUR_S, known(kind))
    assert story.alternations() <= 9
    assert low_c - 1.0 < min(story.beers_c)
    assert max(story.beers_c) < high_c + 1.0


@pytest.mark.parametrize("kind", ["freezer20", "glycol300"])
@pytest.mark.parametrize("by_c", [0.1, -0.1])
def test_a_ramp_is_followed_closely(kind: str, by_c: float) -> None:
    ramp = {HOUR_S + 600.0 * step: 18.0 + by_c * step for step in range(25)}
    story = lived(Stricken(kind, 18.0), {0.0: 18.0, **ramp}, 8 * HOUR_S, known(kind))
    assert story.worst_c(2 * HOUR_S) < 0.5
    assert story.worst_c(7 * HOUR_S) < 0.4
    assert story.alternations() <= 4


def test_switched_off_and_on_again_it_keeps_what_it_learned_and_all_rests_meanwhile() -> None:
    wishes: Wishes = {0.0: 18.0, HOUR_S: 10.0, 2 * HOUR_S: None, 4 * HOUR_S: 14.0}
    story = lived(Stricken("freezer20", 18.0), wishes, 9 * HOUR_S, known("freezer20"))
    off = [tick for tick in story.ticks if 2 * HOUR_S + 180.0 <= tick.at_s < 4 * HOUR_S]
    assert not any(tick.heat or tick.cool for tick in off)
    assert story.learned.watched_h > known("freezer20").watched_h
    assert story.worst_c(8 * HOUR_S) < 0.3
