"""What a server is told of its own machine."""

import asyncio
import os
from pathlib import Path

from krausen.cli.site import Character, opened_site
from krausen.ports.processes import ProcessFacts
from krausen.storage.folder import DataFolder
from krausen.supervision.installation import KEEPER, KEEPER_IS, Installation
from krausen.supervision.report import ProcessReport, Report, write
from krausen.supervision.restarts import State
from krausen.testing.clock import HandClock

SERVER = ProcessReport(name="server", state=State.ACTIVE, pid=7, restarts=2, cpu_percent=3, memory_mb=95)


async def processes(folder: DataFolder) -> list[ProcessFacts] | None:
    with opened_site(folder, Character(zone="UTC"), lambda _: HandClock()) as site:
        found = await site.processes()
        return None if found is None else list(found)


def test_processes_are_those_of_the_manager_that_keeps_the_folder(tmp_path: Path) -> None:
    folder = DataFolder.find(tmp_path)
    installation = Installation(folder.path)
    installation.prepare()
    circusd = ProcessReport(name="circusd", state=State.ACTIVE, pid=os.getpid())
    write(installation.report, Report(circusd=circusd, tries=0, processes=(SERVER,)))
    assert asyncio.run(processes(folder)) is None
    with folder.hold(KEEPER, KEEPER_IS):
        assert asyncio.run(processes(folder)) == [
            ProcessFacts(name="server", state="active", pid=7, restarts=2, cpu_percent=3, memory_mb=95)
        ]


def test_sizes_are_those_of_the_files_with_their_journals(tmp_path: Path) -> None:
    folder = DataFolder.find(tmp_path)
    with opened_site(folder, Character(zone="UTC"), lambda _: HandClock()) as site:
        on_disk = {
            name: sum(file.stat().st_size for file in tmp_path.glob(f"{name}.sqlite*"))
            for name in site.sizes()
        }
        shared = {name: (tmp_path / f"{name}.sqlite-shm").stat().st_size for name in on_disk}
        assert site.sizes() == {name: on_disk[name] - shared[name] for name in ("catalog", "readings")}
        assert all(size > 0 for size in site.sizes().values())


def test_every_algorithm_that_is_found_is_told(tmp_path: Path) -> None:
    with opened_site(DataFolder.find(tmp_path), Character(zone="UTC"), lambda _: HandClock()) as site:
        assert "hysteresis" in [one.name for one in site.algorithms]
