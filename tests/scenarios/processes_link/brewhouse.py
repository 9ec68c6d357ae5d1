"""A server and an agent as processes of their own, with a data folder each, joined by a line."""

import asyncio
import os
import signal
import socket
import sqlite3
import sys
from collections.abc import Awaitable, Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import TypeVar

import apsw
import httpx2
from msgspec import msgpack

from krausen.control.interlocks import Times
from krausen.model.journal import JournalEntry
from krausen.model.reading import Reading
from krausen.model.series import SeriesName
from krausen.model.setpoint import Mode, Setpoint
from krausen.model.vessel import Role, Vessel
from krausen.storage.catalog import SqlCatalog
from krausen.storage.folder import DataFolder
from krausen.storage.history.archive import Archive
from krausen.storage.history.reading import Reader
from krausen.storage.history.registry import Registry
from krausen.storage.history.replay import replayed
from tests.scenarios.interlocks import broken
from tests.scenarios.processes_link.devices import ENTRY_POINTS, entries

ROOT = Path(__file__).parents[3]
AGENT = "pi"
PATIENCE_S = 60.0
LOOK_S = 0.05
EVER = (-(2**62), 2**62)
TIMES = {
    Role.HEAT: Times(min_on_s=0.4, min_off_s=0.8, longest_on_s=60.0, rest_s=1.0),
    Role.COOL: Times(min_on_s=0.4, min_off_s=0.8, longest_on_s=60.0, rest_s=1.0),
}
OUTPUTS = {Role.HEAT: "heater", Role.COOL: "cooler"}
T = TypeVar("T")


class Ended(Exception):
    """A process has ended that should run."""


