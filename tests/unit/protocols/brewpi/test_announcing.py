import pytest

from krausen.protocols.brewpi.announcing import BOARDS, SERVICE, txt
from krausen.protocols.brewpi.boards import board


@pytest.mark.parametrize("letter", BOARDS)
def test_a_board_announces_its_name_branch_and_versions(letter: str) -> None:
    assert txt(letter, "0.2.4", "0.15") == {
        "board": BOARDS[letter],
        "branch": "legacy",
        "version": "0.2.4",
        "revision": "0.15",
    }
    assert board(letter).title


def test_an_unknown_board_announces_its_letter() -> None:
    assert txt("?", "0.2.4", "0.15")["board"] == "?"
    assert SERVICE == "_brewpi._tcp.local."
