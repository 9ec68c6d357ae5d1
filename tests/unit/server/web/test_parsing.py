from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.errors import Invalid
from krausen.server.web.parsing import EARLIEST, cursor_at, instant_of, paged, place_of
from krausen.wire.instants import LATEST_MS


@given(st.integers(0, LATEST_MS))
def test_cursor_leads_back_to_its_place(place: int) -> None:
    assert place_of(cursor_at(place)) == place


@given(st.text())
def test_text_is_a_cursor_of_ours_or_refused(text: str) -> None:
    try:
        place = place_of(text)
    except Invalid as refusal:
        assert [fault.where for fault in refusal.faults] == ["query:cursor"]  # noqa: PT017 the other way is tested too
    else:
        assert cursor_at(place) == text


@given(st.lists(st.integers(), max_size=30), st.integers(1, 10))
def test_pages_are_the_whole_in_order(items: list[int], limit: int) -> None:
    found, cursor, pages = [], None, 0
    while pages == 0 or cursor is not None:
        page = paged(items, limit, cursor)
        assert len(page.items) == limit or page.next is None
        found += page.items
        cursor, pages = page.next, pages + 1
    assert found == items


def test_cursor_beyond_the_end_gives_nothing() -> None:
    assert paged([1, 2], 5, cursor_at(7)).items == []


@given(st.integers(EARLIEST, LATEST_MS))
def test_milliseconds_are_taken_as_they_are(t: int) -> None:
    assert instant_of("from", str(t), UTC) == t


@pytest.mark.parametrize("text", ["-1", str(LATEST_MS + 1), "1" * 16, "1e12", "", " 1", "1969-12-31T23:59Z"])
def test_instants_are_within_reason(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        instant_of("from", text, UTC)
    assert [fault.where for fault in caught.value.faults] == ["query:from"]
