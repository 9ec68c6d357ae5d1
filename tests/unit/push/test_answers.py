from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from krausen.errors import TargetBusy, TargetRefused
from krausen.ports.target import Reply
from krausen.push.answers import counted, is_page, spoken
from krausen.push.local_time import local

NOW = 1_790_000_000_000


class Answer(Struct):
    message: str = ""


@pytest.mark.parametrize(
    ("reply", "after_s"),
    [
        (Reply(status=429), 901.0),
        (Reply(status=429, headers={"retry-after": "30"}), 30.0),
        (Reply(status=429, headers={"retry-after": "soon"}), 901.0),
        (Reply(status=503), None),
        (Reply(status=503, headers={"retry-after": "7"}), 7.0),
    ],
)
def test_a_service_at_its_limit_is_left_alone(reply: Reply, after_s: float | None) -> None:
    with pytest.raises(TargetBusy) as raised:
        counted(reply, NOW, 901.0)
    assert raised.value.after_s == after_s


def test_a_wrong_key_is_somebodys_to_mend() -> None:
    with pytest.raises(TargetRefused, match="key"):
        counted(Reply(status=401, body=b"unauthorized"), NOW, 901.0)


def test_success_is_given_back() -> None:
    reply = Reply(status=201, body=b'{"message": "success"}')
    assert counted(reply, NOW, 901.0) is reply
    assert spoken(reply, Answer).message == "success"


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"<!DOCTYPE html><title>Log in</title>", "sent a web page"),
        (b"  <HTML>", "sent a web page"),
        (b"ok", "sent something else"),
        (b"", "sent something else"),
        (b"\xff\xfe", "sent something else"),
        (b'{"message": 3}', "sent something else"),
        (b"[" * 20_000, "sent something else"),
    ],
)
def test_what_is_no_json_is_told(body: bytes, told: str) -> None:
    with pytest.raises(TargetBusy, match=told):
        spoken(Reply(status=200, body=body), Answer)


@given(st.binary(max_size=40) | st.just(b'{"message": "x"}'))
def test_whatever_is_answered_is_json_or_a_busy_service(body: bytes) -> None:
    with suppress(TargetBusy):
        assert isinstance(spoken(Reply(status=200, body=body), Answer), Answer)


def test_pages_are_known_by_what_they_say_they_are() -> None:
    assert is_page(Reply(status=200, headers={"content-type": "text/html; charset=utf-8"}))
    assert not is_page(Reply(status=200, headers={"content-type": "application/json"}, body=b"{}"))


def test_local_time_knows_summer_and_winter() -> None:
    assert local(NOW, "Europe/Berlin").isoformat() == "2026-09-21T16:13:20+02:00"
    assert local(NOW + 120 * 86_400_000, "Europe/Berlin").isoformat() == "2027-01-19T15:13:20+01:00"


@pytest.mark.parametrize("zone", ["Europe/Brelin", "../etc/passwd", "/etc/passwd", "Europe", "x\0"])
def test_what_is_no_time_zone_is_told(zone: str) -> None:
    with pytest.raises(ValueError, match="There is no time zone"):
        local(NOW, zone)
