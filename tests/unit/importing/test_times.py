from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.importing.format import Unreadable
from krausen.importing.times import Order, OrderFound, is_time, moment, order_of

WRITTEN = [
    "2019-10-04T08:05:06",
    "2019-10-04 08:05:06",
    "2019/10/04 08:05:06",
    "2019.10.04 08:05:06",
    "2019-10-04_08:05:06",
    "20191004:080506",
    "10/4/2019 8:05:06",
    "10/4/19 8:05:06 AM",
    "Oct 04 2019 08:05:06",
    "Fri Oct 4, 2019 08:05:06",
    "4 Oct 2019 08:05:06",
    "Friday, 4-October-2019 08:05:06",
    "Date(2019,9,4,8,5,6)",
    "Date(2019, 9, 4, 8, 5, 6)",
    '"2019-10-04 08:05:06"',
]


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]  # the parts of a time, as many as there are


@pytest.mark.parametrize("text", WRITTEN)
def test_local_times_are_read(text: str) -> None:
    assert moment(text) == utc(2019, 10, 4, 8, 5, 6).replace(tzinfo=None)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2019/10/04 08:05:06Z", utc(2019, 10, 4, 8, 5, 6)),
        ("2019-10-04T08:05:06.123456+02:00", utc(2019, 10, 4, 6, 5, 6, 123456)),
        ("2019/10/04 08:05:06 -0330", utc(2019, 10, 4, 11, 35, 6)),
        ("Fri Oct 04 2019 08:05:06 GMT+0000 (Coordinated Universal Time)", utc(2019, 10, 4, 8, 5, 6)),
        ("Fri, 04 Oct 2019 08:05:06 GMT", utc(2019, 10, 4, 8, 5, 6)),
        ("1570176306", utc(2019, 10, 4, 8, 5, 6)),
        ("1570176306000", utc(2019, 10, 4, 8, 5, 6)),
        ("1570176306.5", utc(2019, 10, 4, 8, 5, 6, 500000)),
    ],
)
def test_times_with_a_zone_are_read(text: str, meant: datetime) -> None:
    assert moment(text) == meant


@pytest.mark.parametrize(
    ("text", "order", "meant"),
    [
        ("3/4/2019", Order.MONTH, "2019-03-04T00:00"),
        ("3/4/2019", Order.DAY, "2019-04-03T00:00"),
        ("03.04.2019 12:00", Order.DAY, "2019-04-03T12:00"),
        ("10/4/2019 12:05 AM", Order.MONTH, "2019-10-04T00:05"),
        ("10/4/2019 12:05 pm", Order.MONTH, "2019-10-04T12:05"),
        ("2019-10-04 08:05:06,955", Order.MONTH, "2019-10-04T08:05:06.955"),
        ("2019-10-04 08:05:06.1234567891", Order.MONTH, "2019-10-04T08:05:06.123456"),
        ("43742,5", Order.MONTH, "2019-10-04T12:00"),
        ("43742.333333333", Order.MONTH, "2019-10-04T08:00"),
        ("20191004", Order.MONTH, "2019-10-04T00:00"),
        ("Date(2019,0,1)", Order.MONTH, "2019-01-01T00:00"),
    ],
)
def test_dates_are_read_in_their_order(text: str, order: Order, meant: str) -> None:
    assert moment(text, order) == datetime.fromisoformat(meant)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "It has no time."),
        ("noon", "No time where one should be: 'noon'."),
        ("2019-13-04 08:00:00", "No such time"),
        ("13/13/2019", "No such time"),
        ("30 Foo 2019", "No such time"),
        ("Date(2019,12,1)", "No such time"),
        ("99999", "No such time"),
        ("2019-10-04 25:00", "No such time"),
    ],
)
def test_what_is_no_time_is_told(text: str, told: str) -> None:
    with pytest.raises(Unreadable) as caught:
        moment(text)
    assert str(caught.value).startswith(told)


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (["3/4/2019", "13/4/2019"], OrderFound(Order.DAY)),
        (["3/4/2019", "4/13/2019"], OrderFound(Order.MONTH)),
        (["2/1/2019", "2/2/2019", "2/3/2019"], OrderFound(Order.MONTH)),
        (["1/2/2019", "2/2/2019", "3/2/2019"], OrderFound(Order.DAY)),
        (["3/4/2019"], OrderFound(Order.MONTH, sure=False)),
        (["3.4.2019"], OrderFound(Order.DAY, sure=False)),
        (["4/4/2019"], OrderFound(Order.MONTH)),
        (["1/0/2019", "0/1/2019"], OrderFound(Order.MONTH, sure=False)),
        (["2019-04-03", ""], OrderFound(Order.MONTH)),
    ],
)
def test_the_order_of_day_and_month_is_found(texts: list[str], found: OrderFound) -> None:
    assert order_of(texts) == found
    assert len(found.remarks) == (not found.sure)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("2019-10-04", True),
        ("31/12/2019", True),
        ("12/31/2019", True),
        ("43742.5", False),
        ("18,5", False),
        ("", False),
    ],
)
def test_a_time_is_told_from_a_number(text: str, is_one: bool) -> None:
    assert is_time(text) is is_one


@given(
    when=st.datetimes(datetime.fromisoformat("1990-01-01"), datetime.fromisoformat("2099-12-31")),
    offset=st.none() | st.integers(-14 * 60, 14 * 60),
)
def test_any_time_is_read_back_as_it_is_written(when: datetime, offset: int | None) -> None:
    zone = None if offset is None else timezone(timedelta(minutes=offset))
    written = when.replace(tzinfo=zone)
    assert moment(written.isoformat(" ")) == written
    assert moment(written.strftime("%Y/%m/%d %H:%M:%S.%f%z")) == written
    assert moment(written.strftime("%b %d %Y %H:%M:%S.%f%z")) == written
    for order, form in ((Order.DAY, "%d.%m.%Y %H:%M:%S.%f%z"), (Order.MONTH, "%m/%d/%Y %I:%M:%S.%f %p %z")):
        assert moment(written.strftime(form), order) == written


@given(text=st.text(max_size=40))
def test_any_text_is_a_time_or_is_told_of(text: str) -> None:
    try:
        told = str(moment(text).year)
    except Unreadable as reason:
        told = str(reason)
    assert told.isdecimal() or told.endswith(".")
