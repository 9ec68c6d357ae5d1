from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any

import anyio.to_thread
import pytest

from krausen_client import (
    Accumulator,
    AsyncAccumulator,
    AsyncClient,
    Client,
    ClientError,
    Full,
    Keeping,
    Options,
    Refused,
    Sent,
    Unreachable,
)
from tests.clients.python.house import House
from tests.clients.python.scripted import TOKEN, Asked, Reply, Scripted

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
BUSY = Reply(503, {"detail": "Storage is away."})
PATIENCE_S = 10.0


def refusing(*rows: int) -> Reply:
    errors = [{"where": f"/{row}/timestamp", "message": "Ahead."} for row in rows]
    return Reply(422, {"detail": "Wrong.", "errors": errors})


def test_values_become_rows_by_node_and_time_and_the_last_one_counts(script: Scripted) -> None:
    later = NOON + timedelta(seconds=1)
    with script.client() as client, Accumulator(client, "orchard") as values:
        values.add("b", "t", 1, NOON)
        values.add("a", "t", 2, NOON)
        values.add("b", 220, 3, later)
        values.add("b", "g", 4, NOON)
        values.add("a", "t", 5, NOON)
        assert len(values) == 4
        assert values.flush() == Sent(3, 4)
        assert len(values) == 0
    noon, one = "2026-05-01T12:00:00.000+00:00", "2026-05-01T12:00:01.000+00:00"
    assert script.accepted() == [
        {"adapter": "orchard", "node": "b", "timestamp": noon, "data": {"t": 1, "g": 4}},
        {"adapter": "orchard", "node": "b", "timestamp": one, "data": {"220": 3}},
        {"adapter": "orchard", "node": "a", "timestamp": noon, "data": {"t": 5}},
    ]


def test_an_empty_flush_sends_nothing(script: Scripted) -> None:
    with script.client() as client, Accumulator(client, "orchard") as values:
        assert values.flush() == Sent(0, 0)
    assert script.asked == []


def test_a_value_without_time_is_of_now(script: Scripted) -> None:
    with (
        script.client() as client,
        Accumulator(client, "orchard", keeping=Keeping(now=lambda: NOON)) as values,
    ):
        values.add("tank", "t", 1)
    assert script.accepted()[0]["timestamp"] == "2026-05-01T12:00:00.000+00:00"


def test_now_is_the_systems_time_where_nothing_else_is_said(script: Scripted, tmp_path: Path) -> None:
    with script.client() as client, Accumulator(client, "orchard") as values:
        before = changed(tmp_path / "before")
        values.add("tank", "t", 1)
        after = changed(tmp_path / "after")
    moment = datetime.fromisoformat(script.accepted()[0]["timestamp"])
    assert before - timedelta(seconds=0.1) <= moment <= after + timedelta(seconds=0.1)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"value": float("nan")}, "data/t"),
        ({"value": True}, "data/t"),
        ({"value": "18"}, "data/t"),
        ({"node": ""}, "node"),
        ({"metric": "\n"}, "data/\n"),
        ({"timestamp": 7}, "timestamp"),
    ],
)
def test_what_the_server_would_not_take_is_refused_at_once(
    script: Scripted, wrong: dict[str, Any], field: str
) -> None:
    parts: dict[str, Any] = {"node": "tank", "metric": "t", "value": 1.0, **wrong}
    with script.client() as client, Accumulator(client, "orchard") as values:
        with pytest.raises(Refused) as caught:
            values.add(**parts)
        assert len(values) == 0
    assert [fault.field for fault in caught.value.faults] == [field]


@pytest.mark.parametrize("reply", [BUSY, Reply(None), Reply(401, {"detail": "No."}), refusing(1)])
def test_what_was_not_accepted_stays(script: Scripted, reply: Reply) -> None:
    script.replies = [reply]
    with script.client(patience_s=0) as client, Accumulator(client, "orchard") as values:
        values.add("tank", "t", 1, NOON)
        values.add("other", "t", 2, NOON)
        with pytest.raises(ClientError):
            values.flush()
        assert len(values) == 2
        assert values.flush() == Sent(2, 2)


def test_what_was_accepted_before_a_failure_is_gone_and_told(script: Scripted) -> None:
    script.replies = [Reply(200, {"rows": 2, "readings": 2}), BUSY]
    with script.client(patience_s=0, batch=2) as client, Accumulator(client, "orchard") as values:
        for n in range(5):
            values.add("tank", "t", n, NOON + timedelta(seconds=n))
        with pytest.raises(Unreachable) as caught:
            values.flush()
        assert (len(values), caught.value.sent) == (3, Sent(2, 2))


