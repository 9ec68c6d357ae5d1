import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from structlog.testing import capture_logs

from krausen.agent import sampling as module
from krausen.agent.sampling import Sampling
from krausen.agent.setup import ProbeSetup
from krausen.control.fallback import Seen
from krausen.errors import Defect, StorageAway
from krausen.model.calibration import Calibration
from krausen.model.reading import Quality, Reading
from krausen.model.series import SeriesName
from krausen.ports.clock import Clock
from krausen.ports.sensor import Sample
from krausen.testing.clock import HandClock
from krausen.testing.devices import NoSettings, ScriptedProbe
from krausen.testing.outbox import MemoryOutbox

PROBE = ProbeSetup(id="p1", driver=ScriptedProbe().driver, settings=NoSettings())
SERIES = SeriesName("pi", "p1", "temperature")
OTHER = SeriesName("krausen", "fass", "heat")


async def kept(outbox: MemoryOutbox) -> list[Reading]:
    owed = await outbox.oldest(1_000_000)
    return [] if owed is None else list(owed.readings)


class Table:
    """A sampling with its clock and outbox in our hands."""

    def __init__(self) -> None:
        self.clock = HandClock(1_000_000)
        self.outbox = MemoryOutbox()
        self.sampling = Sampling("pi", self.clock, self.outbox)

    async def take(self, *values: float, step_ms: int = 1000) -> list[Reading]:
        """Take samples one after another and give all readings so far."""
        for value in values:
            self.sampling.take(PROBE, Sample("temperature", value))
            self.clock.now_ms += step_ms
        await self.sampling.flush()
        return await kept(self.outbox)


@asynccontextmanager
async def keeping(table: Table, flush_s: float = 1.0) -> AsyncIterator[None]:
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(table.sampling.keep(flush_s))
        yield
        assert not task.done()
        task.cancel()


async def test_a_sample_becomes_a_reading_with_name_time_and_quality() -> None:
    assert await Table().take(20.5) == [Reading(SERIES, 1_000_000, 20.5)]


async def test_the_newest_good_value_is_there_for_control() -> None:
    table = Table()
    assert table.sampling.newest(SERIES) is None
    assert table.sampling.newest(None) is None
    await table.take(20.5, 20.6)
    assert table.sampling.newest(SERIES) == Seen(20.6, 1001.0)


async def test_a_calibrated_value_is_kept_and_used() -> None:
    table = Table()
    bent = replace(PROBE, calibrations={"temperature": Calibration((1.0, 0.5))})
    table.sampling.take(bent, Sample("temperature", 40.0))
    await table.sampling.flush()
    assert await kept(table.outbox) == [Reading(SERIES, 1_000_000, 21.0)]
    assert table.sampling.newest(SERIES) == Seen(21.0, 1000.0)


async def test_a_power_on_value_is_known_as_one_whatever_the_calibration() -> None:
    table = Table()
    bent = replace(PROBE, calibrations={"temperature": Calibration((0.3, 1.0))})
    for _ in range(5):
        table.sampling.take(bent, Sample("temperature", 85.0))
    await table.sampling.flush()
    assert {reading.quality for reading in await kept(table.outbox)} == {Quality.BAD}
    assert table.sampling.newest(SERIES) is None


async def test_the_power_on_value_is_kept_as_bad_and_not_used() -> None:
    table = Table()
    readings = await table.take(20.0, 85.0, 20.1)
    assert [reading.quality for reading in readings] == [Quality.GOOD, Quality.BAD, Quality.GOOD]
    table.sampling.take(PROBE, Sample("temperature", 85.0))
    assert table.sampling.newest(SERIES) == Seen(20.1, 1002.0)


async def test_a_jump_is_doubtful_and_not_used_until_it_is_confirmed() -> None:
    table = Table()
    await table.take(20.0, 40.0, 40.1)
    assert table.sampling.newest(SERIES) == Seen(20.0, 1000.0)
    readings = await table.take(40.2)
    assert [reading.quality for reading in readings[1:]] == [Quality.DOUBTFUL, Quality.DOUBTFUL, Quality.GOOD]
    assert table.sampling.newest(SERIES) == Seen(40.2, 1003.0)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
async def test_what_is_no_number_is_not_a_reading_and_is_said_once(value: float) -> None:
    table = Table()
    with capture_logs() as logs:
        readings = await table.take(20.0, value, value, 20.1, value)
    assert [reading.v for reading in readings] == [20.0, 20.1]
    assert [line["event"] for line in logs] == ["series.no_number", "series.no_number"]


async def test_a_note_that_is_no_number_is_left_out() -> None:
    table = Table()
    table.sampling.note(OTHER, float("nan"))
    table.sampling.note(OTHER, 0.5)
    await table.sampling.flush()
    assert [reading.v for reading in await kept(table.outbox)] == [0.5]


async def test_a_metric_that_the_driver_never_declared_is_its_defect() -> None:
    with pytest.raises(Defect, match=r"scripted_probe.*gravity"):
        Table().sampling.take(PROBE, Sample("gravity", 1.050))


