from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.importing.format import Unreadable
from krausen.importing.local_time import AHEAD_MS, OLDEST, LocalTime

LATER = 4_000_000_000_000
ZONES = [
    "UTC",
    "Europe/Copenhagen",
    "America/New_York",
    "America/St_Johns",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Pacific/Chatham",
]
COPENHAGEN = ZoneInfo("Europe/Copenhagen")
AUTUMN = datetime(2019, 10, 27, 0, 0, tzinfo=UTC)


def naive(t: int, zone: ZoneInfo) -> datetime:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=t)
    return moment.astimezone(zone).replace(tzinfo=None, fold=0)


def ms(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text)


def is_once(t: int, zone: ZoneInfo) -> bool:
    moment = naive(t, zone).replace(tzinfo=zone)
    return moment.utcoffset() == moment.replace(fold=1).utcoffset()


@given(
    name=st.sampled_from(ZONES),
    start=st.integers(OLDEST, ms(datetime(2037, 1, 1, tzinfo=UTC))),
    steps=st.lists(st.integers(0, 15 * 60_000), max_size=40),
)
def test_a_log_that_runs_on_is_read_exactly(name: str, start: int, steps: list[int]) -> None:
    check_runs_on(ZoneInfo(name), start, steps)


@given(
    name=st.sampled_from(sorted(set(ZONES) - {"UTC", "Asia/Kolkata", "Pacific/Apia"})),
    ahead=st.integers(0, 3 * 3_600_000),
    steps=st.lists(st.integers(60_000, 15 * 60_000), min_size=20, max_size=60),
)
def test_a_log_that_runs_through_a_change_of_clocks_is_read_exactly(
    name: str, ahead: int, steps: list[int]
) -> None:
    zone = ZoneInfo(name)
    for change in changes(zone, 2008):
        check_runs_on(zone, change - ahead, steps)


@cache
def changes(zone: ZoneInfo, year: int) -> list[int]:
    hours = range(ms(datetime(year, 1, 1, tzinfo=UTC)), ms(datetime(year + 1, 1, 1, tzinfo=UTC)), 3_600_000)
    offset = [naive(t, zone) - naive(t, ZoneInfo("UTC")) for t in hours]
    return [t for t, before, after in zip(hours[1:], offset, offset[1:], strict=False) if before != after]


def check_runs_on(zone: ZoneInfo, start: int, steps: list[int]) -> None:
    instants = [start]
    for step in steps:
        instants.append(instants[-1] + step)
    while instants and not is_once(instants[0], zone):
        instants.pop(0)
    utc = LocalTime(zone, LATER)
    assert [utc(naive(t, zone)) for t in instants] == instants


def test_the_change_of_clocks_is_found_in_every_zone_that_has_one() -> None:
    assert {name: len(changes(ZoneInfo(name), 2008)) for name in ZONES} == {
        "UTC": 0,
        "Europe/Copenhagen": 2,
        "America/New_York": 2,
        "America/St_Johns": 2,
        "Asia/Kolkata": 0,
        "Australia/Lord_Howe": 2,
        "Pacific/Apia": 0,
        "Pacific/Chatham": 2,
    }


def test_the_repeated_hour_is_its_first_pass_when_nothing_tells() -> None:
    utc = LocalTime(COPENHAGEN, LATER)
    assert utc(local("2019-10-27T02:30")) == ms(AUTUMN + timedelta(minutes=30))
    assert utc(local("2019-10-27T02:29:50")) == ms(AUTUMN + timedelta(minutes=29, seconds=50))


def test_stepping_back_far_within_the_repeated_hour_shows_that_it_has_passed() -> None:
    utc = LocalTime(COPENHAGEN, LATER)
    utc(local("2019-10-27T02:50"))
    assert utc(local("2019-10-27T02:05")) == ms(AUTUMN + timedelta(hours=1, minutes=5))
    assert utc(local("2019-10-27T02:55")) == ms(AUTUMN + timedelta(hours=1, minutes=55))
    assert utc(local("2019-10-27T03:05")) == ms(AUTUMN + timedelta(hours=2, minutes=5))
    assert utc(local("2019-10-27T02:59")) == ms(AUTUMN + timedelta(hours=1, minutes=59))


