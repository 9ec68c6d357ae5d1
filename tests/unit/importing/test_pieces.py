import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.importing.format import Complaint
from krausen.importing.pieces import CUT_OFF, LONGEST, Passage, passage
from krausen.importing.text import Lines

OPENING = re.compile(r"\[")
ENTRIES = st.lists(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=9),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
        max_leaves=5,
    ),
    max_size=6,
)


def parted(text: str, cuts: set[int]) -> list[str]:
    places = sorted(cut % (len(text) + 1) for cut in cuts)
    return [text[a:b] for a, b in zip([0, *places], [*places, len(text)], strict=True)]


def opened(text: str, cuts: set[int]) -> Passage:
    found = Passage(parted(text, cuts))
    assert found.skip_past(OPENING)
    return found


@given(entries=ENTRIES, cuts=st.sets(st.integers(0, 500), max_size=9), indent=st.sampled_from([None, 2]))
def test_an_array_is_read_however_it_is_cut(entries: list[Any], cuts: set[int], indent: int | None) -> None:
    text = json.dumps(entries, indent=indent)
    assert list(opened(text, cuts).entries()) == list(enumerate(entries, start=1))


@given(count=st.integers(0, 5), cut=st.integers(0, 40), cuts=st.sets(st.integers(0, 60), max_size=5))
def test_what_is_whole_of_a_broken_array_is_read(count: int, cut: int, cuts: set[int]) -> None:
    text = "[" + " , ".join(f'{{"a": {place}}}' for place in range(count)) + " ]"
    found = list(opened(text[: max(1, len(text) - cut)], cuts).entries())
    whole = [(place + 1, {"a": place}) for place in range(count)]
    assert found == (whole if not cut else [*whole[: len(found) - 1], Complaint(len(found), CUT_OFF)])


@given(before=st.text("x[", max_size=9), cuts=st.sets(st.integers(0, 60), max_size=5))
def test_an_opening_is_found_however_it_is_cut(before: str, cuts: set[int]) -> None:
    found = Passage(parted(f"{before}cols[1]", cuts))
    assert found.find(re.compile(r"cols\["))
    assert list(found.entries()) == [(1, 1)]


def test_an_opening_that_is_not_there_is_not_found() -> None:
    assert not Passage(["x" * 5000] * 3).find(re.compile("cols"))
    assert not Passage(["{"]).skip_past(OPENING)


@pytest.mark.parametrize("text", ["[1 2 ]", "[1,2]", "[1, 2,]"])
def test_an_array_with_a_comma_too_many_or_too_few_is_read(text: str) -> None:
    assert list(opened(text, set()).entries()) == [(1, 1), (2, 2)]


def test_an_entry_without_an_end_is_not_held_for_ever() -> None:
    taken = 0

    def endless() -> Iterator[str]:
        nonlocal taken
        yield '["'
        while True:
            taken += 1
            yield "x" * 60_000

    found = Passage(endless())
    assert found.skip_past(OPENING)
    assert list(found.entries()) == [Complaint(1, CUT_OFF)]
    assert taken * 60_000 < 2 * LONGEST


def test_a_file_of_one_line_comes_in_chunks() -> None:
    raw = json.dumps(["Kölsch"] * 20_000, ensure_ascii=False).encode()
    pieces = [raw[at : at + 999] for at in range(0, len(raw), 999)]
    found = passage(Lines(lambda: pieces, "log"))
    assert found.skip_past(OPENING)
    assert list(found.entries()) == [(place, "Kölsch") for place in range(1, 20_001)]
