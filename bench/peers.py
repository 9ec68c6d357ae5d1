"""The server and its peers, each in a process of its own over an empty folder, for benchmarks."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import msgspec
from msgspec import Struct

from bench.brewery import free_port
from bench.memory import pss_mb

PATIENCE_S = 30.0
ADAPTER = "bench"
Reading = tuple[str, str, int, float]
"""Node, metric, UTC milliseconds, value."""


class Peer(Struct, frozen=True, kw_only=True):
    """A running server: what it is called, its process, its port, and what a request to it looks like."""

    name: str
    process: "subprocess.Popen[bytes]"
    port: int
    folder: Path
    headers: tuple[str, ...] = ()
    write_path: str
    body_of: Callable[[Sequence[Reading]], bytes]

    def cpu_s(self) -> float:
        """Give the processor time, user and system, that its processes have used."""
        return sum(map(_cpu_s, _tree(self.process.pid)))

    def pss_mb(self) -> float:
        """Give the memory of its processes, MB."""
        return sum(map(pss_mb, _tree(self.process.pid)))

    def disk_bytes(self) -> int:
        """Give the size of all its files."""
        return sum(one.stat().st_size for one in self.folder.rglob("*") if one.is_file())


def krausen_at(folder: Path) -> Peer:
    """Start Krausen's server, and give a token that may send and look."""
    port = free_port()
    words = [sys.executable, "-m", "krausen", "server", "--data", str(folder), "--port", str(port)]
    process = _started(words, {})
    _until_answered(process, port, "/api/v1/health")
    token = (folder / "local-token").read_text()
    wanted = {"title": "bench", "role": "brewer", "adapters": [ADAPTER]}
    made = asked(port, "/api/v1/tokens", (f"Authorization: Bearer {token}",), msgspec.json.encode(wanted))
    proof = f"Authorization: Bearer {msgspec.json.decode(made)['token']}"
    return Peer(
        name="Krausen",
        process=process,
        port=port,
        folder=folder,
        headers=(proof, "Content-Type: application/json"),
        write_path="/api/v1/measurements",
        body_of=rows_of,
    )


def influxdb_at(folder: Path) -> Peer:
    """Start InfluxDB 1.6; it syncs each write before it answers."""
    port = free_port()
    settings = {
        "INFLUXDB_META_DIR": f"{folder}/meta",
        "INFLUXDB_DATA_DIR": f"{folder}/data",
        "INFLUXDB_DATA_WAL_DIR": f"{folder}/wal",
        "INFLUXDB_DATA_WAL_FSYNC_DELAY": "0s",
        "INFLUXDB_DATA_QUERY_LOG_ENABLED": "false",
        "INFLUXDB_MONITOR_STORE_ENABLED": "false",
        "INFLUXDB_HTTP_BIND_ADDRESS": f"127.0.0.1:{port}",
        "INFLUXDB_HTTP_LOG_ENABLED": "false",
        "INFLUXDB_BIND_ADDRESS": f"127.0.0.1:{free_port()}",
        "INFLUXDB_REPORTING_DISABLED": "true",
    }
    process = _started(["influxd", "-config", os.devnull], settings)
    _until_answered(process, port, "/ping")
    asked(port, f"/query?{urlencode({'q': 'CREATE DATABASE bench'})}", body=b"")
    return Peer(
        name="InfluxDB",
        process=process,
        port=port,
        folder=folder,
        write_path="/write?db=bench&precision=ms",
        body_of=lines_of,
    )


def victoria_at(folder: Path) -> Peer:
    """Start VictoriaMetrics; it answers before what it was sent is on disk."""
    port = free_port()
    words = [
        "victoria-metrics",
        f"-storageDataPath={folder}",
        f"-httpListenAddr=127.0.0.1:{port}",
        "-retentionPeriod=100y",
        "-loggerLevel=ERROR",
        "-search.latencyOffset=0s",
    ]
    process = _started(words, {})
    _until_answered(process, port, "/health")
    return Peer(
        name="VictoriaMetrics",
        process=process,
        port=port,
        folder=folder,
        write_path="/write?precision=ms",
        body_of=lines_of,
    )


_KINDS: Mapping[str, tuple[str, Callable[[Path], Peer]]] = {
    "krausen": (sys.executable, krausen_at),
    "influxdb": ("influxd", influxdb_at),
    "victoria-metrics": ("victoria-metrics", victoria_at),
}


@contextmanager
def peers(folder: Path, names: Sequence[str] = tuple(_KINDS)) -> Iterator[list[Peer]]:
    """Run Krausen and those of its peers that are installed; they end on leaving."""
    running: list[Peer] = []
    try:
        for name in names:
            program, started = _KINDS[name]
            if shutil.which(program) is None:
                print(f"{name} is not installed, so it is left out: apt-get install {name}\n", flush=True)
                continue
            place = folder / name
            place.mkdir()
            running.append(started(place))
        yield running
    finally:
        for peer in running:
            peer.process.terminate()
        for peer in running:
            peer.process.wait(PATIENCE_S)


def asked(
    port: int, path: str, headers: Sequence[str] = (), body: bytes | None = None, method: str | None = None
) -> bytes:
    """Give what a server on this machine answers; with a body it is a POST, unless told otherwise."""
    said = dict(line.split(": ", 1) for line in headers)
    if body is not None:
        said.setdefault("Content-Type", "application/json")
    with urlopen(
        Request(f"http://127.0.0.1:{port}{path}", body, said, method=method), timeout=PATIENCE_S
    ) as answer:
        found: bytes = answer.read()
    return found


def rows_of(readings: Sequence[Reading]) -> bytes:
    """Give readings as Krausen takes them; those of a node and an instant in succession are a row."""
    rows: list[dict[str, object]] = []
    for (node, t), data in _grouped(readings):
        rows.append({"adapter": ADAPTER, "node": node, "timestamp": _iso(t), "data": data})
    return msgspec.json.encode(rows)


def lines_of(readings: Sequence[Reading]) -> bytes:
    """Give readings in InfluxDB's line protocol."""
    lines = [
        f"{ADAPTER},node={node} {','.join(f'{metric}={v}' for metric, v in data.items())} {t}"
        for (node, t), data in _grouped(readings)
    ]
    return "\n".join(lines).encode()


def _grouped(readings: Sequence[Reading]) -> Iterator[tuple[tuple[str, int], dict[str, float]]]:
    key, data = None, dict[str, float]()
    for node, metric, t, v in readings:
        if key is not None and key != (node, t):
            yield key, data
            data = {}
        key = node, t
        data[metric] = v
    if key is not None:
        yield key, data


def _iso(t: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(t // 1000)) + f".{t % 1000:03}Z"


def _started(words: Sequence[str], settings: Mapping[str, str]) -> "subprocess.Popen[bytes]":
    quiet = subprocess.DEVNULL
    return subprocess.Popen(words, stdout=quiet, stderr=quiet, env=os.environ | settings)


def _until_answered(process: "subprocess.Popen[bytes]", port: int, path: str) -> None:
    start_s = time.perf_counter()
    while time.perf_counter() - start_s < PATIENCE_S and process.poll() is None:
        try:
            asked(port, path)
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.02)
        else:
            return
    raise TimeoutError(f"{process.args!r} did not answer.")


def _tree(pid: int) -> Iterator[int]:
    yield pid
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            yield from _tree(int(child))


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
