from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.importing.format import Complaint, Row
from krausen.importing.local_time import LocalTime
from krausen.importing.stamped import CLOCK_CHANGE, HOUR_BACK, HOUR_GONE, Stamped, timed
from tests.unit.importing.reading import LATER, at, rows

COPENHAGEN = ZoneInfo("Europe/Copenhagen")


def run(times: Sequence[str], zone: str = "UTC") -> list[Row | Complaint]:
    entries = [Stamped(line, datetime.fromisoformat(time)) for line, time in enumerate(times, start=1)]
    return list(timed(entries, LocalTime(ZoneInfo(zone), LATER)))


def marks(times: Sequence[str], zone: str) -> list[tuple[int, str]]:
    return [(row.line, mark) for row in rows(run(times, zone)) for mark in row.marks]


def test_complaints_and_what_has_no_instant_stay_in_their_place() -> None:
    entries: list[Stamped | Complaint] = [
        Stamped(1, datetime.fromisoformat("2019-10-04T08:00")),
        Complaint(2, "Rubbish."),
        Stamped(3, datetime.fromisoformat("2020-03-29T02:30")),
    ]
    found = list(timed(entries, LocalTime(COPENHAGEN, LATER)))
    assert [(type(entry), entry.line) for entry in found] == [(Row, 1), (Complaint, 2), (Complaint, 3)]


def test_a_time_with_a_zone_is_taken_as_written() -> None:
    (found,) = rows(run(["2019-10-04T08:00+02:00"], "Asia/Tokyo"))
    assert found.t == at("2019-10-04T06:00")


AUTUMN = ["2019-10-27T01:50", "2019-10-27T02:20", "2019-10-27T02:50", "2019-10-27T02:20", "2019-10-27T03:05"]


@given(count=st.integers(20, 60), every=st.integers(1, 15), start=st.integers(0, 120))
def test_a_file_with_its_newest_row_first_is_read_like_the_other_way_round(
    count: int, every: int, start: int
) -> None:
    first = datetime(2019, 10, 26, 23, 0, tzinfo=UTC) - timedelta(minutes=start)
    instants = [first + timedelta(minutes=every * step) for step in range(count)]
    local = [instant.astimezone(COPENHAGEN).replace(tzinfo=None) for instant in instants]
    entries = [Stamped(line, when) for line, when in enumerate(reversed(local), start=1)]
    found = rows(timed(entries, LocalTime(COPENHAGEN, LATER)))
    assert [row.line for row in found] == list(range(1, count + 1))
    assert [row.t for row in reversed(found)] == [int(instant.timestamp() * 1000) for instant in instants]


def test_clock_changes_of_the_zone_are_marked() -> None:
    assert marks(AUTUMN, "Europe/Copenhagen") == [(4, CLOCK_CHANGE)]
    spring = ["2020-03-29T01:50", "2020-03-29T03:00", "2020-03-29T03:10"]
    assert marks(spring, "Europe/Copenhagen") == [(2, CLOCK_CHANGE)]


def test_an_hour_back_where_the_zone_has_none_is_asked_for() -> None:
    times = ["2024-11-03T01:50", "2024-11-03T01:55", "2024-11-03T01:00", "2024-11-03T01:05"]
    assert marks(times, "America/New_York") == [(3, CLOCK_CHANGE)]
    assert marks(times, "Europe/Copenhagen") == [(3, HOUR_BACK)]


def test_an_hour_gone_where_the_zone_has_it_is_asked_for() -> None:
    times = ["2024-03-10T01:50", "2024-03-10T01:55", "2024-03-10T03:00", "2024-03-10T03:05"]
    assert marks(times, "America/New_York") == [(3, CLOCK_CHANGE)]
    assert marks(times, "Europe/Copenhagen") == [(3, HOUR_GONE)]
    assert marks([time.replace("-10", "-12") for time in times], "Europe/Copenhagen") == []


@pytest.mark.parametrize("zone", ["UTC", "Europe/Copenhagen"])
def test_times_with_zones_raise_no_question(zone: str) -> None:
    times = ["2024-11-03T01:55-04:00", "2024-11-03T01:00-05:00", "2024-11-03T01:05-05:00"]
    assert marks(times, zone) == []
