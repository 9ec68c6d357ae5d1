import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.protocols.brewpi.log_texts import words
from krausen.protocols.brewpi.logs import Log, LogKind

KNOWN = [
    *((LogKind.ERROR, place) for place in range(14)),
    *((LogKind.WARNING, place) for place in range(6)),
    *((LogKind.NOTE, place) for place in range(24)),
]


@pytest.mark.parametrize(("kind", "place"), KNOWN)
def test_every_line_of_the_table_is_a_sentence_with_its_parameters(kind: LogKind, place: int) -> None:
    values = ("alpha", "beta", "gamma", "delta")
    text = words(Log(kind, place, values))
    assert text.endswith(".")
    assert "not known here" not in text
    assert "{" not in text
    assert "?" in words(Log(kind, place)) or not any(value in text for value in values)


@pytest.mark.parametrize(
    ("log", "text"),
    [
        (Log(LogKind.ERROR, 10, (10,)), "The controller expected an opening brace and got '\\n'."),
        (Log(LogKind.ERROR, 10, (-1,)), "The controller expected an opening brace and got nothing."),
        (Log(LogKind.WARNING, 1, ("120",)), "The controller does not know the command 'x'."),
        (Log(LogKind.WARNING, 1, ("300",)), "The controller does not know the command '300'."),
        (
            Log(LogKind.ERROR, 8, (1, 1)),
            "What is needed is a device of the type probe; a pin cannot be that.",
        ),
        (
            Log(LogKind.ERROR, 8, (77, 88)),
            "What is needed is a device of the type type 77; a hardware 88 cannot be that.",
        ),
        (Log(LogKind.NOTE, 7, (3,)), "An output was installed as chamber cooler."),
        (Log(LogKind.NOTE, 7, (99,)), "An output was installed as function 99."),
        (Log(LogKind.NOTE, 11, (1,)), "An output was switched on."),
        (Log(LogKind.NOTE, 11, ("half",)), "An output was switched half."),
        (
            Log(LogKind.NOTE, 2, (0, "28AA", " 20.1")),
            "A temperature probe is ready on pin 0, address 28AA, at  20.1 °F.",
        ),
        (
            Log(LogKind.NOTE, 99, (1, "x")),
            "The controller logs note 99, which is not known here. It says: 1, x.",
        ),
        (Log(LogKind.ERROR, 99), "The controller logs error 99, which is not known here."),
    ],
)
def test_lines_are_said_in_plain_words(log: Log, text: str) -> None:
    assert words(log, "F") == text


@given(
    st.sampled_from(LogKind),
    st.integers(-5, 300),
    st.lists(st.integers() | st.text(max_size=8), max_size=5).map(tuple),
)
def test_whatever_is_logged_can_be_said(kind: LogKind, place: int, values: tuple[str | int, ...]) -> None:
    assert words(Log(kind, place, values)).startswith(("The ", "A ", "An ", "No ", "What ", "Every ", "Pin "))