def test_refused_rows_can_be_dropped_so_that_the_others_go_on(
    script: Scripted, caplog: pytest.LogCaptureFixture
) -> None:
    script.replies = [refusing(1)]
    with (
        script.client() as client,
        Accumulator(client, "orchard", keeping=Keeping(when_refused="drop")) as values,
    ):
        for n in range(3):
            values.add("tank", "t", n, NOON + timedelta(seconds=n))
            values.add("tank", "g", n, NOON + timedelta(seconds=n))
        assert values.flush() == Sent(2, 4)
        assert (len(values), values.dropped) == (0, 2)
    assert [row["data"]["t"] for row in script.asked[1].rows] == [0, 2]
    assert "2 values dropped so far, the last because" in caplog.text
    assert "row 1, timestamp: Ahead." in caplog.text


def test_who_may_not_send_loses_nothing_by_it(script: Scripted) -> None:
    script.replies = [Reply(403, {"detail": "Not yours."})]
    with (
        script.client() as client,
        Accumulator(client, "orchard", keeping=Keeping(when_refused="drop")) as values,
    ):
        values.add("tank", "t", 1, NOON)
        with pytest.raises(Refused, match="Not yours"):
            values.flush()
        assert (len(values), values.dropped) == (1, 0)


@pytest.mark.parametrize("spool", [None, "orchard.spool"])
def test_there_is_a_bound_and_reaching_it_is_an_error(
    script: Scripted, tmp_path: Path, spool: str | None
) -> None:
    path = None if spool is None else tmp_path / spool
    with (
        script.client() as client,
        Accumulator(client, "orchard", spool=path, keeping=Keeping(capacity=2)) as values,
    ):
        values.add("tank", "a", 1, NOON)
        values.add("tank", "b", 2, NOON)
        with pytest.raises(Full, match="2 values wait"):
            values.add("tank", "c", 3, NOON)
        values.flush()
        values.add("tank", "c", 3, NOON)
    assert [row["data"] for row in script.accepted()] == [{"a": 1, "b": 2}, {"c": 3}]


@pytest.mark.parametrize("spool", [None, "orchard.spool"])
def test_or_the_oldest_is_dropped_and_counted(script: Scripted, tmp_path: Path, spool: str | None) -> None:
    path = None if spool is None else tmp_path / spool
    keeping = Keeping(capacity=2, when_full="drop_oldest")
    with script.client() as client, Accumulator(client, "orchard", spool=path, keeping=keeping) as values:
        for n in range(5):
            values.add("tank", str(n), n, NOON)
        assert (len(values), values.dropped) == (2, 3)
    assert script.accepted()[0]["data"] == {"3": 3, "4": 4}


@pytest.mark.parametrize("wrong", [{"every_s": 0}, {"every_s": -1}, {"at_values": 0}])
def test_a_pace_that_cannot_be_is_refused(script: Scripted, wrong: dict[str, Any]) -> None:
    with script.client() as client, pytest.raises(ValueError, match=next(iter(wrong))):
        Accumulator(client, "orchard", **wrong)


def test_room_for_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="capacity"):
        Keeping(capacity=0)


def test_an_adapter_needs_a_name(script: Scripted) -> None:
    with script.client() as client, pytest.raises(ValueError, match="adapter"):
        Accumulator(client, "")


def test_a_thread_sends_what_is_old_enough(script: Scripted) -> None:
    with script.client() as client, Accumulator(client, "orchard", every_s=0.01) as values:
        values.add("tank", "t", 1, NOON)
        until(lambda: len(script.asked) == 1 and len(values) == 0)


def test_a_thread_sends_once_there_is_enough(script: Scripted) -> None:
    with script.client() as client, Accumulator(client, "orchard", at_values=3) as values:
        values.add("tank", "a", 1, NOON)
        values.add("tank", "b", 2, NOON)
        assert script.asked == []
        values.add("tank", "c", 3, NOON)
        until(lambda: len(values) == 0)
        values.add("tank", "d", 4, NOON)
    assert [row["data"] for row in script.accepted()] == [{"a": 1, "b": 2, "c": 3}, {"d": 4}]


def test_a_thread_goes_on_after_failures_with_pauses(script: Scripted) -> None:
    script.replies = [BUSY, Reply(None)]
    with script.client() as client, Accumulator(client, "orchard", at_values=1) as values:
        values.add("tank", "t", 1, NOON)
        until(lambda: len(values) == 0)
    assert len(script.asked) == 3


def test_the_end_of_the_block_sends_the_rest_and_tells_when_it_cannot(script: Scripted) -> None:
    script.replies = [BUSY]
    with script.client(patience_s=0) as client:
        values = Accumulator(client, "orchard")
        values.add("tank", "t", 1, NOON)
        with pytest.raises(Unreachable):
            values.close()
        assert len(values) == 1
        values.close()
        assert len(values) == 0


