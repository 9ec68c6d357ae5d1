import json
from collections.abc import Mapping
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen_client import (
    ClientError,
    Fault,
    NotAllowed,
    NotSignedIn,
    NotUnderstood,
    Refused,
    Sent,
    Unreachable,
)
from krausen_client.answers import failure_of, fault_of, read, retry_after_s
from krausen_client.exchange import JITTER_S, pause_s
from krausen_client.requests import Answer, Request

DATED = {"date": "Sat, 21 Nov 2026 12:00:00 GMT"}
PUBLISHING = Request("POST", "/channels/x", repeatable=False)
READING = Request("GET", "/series")


def answer(status: int, body: Any = None, headers: Mapping[str, str] | None = None) -> Answer:
    return Answer(status, headers or {}, body if isinstance(body, bytes) else json.dumps(body).encode())


def failure(status: int, body: Any = None, headers: Mapping[str, str] | None = None) -> ClientError:
    found = failure_of(answer(status, body, headers), "GET http://brewery")
    assert found is not None
    return found


def wait(failure: Exception, request: Request = READING, patience_s: float = 60) -> bool | float:
    return pause_s(failure, request, patience_s, Random(1))


@pytest.mark.parametrize("status", [200, 201, 204])
def test_what_went_well_is_no_failure(status: int) -> None:
    assert failure_of(answer(status), "GET http://brewery") is None


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, Refused),
        (401, NotSignedIn),
        (403, NotAllowed),
        (404, Refused),
        (409, Refused),
        (413, Refused),
        (422, Refused),
        (408, Unreachable),
        (429, Unreachable),
        (500, Unreachable),
        (502, Unreachable),
        (503, Unreachable),
        (504, Unreachable),
        (301, NotUnderstood),
    ],
)
def test_each_status_is_a_kind_of_failure(status: int, kind: type[ClientError]) -> None:
    found = failure(status, {"detail": "No room."})
    assert (type(found), found.status) == (kind, status)
    assert str(status) in str(found)


def test_a_refusal_names_rows_and_fields_as_the_caller_knows_them() -> None:
    errors = [{"where": "/3/data/a~1b~0", "message": "Odd."}, {"where": "query:from", "message": "No time."}]
    found = failure(422, {"detail": "Two.", "errors": errors})
    assert isinstance(found, Refused)
    assert found.faults == (Fault("Odd.", 3, "data/a/b~"), Fault("No time.", None, "query:from"))
    assert str(found).endswith("Two. (row 3, data/a/b~: Odd.; query:from: No time.)")


def test_many_faults_are_counted_in_the_text_and_all_in_the_list() -> None:
    found = Refused("No.", faults=[Fault("Odd.", n, "node") for n in range(9)])
    assert str(found).endswith("row 4, node: Odd.; and 4 more)")
    assert len(found.faults) == 9


@pytest.mark.parametrize("body", [b"<html>Bad   gateway</html>", b"\xff\xfe", b"[]", b"", b'"x"'])
def test_an_answer_that_is_no_problem_is_shown_as_it_is(body: bytes) -> None:
    shown = " ".join(body.decode(errors="replace").split()) or "nothing"
    assert shown in str(failure(502, body))


def test_a_long_answer_is_cut() -> None:
    assert len(str(failure(502, b"x" * 10_000))) < 700


def test_where_it_moved_is_said() -> None:
    assert "https://brewery/api" in str(failure(308, headers={"location": "https://brewery/api"}))


@pytest.mark.parametrize("body", [b"<html>", b"[]", b'{"rows":"many"}', b"", b"\xff"])
def test_what_is_no_answer_of_ours_is_said(body: bytes) -> None:
    with pytest.raises(NotUnderstood, match="no Krausen server"):
        read(answer(200, body), Sent, "http://brewery")


def test_what_a_newer_server_adds_does_not_disturb() -> None:
    assert read(answer(200, {"rows": 1, "readings": 2, "colour": "red"}), Sent, "") == Sent(1, 2)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": " 120 "}, 120.0),
        (DATED | {"retry-after": "Sat, 21 Nov 2026 12:00:30 GMT"}, 30.0),
        (DATED | {"retry-after": "Sat, 21 Nov 2026 11:00:00 GMT"}, 0.0),
        ({"retry-after": "Sat, 21 Nov 2026 12:00:30 GMT"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-1"}, None),
        ({}, None),
    ],
)
def test_how_long_the_server_wants_to_be_left_alone(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after_s(headers) == seconds


@given(st.text(), st.text())
def test_no_header_of_a_server_is_too_odd(wish: str, date: str) -> None:
    seconds = retry_after_s({"retry-after": wish, "date": date})
    assert seconds is None or seconds >= 0


@given(st.text())
def test_no_place_of_a_fault_is_too_odd(where: str) -> None:
    assert fault_of(where, "Odd.").message == "Odd."


@pytest.mark.parametrize("status", [408, 429, 502, 503, 504])
def test_what_passes_is_tried_again(status: int) -> None:
    assert wait(failure(status)) is True


@pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 409, 413, 422, 500, 501])
def test_what_does_not_pass_is_not(status: int) -> None:
    assert wait(failure(status)) is False


def test_the_pause_that_the_server_wants_is_made_and_a_little_more() -> None:
    waited = wait(failure(503, headers={"retry-after": "7"}))
    assert 7 < waited <= 7 + JITTER_S


def test_a_pause_beyond_the_patience_is_not_made() -> None:
    assert wait(failure(503, headers={"retry-after": "61"})) is False
    assert wait(failure(503, headers={"retry-after": "61"}), patience_s=61) is not False


@pytest.mark.parametrize(("status", "again"), [(429, True), (503, True), (502, False), (504, False)])
def test_what_may_not_arrive_twice_is_tried_again_only_where_it_did_not_arrive(
    status: int, again: bool
) -> None:
    assert wait(failure(status), PUBLISHING) is again


def test_a_line_that_broke_is_tried_again_unless_it_may_not_arrive_twice() -> None:
    broken, unheard = Unreachable("", may_have_arrived=True), Unreachable("", may_have_arrived=False)
    assert (wait(broken), wait(broken, PUBLISHING), wait(unheard, PUBLISHING)) == (True, False, True)
