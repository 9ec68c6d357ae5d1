"""Readings that come in bulk: what is told of them live."""

from array import array
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import json

from krausen.ports.history import QUALITIES, Bulk, id_of
from krausen.server.bulks import newest
from krausen.server.live import FLOOD, Live
from krausen.testing.clock import HandClock

pytestmark = pytest.mark.anyio

Row = tuple[int, int, float, int]
rows = st.lists(
    st.tuples(st.integers(1, 5), st.integers(-9, 9), st.floats(-9, 9), st.integers(0, 2)), max_size=30
)


def bulk(some: Sequence[Row]) -> Bulk:
    return Bulk(
        array("I", [row[0] for row in some]),
        array("q", [row[1] for row in some]),
        array("d", [row[2] for row in some]),
        bytes(row[3] for row in some),
    )


def rows_in(one: Bulk) -> list[Row]:
    return list(zip(one.series, one.t, one.v, one.q, strict=True))


def told(live: Live) -> list[dict[str, Any]]:
    listener = live.listen()
    listener.subscribe(["data"], f"{live.epoch}.0")
    live.flush()
    listener.close()
    found = live.missed("data", f"{live.epoch}.0") or ()
    return [json.decode(frame.text)["message"] for frame in found]


@given(parts=st.lists(rows, min_size=1, max_size=4))
def test_the_newest_of_each_series_is_the_last_of_its_latest_instant(parts: list[list[Row]]) -> None:
    expected: dict[int, Row] = {}
    for row in (row for part in parts for row in part):
        if row[0] not in expected or row[1] >= expected[row[0]][1]:
            expected[row[0]] = row
    assert rows_in(newest([bulk(part) for part in parts])) == [expected[n] for n in sorted(expected)]


def test_bulk_is_told_like_readings() -> None:
    live = Live(HandClock(), "run")
    live.bulk(bulk([(1, 5, 20.0, 0), (2, 5, 21.0, 2)]))
    live.bulk(bulk([(1, 5, 20.5, 0)]))
    (message,) = told(live)
    assert message == {
        "readings": [
            {"series": "s1", "t": 5, "v": 20.5},
            {"series": "s2", "t": 5, "v": 21.0, "quality": QUALITIES[2].value},
        ]
    }


def test_of_a_flood_the_newest_of_each_series_is_told_and_how_many_are_left_out() -> None:
    live = Live(HandClock(), "run")
    for t in range(FLOOD):
        live.bulk(bulk([(1, t, float(t), 0), (2, t, float(-t), 0)]))
    (message,) = told(live)
    assert message["left_out"] == 2 * FLOOD - 2
    assert [(one["series"], one["t"]) for one in message["readings"]] == [
        (id_of(1), FLOOD - 1),
        (id_of(2), FLOOD - 1),
    ]


def test_a_flood_of_many_series_is_told_once_and_whole() -> None:
    live, many = Live(HandClock(), "run"), FLOOD + 500
    for t in range(3):
        live.bulk(bulk([(number, t, float(t), 0) for number in range(1, many)]))
    (message,) = told(live)
    assert message["left_out"] == 2 * (many - 1)
    assert {one["t"] for one in message["readings"]} == {2}
    live.bulk(bulk([(1, 5, 20.0, 0)]))
    *_, message = told(live)
    assert "left_out" not in message


def test_who_is_behind_gets_what_came_in_bulk() -> None:
    live = Live(HandClock(), "run")
    live.bulk(bulk([(1, 5, 20.0, 0)]))
    (frame,) = live.present(["data"])
    assert json.decode(frame.text)["message"]["readings"] == [{"series": "s1", "t": 5, "v": 20.0}]


def test_a_channel_counts_what_it_said() -> None:
    live = Live(HandClock(), "run")
    assert live.said("changes") == 0
    live.say("changes", {"id": 1})
    assert live.said("changes") == 1
