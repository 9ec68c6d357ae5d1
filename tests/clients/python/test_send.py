import logging
import ssl
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from stamina.instrumentation import RetryDetails, set_on_retry_hooks

from krausen_client import (
    AsyncClient,
    Client,
    Fault,
    NotAllowed,
    NotSignedIn,
    NotUnderstood,
    Options,
    Refused,
    Row,
    Sent,
    Unreachable,
)
from tests.clients.python.house import LOGIN, PASSWORD, House
from tests.clients.python.scripted import CERTIFICATE, TOKEN, Reply, Scripted, scripted_server

START = datetime(2026, 5, 1, 18, 30, tzinfo=UTC)
BUSY = Reply(503, {"detail": "Storage is away."}, {"retry-after": "1"})


def rows(count: int, adapter: str = "orchard") -> list[Row]:
    return [Row(adapter, "tank", START + timedelta(seconds=n), {"temperature": n / 10}) for n in range(count)]


def wrong_row(place: int) -> Reply:
    where = f"/{place}/data/temperature"
    return Reply(422, {"detail": "One is wrong.", "errors": [{"where": where, "message": "Not agreed."}]})


def test_rows_are_split_at_the_batch(script: Scripted) -> None:
    with script.client(batch=450) as client:
        assert client.send(rows(1000)) == Sent(1000, 1000)
    assert [len(asked.rows) for asked in script.asked] == [450, 450, 100]
    assert [row["data"]["temperature"] for row in script.accepted()] == [n / 10 for n in range(1000)]


def test_nothing_is_sent_for_nothing(script: Scripted) -> None:
    with script.client() as client:
        assert client.send([]) == Sent(0, 0)
        assert client.send(iter([])) == Sent(0, 0)
    assert script.asked == []


def test_a_request_is_an_array_of_rows_as_json_with_a_proof(script: Scripted) -> None:
    given: list[Any] = [
        Row("orchard", "tank", START, {"temperature": 18.3, "gravity": 1.048, "turns": 3}),
        {"adapter": "orchard", "node": "2", "timestamp": "2026-05-01T18:30:00", "data": {"220": 6.02e23}},
    ]
    with script.client() as client:
        client.send(given)
    with Client(script.url, login="anna", password="pässword:1") as client:
        client.send(given)
    first, second = script.asked
    assert (first.method, first.path, first.headers["content-type"]) == (
        "POST",
        "/api/v1/measurements",
        "application/json",
    )
    assert (first.proof, second.proof) == (TOKEN, "anna:pässword:1")
    assert first.rows == [
        {
            "adapter": "orchard",
            "node": "tank",
            "timestamp": "2026-05-01T18:30:00.000+00:00",
            "data": {"temperature": 18.3, "gravity": 1.048, "turns": 3},
        },
        {"adapter": "orchard", "node": "2", "timestamp": "2026-05-01T18:30:00", "data": {"220": 6.02e23}},
    ]


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize(
    "reply",
    [
        Reply(None),
        Reply(silent=True),
        Reply(429, {"detail": "Slower."}, {"retry-after": "2"}),
        BUSY,
        Reply(502, b"<html>Bad gateway</html>"),
        Reply(504, b""),
        Reply(408, b""),
    ],
    ids=["dropped", "slow", "429", "503", "502", "504", "408"],
)
def test_what_passes_is_tried_again_until_it_is_accepted(script: Scripted, reply: Reply) -> None:
    script.replies = [reply] * 3
    with script.client(batch=10, timeout_s=0.1) as client:
        assert client.send(rows(15)) == Sent(15, 15)
    assert [len(asked.rows) for asked in script.asked] == [10, 10, 10, 10, 5]


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 413, 415, 422])
def test_what_is_refused_is_not_tried_again(script: Scripted, status: int) -> None:
    script.replies = [Reply(status, {"detail": "No."})]
    with script.client() as client, pytest.raises(Refused, match=f"answered {status}: No") as caught:
        client.send(rows(1))
    assert (caught.value.status, len(script.asked)) == (status, 1)


@pytest.mark.usefixtures("hasty")
def test_patience_ends_and_what_was_accepted_before_is_told(script: Scripted) -> None:
    accepted = Reply(200, {"rows": 10, "readings": 10})
    script.replies = [accepted, accepted, *[BUSY] * 5]
    with script.client(batch=10) as client, pytest.raises(Unreachable, match="Storage is away") as caught:
        client.send(iter(rows(45)))
    assert caught.value.sent == Sent(20, 20)
    assert (caught.value.status, caught.value.retry_after_s) == (503, 1)
    assert len(script.asked) == 7


