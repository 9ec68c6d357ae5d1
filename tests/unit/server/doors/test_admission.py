from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.errors import Forbidden, Throttled
from krausen.server.doors.admission import (
    KNOCKS_A_SECOND,
    KNOCKS_AT_ONCE,
    MOST_NETWORKS,
    PRIVATE,
    REMEMBERED,
    Admission,
    Pace,
    faults_in,
)


def lets_in(allow: Iterable[str], address: str) -> bool:
    try:
        Admission(allow).check(address, 0)
    except Forbidden:
        return False
    return True


@pytest.mark.parametrize(
    "address",
    ["10.1.2.3", "172.31.0.1", "192.168.4.20", "169.254.9.9", "127.0.0.1", "::1", "fd00::7", "fe80::1%eth0",
     "::ffff:192.168.4.20"],
)  # fmt: skip
def test_private_addresses_come_in_at_first(address: str) -> None:
    assert lets_in(PRIVATE, address)


@pytest.mark.parametrize(
    "address", ["203.0.113.9", "172.32.0.1", "2001:db8::1", "::ffff:8.8.8.8", "", "testclient"]
)
def test_others_do_not(address: str) -> None:
    assert not lets_in(PRIVATE, address)
    assert lets_in((), address)


@given(st.ip_addresses())
def test_the_network_of_all_addresses_is_everybody(address: object) -> None:
    assert lets_in(("0.0.0.0/0", "::/0"), str(address))


def test_what_is_no_network_is_named_by_its_place() -> None:
    allow = ["10.0.0.0/8", "10.0.0.1/8", "cellar", "::1", ""]
    assert [fault.where for fault in faults_in(allow, "/allow")] == ["/allow/1", "/allow/2", "/allow/4"]
    many = ["10.0.0.0/8"] * (MOST_NETWORKS + 1)
    assert [fault.where for fault in faults_in(many, "/allow")] == ["/allow"]


def knocks(pace: Pace, times: Iterable[int], address: str = "10.0.0.1") -> int:
    count = 0
    for t in times:
        try:
            pace.take(address, t)
        except Throttled:
            continue
        count += 1
    return count


@given(st.lists(st.integers(0, 20_000), max_size=400).map(sorted))
def test_nobody_knocks_more_than_so_often(times: list[int]) -> None:
    span_s = (times[-1] - times[0]) / 1000 if times else 0.0
    assert knocks(Pace(), times) <= KNOCKS_AT_ONCE + KNOCKS_A_SECOND * span_s + 1e-6


def test_who_keeps_to_the_pace_is_never_refused_and_one_harms_no_other() -> None:
    pace = Pace()
    assert knocks(pace, range(0, 100_000, 1000 // KNOCKS_A_SECOND)) == 100 * KNOCKS_A_SECOND
    assert knocks(pace, [200_000] * 1000, "10.0.0.2") == KNOCKS_AT_ONCE
    assert knocks(pace, [200_000], "10.0.0.3") == 1


def test_only_so_many_addresses_are_remembered_and_the_busy_ones_longest() -> None:
    pace = Pace()
    assert knocks(pace, [0] * KNOCKS_AT_ONCE, "10.0.0.1") == KNOCKS_AT_ONCE
    for n in range(2 * REMEMBERED):
        pace.take(f"10.1.{n // 256}.{n % 256}", 0)
    assert knocks(pace, [0], "10.0.0.1") == 0
    assert len(pace._buckets) <= REMEMBERED


def test_who_has_rested_is_forgotten_first() -> None:
    pace = Pace()
    for n in range(REMEMBERED):
        pace.take(f"10.1.{n // 256}.{n % 256}", 0)
    pace.take("10.0.0.1", 60_000)
    assert list(pace._buckets) == ["10.0.0.1"]
