"""What comes late is kept as if it had come in time."""

from krausen.model.reading import Reading
from krausen.model.series import SeriesName, StoreRule
from krausen.ports.history import Point
from krausen.server.ingest import Ingest
from krausen.server.live import Live
from krausen.testing.clock import HandClock
from krausen.testing.history import MemoryHistory

BEER = SeriesName("pi", "beer", "temperature")
SPARSE = StoreRule(deadband=0.5, longest_s=60.0)


def readings(start_s: int, stop_s: int) -> list[Reading]:
    """Make a reading a second that changes once in 100 s."""
    return [Reading(BEER, s * 1000, 20.0 + s // 100 % 2) for s in range(start_s, stop_s)]


async def kept(*batches: list[Reading]) -> list[Point]:
    """Take some batches one after another, and give what history has then."""
    history = MemoryHistory()
    ingest = Ingest(history, Live(HandClock(), "e"))
    await ingest.declare([(BEER, "°C", SPARSE)])
    for batch in batches:
        await ingest.take(batch)
    (record,) = await history.series()
    return await history.points(record.id, 0, 2**62, 10**9)


async def test_a_backlog_between_what_is_new_is_thinned_as_if_it_had_come_in_time() -> None:
    backlog = [readings(start, start + 50) for start in range(0, 1000, 50)]
    fresh = [readings(start, start + 1) for start in range(1000, 1020)]
    lanes = [batch for pair in zip(fresh, backlog, strict=True) for batch in pair]
    assert await kept(*lanes) == await kept(*backlog, *fresh)