def test_a_log_that_starts_anew_finds_the_first_pass_again() -> None:
    utc = LocalTime(COPENHAGEN, LATER)
    for time in ("01:59", "02:50", "02:05", "03:01", "01:59"):
        utc(local(f"2019-10-27T{time}"))
    assert utc(local("2019-10-27T02:05")) == ms(AUTUMN + timedelta(minutes=5))


def test_the_next_autumn_starts_with_its_first_pass() -> None:
    utc = LocalTime(COPENHAGEN, LATER)
    for time in ("02:50", "02:05"):
        utc(local(f"2019-10-27T{time}"))
    assert utc(local("2020-10-25T02:05")) == ms(datetime(2020, 10, 25, 0, 5, tzinfo=UTC))


@pytest.mark.parametrize("time", ["02:00:00", "02:30:00", "02:59:59"])
def test_the_skipped_hour_is_refused_with_its_reason(time: str) -> None:
    with pytest.raises(Unreadable, match=r"2020-03-29 .* does not exist in Europe/Copenhagen"):
        LocalTime(COPENHAGEN, LATER)(local(f"2020-03-29T{time}"))


def test_the_skipped_hour_has_sharp_ends() -> None:
    utc = LocalTime(COPENHAGEN, LATER)
    assert utc(local("2020-03-29T03:00")) - utc(local("2020-03-29T01:59:59")) == 1000


def test_a_skipped_day_is_refused() -> None:
    with pytest.raises(Unreadable, match="does not exist in Pacific/Apia"):
        LocalTime(ZoneInfo("Pacific/Apia"), LATER)(local("2011-12-30T12:00"))


def test_times_before_1990_are_refused() -> None:
    utc = LocalTime(ZoneInfo("UTC"), LATER)
    assert utc(local("1990-01-01T00:00")) == OLDEST
    with pytest.raises(Unreadable, match="before 1990"):
        utc(local("1989-12-31T23:59:59"))


def test_times_more_than_five_minutes_ahead_are_refused() -> None:
    now = ms(AUTUMN)
    utc = LocalTime(ZoneInfo("UTC"), now)
    assert utc(local("2019-10-27T00:05")) == now + AHEAD_MS
    with pytest.raises(Unreadable, match="in the future"):
        utc(local("2019-10-27T00:05:01"))


@pytest.mark.parametrize("moment", [datetime.min, datetime.max])  # noqa: DTZ901 the ends of the calendar are meant
@pytest.mark.parametrize("zone", ZONES)
def test_the_ends_of_the_calendar_are_refused_like_any_other_time(moment: datetime, zone: str) -> None:
    with pytest.raises(Unreadable):
        LocalTime(ZoneInfo(zone), LATER)(moment)


def test_finer_fractions_are_cut() -> None:
    assert LocalTime(ZoneInfo("UTC"), LATER)(local("2019-10-27T00:00:00.123999")) == ms(AUTUMN) + 123


def test_a_time_with_a_zone_of_its_own_is_taken_as_written() -> None:
    utc = LocalTime(COPENHAGEN, LATER)
    assert utc(local("2019-10-27T02:30+05:30")) == ms(datetime(2019, 10, 26, 21, 0, tzinfo=UTC))
    with pytest.raises(Unreadable, match="in the future"):
        LocalTime(COPENHAGEN, ms(AUTUMN))(local("2019-10-27T02:30+00:00"))


@pytest.mark.parametrize("minutes", [20, 30, 60])
def test_an_hourly_log_is_read_exactly(minutes: int) -> None:
    instants = [ms(AUTUMN - timedelta(hours=3) + timedelta(minutes=minutes * step)) for step in range(18)]
    utc = LocalTime(COPENHAGEN, LATER)
    assert [utc(naive(t, COPENHAGEN)) for t in instants] == instants


def test_the_same_time_twice_in_a_log_of_minutes_is_the_same_instant() -> None:
    utc = LocalTime(COPENHAGEN, LATER)
    times = [utc(local(f"2019-10-27T{time}")) for time in ("02:28", "02:29", "02:30", "02:30")]
    assert times[2] == times[3]
