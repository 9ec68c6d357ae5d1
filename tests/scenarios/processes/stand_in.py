"""The command `krausen` with stand-ins for server and agents, and with less patience.

A stand-in does what the file `NAME.does` in its data folder says; where there is none, it lives and shows it.
"""

import asyncio
import os
import signal
import sys
from argparse import ArgumentParser
from importlib import import_module
from pathlib import Path
from threading import Event

import structlog

from krausen import cli
from krausen.storage.folder import DataFolder
from krausen.supervision.heartbeat import Heartbeat
from krausen.supervision.logs import log_to_files
from krausen.supervision.restarts import Rules
from krausen.supervision.succession import ask_to_leave

WORDS = ("up", "start", "stop", "restart", "status", "startifstopped", "add2cron", "logs")
BRISK = Rules(pause_ms=50, crashes=3, silent_ms=2000, grace_ms=1000)

log = structlog.get_logger()


def main() -> None:
    """Be a stand-in, or the command."""
    if sys.argv[1] in {"server", "agent"}:
        stand_in()
    if sys.argv[1] == "up":
        up = import_module("krausen.cli.processes.up")
        vars(up)["COMMAND"] = up.command(BRISK)
    cli.COMMANDS.update({word: f"processes.{word}" for word in WORDS})
    cli.main()


def stand_in() -> None:
    """Do what a file says."""
    parser = ArgumentParser()
    parser.add_argument("words", nargs="+")
    parser.add_argument("--data", type=Path)
    parser.add_argument("--server")
    parser.add_argument("--host")
    parser.add_argument("--port")
    asked = parser.parse_args()
    folder = DataFolder.find(asked.data)
    name = "server" if asked.words == ["server"] else f"dev-{asked.words[1]}"
    behaviour = folder.path / f"{name}.does"
    does = behaviour.read_text() if behaviour.exists() else "live"
    if does == "refuse":
        sys.exit("krausen: The kettle is missing. Buy one.")
    log_to_files(folder.log, name)
    log.info("begins", port=asked.port, server=asked.server)
    if does == "crash":
        raise LookupError("no yeast")
    asyncio.run(live(folder, name, deaf=does == "deaf"))
    sys.exit()


async def live(folder: DataFolder, name: str, *, deaf: bool) -> None:
    """Take over from whoever has the role, and live until SIGTERM."""
    ends = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ends.set)
    if name != "server":
        await ask_to_leave(folder.path / f"{name}.lock")
    with folder.hold(name):
        log.warning("holds", pid=os.getpid())
        async with asyncio.TaskGroup() as tasks:
            beats = tasks.create_task(Heartbeat.wanted(os.environ).run())
            if deaf:
                await asyncio.sleep(0)
                Event().wait()
            await ends.wait()
            beats.cancel()
    log.info("leaves")


if __name__ == "__main__":
    main()
