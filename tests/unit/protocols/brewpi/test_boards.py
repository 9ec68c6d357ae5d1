import pytest

from krausen.protocols.brewpi.boards import Family, Use, board


@pytest.mark.parametrize(
    ("letter", "shield", "use", "numbers"),
    [
        ("s", 2, Use.BUS, {18}),
        ("l", 2, Use.BUS, {22}),
        ("s", 2, Use.OUTPUT, {6, 5, 2, 19}),
        ("l", 1, Use.BUS, {22, 23}),
        ("s", 0, Use.DOOR, {19}),
        ("s", 5, Use.OUTPUT, {5, 6, 2, 10, 17}),
        ("e", 0, Use.OUTPUT, {16, 14}),
        ("e", 0, Use.BUZZER, {0}),
        ("3", 0, Use.BUS, {13}),
        ("2", 0, Use.DOOR, {11}),
        ("c", 0, Use.OUTPUT, {1, 2}),
        ("y", 0, Use.OUTPUT, {17, 16, 11, 10}),
    ],
)
def test_pins_have_the_numbers_of_their_board(letter: str, shield: int, use: Use, numbers: set[int]) -> None:
    assert {pin.number for pin in board(letter, shield).pins if pin.use is use} == numbers


def test_a_pin_is_found_by_its_number() -> None:
    uno = board("s", 2)
    pin = uno.pin(4)
    assert pin is not None
    assert pin.use is Use.DOOR
    assert uno.pin(99) is None


def test_what_is_not_known_has_no_pins() -> None:
    assert board("s", 3).pins == ()
    unknown = board("?")
    assert (unknown.family, unknown.pins) == (Family.AVR, ())
    assert "'?'" in unknown.title
    assert [board(letter).slots for letter in "se3p"] == [16, 20, 20, 32]
