"""What the link costs: a backlog, and traffic at rest and at work: bench/link.py [READINGS] [SECONDS]."""

import asyncio
import os
import socket
import sys
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, closing
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any

import httpx2

from krausen.model.journal import JournalEntry
from krausen.model.reading import Reading
from krausen.model.series import SeriesName
from krausen.model.setpoint import Mode, Setpoint
from krausen.simulation.vessel import SimulatedVessel
from krausen.storage.catalog import SqlCatalog
from krausen.storage.folder import DataFolder
from krausen.storage.outbox_sqlite import SqliteOutbox

VESSELS = 4
BACKLOG = 300_000
SERIES = 40
WATCHED_S = 60
AGENT = "pi"
LIMITS_MB = {"server": 105, "agent": 45}


class House:
    """A server and an agent with four simulated vessels, each a process."""

    def __init__(self, folder: Path, backlog: int) -> None:
        self.backlog = backlog
        self.here = folder / "server"
        self.place = folder / "agent" / "agents" / AGENT
        self.port = _free_port()
        self.processes: dict[str, asyncio.subprocess.Process] = {}
        self._folder = folder
        self._headers: dict[str, str] = {}

    async def arrange(self) -> None:
        """Put down vessels, devices and a backlog."""
        self.place.mkdir(parents=True)
        vessels = [
            SimulatedVessel(id=f"v{n}", name=f"v{n}", chamber="freezer20", agent=AGENT)
            for n in range(VESSELS)
        ]
        tables = [f'[[simulated]]\nid = "{vessel.id}"\nchamber = "{vessel.chamber}"' for vessel in vessels]
        self.devices(tables)
        with closing(SqlCatalog.open(DataFolder.find(self.here).catalog)) as catalog:
            for vessel in vessels:
                wish = Setpoint(revision=1, mode=Mode.BEER, value=18.0)
                entry = JournalEntry(at=0, by="bench", what="vessel", id=vessel.id, action="created")
                await catalog.add_vessel(vessel.vessel(), wish, entry)
        with closing(SqliteOutbox.open(self.place / "outbox.sqlite")) as outbox:
            for chunk in _backlog(self.backlog):
                await outbox.keep(chunk)

    def devices(self, tables: Sequence[str]) -> None:
        """Put down the devices of the agent, which are there from its next start on."""
        (self.place / "devices.toml").write_text("\n\n".join(tables))

    async def start_server(self) -> float:
        """Start the server; give the seconds until it answered."""
        started_s = monotonic()
        await self._start("server", "--data", str(self.here), "--port", str(self.port))
        await _until(self._answers)
        took_s = monotonic() - started_s
        self._headers = {"authorization": f"Bearer {(self.here / 'local-token').read_text()}"}
        made = await self._call("POST", "/tokens", {"title": AGENT, "role": "agent", "adapters": [AGENT]})
        (self.place / "token").write_text(made["token"])
        return took_s

    async def start_agent(self, port: int) -> float:
        """Start the agent; give the seconds until the server knew it."""
        started_s = monotonic()
        url = f"http://127.0.0.1:{port}"
        await self._start("agent", AGENT, "--data", str(self._folder / "agent"), "--server", url)
        await _until(lambda: self._is({"recognised", "current"}))
        return monotonic() - started_s

    async def until_current(self) -> None:
        """Wait until the server has everything."""
        await _until(lambda: self._is({"current"}))

    async def end(self, name: str) -> None:
        """End a process."""
        process = self.processes.pop(name)
        process.terminate()
        await process.wait()

    async def _start(self, name: str, *words: str) -> None:
        with (self._folder / f"{name}.said").open("ab") as said:
            self.processes[name] = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "krausen", name, *words, stdout=said, stderr=said
            )

    async def _answers(self) -> bool:
        async with httpx2.AsyncClient() as http:
            return (await http.get(f"http://127.0.0.1:{self.port}/api/v1/health")).status_code == 200

    async def _is(self, states: set[str]) -> bool:
        items = (await self._call("GET", "/agents"))["items"]
        return any(item["agent"] == AGENT and item["state"] in states for item in items)

    async def _call(self, method: str, path: str, body: object = None) -> Any:
        async with httpx2.AsyncClient(headers=self._headers) as http:
            answer = await http.request(method, f"http://127.0.0.1:{self.port}/api/v1{path}", json=body)
            return answer.json()


