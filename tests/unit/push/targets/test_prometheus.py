from base64 import b64encode
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from krausen.errors import TargetBusy, TargetRefused
from krausen.model.reading import Quality
from krausen.ports.target import Post, Reply, Shipment, Value
from krausen.protocols.remote_write import Samples, TimeSeries
from krausen.push.targets.prometheus import MOST_TRIES, Settings, send, series_of
from krausen.testing.target import FakeCourier
from tests.unit.protocols.test_remote_write import read

pytestmark = pytest.mark.anyio

NOW = 1_790_000_000_000
SETTINGS = Settings(url="http://prometheus.local:9090/api/v1/write")
BEER = Value(series="s1", adapter="pi", node="beer", metric="temperature", unit="°C", t=NOW, v=18.5)
TOO_OLD = Reply(status=400, body=b"out of order sample\n")


def shipment(*values: Value) -> Shipment:
    return Shipment(now=NOW, every_s=60.0, values=values)


def run_of(node: str, times: Sequence[int]) -> list[Value]:
    return [replace(BEER, node=node, t=t, v=float(t)) for t in times]


class Strict:
    """Takes nothing of a request in which a sample is not newer than what it has, as Prometheus does."""

    def __init__(self) -> None:
        self.kept: dict[str, list[int]] = {}
        self.requests = 0

    def answer(self, post: Post) -> Reply:
        self.requests += 1
        series = [(one.labels["node"], one.samples) for one in read(post.body)]
        if not all(self._follows(node, samples) for node, samples in series):
            return TOO_OLD
        for node, samples in series:
            self.kept.setdefault(node, []).extend(t for t, _ in samples)
        return Reply(status=204)

    def _follows(self, node: str, samples: Samples) -> bool:
        times = [*self.kept.get(node, [])[-1:], *(t for t, _ in samples)]
        return all(former < later for former, later in pairwise(times))


async def test_each_reading_is_a_sample_under_the_name_of_its_metric() -> None:
    courier = FakeCourier(lambda _: Reply(status=204))
    await send(SETTINGS, shipment(replace(BEER, t=NOW + 1, v=0.0), BEER), courier)
    (post,) = courier.posts
    labels = {"__name__": "krausen_temperature", "adapter": "pi", "node": "beer", "job": "krausen"}
    assert read(post.body) == [TimeSeries(labels, ((NOW, 18.5), (NOW + 1, 0.0)))]
    assert post.headers == {
        "Content-Type": "application/x-protobuf",
        "Content-Encoding": "snappy",
        "X-Prometheus-Remote-Write-Version": "0.1.0",
    }


@pytest.mark.parametrize(
    ("settings", "headers"),
    [
        (Settings(url="http://x", token="opensesame"), {"Authorization": "Bearer opensesame"}),
        (
            Settings(url="http://x", login="pi", password="secret", tenant="brewery"),
            {
                "Authorization": "Basic " + b64encode(b"pi:secret").decode(),
                "X-Scope-OrgID": "brewery",
            },
        ),
    ],
)
async def test_it_shows_who_writes(settings: Settings, headers: dict[str, str]) -> None:
    courier = FakeCourier()
    await send(settings, shipment(BEER), courier)
    assert headers.items() <= courier.posts[0].headers.items()


def test_two_metrics_whose_names_become_the_same_stay_two_series() -> None:
    series = series_of(SETTINGS, [replace(BEER, metric="a_b"), replace(BEER, metric="a-b")])
    assert [one.labels["__name__"] for one in series] == ["krausen_a_b", "krausen_a_b"]
    assert [one.labels.get("metric") for one in series] == ["a-b", None]


async def test_what_is_known_to_be_bad_is_not_told() -> None:
    courier = FakeCourier()
    bad = replace(BEER, quality=Quality.BAD)
    await send(SETTINGS, shipment(bad, replace(BEER, v=float("nan"))), courier)
    assert not courier.posts


def test_of_two_values_at_an_instant_the_later_word_counts() -> None:
    (series,) = series_of(SETTINGS, [BEER, replace(BEER, v=19.0)])
    assert series.samples == ((NOW, 19.0),)


async def test_samples_that_are_too_old_do_not_keep_others_from_being_written() -> None:
    prometheus = Strict()
    prometheus.kept["late"] = [NOW]
    courier = FakeCourier(prometheus.answer)
    values = [*run_of("late", [5, 6, NOW + 1]), *run_of("new", [1, 2, 3])]
    await send(SETTINGS, shipment(*values), courier)
    assert prometheus.kept == {"late": [NOW, NOW + 1], "new": [1, 2, 3]}


@given(st.integers(0, 60), st.integers(1, 60))
async def test_what_was_written_already_hides_little_of_what_is_new(known: int, new: int) -> None:
    prometheus = Strict()
    prometheus.kept["beer"] = list(range(known))
    courier = FakeCourier(prometheus.answer)
    await send(SETTINGS, shipment(*run_of("beer", range(known + new))), courier)
    missing = known + new - len(prometheus.kept["beer"])
    assert missing <= (known + new) // 16
    assert prometheus.kept["beer"][-1] == known + new - 1


async def test_it_is_not_tried_for_ever() -> None:
    courier = FakeCourier(lambda _: TOO_OLD)
    await send(SETTINGS, shipment(*(one for n in range(50) for one in run_of(f"n{n}", range(40)))), courier)
    assert len(courier.posts) == 1 + 50 + MOST_TRIES


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, b"out of bounds"),
        (409, b"store locally: conflict: Out of order sample"),
        (400, b"the sample has been rejected (err-mimir-sample-out-of-order)"),
        (400, b"duplicate sample for timestamp"),
    ],
)
async def test_a_sample_that_comes_too_late_is_left_out_for_good(status: int, body: bytes) -> None:
    await send(SETTINGS, shipment(BEER), FakeCourier(lambda _: Reply(status=status, body=body)))


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 413, 415, 422])
async def test_what_somebody_has_to_mend_stops_it(status: int) -> None:
    with pytest.raises(TargetRefused, match="because"):
        await send(SETTINGS, shipment(BEER), FakeCourier(lambda _: Reply(status=status, body=b"because")))


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_what_may_pass_is_tried_again(status: int) -> None:
    reply = Reply(status=status, headers={"retry-after": "30"})
    with pytest.raises(TargetBusy) as busy:
        await send(SETTINGS, shipment(BEER), FakeCourier(lambda _: reply))
    assert busy.value.after_s == 30.0
