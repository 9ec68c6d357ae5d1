import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.protocols.brewpi.boards import Family
from krausen.protocols.brewpi.lcd import COLUMNS, ROOM_EVERY_S, View, screen
from krausen.protocols.brewpi.messages import decode, encode
from krausen.protocols.brewpi.states import Mode, State

SHOWN_C = st.none() | st.floats(-16.0, 112.0)


def test_the_display_looks_as_on_the_controller() -> None:
    view = View(
        mode=Mode.BEER,
        state=State.IDLE,
        beer_c=19.94,
        beer_set_c=20.0,
        fridge_c=None,
        fridge_set_c=3.5,
        timer_s=3912,
    )
    assert screen(view).lines == (
        "Mode   Beer Const.  ",
        "Beer   19.9  20.0 °C",
        "Fridge --.-   3.5 °C",
        "Idling for   1h05m12",
    )


@pytest.mark.parametrize(
    ("at_s", "third"), [(0, "Fridge 18.0  18.5 °C"), (ROOM_EVERY_S // 2, "Room   21.0       °C")]
)
def test_fridge_and_room_take_turns(at_s: int, third: str) -> None:
    view = View(mode=Mode.BEER, state=State.COOLING, fridge_c=18.0, fridge_set_c=18.5, room_c=21.0)
    assert screen(view, at_s).lines[2] == third


def test_without_a_room_probe_the_fridge_stays() -> None:
    view = View(mode=Mode.OFF, state=State.OFF, unit="F", fridge_c=20.0)
    assert screen(view, ROOM_EVERY_S // 2).lines[2:] == ("Fridge 68.0  --.- °F", "Temp. control OFF   ")


@given(
    st.builds(
        View,
        mode=st.sampled_from(Mode),
        state=st.sampled_from(State),
        unit=st.sampled_from(["C", "F"]),
        beer_c=SHOWN_C,
        beer_set_c=SHOWN_C,
        fridge_c=SHOWN_C,
        room_c=SHOWN_C,
        timer_s=st.none() | st.integers(0, 65_535),
    ),
    st.integers(0, 100),
)
def test_four_lines_of_twenty_characters_come_back(view: View, at_s: int) -> None:
    shown = screen(view, at_s)
    assert [len(one) for one in shown.lines] == [COLUMNS] * 4
    assert decode(encode(shown, Family.AVR), Family.AVR) == shown