def test_a_failure_to_send_the_rest_does_not_hide_what_ended_the_block(
    script: Scripted, caplog: pytest.LogCaptureFixture
) -> None:
    script.replies = [BUSY]

    def fail() -> None:
        with script.client() as client, Accumulator(client, "orchard") as values:
            values.add("tank", "t", 1, NOON)
            raise LookupError("The probe is gone.")

    with pytest.raises(LookupError):
        fail()
    assert "1 values of" in caplog.text
    assert len(script.asked) == 1


def test_what_is_added_during_a_flush_stays(script: Scripted) -> None:
    arrived, meanwhile = Event(), Event()

    def hold(_: Asked) -> None:
        arrived.set()
        meanwhile.wait(PATIENCE_S)

    script.before = hold
    with script.client() as client, Accumulator(client, "orchard") as values:
        values.add("tank", "t", 1, NOON)
        values.add("tank", "g", 2, NOON)
        flush = Thread(target=values.flush)
        flush.start()
        assert arrived.wait(PATIENCE_S)
        values.add("tank", "t", 3, NOON)
        values.add("tank", "new", 4, NOON)
        meanwhile.set()
        flush.join()
        assert len(values) == 2
    assert [row["data"] for row in script.accepted()] == [{"t": 1, "g": 2}, {"t": 3, "new": 4}]


@pytest.mark.parametrize("spool", [None, "orchard.spool"])
def test_threads_add_while_others_flush_and_nothing_is_lost(
    script: Scripted, tmp_path: Path, spool: str | None
) -> None:
    threads, each = 4, 150
    path = None if spool is None else tmp_path / spool

    def add(values: Accumulator, thread: int) -> None:
        for n in range(each):
            values.add(f"tank {thread}", "t", n, NOON + timedelta(seconds=n))

    with (
        script.client(batch=50) as client,
        Accumulator(client, "orchard", spool=path, at_values=20) as values,
        ThreadPoolExecutor(threads + 1) as pool,
    ):
        done = [pool.submit(add, values, thread) for thread in range(threads)]
        while not all(one.done() for one in done):
            values.flush()
        for one in done:
            one.result()
    for thread in range(threads):
        sent = [row["data"]["t"] for row in script.accepted() if row["node"] == f"tank {thread}"]
        assert sorted(sent) == list(range(each))


async def test_the_asynchronous_twin_gathers_flushes_and_keeps_alike(script: Scripted) -> None:
    script.replies = [BUSY]
    async with (
        AsyncClient(script.url, token=TOKEN, options=Options(patience_s=0)) as client,
        AsyncAccumulator(client, "orchard") as values,
    ):
        values.add("tank", "t", 1, NOON)
        values.add("tank", "t", 2, NOON)
        with pytest.raises(Unreachable):
            await values.flush()
        assert (len(values), values.dropped) == (1, 0)
        assert await values.flush() == Sent(1, 1)
        values.add("tank", "t", 3, NOON)
    assert [row["data"] for row in script.accepted()] == [{"t": 2}, {"t": 2}, {"t": 3}]


async def test_a_task_sends_what_is_old_enough_and_goes_on_after_failures(script: Scripted) -> None:
    script.replies = [BUSY]
    async with (
        AsyncClient(script.url, token=TOKEN) as client,
        AsyncAccumulator(client, "orchard", every_s=0.01) as values,
    ):
        values.add("tank", "t", 1, NOON)
        await anyio.to_thread.run_sync(until, lambda: len(values) == 0)
    assert len(script.asked) == 2


async def test_an_error_in_an_asynchronous_block_comes_out_as_it_is(script: Scripted) -> None:
    async def fail() -> None:
        async with (
            AsyncClient(script.url, token=TOKEN) as client,
            AsyncAccumulator(client, "orchard", every_s=60) as values,
        ):
            values.add("tank", "t", 1, NOON)
            raise LookupError("The probe is gone.")

    with pytest.raises(LookupError):
        await fail()
    assert len(script.accepted()) == 1


def test_the_real_server_stores_what_an_accumulator_gathers(house: House) -> None:
    with (
        Client(house.url, token=house.token()) as client,
        Accumulator(client, "gathered", every_s=5) as values,
    ):
        for n in range(100):
            values.add("tank", "t", n, NOON + timedelta(seconds=n))
            values.add("tank", "t", n / 2, NOON + timedelta(seconds=n))
    stored = house.stored("gathered")["tank", "t"]
    assert [value for _, value in stored] == [n / 2 for n in range(100)]


def changed(file: Path) -> datetime:
    """Give the system's time, as it writes it to a new file."""
    file.touch()
    return datetime.fromtimestamp(file.stat().st_mtime, UTC)


def until(is_so: Any) -> None:
    """Wait until something is so."""
    pause = Event()
    for _ in range(int(PATIENCE_S / 0.01)):
        if is_so():
            return
        pause.wait(0.01)
    raise AssertionError("It did not come to be.")