def test_without_patience_there_is_one_try(script: Scripted) -> None:
    script.replies = [BUSY] * 2
    with script.client(patience_s=0) as client, pytest.raises(Unreachable):
        client.send(rows(1))
    assert len(script.asked) == 1


def test_a_server_that_wants_to_be_left_alone_for_long_is_not_waited_for(script: Scripted) -> None:
    script.replies = [Reply(503, {"detail": "Maintenance."}, {"retry-after": "3600"})]
    with script.client(patience_s=60) as client, pytest.raises(Unreachable) as caught:
        client.send(rows(1))
    assert (caught.value.retry_after_s, len(script.asked)) == (3600, 1)


def test_pauses_double_and_have_chance_in_them(script: Scripted) -> None:
    pauses: list[float] = []

    class Enough(Exception):
        """Ends the waiting before it begins."""

    def note(details: RetryDetails) -> None:
        pauses.append(details.wait_for)
        raise Enough

    set_on_retry_hooks([note])
    try:
        for _ in range(4):
            script.replies = [Reply(502, b"")]
            with script.client() as client, pytest.raises(Enough):
                client.send(rows(1))
    finally:
        set_on_retry_hooks(None)
    assert all(0.5 <= pause <= 1.0 for pause in pauses)
    assert len(set(pauses)) == 4


@pytest.mark.usefixtures("hasty")
def test_faults_name_the_rows_of_the_caller_not_those_of_the_request(script: Scripted) -> None:
    script.replies = [Reply(200, {"rows": 10, "readings": 10}), wrong_row(3)]
    with script.client(batch=10) as client, pytest.raises(Refused) as caught:
        client.send(rows(20))
    assert caught.value.faults == (Fault("Not agreed.", 13, "data/temperature"),)
    assert "row 13" in str(caught.value)
    assert caught.value.sent == Sent(10, 10)


def test_one_wrong_value_keeps_a_whole_list_back(script: Scripted) -> None:
    with script.client(batch=10) as client, pytest.raises(Refused, match="row 30") as caught:
        client.send([*rows(30), Row("orchard", "tank", START, {"temperature": float("nan")})])
    assert (script.asked, caught.value.sent, caught.value.status) == ([], Sent(), None)


@pytest.mark.parametrize(
    "reply", [Reply(200, b"<html>Welcome to the hotel</html>"), Reply(302, b"", {"location": "/login"})]
)
def test_somebody_elses_server_is_noticed(script: Scripted, reply: Reply) -> None:
    script.replies = [reply]
    with script.client() as client, pytest.raises(NotUnderstood):
        client.send(rows(1))


