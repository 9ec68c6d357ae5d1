from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.errors import Invalid
from krausen.wire.instants import iso
from krausen.wire.timestamps import AHEAD_MS, OLDEST, check_measured, has_offset, instant

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
ZONES = [
    COPENHAGEN,
    ZoneInfo("America/New_York"),
    ZoneInfo("Australia/Lord_Howe"),
    ZoneInfo("Asia/Kolkata"),
    UTC,
]

moments = st.datetimes(datetime.fromisoformat("1990-01-02"), datetime.fromisoformat("2090-01-01"))
offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-05-01T18:30:00+02:00", "2026-05-01T16:30:00.000Z"),
        ("2026-05-01T18:30:00Z", "2026-05-01T18:30:00.000Z"),
        ("2026-05-01t18:30:00z", "2026-05-01T18:30:00.000Z"),
        ("2026-05-01 18:30:00-0330", "2026-05-01T22:00:00.000Z"),
        ("2026-05-01T18:30+02", "2026-05-01T16:30:00.000Z"),
        ("2026-05-01T18:30:00", "2026-05-01T16:30:00.000Z"),
        ("2026-12-01T18:30:00", "2026-12-01T17:30:00.000Z"),
        ("2026-05-01T18:30:00.1239999Z", "2026-05-01T18:30:00.123Z"),
        ("2026-05-01T18:30:00,5Z", "2026-05-01T18:30:00.500Z"),
        ("2026-05-01T18:30:00." + "9" * 100 + "Z", "2026-05-01T18:30:00.999Z"),
    ],
)
def test_timestamps_are_read_as_written(text: str, expected: str) -> None:
    assert iso(instant(text, COPENHAGEN)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "now",
        "1790000000000",
        "2026-05-01",
        "20260501T183000",
        "2026-W18-5T18:30",
        "2026-02-29T12:00:00",
        "2026-05-01T24:00:00",
        "2026-05-01T18:60:00",
        "2026-05-01T18:30:60",
        "2026-05-01T18:30:00+24:00",
        "2026-05-01T18:30:00 +02:00",
        "2026-05-01T18:30:00.Z",
        "2026-05-01T18:30:00Z\n",
        "٢٠٢٦-05-01T18:30:00",
        "0000-05-01T18:30:00",
    ],
)
def test_what_is_no_timestamp_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        instant(text, UTC)


def test_hour_that_autumn_repeats_is_taken_as_the_earlier_one() -> None:
    assert iso(instant("2026-10-25T02:30:00", COPENHAGEN)) == "2026-10-25T00:30:00.000Z"


@pytest.mark.parametrize("minute", [0, 30, 59])
def test_hour_that_spring_skips_is_refused(minute: int) -> None:
    with pytest.raises(Invalid, match="put forward"):
        instant(f"2026-03-29T02:{minute:02}:00", COPENHAGEN)


def test_hours_around_the_skipped_one_are_taken() -> None:
    before, after = (instant(text, COPENHAGEN) for text in ("2026-03-29T01:59:59", "2026-03-29T03:00:00"))
    assert after - before == 1000


@given(moments, offsets)
def test_offset_always_wins_over_the_zone(moment: datetime, offset: timezone) -> None:
    text = moment.replace(tzinfo=offset).isoformat()
    assert has_offset(text)
    assert {instant(text, zone) for zone in ZONES} == {
        (moment.replace(tzinfo=offset) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
    }


@given(moments.map(lambda moment: moment.replace(microsecond=0)), st.sampled_from(ZONES))
def test_local_time_comes_back_from_its_instant_or_does_not_exist(moment: datetime, zone: ZoneInfo) -> None:
    text = moment.isoformat()
    assert not has_offset(text)
    try:
        back = datetime.fromtimestamp(instant(text, zone) / 1000, zone)
    except Invalid:
        there = datetime.fromtimestamp(moment.replace(tzinfo=zone).timestamp(), zone)
        assert there.replace(tzinfo=None) != moment
    else:
        assert back.replace(tzinfo=None) == moment
        assert back.fold == 0


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        assert isinstance(instant(text, COPENHAGEN), int)
    except Invalid:
        assert True
    assert not has_offset(text) or instant(text, UTC) == instant(text, COPENHAGEN)


@pytest.mark.parametrize("t", [OLDEST, OLDEST + 1, 10**12, 10**12 + AHEAD_MS])
def test_what_can_have_been_measured_is_taken(t: int) -> None:
    check_measured(t, 10**12)


@pytest.mark.parametrize(
    ("t", "word"), [(OLDEST - 1, "1990"), (0, "1990"), (-1, "1990"), (10**12 + AHEAD_MS + 1, "ahead")]
)
def test_what_cannot_have_been_measured_is_refused(t: int, word: str) -> None:
    with pytest.raises(Invalid, match=word):
        check_measured(t, 10**12)
