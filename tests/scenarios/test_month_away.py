"""A month without the server: the beer is held, and later everything is handed over beside what is new."""

import asyncio
from collections.abc import Sequence

from structlog.testing import capture_logs

from krausen.agent.handover import AHEAD, BATCH
from krausen.agent.uplink import LinkState
from krausen.model.reading import Reading
from krausen.model.series import SeriesName
from krausen.model.vessel import Role
from krausen.ports.history import Stored
from krausen.testing.catalog import MemoryCatalog
from krausen.testing.history import MemoryHistory
from krausen.testing.notebook import MemoryNotebook
from krausen.testing.outbox import MemoryOutbox
from tests.scenarios.brewery import DAY_S, HOUR_S, START_MS, Brewery, Pace, Stores

MONTH_S = 30 * DAY_S
PACE = Pace(every_s=150.0, gravity_s=900.0, tick_s=150.0, flush_s=1.0)
BATCH_S = 0.5
"""What a batch takes a slow server."""


class SlowHistory(MemoryHistory):
    """A history on a slow disk, which notes how late each reading came to it, and how large batches were."""

    def __init__(self) -> None:
        super().__init__()
        self.came: list[tuple[Reading, float]] = []
        self.largest = 0

    async def store(self, readings: Sequence[Reading]) -> Stored:
        """Store, in a while."""
        await asyncio.sleep(BATCH_S)
        self.came += [(reading, asyncio.get_running_loop().time()) for reading in readings]
        self.largest = max(self.largest, len(readings))
        return await super().store(readings)


async def test_a_month_away() -> None:
    history = SlowHistory()
    stores = Stores(
        catalog=MemoryCatalog(), history=history, outbox=MemoryOutbox(), notebook=MemoryNotebook()
    )
    with capture_logs() as logs:
        async with Brewery(pace=PACE, stores=stores).opened() as brewery:
            await brewery.wish("fass", 20.0)
            await asyncio.sleep(HOUR_S)
            await brewery.stop_server()
            known = len(history.came)
            await asyncio.sleep(MONTH_S)
            owed = await stores.outbox.waiting()
            back_s = asyncio.get_running_loop().time()
            await brewery.start_server()
            await asyncio.sleep(HOUR_S)
            assert brewery.agent.uplink.state is LinkState.CURRENT
        began_s = brewery.began_s
    # It held the beer all the time, and kept every interlock.
    beer = await brewery.series(Role.BEER)
    held = [point.v for point in beer if point.t > START_MS + DAY_S * 1000]
    assert max(abs(value - 20.0) for value in held) <= 0.9
    assert brewery.broken() == []
    # Nothing was lost, nothing came twice, and every time is the one at which it was taken.
    assert owed > 200_000
    assert len({(r.series, r.t) for r, _ in history.came}) == len(history.came)
    assert brewery.agent.sampling.given_up == 0
    step_ms = int(PACE.every_s * 1000)
    assert [point.t for point in beer] == list(range(START_MS, beer[-1].t + 1, step_ms))
    # What had waited came in order, and so did what was new.
    mended = START_MS + int((back_s - began_s) * 1000)
    came = history.came[known:]
    assert in_order([reading for reading, _ in came if reading.t < mended - 2000])
    assert in_order([reading for reading, _ in came if reading.t >= mended])
    # What was new was there within seconds all the while.
    assert max(at_s for r, at_s in came if r.t < mended) - back_s > 60.0
    late = [at_s - began_s - (r.t - START_MS) / 1000 for r, at_s in came if r.t >= mended + 60_000]
    fresh = [lag_s for lag_s in late if lag_s < DAY_S]
    assert len(fresh) == len(late)
    assert max(late) <= 1.0 + (AHEAD + 1) * BATCH_S + 0.5
    assert history.largest <= BATCH
    said = [line["event"] for line in logs if line["log_level"] != "debug"]
    assert said.count("link.lost") == said.count("link.works") - 1 == 1


def in_order(readings: list[Reading]) -> bool:
    """Tell whether the readings of each series came in order of time."""
    last: dict[SeriesName, int] = {}
    for reading in readings:
        if reading.t <= last.get(reading.series, -1):
            return False
        last[reading.series] = reading.t
    return True
