"""What a display shows is read as it was written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.protocols.brewpi.displayed import Displayed, displayed
from krausen.protocols.brewpi.lcd import ROOM_EVERY_S, View, screen
from krausen.protocols.brewpi.states import Mode, State

TEMPERATURES = st.none() | st.integers(-150, 990).map(lambda tenths: tenths / 10.0)


@given(
    mode=st.sampled_from(Mode),
    state=st.sampled_from(State),
    unit=st.sampled_from(["C", "F"]),
    values=st.tuples(TEMPERATURES, TEMPERATURES, TEMPERATURES, TEMPERATURES, TEMPERATURES),
    timer_s=st.none() | st.integers(0, 3599),
    at_s=st.integers(0, ROOM_EVERY_S),
)
def test_what_was_written_is_read(
    mode: Mode,
    state: State,
    unit: str,
    values: tuple[float | None, ...],
    timer_s: int | None,
    at_s: int,
) -> None:
    view = View(
        mode=mode,
        state=state,
        unit="F" if unit == "F" else "C",
        beer_c=values[0],
        beer_set_c=values[1],
        fridge_c=values[2],
        fridge_set_c=values[3],
        room_c=values[4],
        timer_s=None if state in (State.OFF, State.DOOR_OPEN, State.WAITING_FOR_PEAK) else timer_s,
    )
    shown = displayed(screen(view, at_s).lines)
    assert (shown.mode, shown.state, shown.unit) == (mode, state, unit)
    assert _same(shown.beer_c, values[0])
    assert _same(shown.beer_set_c, values[1])
    is_room = values[4] is not None and at_s % ROOM_EVERY_S >= ROOM_EVERY_S // 2
    assert _same(shown.room_c, values[4] if is_room else None)
    assert _same(shown.fridge_c, None if is_room else values[2])
    assert view.timer_s in (shown.remaining_s, shown.lasted_s)


def _same(shown: float | None, true: float | None) -> bool:
    return shown is true if shown is None or true is None else abs(shown - true) <= 0.051


def test_a_tft_display_is_read_too() -> None:
    lines = (
        "Mode   Beer Profile  ",
        "Beer   64.3  65.0 °F ",
        "Fridge 62.1  --.- °F ",
        "Wait for peak1h02m03",
    )
    shown = displayed(lines)
    assert (shown.mode, shown.state, shown.unit) == (Mode.PROFILE, State.WAITING_FOR_PEAK, "F")
    assert (shown.remaining_s, shown.lasted_s, shown.fridge_set_c) == (None, 3723.0, None)
    assert shown.beer_c == pytest.approx(17.944, abs=0.001)


def test_what_scripts_make_of_the_degree_sign_is_read() -> None:
    for sign in ("&deg", "&deg;", "░", "°", ""):
        assert displayed(("", f"Beer   20.1  19.0 {sign}C", "", "")).beer_c == 20.1


@pytest.mark.parametrize(
    "lines",
    [
        (),
        ("Could not receive", "version from controller", "Please (re)program", "your controller"),
        ("Script starting up", " ", " ", " "),
        ("Mode   Fly", "Beer   2x.1  19.0 °C", "Fridge", "Flying for 1m"),
    ],
)
def test_what_is_no_display_tells_nothing(lines: tuple[str, ...]) -> None:
    assert displayed(lines) == Displayed()


def test_a_title_that_leaves_no_room_for_its_timer_is_read() -> None:
    for said in ("Waiting for peak05m1", "Waiting for peak"):
        assert displayed(("", "", "", said)) == Displayed(state=State.WAITING_FOR_PEAK)


@given(st.lists(st.text(max_size=24), max_size=5))
def test_whatever_is_shown_does_no_harm(lines: list[str]) -> None:
    displayed(lines)


def test_two_units_on_one_display_are_none() -> None:
    shown = displayed(("Mode   Off", "Beer   20.1  19.0 °C", "Fridge 20.1  19.0 °F", "Temp. control OFF"))
    assert (shown.unit, shown.beer_c) == (None, None)