class Brewhouse:
    """One server, one agent. `way` is what the agent calls the server by, if it is not the server itself."""

    def __init__(self, folder: Path) -> None:
        self.here = folder / "server"
        self.there = folder / "agent"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.way = self.url
        self.token = ""
        self._asked: list[float] = []
        self.deaths: list[float] = []
        self._ended = 0
        self._running: dict[str, asyncio.subprocess.Process] = {}
        self._extensions = folder / "extensions"
        self._output = folder / "output"

    async def arrange(self, counters: int = 3) -> None:
        """Put down devices, a vessel with a wish, and the distribution that the devices come from."""
        _distribution(self._extensions)
        for place in (self.here, self.there / "agents" / AGENT):
            place.mkdir(parents=True)
        (self.there / "agents" / AGENT / "devices.toml").write_text(self._devices(counters))
        with closing(SqlCatalog.open(DataFolder.find(self.here).catalog)) as catalog:
            await catalog.add_vessel(
                _vessel(), Setpoint(revision=1, mode=Mode.BEER, value=20.0), _entry("vessel", "fass")
            )

    async def start_server(self) -> None:
        """Start the server, and wait until it answers."""
        await self._start("server", "--data", str(self.here), "--port", str(self.port))
        await self.until(self._is_open)
        self.token = (self.here / "local-token").read_text()

    async def start_agent(self) -> None:
        """Start the agent; its token is made when it has none."""
        token = self.there / "agents" / AGENT / "token"
        if not token.exists():
            body = {"title": "pi", "role": "agent", "adapters": [AGENT]}
            token.write_text(str((await self.call("POST", "/tokens", body))["token"]))
        await self._start("agent", AGENT, "--data", str(self.there), "--server", self.way)

    async def kill(self, name: str) -> None:
        """Let a process die without warning."""
        await self._end(name, signal.SIGKILL)

    async def stop(self, name: str) -> int:
        """Ask a process to end, and give its status."""
        return await self._end(name, signal.SIGTERM)

    def pid(self, name: str) -> int:
        """Give the id of a process."""
        return self._running[name].pid

    async def close(self) -> None:
        """End whatever runs."""
        for name in list(self._running):
            await self.kill(name)

    async def call(self, method: str, path: str, body: object = None) -> dict[str, object]:
        """Ask the server as its administrator, and give what it answers."""
        headers = {"authorization": f"Bearer {self.token}"}
        async with httpx2.AsyncClient(
            base_url=f"{self.url}/api/v1", headers=headers, timeout=PATIENCE_S
        ) as http:
            answer = await http.request(method, path, json=body)
        assert answer.is_success, answer.text
        found: dict[str, object] = answer.json() if answer.content else {}
        return found

    async def link(self) -> dict[str, object]:
        """Give the agent as the server sees it; empty before it was seen."""
        items = (await self.call("GET", "/agents"))["items"]
        assert isinstance(items, list)
        return next((item for item in items if item["agent"] == AGENT), {})

    async def until(self, condition: Callable[[], Awaitable[T]]) -> T:
        """Wait until something is true, and give it. Raises Ended when a process has ended meanwhile."""
        loop = asyncio.get_running_loop()
        until_s = loop.time() + PATIENCE_S
        while True:
            for name, process in self._running.items():
                if process.returncode is not None:
                    raise Ended(f"{name} has ended with status {process.returncode}: {self.said(name)}")
            try:
                found = await condition()
            except (httpx2.HTTPError, OSError):
                found = None
            if found:
                return found
            assert loop.time() < until_s, f"It never came to that. {self.said('server')} {self.said('agent')}"
            await asyncio.sleep(LOOK_S)

    async def current(self) -> bool:
        """Tell whether the server has all that the agent owes it."""
        return (await self.link()).get("state") == "current"

    async def switched(self) -> None:
        """Wait until the agent switches an output on."""
        before = self._starts()

        async def again() -> bool:
            return self._starts() > before

        await self.until(again)

    def left_on(self) -> list[str]:
        """Name the outputs that the agent switched on and not off again before it ended last."""
        written = {id: entries(self.there / id) for id in OUTPUTS.values()}
        last = {
            id: [entry.on for entry in found if entry.pid == self._ended] for id, found in written.items()
        }
        return [id for id, states in last.items() if states and states[-1]]

    def said(self, name: str) -> str:
        """Give all that a process has said."""
        path = self._output.with_suffix(f".{name}")
        return path.read_text() if path.exists() else ""

    def owed(self) -> tuple[int, list[Reading]]:
        """Give how many readings the agent has ever kept, and those that it still holds."""
        with closing(sqlite3.connect(self.there / "agents" / AGENT / "outbox.sqlite")) as outbox:
            last = outbox.execute("SELECT seq FROM sqlite_sequence WHERE name = 'owed'").fetchone()
            rows = outbox.execute("SELECT reading FROM owed ORDER BY n").fetchall()
        return last[0] if last else 0, [msgpack.decode(row[0], type=Reading) for row in rows]

    def stored(self) -> dict[tuple[SeriesName, int], float]:
        """Give what history has."""
        found: dict[tuple[SeriesName, int], float] = {}
        with closing(apsw.Connection(str(self.here / "readings.sqlite"))) as file:
            registry = Registry()
            reader = Reader(Archive(file), replayed(file, registry))
            for record in registry.records():
                all_of_it = reader.within(int(record.id[1:]), *EVER)
                assert len(all_of_it) == record.count
                times, values = all_of_it.t.tolist(), all_of_it.v.tolist()
                found |= {(record.name, t): v for t, v in zip(times, values, strict=True)}
        return found

    def check_readings(self) -> int:
        """Check, with the agent dead, that history has each acknowledged reading once; give how many."""
        kept, held = self.owed()
        stored = self.stored()
        too_early = [reading for reading in held if (reading.series, reading.t) in stored]
        assert len(stored) == kept - len(held) + len(too_early)
        for reading in too_early:
            assert stored[reading.series, reading.t] == reading.v
        counted: dict[SeriesName, list[float]] = {}
        for (series, _), value in sorted(stored.items(), key=lambda item: item[0][1]):
            if series.metric == "count":
                counted.setdefault(series, []).append(value)
        for values in counted.values():
            assert values == sorted(set(values))
        return len(stored)

    def check_relays(self) -> int:
        """Check that the outputs kept to what must not happen; give how often they were switched."""
        switches = {role: self._switches(role) for role in OUTPUTS}
        excused = [
            (asked_s - 0.5, at_s + 0.5) for asked_s, at_s in zip(self._asked, self.deaths, strict=True)
        ]
        faults = broken(switches, TIMES, excused)
        assert not faults, f"{faults} {switches} {self.deaths}"
        return sum(len(found) for found in switches.values())

    def _starts(self) -> int:
        return sum(entry.on for id in OUTPUTS.values() for entry in entries(self.there / id))

    def _switches(self, role: Role) -> list[tuple[float, bool]]:
        """Give the switches of an output; one that is on goes off when its agent dies."""
        found: list[tuple[float, bool]] = []
        written = [(entry.at_s, entry.on) for entry in entries(self.there / OUTPUTS[role])]
        for at_s, on in sorted(written + [(death_s, False) for death_s in self.deaths]):
            was_on = bool(found) and found[-1][1]
            if on or was_on:
                found.append((at_s, on))
        return found

    async def _start(self, *words: str) -> None:
        with self._output.with_suffix(f".{words[0]}").open("ab") as output:
            self._running[words[0]] = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "krausen", *words, stdout=output, stderr=output, env=self._environment()
            )

    async def _end(self, name: str, how: signal.Signals) -> int:
        process, asked_s = self._running.pop(name), asyncio.get_running_loop().time()
        if process.returncode is None:
            process.send_signal(how)
        async with asyncio.timeout(PATIENCE_S):
            status = await process.wait()
        if name == "agent":
            self._ended = process.pid
            self._asked.append(asked_s)
            self.deaths.append(asyncio.get_running_loop().time())
        return status

    async def _is_open(self) -> bool:
        async with httpx2.AsyncClient() as http:
            return (await http.get(f"{self.url}/api/v1/health")).status_code == 200

    def _environment(self) -> Mapping[str, str]:
        paths = os.pathsep.join([str(self._extensions), str(ROOT)])
        return {**os.environ, "PYTHONPATH": paths, "PYTHONUNBUFFERED": "1"}

    def _devices(self, counters: int) -> str:
        tables = ['[[probe]]\nid = "beer"\ndriver = "wave"']
        tables += [f'[[probe]]\nid = "counter-{n}"\ndriver = "counter"' for n in range(counters)]
        for role, id in OUTPUTS.items():
            times, path = TIMES[role], self.there / id
            tables.append(
                f'[[relay]]\nid = "{id}"\ndriver = "ledger"\nsettings.path = "{path}"\n[relay.times]\n'
                f"min_on_s = {times.min_on_s}\nmin_off_s = {times.min_off_s}\n"
                f"longest_on_s = {times.longest_on_s}\nrest_s = {times.rest_s}"
            )
        return "\n\n".join(tables) + "\n"


def free_port() -> int:
    """Give a port that nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _vessel() -> Vessel:
    roles = {
        Role.BEER: SeriesName(AGENT, "beer", "temperature"),
        Role.HEAT: SeriesName(AGENT, "heater", "on"),
        Role.COOL: SeriesName(AGENT, "cooler", "on"),
    }
    return Vessel(id="fass", name="Fass", agent=AGENT, roles=roles)


def _entry(what: str, id: str) -> JournalEntry:
    return JournalEntry(at=0, by="test", what=what, id=id, action="created")


def _distribution(folder: Path) -> None:
    """Put down what makes the test's devices extensions from outside."""
    place = folder / "krausen_on_test-1.dist-info"
    place.mkdir(parents=True)
    (place / "METADATA").write_text("Metadata-Version: 2.1\nName: krausen-on-test\nVersion: 1\n")
    (place / "entry_points.txt").write_text(ENTRY_POINTS)
