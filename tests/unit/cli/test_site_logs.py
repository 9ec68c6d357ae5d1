import asyncio
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from krausen.cli.site_logs import LOOK_S, heed_levels, is_of_anybody, is_of_server, joined, take_up_files
from krausen.model.log import LogLevel, LogLine
from krausen.server.live import Live
from krausen.server.logs.keeping import Logs
from krausen.server.logs.levels import Levels
from krausen.server.logs.record import Search
from krausen.server.settings import FreeSettings
from krausen.simulation.loop import jumping
from krausen.supervision.tapping import LogTap
from krausen.testing.catalog import MemoryCatalog
from krausen.testing.clock import HandClock
from tests.unit.server.desk import ANNA


@pytest.fixture(scope="session")
def anyio_backend() -> tuple[str, dict[str, Any]]:
    return "asyncio", {"loop_factory": jumping}


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    """Leave the log of this process as it was."""
    logger = logging.getLogger("krausen")
    level, config, was_configured = logger.level, structlog.get_config(), structlog.is_configured()
    yield
    logger.setLevel(level)
    if was_configured:
        structlog.configure(**config)
    else:
        structlog.reset_defaults()


def made() -> Logs:
    clock, catalog = HandClock(1_795_255_200_000), MemoryCatalog()
    live = Live(clock, "e")
    return Logs(live, clock, Levels(catalog, FreeSettings(catalog, live, clock)))


async def texts(logs: Logs) -> list[str]:
    return [kept.line.text for kept in await logs.find(Search(), None, 100)][::-1]


def stamped(second: int, text: str) -> str:
    return f"2026-11-21T10:00:{second:02d}.000000Z [info     ] {text}\n"


async def test_files_of_before_are_taken_up_and_others_followed(tmp_path: Path) -> None:
    (tmp_path / "server.log").write_text(stamped(1, "before the restart"))
    (tmp_path / "spawner.log").write_text(stamped(2, "agent.joins"))
    logs = made()
    async with asyncio.TaskGroup() as tasks:
        work = tasks.create_task(take_up_files(logs, tmp_path))
        await asyncio.sleep(LOOK_S / 2)
        assert await texts(logs) == ["before the restart", "agent.joins"]
        with (tmp_path / "spawner.log").open("a") as file:
            file.write(stamped(3, "agent.leaves"))
        await asyncio.sleep(2 * LOOK_S)
        assert await texts(logs) == ["before the restart", "agent.joins", "agent.leaves"]
        work.cancel()


def level_of_process() -> int:
    return logging.getLogger("krausen").level


async def test_the_process_logs_from_the_lowest_level_that_was_chosen_for_it() -> None:
    logs = made()
    await heed_levels(logs, is_of_server)
    assert level_of_process() == logging.INFO
    await logs.levels.choose("cellar", LogLevel.DEBUG, ANNA)
    await logs.levels.choose("server", LogLevel.ERROR, ANNA)
    assert level_of_process() == logging.INFO
    await logs.levels.choose("door/ispindel", LogLevel.DEBUG, ANNA)
    assert level_of_process() == logging.DEBUG
    await logs.levels.choose("door/ispindel", LogLevel.INFO, ANNA)
    assert level_of_process() == logging.INFO


async def test_where_all_are_in_one_process_any_of_them_may_lower_it() -> None:
    logs = made()
    await heed_levels(logs, is_of_anybody)
    await logs.levels.choose("cellar", LogLevel.DEBUG, ANNA)
    assert level_of_process() == logging.DEBUG


async def test_what_the_process_logs_is_kept_at_the_time_of_the_site() -> None:
    logs, tap = made(), LogTap("server")
    joined(logs, tap, lambda: 7)
    tap.handle(logging.LogRecord("krausen", logging.INFO, __file__, 1, "said", None, None))
    (kept,) = await logs.find(Search(), None, 9)
    assert kept.line == LogLine(at=7, level=LogLevel.INFO, source="server", text="said")