@given(st.lists(st.tuples(st.integers(-5000, 5000), st.booleans()), max_size=40))
async def test_no_series_ever_has_two_readings_of_the_same_time(steps: list[tuple[int, bool]]) -> None:
    table = Table()
    for step_ms, own in steps:
        table.clock.now_ms += step_ms
        if own:
            table.sampling.note(OTHER, 1.0)
        else:
            table.sampling.take(PROBE, Sample("temperature", 20.0))
    await table.sampling.flush()
    readings = await kept(table.outbox)
    assert len(readings) == len(steps)
    for series in (SERIES, OTHER):
        times = [reading.t for reading in readings if reading.series == series]
        assert times == sorted(set(times))


async def test_readings_are_in_the_outbox_soon_and_that_is_announced() -> None:
    table = Table()
    async with keeping(table, flush_s=2.0):
        table.sampling.take(PROBE, Sample("temperature", 20.0))
        assert not table.sampling.owing.is_set()
        await asyncio.sleep(2.1)
        assert table.sampling.owing.is_set()
        assert len(await kept(table.outbox)) == 1


async def test_what_is_taken_while_the_outbox_writes_is_kept_next() -> None:
    table = Table()

    class Slow(MemoryOutbox):
        async def keep(self, readings: Sequence[Reading]) -> int:
            await asyncio.sleep(5.0)
            return await super().keep(readings)

    table.outbox = Slow()
    table.sampling = Sampling("pi", table.clock, table.outbox)
    async with keeping(table):
        for _ in range(10):
            table.sampling.take(PROBE, Sample("temperature", 20.0))
            await asyncio.sleep(1.0)
        await asyncio.sleep(20.0)
    assert len(await kept(table.outbox)) == 10


async def test_what_the_outbox_gave_up_is_counted_and_said_once() -> None:
    table = Table()
    table.outbox = MemoryOutbox(limit=3)
    table.sampling = Sampling("pi", table.clock, table.outbox)
    with capture_logs() as logs:
        for _ in range(5):
            await table.take(20.0)
        assert table.sampling.given_up == 2
        await table.outbox.forget(5)
        await table.take(20.0, 20.1)
    assert [line["event"] for line in logs] == ["outbox.full", "outbox.has_room"]


async def test_what_is_on_its_way_when_the_agent_stops_is_not_lost() -> None:
    table = Table()

    class Slow(MemoryOutbox):
        async def keep(self, readings: Sequence[Reading]) -> int:
            await asyncio.sleep(5.0)
            return await super().keep(readings)

    table.outbox = Slow()
    table.sampling = Sampling("pi", table.clock, table.outbox)
    async with keeping(table):
        table.sampling.take(PROBE, Sample("temperature", 20.0))
        await asyncio.sleep(2.0)
    await table.sampling.flush()
    assert len(await kept(table.outbox)) == 1


async def test_while_the_disk_refuses_readings_are_held_in_order_and_that_is_said_once() -> None:
    loop = asyncio.get_running_loop()
    table = Table()
    table.sampling = Sampling("pi", Clock(0, loop.time), table.outbox)
    with capture_logs() as logs:
        async with keeping(table):
            table.outbox.away = "The disk is full."
            for value in range(100):
                table.sampling.take(PROBE, Sample("temperature", 20 + value / 100))
                await asyncio.sleep(1.0)
            assert [line["event"] for line in logs] == ["outbox.away"]
            table.outbox.away = ""
            await asyncio.sleep(60.0)
    assert [line["event"] for line in logs] == ["outbox.away", "outbox.back"]
    assert logs[-1]["given_up"] == 0
    assert [reading.v for reading in await kept(table.outbox)] == [20 + value / 100 for value in range(100)]


async def test_a_disk_that_refuses_is_not_asked_every_second() -> None:
    table, asked = Table(), 0

    class Full(MemoryOutbox):
        async def keep(self, readings: Sequence[Reading]) -> int:
            nonlocal asked
            asked += len(readings)
            raise StorageAway("The disk is full.")

    table.sampling = Sampling("pi", table.clock, Full())
    async with keeping(table):
        table.sampling.take(PROBE, Sample("temperature", 20.0))
        await asyncio.sleep(600.0)
    assert 20 <= asked <= 100


async def test_what_is_held_is_bounded_and_what_was_given_up_is_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "HELD_AT_MOST", 50)
    table = Table()
    with capture_logs() as logs:
        async with keeping(table):
            table.outbox.away = "The disk is full."
            for value in range(80):
                table.sampling.take(PROBE, Sample("temperature", 20 + value / 100))
                await asyncio.sleep(1.0)
            await asyncio.sleep(60.0)
            table.outbox.away = ""
            await asyncio.sleep(60.0)
    assert [reading.v for reading in await kept(table.outbox)] == [
        20 + value / 100 for value in range(30, 80)
    ]
    assert table.sampling.given_up == 30
    assert logs[-1]["given_up"] == 30
