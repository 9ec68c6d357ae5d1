"""What is worth noting, and what is not."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from krausen.control.why import (
    JUMP_C,
    LONGEST,
    MOST_TEXTS,
    QUIET_S,
    REPEAT_S,
    STRANGE_S,
    UPDATE_S,
    Noting,
    Now,
)
from krausen.model.level import Demand, Levels
from krausen.model.reason import Occasion, Reason
from krausen.model.setpoint import Mode, Setpoint

WISH = Setpoint(revision=2, mode=Mode.BEER, value=19.0)
REST = Demand(why=("It is 0.1 °C above the setpoint; nothing is needed.",))
COLD = Demand(cool=1.0, why=("It is 0.4 °C above the setpoint; cool until it is reached.",))
OFF = Levels(heat=None, cool=False)
ON = Levels(heat=None, cool=True)


class Minded:
    """A vessel whose ticks are noted from time to time."""

    def __init__(self) -> None:
        self.noting = Noting()
        self.s = 0.0

    def after(
        self, seconds: float, demand: Demand = REST, seen: Levels = OFF, wish: Setpoint = WISH
    ) -> Occasion | None:
        reason = self.whole(seconds, demand, seen, wish)
        return None if reason is None else reason.occasion

    def whole(
        self, seconds: float, demand: Demand = REST, seen: Levels = OFF, wish: Setpoint = WISH
    ) -> Reason | None:
        self.s += seconds
        return self.noting.due(wish, demand, seen, Now(int(self.s * 1000), self.s))


def begun() -> Minded:
    minded = Minded()
    assert minded.after(0.0) is Occasion.BEGIN
    return minded


def test_the_first_reason_says_that_its_agent_began() -> None:
    reason = Minded().whole(5.0, COLD, ON)
    assert reason == Reason(5000, 0.0, 1.0, COLD.why, ON, Occasion.BEGIN)


def test_a_start_a_stop_and_an_output_that_goes_on_are_noted_at_once() -> None:
    minded = begun()
    assert minded.after(QUIET_S, COLD) is Occasion.CHANGE
    assert minded.after(QUIET_S, COLD, ON) is Occasion.CHANGE
    assert minded.after(QUIET_S, REST, OFF) is Occasion.CHANGE
    assert minded.after(QUIET_S, REST, OFF) is None


def test_another_mode_and_another_wish_are_noted_at_once() -> None:
    minded = begun()
    assert minded.after(QUIET_S, wish=replace(WISH, mode=Mode.CHAMBER)) is Occasion.CHANGE
    again = replace(WISH, mode=Mode.CHAMBER, revision=3)
    assert minded.after(QUIET_S, wish=again) is Occasion.CHANGE


def test_another_probe_is_noted_when_it_comes_and_when_it_goes() -> None:
    minded = begun()
    fallback = replace(REST, why=("The beer probe is silent; the chamber's serves instead.", *REST.why))
    assert minded.after(QUIET_S, fallback) is Occasion.CHANGE
    assert minded.after(QUIET_S, REST) is Occasion.CHANGE


def test_a_step_of_a_profile_is_noted_at_once_and_a_ramp_is_not() -> None:
    minded = begun()
    assert minded.after(QUIET_S, wish=replace(WISH, value=19.0 + JUMP_C / 2)) is None
    assert minded.after(1.0, wish=replace(WISH, value=20.0)) is Occasion.CHANGE


def test_a_step_within_the_quiet_time_is_noted_after_it() -> None:
    minded = begun()
    assert minded.after(1.0, wish=replace(WISH, value=20.0)) is None
    assert minded.after(QUIET_S, wish=replace(WISH, value=20.0)) is Occasion.CHANGE


def test_numbers_that_move_on_are_noted_every_ten_minutes() -> None:
    minded = begun()
    warmer = replace(REST, why=("It is 0.2 °C above the setpoint; nothing is needed.",))
    assert minded.after(UPDATE_S - 1, warmer) is None
    assert minded.after(1.0, warmer) is Occasion.UPDATE
    assert minded.after(UPDATE_S, warmer) is None


def test_what_stays_the_same_is_told_anew_every_hour() -> None:
    minded = begun()
    assert minded.after(REPEAT_S - 1) is None
    assert minded.after(1.0) is Occasion.UPDATE


def test_words_that_come_and_go_are_a_change_only_the_first_time() -> None:
    minded = begun()
    below = replace(REST, why=("It is 0.1 °C below the setpoint; nothing is needed.",))
    assert minded.after(QUIET_S, below) is Occasion.CHANGE
    assert minded.after(QUIET_S, REST) is None
    assert minded.after(UPDATE_S, REST) is Occasion.UPDATE
    assert minded.after(STRANGE_S, below) is Occasion.CHANGE


def test_a_share_of_power_that_changes_is_a_number() -> None:
    minded = begun()
    assert minded.after(QUIET_S, replace(COLD, cool=0.3)) is Occasion.CHANGE
    assert minded.after(QUIET_S, replace(COLD, cool=0.4)) is None
    assert minded.after(UPDATE_S, replace(COLD, cool=0.4)) is Occasion.UPDATE


def test_long_winded_algorithms_are_cut() -> None:
    texts = tuple(f"{n}" + "x" * LONGEST for n in range(MOST_TEXTS + 1))
    reason = Minded().whole(0.0, Demand(why=texts))
    assert reason is not None
    assert [len(text) for text in reason.texts] == [LONGEST] * MOST_TEXTS


def test_an_end_is_told_only_of_what_had_begun() -> None:
    assert Noting().end("Stopped.", 5000) is None
    minded = begun()
    assert minded.noting.end("Stopped.", 5000) == Reason(5000, texts=("Stopped.",), occasion=Occasion.END)


def test_times_move_with_a_clock_that_was_wrong() -> None:
    minded = begun()
    minded.noting.moved(50_000)
    minded.s = QUIET_S
    reason = minded.whole(0.0, COLD)
    assert reason is not None
    assert reason.at == 50_001


def test_a_clock_that_is_set_before_anything_was_noted_moves_nothing() -> None:
    minded = Minded()
    minded.noting.moved(50_000)
    reason = minded.whole(1.0)
    assert reason is not None
    assert reason.at == 1000


def test_control_that_is_off_has_no_temperature_to_jump() -> None:
    minded = begun()
    off = Setpoint(revision=2, mode=Mode.BEER, value=None)
    assert minded.after(QUIET_S, wish=off) is None
    assert minded.after(QUIET_S, wish=replace(WISH, value=25.0)) is None


TICKS = st.lists(
    st.tuples(st.floats(0.5, 900.0), st.sampled_from([REST, COLD, replace(COLD, cool=0.5), Demand()])),
    min_size=1,
    max_size=60,
)


@given(ticks=TICKS)
def test_times_rise_changes_keep_their_distance_and_nothing_is_silent_for_long(
    ticks: list[tuple[float, Demand]],
) -> None:
    minded = Minded()
    noted: list[tuple[float, Reason]] = []
    for seconds, demand in ticks:
        reason = minded.whole(seconds, demand)
        if reason is not None:
            noted.append((minded.s, reason))
        assert minded.s - noted[-1][0] < REPEAT_S
    times = [reason.at for _, reason in noted]
    assert times == sorted(set(times))
    assert all(b[0] - a[0] >= QUIET_S for a, b in pairwise(noted))
    assert noted[0][1].occasion is Occasion.BEGIN
    # What is demanded now was noted, unless it changed a moment ago.
    last_s, last = noted[-1]
    is_same = ((last.heat > 0), (last.cool > 0)) == (ticks[-1][1].heat > 0, ticks[-1][1].cool > 0)
    assert is_same or minded.s - last_s < QUIET_S
