"""Disks without room: nothing is acknowledged that is not stored, control goes on, and it mends by itself."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from pathlib import Path

import apsw
import pytest
from msgspec.structs import replace
from structlog.testing import capture_logs

from krausen.agent import sampling
from krausen.agent.uplink import LinkState
from krausen.model.reading import Reading
from krausen.model.vessel import Role
from krausen.ports.history import Stored
from krausen.storage.outbox_sqlite import SqliteOutbox
from krausen.testing.history import MemoryHistory
from krausen.testing.outbox import MemoryOutbox
from tests.scenarios.brewery import HOUR_S, SLOW, START_MS, Brewery, Stores, in_memory

ROOM = 2000


async def test_an_outbox_at_its_limit_gives_up_the_oldest_counts_them_and_says_so_once() -> None:
    stores = replace(in_memory(), outbox=MemoryOutbox(ROOM))
    with capture_logs() as logs:
        async with Brewery(pace=SLOW, stores=stores).opened() as brewery:
            await brewery.wish("fass", 20.0)
            await asyncio.sleep(HOUR_S)
            brewery.links.cut()
            await asyncio.sleep(12 * HOUR_S)
            assert await stores.outbox.waiting() == ROOM
            given_up = brewery.agent.sampling.given_up
            assert given_up > 2000
            oldest = await stores.outbox.oldest(1)
            assert oldest is not None
            assert brewery.gear["fass"].probes[Role.BEER].lost is False
            brewery.links.mend()
            await asyncio.sleep(HOUR_S)
            assert brewery.agent.uplink.state is LinkState.CURRENT
            assert brewery.agent.sampling.given_up == given_up
            beer = await brewery.series(Role.BEER)
    # The hole is where the oldest were; from there on everything is here.
    (hole,) = [i for i in range(1, len(beer)) if beer[i].t - beer[i - 1].t > 60_000]
    assert beer[hole].t >= oldest.readings[0].t
    assert len(beer) - hole == (beer[-1].t - beer[hole].t) // 60_000 + 1
    full = [line for line in logs if line["event"].startswith("outbox.")]
    assert [line["event"] for line in full] == ["outbox.full", "outbox.has_room"]
    assert full[1]["given_up"] == given_up
    assert brewery.broken() == []


@asynccontextmanager
async def small_disk(folder: Path, pages: int) -> AsyncIterator[tuple[Stores, apsw.Connection]]:
    """Give stores whose outbox lies on a disk of so many pages."""
    path = folder / "outbox.sqlite"
    SqliteOutbox.open(path).close()
    connection = apsw.Connection(str(path))
    connection.pragma("max_page_count", pages)
    with closing(SqliteOutbox(path, connection)) as outbox:
        yield replace(in_memory(), outbox=outbox), connection


async def test_an_agent_whose_disk_is_full_goes_on_controlling_and_mends_when_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sampling, "HELD_AT_MOST", 1000)
    async with small_disk(tmp_path, 40) as (stores, disk):
        with capture_logs() as logs:
            async with Brewery(pace=SLOW, stores=stores).opened() as brewery:
                gear = brewery.gear["fass"]
                await brewery.wish("fass", 20.0)
                await asyncio.sleep(HOUR_S)
                await brewery.stop_server()
                await asyncio.sleep(12 * HOUR_S)
                assert gear.rig.chamber.read(Role.BEER) == pytest.approx(20.0, abs=0.7)
                given_up = brewery.agent.sampling.given_up
                assert given_up > 500
                disk.pragma("max_page_count", 100_000)
                await asyncio.sleep(60.0)
                await brewery.start_server()
                await asyncio.sleep(HOUR_S)
                assert brewery.agent.uplink.state is LinkState.CURRENT
                assert brewery.agent.sampling.given_up <= given_up + 60
                beer = await brewery.series(Role.BEER)
    said = [line["event"] for line in logs if line["event"].startswith("outbox.")]
    assert said == ["outbox.away", "outbox.back"]
    assert next(line for line in logs if line["event"] == "outbox.back")["given_up"] >= given_up
    assert len([i for i in range(1, len(beer)) if beer[i].t - beer[i - 1].t > 60_000]) == 1
    assert brewery.broken() == []


async def test_what_a_full_history_refuses_is_not_acknowledged_and_not_forgotten() -> None:
    refused: list[Reading] = []

    class Full(MemoryHistory):
        async def store(self, readings: Sequence[Reading]) -> Stored:
            if self.away:
                refused.extend(readings)
            return await super().store(readings)

    history = Full()
    stores = replace(in_memory(), history=history)
    with capture_logs() as logs:
        async with Brewery(pace=SLOW, stores=stores).opened() as brewery:
            await brewery.wish("fass", 20.0)
            await asyncio.sleep(HOUR_S)
            history.away = "readings.sqlite cannot be written now: disk full."
            await asyncio.sleep(6 * HOUR_S)
            owed = await stores.outbox.waiting()
            assert owed > 2000
            history.away = ""
            await asyncio.sleep(HOUR_S)
            times = [point.t for point in await brewery.series(Role.BEER)]
    assert times == list(range(START_MS, times[-1] + 1, 60_000))
    assert {reading.t for reading in refused if reading.series.node == "fass-beer"} <= set(times)
    lost = [line["detail"] for line in logs if line["event"] == "agent.not_taken"]
    assert set(lost) == {"readings.sqlite cannot be written now: disk full."}