@pytest.mark.usefixtures("hasty")
def test_a_failed_request_is_logged_with_address_status_and_answer_and_never_with_the_proof(
    script: Scripted, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    script.replies = [Reply(None), BUSY, Reply(401, {"detail": "This token is not valid."})]
    with script.client() as client, pytest.raises(NotSignedIn):
        client.send(rows(1))
    said = [record.getMessage() for record in caplog.records if record.name == "krausen_client"]
    address = f"POST {script.url}/api/v1/measurements"
    assert [text.startswith(address) for text in said] == [True] * 3
    assert "RemoteProtocolError" in said[0]
    assert said[1:] == [
        f"{address} answered 503: Storage is away.",
        f"{address} answered 401: This token is not valid.",
    ]
    assert TOKEN not in caplog.text


@pytest.mark.usefixtures("hasty")
async def test_the_asynchronous_client_tries_splits_and_refuses_alike(script: Scripted) -> None:
    script.replies = [
        BUSY,
        Reply(None),
        Reply(silent=True),
        Reply(200, {"rows": 10, "readings": 10}),
        wrong_row(1),
    ]
    async with AsyncClient(script.url, token=TOKEN, options=Options(batch=10, timeout_s=0.1)) as client:
        with pytest.raises(Refused) as caught:
            await client.send(rows(20))
    assert ([fault.row for fault in caught.value.faults], caught.value.sent) == ([11], Sent(10, 10))
    assert [len(asked.rows) for asked in script.asked] == [10] * 5


@pytest.mark.usefixtures("hasty")
async def test_the_asynchronous_client_gives_up_alike(script: Scripted) -> None:
    script.replies = [BUSY] * 5
    async with AsyncClient(script.url, token=TOKEN) as client:
        with pytest.raises(Unreachable):
            await client.send(rows(1))
    assert len(script.asked) == 5


def test_a_closed_client_opens_anew(script: Scripted) -> None:
    client = script.client()
    client.close()
    client.send(rows(1))
    client.close()
    client.send(rows(1))
    client.close()
    assert len(script.asked) == 2


def test_nobody_there_is_said() -> None:
    client = Client("http://127.0.0.1:1", token=TOKEN, options=Options(patience_s=0))
    with client, pytest.raises(Unreachable, match="was not answered: ConnectError") as caught:
        client.send(rows(1))
    assert not caught.value.may_have_arrived


def test_rows_go_by_https_to_a_server_that_is_trusted() -> None:
    trusting = Options(ssl_context=ssl.create_default_context(cafile=CERTIFICATE))
    with scripted_server(tls=True) as script, Client(script.url, token=TOKEN, options=trusting) as client:
        assert client.send(rows(3)) == Sent(3, 3)
    assert script.asked[0].headers["content-type"] == "application/json"


@pytest.mark.usefixtures("hasty")
def test_a_server_that_is_not_trusted_gets_nothing_and_is_not_asked_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with (
        scripted_server(tls=True) as script,
        script.client() as client,
        pytest.raises(Unreachable, match="certificate verify failed"),
    ):
        client.send(rows(3))
    assert script.asked == []
    assert caplog.text.count("was not answered") == 1


def test_the_real_server_takes_rows_by_token_and_by_login(house: House) -> None:
    with Client(house.url, token=house.token("sender", "by-token")) as client:
        assert client.send(rows(12_000, "by-token")) == Sent(12_000, 12_000)
    with Client(house.url, login=LOGIN, password=PASSWORD) as client:
        assert client.send(rows(3, "by-login")) == Sent(3, 3)
    assert len(house.stored("by-token")["tank", "temperature"]) == 12_000
    assert [value for _, value in house.stored("by-login")["tank", "temperature"]] == [0.0, 0.1, 0.2]


def test_the_real_server_takes_the_largest_batch(house: House) -> None:
    with Client(house.url, token=house.token(), options=Options(batch=10_000)) as client:
        assert client.send(iter(rows(10_001, "large"))) == Sent(10_001, 10_001)


def test_the_real_server_says_who_may_not(house: House) -> None:
    with (
        Client(house.url, token=house.token("sender", "mine")) as client,
        pytest.raises(NotAllowed, match="403"),
    ):
        client.send(rows(1, "yours"))
    with Client(house.url, token="krs_made-up") as client, pytest.raises(NotSignedIn, match="401"):
        client.send(rows(1))
    with Client(house.url, login=LOGIN, password="wrong") as client, pytest.raises(NotSignedIn):
        client.send(rows(1))


def test_the_real_server_names_row_and_field(house: House) -> None:
    given = rows(12, "faulty")
    given[11] = Row("faulty", "tank", START + timedelta(days=9999), {"temperature": 1.0})
    client = Client(house.url, token=house.token(), options=Options(batch=5))
    with client, pytest.raises(Refused) as caught:
        client.send(given)
    assert [(fault.row, fault.field) for fault in caught.value.faults] == [(11, "timestamp")]
    assert caught.value.sent == Sent(10, 10)


def test_sending_again_is_harmless_and_another_value_replaces(house: House) -> None:
    with Client(house.url, token=house.token()) as client:
        client.send(rows(5, "again"))
        client.send(rows(5, "again"))
        client.send([Row("again", "tank", START, {"temperature": 99.0})])
    assert [value for _, value in house.stored("again")["tank", "temperature"]] == [99.0, 0.1, 0.2, 0.3, 0.4]


def test_local_times_are_those_of_the_adapter_and_others_are_exact(house: House) -> None:
    copenhagen = ZoneInfo("Europe/Copenhagen")
    house.ask("PUT", "/adapters/zoned", {"zone": copenhagen.key})
    moments = [
        datetime.fromisoformat("2026-07-01T12:00:00"),
        datetime(2026, 7, 1, 12, 0, 1, 250_000, tzinfo=copenhagen),
        datetime(2026, 7, 1, 12, 0, 2, 999_999, tzinfo=UTC),
        datetime(2025, 10, 26, 2, 30, tzinfo=copenhagen),
        datetime(2025, 10, 26, 2, 30, tzinfo=copenhagen, fold=1),
    ]
    with Client(house.url, token=house.token()) as client:
        client.send([Row("zoned", "tank", moment, {"t": n}) for n, moment in enumerate(moments)])
    assert house.stored("zoned")["tank", "t"] == [
        ("2025-10-26T00:30:00.000+00:00", 3.0),
        ("2025-10-26T01:30:00.000+00:00", 4.0),
        ("2026-07-01T10:00:00.000+00:00", 0.0),
        ("2026-07-01T10:00:01.250+00:00", 1.0),
        ("2026-07-01T12:00:02.999+00:00", 2.0),
    ]
