import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import json

from krausen.errors import StorageAway
from krausen.model.reading import Quality, Reading
from krausen.model.series import WHOLE, SeriesName, StoreRule
from krausen.model.storing import keeps
from krausen.ports.history import Point, Stored
from krausen.server.live import Listener
from tests.unit.server.desk import BEER, Desk, reading

SPARSE = StoreRule(deadband=0.5, longest_s=60.0)
CALM = st.lists(st.floats(19.0, 21.0, width=16), max_size=60)


async def told(desk: Desk, listener: Listener) -> list[tuple[int, float]]:
    desk.live.flush()
    (message,) = [json.decode(await listener.next())]
    return [(point["t"], point["v"]) for point in message["message"]["readings"]]


async def test_what_is_taken_is_stored_and_then_announced() -> None:
    desk = Desk()
    listener = desk.hear("data")
    assert await desk.ingest.take([reading(1), reading(2)]) == Stored(new=2)
    assert await desk.kept(BEER) == [Point(1, 20.0), Point(2, 20.0)]
    assert await told(desk, listener) == [(1, 20.0), (2, 20.0)]


async def test_what_history_refuses_is_not_announced_and_may_be_sent_again() -> None:
    desk = Desk()
    listener = desk.hear("data")
    await desk.ingest.declare([(BEER, "°C", SPARSE)])
    desk.history.away = "The disk is full."
    with pytest.raises(StorageAway):
        await desk.ingest.take([reading(1), reading(2, 25.0)])
    desk.live.flush()
    desk.history.away = ""
    assert await desk.ingest.take([reading(1), reading(2, 25.0)]) == Stored(new=2)
    assert await told(desk, listener) == [(1, 20.0), (2, 25.0)]
    assert await desk.kept(BEER) == [Point(1, 20.0), Point(2, 25.0)]


async def test_history_keeps_what_changes_and_one_in_a_while_while_live_tells_all() -> None:
    desk = Desk()
    listener = desk.hear("data")
    await desk.ingest.declare([(BEER, "°C", SPARSE)])
    await desk.ingest.take([reading(t * 1000, 20.0 if t < 90 else 21.0) for t in range(100)])
    assert [point.t for point in await desk.kept(BEER)] == [0, 60_000, 90_000]
    assert len(await told(desk, listener)) == 100


async def test_a_series_without_a_rule_is_kept_whole() -> None:
    desk = Desk()
    await desk.ingest.take([reading(t) for t in range(10)])
    assert len(await desk.kept(BEER)) == 10


async def test_a_unit_is_declared_with_its_series() -> None:
    desk = Desk()
    await desk.ingest.declare([(BEER, "°C", WHOLE)])
    (record,) = await desk.history.series()
    assert (record.name, record.unit) == (BEER, "°C")


async def test_a_change_of_quality_is_kept() -> None:
    desk = Desk()
    await desk.ingest.declare([(BEER, "°C", SPARSE)])
    qualities = [Quality.GOOD, Quality.GOOD, Quality.DOUBTFUL, Quality.DOUBTFUL, Quality.GOOD]
    await desk.ingest.take([Reading(BEER, t, 20.0, quality) for t, quality in enumerate(qualities)])
    assert [point.t for point in await desk.kept(BEER)] == [0, 2, 4]


async def test_a_late_correction_replaces_what_was_kept() -> None:
    desk = Desk()
    await desk.ingest.declare([(BEER, "°C", SPARSE)])
    await desk.ingest.take([reading(1000, 20.0), reading(2000, 22.0)])
    assert await desk.ingest.take([reading(1000, 20.1)]) == Stored(corrected=1)
    assert await desk.kept(BEER) == [Point(1000, 20.1), Point(2000, 22.0)]


@given(CALM, st.lists(st.integers(1, 20), max_size=10))
async def test_how_readings_are_cut_into_batches_changes_nothing(
    values: list[float], cuts: list[int]
) -> None:
    series = [reading(t * 1000, v) for t, v in enumerate(values)]
    desk = Desk()
    await desk.ingest.declare([(BEER, "°C", SPARSE)])
    rest = list(series)
    for cut in cuts:
        await desk.ingest.take(rest[:cut])
        rest = rest[cut:]
    await desk.ingest.take(rest)
    assert [p.t for p in await desk.kept(BEER)] == thinned(series)


@given(CALM, st.integers(0, 60))
async def test_sending_again_loses_and_changes_nothing(values: list[float], again_from: int) -> None:
    """What was left out the first time may be kept the second time: late readings are not thinned."""
    series = [reading(t * 1000, v) for t, v in enumerate(values)]
    desk = Desk()
    await desk.ingest.declare([(BEER, "°C", SPARSE)])
    await desk.ingest.take(series)
    before = await desk.kept(BEER)
    stored = await desk.ingest.take(series[again_from:])
    after = await desk.kept(BEER)
    assert stored.corrected == 0
    assert [point for point in after if point in before] == before
    assert {point.t for point in after} <= {item.t for item in series}


async def test_series_do_not_thin_each_other() -> None:
    desk = Desk()
    other = SeriesName("pi", "room", "temperature")
    await desk.ingest.declare([(BEER, "°C", SPARSE), (other, "°C", SPARSE)])
    await desk.ingest.take([reading(1), reading(1, 20.0, other), reading(2), reading(2, 20.0, other)])
    assert [len(await desk.kept(name)) for name in (BEER, other)] == [1, 1]


def thinned(series: list[Reading]) -> list[int]:
    kept: list[Reading] = []
    for item in series:
        if keeps(SPARSE, kept[-1] if kept else None, item):
            kept.append(item)
    return [item.t for item in kept]
