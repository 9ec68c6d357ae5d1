"""Whatever is away for hours or days, control goes on, and afterwards every reading is there once."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest
from msgspec import Struct
from structlog.testing import capture_logs

from krausen.agent.uplink import LinkState
from krausen.model.reading import Reading
from krausen.model.series import SeriesName
from krausen.model.vessel import Role
from krausen.ports.history import Point
from krausen.storage.history.sqlite import SqliteHistory
from krausen.storage.notebook_file import FileNotebook
from krausen.storage.outbox_sqlite import SqliteOutbox
from krausen.testing.catalog import MemoryCatalog
from krausen.testing.history import MemoryHistory
from krausen.testing.outbox import MemoryOutbox
from tests.ports.failing_disk import FailingDisk, failing_disk
from tests.scenarios.brewery import DAY_S, HOUR_S, SLOW, START_MS, Brewery, Stores, in_memory

Trouble = Callable[[Brewery], Awaitable[None]]
LENGTH_S = DAY_S


class Lived(Struct, frozen=True):
    """What a run left behind, but for its last moments: readings, switches, and what was said."""

    history: dict[SeriesName, list[Point]]
    switches: object
    arrived: list[Reading]
    said: list[str]
    broken: list[str]


async def live(trouble: Trouble, stores: Stores | None = None, length_s: float = LENGTH_S) -> Lived:
    """Hold a vessel at 20 °C for a while, with some trouble from the first hour on."""
    with capture_logs() as logs:
        async with Brewery(pace=SLOW, stores=stores).opened() as brewery:
            await brewery.wish("fass", 20.0)
            await asyncio.sleep(HOUR_S)
            await trouble(brewery)
            await asyncio.sleep(brewery.began_s + length_s + 600.0 - asyncio.get_running_loop().time())
            assert brewery.agent.uplink.state is LinkState.CURRENT
            assert brewery.agent.sampling.given_up == 0
    end = START_MS + int(length_s * 1000)
    return Lived(
        {name: [p for p in line if p.t < end] for name, line in (await brewery.history()).items()},
        brewery.switches("fass"),
        [reading for reading in brewery.arrived if reading.t < end],
        [line["event"] for line in logs if line["log_level"] != "debug"],
        brewery.broken(),
    )


async def no_trouble(_: Brewery) -> None:
    """Let it live."""


@pytest.fixture(scope="module")
async def undisturbed() -> Lived:
    return await live(no_trouble)


def in_order(readings: list[Reading]) -> bool:
    """Tell whether the readings of each series came in order of time."""
    last: dict[SeriesName, int] = {}
    for reading in readings:
        if reading.t <= last.get(reading.series, -1):
            return False
        last[reading.series] = reading.t
    return True


def same(lived: Lived, undisturbed: Lived) -> None:
    """Nothing was lost, nothing is there twice, no time or value differs, and control knew nothing of it."""
    assert lived.history == undisturbed.history
    assert lived.switches == undisturbed.switches
    assert sorted(lived.arrived, key=_key) == sorted(undisturbed.arrived, key=_key)
    assert in_order(lived.arrived)
    assert lived.broken == []


def _key(reading: Reading) -> tuple[SeriesName, int]:
    return reading.series, reading.t


async def test_undisturbed_all_is_well(undisturbed: Lived) -> None:
    same(undisturbed, undisturbed)
    assert undisturbed.said == ["link.works"]
    points = sum(len(line) for line in undisturbed.history.values())
    assert points == len(undisturbed.arrived) > 10_000


async def test_a_link_that_is_cut_for_most_of_a_day(undisturbed: Lived) -> None:
    async def trouble(brewery: Brewery) -> None:
        brewery.links.cut()
        await asyncio.sleep(20 * HOUR_S)
        assert brewery.agent.uplink.state is LinkState.OFFLINE
        assert await brewery.stores.outbox.waiting() > 8000
        assert (await brewery.body()).observed.stale
        assert [agent.state for agent in brewery.server.roster.agents()] == ["offline"]
        brewery.links.mend()

    lived = await live(trouble)
    same(lived, undisturbed)
    assert lived.said == ["link.works", "agent.lost", "link.lost", "link.works"]


async def test_a_link_that_is_cut_again_and_again(undisturbed: Lived) -> None:
    async def trouble(brewery: Brewery) -> None:
        for n in range(100):
            brewery.links.cut()
            await asyncio.sleep(n * 7.0)
            brewery.links.mend()
            await asyncio.sleep(n % 13 * 11.0)

    same(await live(trouble), undisturbed)


async def test_a_server_that_is_restarted_again_and_again(undisturbed: Lived) -> None:
    async def trouble(brewery: Brewery) -> None:
        for n in range(30):
            await brewery.stop_server()
            await asyncio.sleep(n * 20.0)
            await brewery.start_server()
            await asyncio.sleep(n % 7 * 50.0)

    lived = await live(trouble)
    same(lived, undisturbed)


async def test_a_history_that_refuses_for_hours_gets_everything_later(undisturbed: Lived) -> None:
    stores = in_memory()

    async def trouble(brewery: Brewery) -> None:
        assert isinstance(stores.history, MemoryHistory)
        before = len(brewery.arrived)
        stores.history.away = "readings.sqlite cannot be written now: disk full."
        await asyncio.sleep(4 * HOUR_S)
        assert len(brewery.arrived) == before
        assert await stores.outbox.waiting() > 1500
        stores.history.away = ""

    lived = await live(trouble, stores)
    same(lived, undisturbed)
    assert lived.said.count("link.lost") == lived.said.count("link.works") - 1 == 1
    assert lived.said.count("agent.not_taken") < 300


async def test_an_outbox_that_refuses_for_hours_gets_everything_later(undisturbed: Lived) -> None:
    stores = in_memory()

    async def trouble(_: Brewery) -> None:
        assert isinstance(stores.outbox, MemoryOutbox)
        stores.outbox.away = "outbox.sqlite cannot be written now: disk full."
        await asyncio.sleep(12 * HOUR_S)
        stores.outbox.away = ""

    lived = await live(trouble, stores)
    same(lived, undisturbed)
    assert (lived.said.count("outbox.away"), lived.said.count("outbox.back")) == (1, 1)


async def test_everything_away_at_once_and_back_one_after_the_other(undisturbed: Lived) -> None:
    stores = in_memory()

    async def trouble(brewery: Brewery) -> None:
        assert isinstance(stores.outbox, MemoryOutbox)
        assert isinstance(stores.history, MemoryHistory)
        stores.outbox.away = stores.history.away = stores.catalog.away = "Everything is full."
        await asyncio.sleep(HOUR_S)
        brewery.links.cut()
        await asyncio.sleep(HOUR_S)
        stores.outbox.away = ""
        await asyncio.sleep(HOUR_S)
        brewery.links.mend()
        await asyncio.sleep(HOUR_S)
        stores.catalog.away = ""
        await asyncio.sleep(HOUR_S)
        stores.history.away = ""

    same(await live(trouble, stores), undisturbed)


# ——— with real files ———


@asynccontextmanager
async def on_disk(folder: Path) -> AsyncIterator[Stores]:
    """Give stores in files, and the catalog in memory."""
    with (
        closing(SqliteHistory.open(folder / "readings.sqlite")) as history,
        closing(SqliteOutbox.open(folder / "outbox.sqlite")) as outbox,
        closing(FileNotebook(folder / "desired.json")) as notebook,
    ):
        yield Stores(catalog=MemoryCatalog(), history=history, outbox=outbox, notebook=notebook)


SHORT_S = 4 * HOUR_S


async def test_files_keep_what_memory_keeps(tmp_path: Path) -> None:
    async def trouble(brewery: Brewery) -> None:
        brewery.links.cut()
        await asyncio.sleep(HOUR_S)
        brewery.links.mend()

    async with on_disk(tmp_path) as stores:
        lived = await live(trouble, stores, SHORT_S)
    same(lived, await live(no_trouble, length_s=SHORT_S))


async def test_a_disk_that_is_full_for_an_hour_under_server_and_agent_loses_nothing(tmp_path: Path) -> None:
    async def trouble(disk: FailingDisk, _: Brewery) -> None:
        disk.break_after = 40
        await asyncio.sleep(HOUR_S)
        disk.break_after = None

    with failing_disk() as disk:
        async with on_disk(tmp_path) as stores:
            lived = await live(lambda brewery: trouble(disk, brewery), stores, SHORT_S)
    same(lived, await live(no_trouble, length_s=SHORT_S))
    assert (lived.said.count("outbox.away"), lived.said.count("outbox.back")) == (1, 1)


async def test_control_does_not_know_whether_there_is_a_server() -> None:
    stores, length_s = in_memory(), 12 * HOUR_S

    async def trouble(brewery: Brewery) -> None:
        await brewery.stop_server()
        await asyncio.sleep(length_s - HOUR_S)
        assert brewery.gear["fass"].probes[Role.BEER].lost is False
        await brewery.start_server()

    alone = await live(trouble, stores, length_s)
    assert alone.switches == (await live(no_trouble, length_s=length_s)).switches
