"""How punctual pushes are, and how fast a backlog goes: bench/push.py [SECONDS].

200 targets of one to five seconds push to a receiver on this machine, one of them to a service that never
answers. Beside them stands, computed, what the programs that we replace did: a job that looks once a minute
which targets are overdue. Then a backlog of 300,000 readings goes to a sink by line protocol.
"""

import asyncio
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory

import msgspec

from bench.memory import pss_mb
from bench.peers import Peer, asked, krausen_at

TARGETS = 200
SECONDS = 60.0
READINGS = 300_000
AT_ONCE = 5_000
PATIENCE_S = 600.0
ADAPTER = "bench"


class Receiver:
    """Takes requests on a port and notes when each came, by its path."""

    def __init__(self) -> None:
        self.came: dict[str, list[float]] = {}
        self.lines = 0
        self.has_all = asyncio.Event()
        self.port = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take one request after another; the path /hang is never answered."""
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                path = head.split(" ", 2)[1].partition("?")[0]
                length = int(head.lower().partition("content-length:")[2].partition("\r\n")[0] or 0)
                body = await reader.readexactly(length)
                self.came.setdefault(path, []).append(time.perf_counter())
                self.lines += len(body.splitlines()) if path == "/write" else 0
                if self.lines >= READINGS:
                    self.has_all.set()
                if path == "/hang":
                    await asyncio.sleep(3600)
                writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


async def main(seconds: float = SECONDS) -> None:
    """Run both and print what came of them."""
    receiver = Receiver()
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0, backlog=512)
    receiver.port = server.sockets[0].getsockname()[1]
    with TemporaryDirectory(prefix="krausen-bench-") as folder:
        peer = await asyncio.to_thread(krausen_at, Path(folder))
        try:
            token = (Path(folder) / "local-token").read_text()
            proof = (f"Authorization: Bearer {token}", "Content-Type: application/json")
            await punctuality(receiver, peer, proof, seconds)
            await backlog(receiver, peer, proof)
        finally:
            peer.process.terminate()
            peer.process.wait()


async def punctuality(receiver: Receiver, peer: Peer, proof: Sequence[str], seconds: float) -> None:
    """Have many targets served, and print how late each push was."""
    await _post(peer, proof, "/api/v1/vessels", {"name": "Bench", "kind": "bucket"})
    for n in range(TARGETS):
        path, every_s = ("/hang" if n == 0 else f"/t{n}"), 1.0 + n % 5
        await _target(receiver, peer, proof, "generic", path, every_s)
    before_s, begun_s = peer.cpu_s(), time.perf_counter()
    receiver.came.clear()
    await asyncio.sleep(seconds)
    cpu = (peer.cpu_s() - before_s) / (time.perf_counter() - begun_s)
    late_s = [one for n in range(1, TARGETS) for one in _late(receiver.came[f"/t{n}"], 1.0 + n % 5)]
    ends = quantiles(late_s, n=1000)
    print(
        f"{TARGETS} targets of 1 to 5 s for {seconds:.0f} s, one of them hanging: {len(late_s):,} pushes.\n"
    )
    print("| | late p50 | p99 | worst |\n|---|--:|--:|--:|")
    print(f"| Krausen | {ends[499]:.3f} s | {ends[989]:.3f} s | {max(late_s):.3f} s |")
    print("| a job each minute (computed) | 30 s | 59 s | 60 s |\n")
    print(f"{100 * cpu:.1f} % of a core, {pss_mb(peer.process.pid):.0f} MB.\n")


async def backlog(receiver: Receiver, peer: Peer, proof: Sequence[str]) -> None:
    """Have a backlog go out, and print how fast it went."""
    target = await _target(receiver, peer, proof, "influxdb", "", 1.0)
    await _patch(peer, proof, f"/api/v1/push-targets/{target}", {"state": "paused"})
    now = int(time.time() * 1000)
    for start in range(0, READINGS, AT_ONCE):
        rows = [
            {
                "adapter": ADAPTER,
                "node": f"n{n % 100}",
                "timestamp": _iso(now + n // 100),
                "data": {"v": n % 97},
            }
            for n in range(start, start + AT_ONCE)
        ]
        await _post(peer, proof, "/api/v1/measurements", rows)
    receiver.lines = 0
    before_s, begun_s = peer.cpu_s(), time.perf_counter()
    await _patch(peer, proof, f"/api/v1/push-targets/{target}", {"state": "active"})
    async with asyncio.timeout(PATIENCE_S):
        await receiver.has_all.wait()
    took_s, cpu_s = time.perf_counter() - begun_s, peer.cpu_s() - before_s
    print(f"Backlog of {READINGS:,} readings by line protocol: {receiver.lines / took_s:,.0f} a second,")
    print(f"{receiver.lines / cpu_s:,.0f} a CPU second of the server; {receiver.lines - READINGS} too many.")


def _late(came: Sequence[float], every_s: float) -> list[float]:
    """Give how far each push was off the grid that begins with the first of them."""
    off_s = [(at - came[0]) % every_s for at in came[1:]]
    return [min(one, every_s - one) for one in off_s]


async def _target(
    receiver: Receiver, peer: Peer, proof: Sequence[str], kind: str, path: str, every_s: float
) -> str:
    wanted = {
        "name": f"{kind}{path}",
        "kind": kind,
        "every_s": every_s,
        "what": {"vessels": "all", "sensors": "none", "series": "all" if kind == "influxdb" else "none"},
        "settings": {"url": f"http://127.0.0.1:{receiver.port}{path}"}
        | ({"version": "1"} if kind == "influxdb" else {}),
    }
    return str(msgspec.json.decode(await _post(peer, proof, "/api/v1/push-targets", wanted))["id"])


async def _post(peer: Peer, proof: Sequence[str], path: str, body: object) -> bytes:
    return await asyncio.to_thread(asked, peer.port, path, proof, msgspec.json.encode(body))


async def _patch(peer: Peer, proof: Sequence[str], path: str, body: object) -> bytes:
    return await asyncio.to_thread(asked, peer.port, path, proof, msgspec.json.encode(body), method="PATCH")


def _iso(t: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(t / 1000)) + f".{t % 1000:03}Z"


if __name__ == "__main__":
    asyncio.run(main(*map(float, sys.argv[1:2])))
