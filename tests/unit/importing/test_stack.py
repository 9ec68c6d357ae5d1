import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import msgpack

from krausen.importing.stack import Stack


@given(values=st.lists(st.integers(0, 255), max_size=50), block=st.integers(1, 7))
def test_what_came_first_comes_out_last(values: list[int], block: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("krausen.importing.stack._BLOCK", block)
        stack = Stack(values, msgpack.Decoder(list[int]))
        assert list(stack.emptied()) == values[::-1]
        assert list(stack.emptied()) == []
