from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.wire.instants import iso, iso_or_none

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIRST, LAST = -62_135_596_800_000, 253_402_300_799_999


@pytest.mark.parametrize(
    ("t", "text"),
    [
        (0, "1970-01-01T00:00:00.000Z"),
        (1, "1970-01-01T00:00:00.001Z"),
        (-1, "1969-12-31T23:59:59.999Z"),
        (1_763_740_000_123, "2025-11-21T15:46:40.123Z"),
        (FIRST, "0001-01-01T00:00:00.000Z"),
        (LAST, "9999-12-31T23:59:59.999Z"),
    ],
)
def test_an_instant_reads_as_utc_with_milliseconds(t: int, text: str) -> None:
    assert iso(t) == text
    assert iso_or_none(t) == text


@given(st.integers(FIRST, LAST))
def test_no_millisecond_is_lost_in_any_century(t: int) -> None:
    assert datetime.fromisoformat(iso(t)) == EPOCH + timedelta(milliseconds=t)


@given(st.lists(st.integers(0, LAST), min_size=2, max_size=10))
def test_text_sorts_as_time_does(instants: list[int]) -> None:
    assert sorted(map(iso, instants)) == list(map(iso, sorted(instants)))


def test_no_instant_stays_none() -> None:
    assert iso_or_none(None) is None
