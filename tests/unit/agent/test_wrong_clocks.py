"""Readings whose clock was wrong when they were taken."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.agent.sampling import Sampling
from krausen.agent.setup import ProbeSetup
from krausen.control.fallback import Seen
from krausen.errors import StorageAway
from krausen.model.reading import Reading
from krausen.model.series import SeriesName
from krausen.ports.clock import Clock
from krausen.ports.sensor import Sample
from krausen.testing.clock import HandClock
from krausen.testing.devices import NoSettings, ScriptedProbe
from krausen.testing.outbox import MemoryOutbox

NOON = 1_700_000_000_000
PROBE = ProbeSetup(id="p1", driver=ScriptedProbe().driver, settings=NoSettings())
SERIES = SeriesName("pi", "p1", "temperature")


async def kept(outbox: MemoryOutbox) -> list[Reading]:
    owed = await outbox.oldest(1_000_000)
    return [] if owed is None else list(owed.readings)


class World:
    """A sampling, a clock that is set again and again, and what is true; each reading has its own value."""

    def __init__(self) -> None:
        self.loop_ms = 0
        self.clock = Clock(NOON, lambda: self.loop_ms / 1000.0)
        self.outbox = MemoryOutbox()
        self.sampling = Sampling("pi", self.clock, self.outbox)
        self.true: dict[float, int] = {}
        self.told: dict[float, int] = {}
        self._given = 0

    async def take(self, _: int) -> None:
        """Take a reading."""
        self.true[float(len(self.true))] = NOON + self.loop_ms
        self.sampling.note(SERIES, float(len(self.true) - 1))
        self.loop_ms += 20

    async def wait(self, by_ms: int) -> None:
        """Let time pass."""
        self.loop_ms += abs(by_ms)

    async def set(self, wrong_s: int) -> None:
        """Set the clock wrong."""
        jumped_ms = self.clock.follow(NOON + self.loop_ms + wrong_s * 1000)
        if jumped_ms:
            self.sampling.moved(jumped_ms)

    async def flush(self, _: int) -> None:
        """Bring everything into the outbox."""
        await self.sampling.flush()

    async def give(self, _: int) -> None:
        """Hand over the next ones, if that may be."""
        owed = await self.outbox.oldest(3, self._given) if self.sampling.timely.is_set() else None
        if owed is not None:
            self._given = owed.through
            self.told |= {reading.v: reading.t for reading in owed.readings}


STEPS = st.tuples(
    st.sampled_from([World.take, World.wait, World.set, World.flush, World.give]),
    st.integers(-20_000, 20_000),
)


@given(st.lists(STEPS, max_size=60))
async def test_no_time_is_used_twice_and_what_was_not_told_is_right_in_the_end(
    steps: list[tuple[Callable[[World, int], Awaitable[None]], int]],
) -> None:
    world = World()
    for step, amount in steps:
        await step(world, amount)
    await world.set(0)
    await world.flush(0)
    found = await kept(world.outbox)
    assert len(found) == len(world.true) == len({reading.t for reading in found})
    for reading in found:
        if reading.v in world.told:
            assert reading.t == world.told[reading.v]
        else:
            # Below a second a clock is not set but glides, and a set one is right to a hundredth.
            assert abs(reading.t - world.true[reading.v]) < 1000 + 10 * len(steps)


class Table:
    """A sampling with its clock and outbox in our hands."""

    def __init__(self) -> None:
        self.clock = HandClock(1_000_000)
        self.outbox = MemoryOutbox()
        self.sampling = Sampling("pi", self.clock, self.outbox)


async def test_while_what_was_taken_is_not_yet_moved_nothing_is_to_be_handed_over() -> None:
    table = Table()
    sampling = Sampling("pi", table.clock, table.outbox, known=False)
    assert not sampling.timely.is_set()
    sampling.known()
    assert sampling.timely.is_set()
    sampling.moved(5000)
    sampling.known()
    assert not sampling.timely.is_set()
    table.outbox.away = "The disk is full."
    with pytest.raises(StorageAway):
        await sampling.flush()
    assert not sampling.timely.is_set()
    table.outbox.away = ""
    await sampling.flush()
    assert sampling.timely.is_set()


async def refused(sampling: Sampling) -> bool:
    try:
        await sampling.flush()
    except StorageAway:
        return True
    return False


async def test_what_the_disk_refused_while_the_clock_was_set_is_stamped_right_too() -> None:
    table = Table()

    class Slow(MemoryOutbox):
        async def keep(self, readings: Sequence[Reading]) -> int:
            await asyncio.sleep(5.0)
            return await super().keep(readings)

    table.outbox = Slow()
    table.sampling = Sampling("pi", table.clock, table.outbox)
    table.sampling.take(PROBE, Sample("temperature", 20.0))
    async with asyncio.TaskGroup() as tasks:
        flushing = tasks.create_task(refused(table.sampling))
        await asyncio.sleep(1.0)
        table.sampling.moved(60_000)
        table.outbox.away = "The disk is full."
    assert flushing.result()
    table.outbox.away = ""
    await table.sampling.flush()
    assert [reading.t for reading in await kept(table.outbox)] == [1_060_000]


async def test_control_gets_steady_times_whatever_the_clock_says() -> None:
    loop_s = 0.0
    clock = Clock(1_000_000, lambda: loop_s)
    sampling = Sampling("pi", clock, MemoryOutbox())
    assert clock.follow(9_000_000) == 8_000_000
    loop_s = 5.0
    sampling.take(PROBE, Sample("temperature", 20.0))
    assert sampling.newest(SERIES) == Seen(20.0, 1005.0)
