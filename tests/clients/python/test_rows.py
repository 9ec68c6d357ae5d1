import json
import math
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.wire.timestamps import instant
from krausen_client import Fault, Refused, Row
from krausen_client.packing import batches
from krausen_client.rows import RowLike, Wrong, number, stamp, wired

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EARLY = datetime.fromisoformat("1990-01-02")
LATE = datetime.fromisoformat("2100-01-01")

names = st.text(min_size=1, max_size=20).filter(str.isprintable)
values = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**80), 2**80)
moments = st.datetimes(min_value=EARLY, max_value=LATE, timezones=st.timezones())
rows = st.builds(Row, names, names, moments, st.dictionaries(names, values, max_size=4))


def row(**parts: Any) -> dict[str, Any]:
    return {"adapter": "orchard", "node": "tank", "timestamp": NOON, "data": {"t": 18.5}} | parts


def refusal(given: list[RowLike] | Iterator[RowLike]) -> tuple[Fault, ...]:
    with pytest.raises(Refused) as caught:
        list(batches(given, 10))
    assert caught.value.status is None
    return caught.value.faults


@given(moments)
def test_an_aware_time_arrives_exact_to_the_millisecond(moment: datetime) -> None:
    assert instant(stamp(moment), UTC) == (moment - EPOCH) // timedelta(milliseconds=1)


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (NOON, "2026-05-01T12:00:00.000+00:00"),
        (datetime(2026, 5, 1, 14, 0, 0, 250_999, COPENHAGEN), "2026-05-01T14:00:00.250+02:00"),
        (datetime(2026, 10, 25, 2, 30, tzinfo=COPENHAGEN), "2026-10-25T02:30:00.000+02:00"),
        (datetime(2026, 10, 25, 2, 30, tzinfo=COPENHAGEN, fold=1), "2026-10-25T02:30:00.000+01:00"),
        (datetime.fromisoformat("2026-05-01T12:34:56.999999"), "2026-05-01T12:34:56.999"),
        (datetime(2026, 5, 1, 12, tzinfo=timezone(timedelta(seconds=-30))), "2026-05-01T12:00:30.000+00:00"),
        ("2026-05-01T12:00:00", "2026-05-01T12:00:00"),
    ],
)
def test_a_time_keeps_its_offset_and_a_naive_one_has_none(moment: datetime | str, text: str) -> None:
    assert stamp(moment) == text


def test_a_time_zone_that_knows_no_offset_is_none() -> None:
    class Unknown(tzinfo):
        def utcoffset(self, _: datetime | None) -> None:
            return None

        dst = tzname = utcoffset

    assert stamp(datetime(2026, 5, 1, 12, tzinfo=Unknown())) == "2026-05-01T12:00:00.000"


def test_the_second_of_two_local_hours_is_refused_for_it_cannot_be_told() -> None:
    with pytest.raises(Wrong, match="give it a time zone"):
        stamp(datetime.fromisoformat("2026-10-25T02:30").replace(fold=1))


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        (18, 18),
        (-0.5, -0.5),
        (6.02e23, 6.02e23),
        (2**60, float(2**60)),
        (Decimal("18.25"), 18.25),
        (Fraction(1, 4), 0.25),
        (np.float32(0.5), 0.5),
        (np.int64(7), 7),
    ],
)
def test_whatever_is_a_number_is_sent_as_one(value: Any, sent: float) -> None:
    assert number(value, "t") == sent


@pytest.mark.parametrize(
    "value",
    [
        math.nan,
        math.inf,
        -math.inf,
        np.float32("nan"),
        Decimal("NaN"),
        10**400,
        False,
        np.True_,
        "18.5",
        None,
        1j,
        [1.0],
    ],
    ids=lambda value: f"{type(value).__name__} {value}"[:20],
)
def test_what_is_no_finite_number_is_refused_with_its_row_and_metric(value: Any) -> None:
    (fault,) = refusal([row(), row(data={"fine": 1.0, "bad": value})])
    assert (fault.row, fault.field) == (1, "data/bad")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (row(adapter=""), "adapter"),
        (row(node="x" * 129), "node"),
        (row(node="a\nb"), "node"),
        (row(node=7), "node"),
        (row(timestamp=1.5), "timestamp"),
        (row(timestamp=None), "timestamp"),
        (row(data={"\t": 1.0}), "data/\t"),
        (row(data={None: 1.0}), "data/None"),
        (row(data=[("t", 1.0)]), "data"),
        ({"adapter": "a", "node": "n", "data": {}}, "timestamp"),
        (("a", "n"), ""),
        (None, ""),
    ],
)
def test_what_is_wrong_in_a_row_is_named(wrong: Any, field: str) -> None:
    (fault,) = refusal([row(), row(), wrong])
    assert (fault.row, fault.field) == (2, field)
    assert "row 2" in str(fault)


def test_numbers_of_metrics_become_text() -> None:
    assert wired(row(data={220: 18.5}))["data"] == {"220": 18.5}


def test_a_list_is_checked_as_a_whole_before_anything_goes_out() -> None:
    wrong = [row() for _ in range(25)] + [row(node="")]
    with pytest.raises(Refused, match="row 25, node"):
        batches(wrong, 10)


def test_other_iterables_go_out_batch_by_batch() -> None:
    taken = 0

    def endless() -> Iterator[RowLike]:
        nonlocal taken
        while True:
            taken += 1
            yield row()

    next(iter(batches(endless(), 10)))
    assert taken == 11


def test_twenty_faults_are_named_and_then_no_more_is_read() -> None:
    given = iter([row(node="")] * 30)
    assert [fault.row for fault in refusal(given)] == [*range(10)]
    assert [fault.row for fault in refusal_of(50)] == [*range(20)]


def refusal_of(most: int) -> tuple[Fault, ...]:
    with pytest.raises(Refused) as caught:
        batches([row(node="")] * 30, most)
    return caught.value.faults


@given(st.lists(rows, max_size=40), st.integers(1, 12), st.integers(2_000, 6_000))
def test_cutting_loses_doubles_and_disorders_nothing_and_keeps_to_both_bounds(
    given: list[Row], most: int, largest: int
) -> None:
    cut = list(batches(iter(given), most, largest))
    assert [json.loads(json.dumps(wired(one))) for one in given] == [
        one for batch in cut for one in json.loads(batch.body)
    ]
    assert all(1 <= batch.rows <= most and len(batch.body) <= largest for batch in cut)
    assert [batch.first for batch in cut] == [sum(b.rows for b in cut[:i]) for i in range(len(cut))]


def test_one_row_that_is_larger_than_a_request_is_refused() -> None:
    wide = row(data={f"metric {n}": n for n in range(100)})
    with pytest.raises(Refused, match="row 1: This row alone is larger"):
        batches([row(), wide], 10, 1000)


def test_the_widest_batches_fill_a_request_to_the_byte() -> None:
    size = len(next(iter(batches([row()], 1))).body) - 2
    cut = list(batches([row()] * 6, 100, 3 * size + 4))
    assert [(batch.rows, len(batch.body)) for batch in cut] == [(3, 3 * size + 4)] * 2
    assert [batch.rows for batch in batches([row()] * 6, 100, 3 * size + 3)] == [2, 2, 2]
