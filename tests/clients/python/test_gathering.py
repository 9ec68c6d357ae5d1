"""What an accumulator gathers, as a model: every last value reaches the server, whatever fails in between."""

import json
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen_client import Keeping, Refused, Sent, Unreachable
from krausen_client.calls import Calls
from krausen_client.gathering import Gathering
from krausen_client.requests import Answer, Flow, Request
from krausen_client.site import site_of
from krausen_client.spool import Spool
from krausen_client.store import Key, MemoryStore, Store

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
BATCH = 3
STORES: dict[str, Callable[[], Store]] = {"memory": MemoryStore, "spool": lambda: Spool(Path(":memory:"))}

Name = tuple[str, str, str]
adding = st.tuples(
    st.just("add"), st.sampled_from("ab"), st.sampled_from("tg"), st.integers(0, 2), st.integers(0, 99)
)
others = st.tuples(st.sampled_from(["flush", "accept", "fail", "refuse"]))
keys = st.builds(Key, st.just("orchard"), st.sampled_from("ab"), st.sampled_from("12"), st.sampled_from("tg"))


class Bench:
    """An accumulator's insides, a flush under way, what the server has, and what it is to have at last."""

    def __init__(self, spool: Path | None) -> None:
        self.gathering = Gathering("orchard", spool, Keeping(), BATCH)
        self._calls = Calls(site_of("http://brewery", None, None, "krs_x"), BATCH)
        self._flow: Flow[Sent] | None = None
        self._request: Request | None = None
        self.server: dict[Name, float] = {}
        self.last: dict[Name, float] = {}

    def do(self, what: Sequence[object]) -> None:
        """Take a step; one that does not fit now is none."""
        match what:
            case ("add", str(node), str(metric), int(second), int(value)):
                moment = NOON + timedelta(seconds=second)
                self.gathering.add(node, metric, value, moment)
                self.last[node, moment.isoformat(timespec="milliseconds"), metric] = value
            case ("flush",) if self._flow is None:
                self._flow = self.gathering.flushing(self._calls)
                self._go(lambda flow: next(flow))
            case ("accept",) if self._request is not None:
                answer = self._stored(self._request)
                self._go(lambda flow: flow.send(answer))
            case ("fail",) if self._request is not None:
                self._go(lambda flow: flow.throw(Unreachable("Away.")))
            case ("refuse",) if self._request is not None:
                self._go(lambda flow: flow.throw(Refused("No.", status=422)))

    def finish(self) -> None:
        """Let everything that still waits be accepted."""
        while self._flow is not None or len(self.gathering):
            self.do(("flush",))
            self.do(("accept",))

    def _go(self, step: Callable[[Flow[Sent]], Request]) -> None:
        assert self._flow is not None
        try:
            self._request = step(self._flow)
        except (StopIteration, Unreachable, Refused):
            self._flow = self._request = None

    def _stored(self, request: Request) -> Answer:
        rows = json.loads(request.body or b"")
        for row in rows:
            self.server |= {(row["node"], row["timestamp"], metric): v for metric, v in row["data"].items()}
        return Answer(200, {}, json.dumps({"rows": len(rows), "readings": len(rows)}).encode())


@pytest.mark.parametrize("spool", [None, Path(":memory:")], ids=["memory", "spool"])
@given(st.lists(adding | adding | others, max_size=60))
def test_every_last_value_reaches_the_server_whatever_fails(
    spool: Path | None, steps: list[tuple[object, ...]]
) -> None:
    bench = Bench(spool)
    with closing(bench.gathering):
        for step in steps:
            bench.do(step)
            assert len(bench.gathering) <= len(bench.last)
        bench.finish()
        assert bench.server == bench.last


@given(st.lists(st.tuples(keys, st.integers(0, 9)), max_size=30), st.integers(0, 30), st.data())
def test_both_stores_are_the_same(values: list[tuple[Key, int]], most: int, data: st.DataObject) -> None:
    stores = [make() for make in STORES.values()]
    with closing(stores[1]):
        cut = data.draw(st.integers(0, len(values)))
        for store in stores:
            for key, value in values[:cut]:
                store.put(key, value)
        until = data.draw(st.integers(0, stores[0].newest))
        taken = [store.oldest(most, until) for store in stores]
        assert taken[0] == taken[1]
        for store in stores:
            for key, value in values[cut:]:
                store.put(key, value)
            store.forget(taken[0])
        assert len(stores[0]) == len(stores[1])
        assert stores[0].newest == stores[1].newest == len(values)
        assert stores[0].oldest(100, 100) == stores[1].oldest(100, 100)


@pytest.mark.parametrize("make", STORES.values(), ids=STORES)
def test_letting_go_does_not_touch_what_has_been_replaced(make: Callable[[], Store]) -> None:
    store, key = make(), Key("orchard", "tank", "1", "t")
    store.put(key, 1)
    taken = store.oldest(10, store.newest)
    store.put(key, 2)
    store.forget(taken)
    assert [one.value for one in store.oldest(10, store.newest)] == [2]
    store.forget(store.oldest(10, store.newest))
    store.put(key, 3)
    assert [(one.number, one.value) for one in store.oldest(10, 3)] == [(3, 3)]
    store.close()
