from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.errors import StorageAway
from krausen.importing.tape import Room, Tape, Values, rows_of

ROWS = st.lists(
    st.tuples(st.integers(-(2**62), 2**62), st.floats(allow_nan=False), st.integers(0, 3)), max_size=30
)


class FullDisk(BytesIO):
    """A disk that takes nothing."""

    def write(self, _bytes: object) -> int:
        raise OSError(28, "No space left on device")


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("krausen.importing.tape.BLOCK", 4)


@given(columns=st.lists(ROWS, max_size=3))
def test_tapes_that_share_a_room_give_back_what_they_got_forwards_and_backwards(
    columns: list[list[tuple[int, float, int]]],
) -> None:
    room = Room()
    tapes = [Tape(room) for _ in columns]
    for place in range(30):
        for tape, rows in zip(tapes, columns, strict=True):
            tape.extend(rows[place : place + 1])
    for tape, rows in zip(tapes, columns, strict=True):
        assert len(tape) == len(rows)
        assert list(rows_of(tape)) == list(rows_of(tape)) == rows
        assert [row for block in tape.backwards() for row in block.rows()] == rows[::-1]


def test_no_more_than_a_block_is_held() -> None:
    file = BytesIO()
    tape = Tape(Room(file))
    tape.extend((t, 0.0, 0) for t in range(11))
    assert len(file.getvalue()) == 2 * 4 * 17
    assert [len(block) for block in tape.blocks()] == [4, 4, 3]


def test_a_full_disk_is_told_in_plain_words() -> None:
    with pytest.raises(StorageAway, match="no room for it among the temporary files: No space left"):
        Room(FullDisk()).put(Values.none())
