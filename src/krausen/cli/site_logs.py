"""Joins the log of this process, and those of others on this machine, with what the server keeps of them."""

import asyncio
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import NoReturn

from krausen.model.log import LogLevel
from krausen.server.logs.keeping import Logs
from krausen.storage.folder import SERVER
from krausen.supervision.installation import KEEPER
from krausen.supervision.logs import log_from
from krausen.supervision.past import Following, past_lines
from krausen.supervision.report import SPAWNER
from krausen.supervision.tapping import LogTap

LOOK_S = 2.0
"""How often the logs of other processes are looked at."""


def joined(logs: Logs, tap: LogTap, now: Callable[[], int] | None = None) -> None:
    """Hand what this process logs to the site's logs; `now` is as in `LogTap.open`."""
    tap.open(logs.take, now)


async def heed_levels(logs: Logs, is_ours: Callable[[str], bool]) -> None:
    """Log from now on from the levels that were chosen for the sources that are ours. Raises StorageAway."""

    def heed(_: str = "") -> None:
        chosen = [logs.levels.of(source) for source in logs.levels.chosen if is_ours(source)]
        log_from(min(chosen, key=lambda level: level.rank, default=LogLevel.INFO))

    logs.levels.follow(heed)
    await logs.levels.load()
    heed()


def is_of_server(source: str) -> bool:
    """Tell whether a source speaks in the process of the server."""
    return source == SERVER or source.startswith("door/")


def is_of_anybody(_: str) -> bool:
    """Take every source for one of this process, as in the demo, where all are."""
    return True


async def take_up_files(logs: Logs, folder: Path) -> NoReturn:
    """Take up what logs of this machine have of before, then go on with what manager and spawner say."""
    loop = asyncio.get_running_loop()
    with closing(await loop.run_in_executor(None, Following, folder, (KEEPER, SPAWNER))) as following:
        logs.take_up(await loop.run_in_executor(None, past_lines, folder))
        while True:
            for line in await loop.run_in_executor(None, following.lines):
                logs.take_once(line)
            await asyncio.sleep(LOOK_S)