class Meter:
    """A line to a port that counts the bytes that go each way."""

    def __init__(self, to_port: int) -> None:
        self._to_port = to_port
        self.bytes = {"up": 0, "down": 0}

    async def serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        """Pass on what comes and goes on one connection."""
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._to_port)
        try:
            await asyncio.gather(self._pass("up", reader, far_writer), self._pass("down", far_reader, writer))
        finally:
            writer.close()
            far_writer.close()

    async def _pass(self, way: str, reader: StreamReader, writer: StreamWriter) -> None:
        while chunk := await reader.read(65536):
            self.bytes[way] += len(chunk)
            writer.write(chunk)
            await writer.drain()
        writer.close()


@asynccontextmanager
async def metered(to_port: int) -> AsyncIterator[tuple[Meter, int]]:
    """Give a meter before a port, and the port of the meter."""
    meter = Meter(to_port)
    server = await asyncio.start_server(meter.serve, "127.0.0.1", 0)
    try:
        yield meter, server.sockets[0].getsockname()[1]
    finally:
        server.close()


def cpu_s(process: asyncio.subprocess.Process) -> float:
    """Give the processor time that a process has used."""
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def pss_mb(process: asyncio.subprocess.Process) -> float:
    """Give the memory of a process, shared pages divided among those who share them (PSS)."""
    lines = Path(f"/proc/{process.pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:"))


async def main(backlog: int = BACKLOG, watched_s: int = WATCHED_S) -> None:
    """Print a table."""
    with TemporaryDirectory(prefix="krausen-bench-") as folder:
        house = House(Path(folder), backlog)
        await house.arrange()
        print("| what | measured |\n|---|--:|")
        print(f"| server: start until it answers | {await house.start_server():.2f} s |")
        await _hand_over(house)
        await _traffic(house, f"{VESSELS} vessels held", watched_s)
        house.devices([f'[[probe]]\nid = "p{n}"\ndriver = "constant"' for n in range(2 * VESSELS)])
        await _traffic(house, f"{2 * VESSELS} probes that do not change, no vessel", watched_s)
        await house.end("server")


async def _hand_over(house: House) -> None:
    took_s = await house.start_agent(house.port)
    print(f"| agent: start until it is recognised | {took_s:.2f} s |")
    before_s, used_s = monotonic(), {name: cpu_s(process) for name, process in house.processes.items()}
    await house.until_current()
    took_s = monotonic() - before_s
    pace = house.backlog / took_s
    print(f"| hand-over of {house.backlog:,} readings | {took_s:.1f} s, {pace:,.0f} a second |")
    for name, process in house.processes.items():
        rate = house.backlog / (cpu_s(process) - used_s[name])
        print(f"| readings a second of processor time, {name} | {rate:,.0f} |")
        print(f"| {name}: PSS after the hand-over | {pss_mb(process):.0f} MB of {LIMITS_MB[name]} |")
    await house.end("agent")


async def _traffic(house: House, what: str, watched_s: int) -> None:
    async with metered(house.port) as (meter, port):
        await house.start_agent(port)
        await house.until_current()
        await asyncio.sleep(5)
        before = dict(meter.bytes)
        used_s = {name: cpu_s(process) for name, process in house.processes.items()}
        await asyncio.sleep(watched_s)
        for way, count in meter.bytes.items():
            a_minute = (count - before[way]) * 60 / watched_s
            print(f"| {what}: bytes a minute {way} | {a_minute:,.0f} |")
        for name, process in house.processes.items():
            share = (cpu_s(process) - used_s[name]) / watched_s
            print(f"| {what}: {name} | {share:.1%} of a core, {pss_mb(process):.0f} MB PSS |", flush=True)
        await house.end("agent")


async def _until(condition: Callable[[], Awaitable[bool]]) -> None:
    while True:
        try:
            if await condition():
                return
        except (httpx2.HTTPError, OSError):
            pass  # not up yet
        await asyncio.sleep(0.02)


def _backlog(readings: int) -> Iterator[list[Reading]]:
    """Give what several weeks of outage leave: some series, a reading of each every minute."""
    series = [SeriesName(AGENT, f"old-{n}", "temperature") for n in range(SERIES)]
    start, rounds = 1_700_000_000_000, readings // SERIES
    for begin in range(0, rounds, 500):
        steps = range(begin, min(begin + 500, rounds))
        yield [Reading(one, start + step * 60_000, 18 + step % 97 / 16) for step in steps for one in series]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    asyncio.run(main(*map(int, sys.argv[1:])))
