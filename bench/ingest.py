"""Taking readings in, beside InfluxDB and VictoriaMetrics: bench/ingest.py [ROUNDS] [NAME …].

200 nodes with five metrics each, a reading a minute, over HTTP on this machine. Servers take turns in every
round; the processor time counts what they do in the background until some seconds after the last answer. The
load is on the same processors, so the ratios say more than the rates.
"""

import os
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from statistics import median, quantiles
from tempfile import TemporaryDirectory

from msgspec import Struct

from bench.load import closed_loop, open_loop, posted
from bench.peers import Peer, Reading, peers

NODES = 200
METRICS = ("temperature", "gravity", "pressure", "battery", "signal")
MINUTE_MS = 60_000
ROUNDS = 3
SETTLE_S = 4.0
PACED = 6_000
"""Requests that are sent at fixed times, one a millisecond."""


class Load(Struct, frozen=True):
    """Readings a request, connections, and how many requests."""

    size: int
    connections: int
    requests: int

    @property
    def readings(self) -> int:
        """How many readings are sent."""
        return self.size * self.requests


LOADS = (Load(1, 64, 40_000), Load(50, 64, 10_000), Load(5_000, 4, 300))


class Took(Struct, frozen=True):
    """What a load took: seconds by the clock, and seconds of the server's processor time."""

    wall_s: float
    cpu_s: float


def main(rounds: int = ROUNDS, *names: str) -> None:
    """Run the loads in turns and print a table of each kind."""
    readings = _readings(rounds)
    took: dict[tuple[int, str], list[Took]] = {}
    waits: dict[str, list[float]] = {}
    chosen = names or ("krausen", "influxdb", "victoria-metrics")
    with TemporaryDirectory(prefix="krausen-bench-") as folder, peers(Path(folder), chosen) as running:
        _warm_up(running, readings)
        for _ in range(rounds):
            for load in LOADS:
                sent = [next(readings) for _ in range(load.readings)]
                for peer in running:
                    took.setdefault((load.size, peer.name), []).append(_loaded(peer, load, sent))
            sent = [next(readings) for _ in range(PACED)]
            for peer in running:
                waits.setdefault(peer.name, []).extend(_paced(peer, sent))
        _print(running, took, waits)


def _loaded(peer: Peer, load: Load, readings: Sequence[Reading]) -> Took:
    requests = list(_requests(peer, load.size, readings))
    before_s = peer.cpu_s()
    wall_s = closed_loop(peer.port, load.connections, requests)
    time.sleep(SETTLE_S)
    return Took(wall_s, peer.cpu_s() - before_s)


def _paced(peer: Peer, readings: Sequence[Reading]) -> list[float]:
    return open_loop(peer.port, 32, list(_requests(peer, 1, readings)), 0.001)


def _warm_up(running: Sequence[Peer], readings: Iterator[Reading]) -> None:
    sent = [next(readings) for _ in range(10_000)]
    for peer in running:
        closed_loop(peer.port, 4, list(_requests(peer, 50, sent)))


def _requests(peer: Peer, size: int, readings: Sequence[Reading]) -> Iterator[bytes]:
    for start in range(0, len(readings), size):
        body = peer.body_of(readings[start : start + size])
        yield posted(peer.write_path, body, *peer.headers)


def _readings(rounds: int) -> Iterator[Reading]:
    """Give noisy readings, minute after minute up to now."""
    chance = Random(1)
    minutes = (rounds * (sum(load.readings for load in LOADS) + PACED) + 10_000) // (NODES * len(METRICS)) + 2
    start = int(time.time() * 1000) // MINUTE_MS * MINUTE_MS - minutes * MINUTE_MS
    while True:
        for node in range(NODES):
            for metric in METRICS:
                yield f"n{node:03}", metric, start, round(chance.gauss(18.0, 0.5), 2)
        start += MINUTE_MS


def _print(
    running: Sequence[Peer], took: dict[tuple[int, str], list[Took]], waits: dict[str, list[float]]
) -> None:
    print(f"Load of the machine: {os.getloadavg()[0]:.1f}\n")
    print("| readings a request, connections | server | readings a second | a CPU second | Krausen's ratio |")
    print("|---|---|--:|--:|--:|")
    for load in LOADS:
        rates = {
            peer.name: median(load.readings / one.cpu_s for one in took[load.size, peer.name])
            for peer in running
        }
        for peer in running:
            wall = median(load.readings / one.wall_s for one in took[load.size, peer.name])
            ratio = rates.get("Krausen", 0.0) / rates[peer.name]
            row = f"{load.size:,}, {load.connections} | {peer.name} | {wall:,.0f} | {rates[peer.name]:,.0f}"
            print(f"| {row} | {ratio:.2f} |")
    print("\n| one a request, 1,000 a second | p50 | p99 | Krausen's ratio |\n|---|--:|--:|--:|")
    ends = {name: quantiles(some, n=100) for name, some in waits.items()}
    for name, some in ends.items():
        ratio = ends.get("Krausen", some)[98] / some[98]
        print(f"| {name} | {some[49] * 1000:.2f} ms | {some[98] * 1000:.2f} ms | {ratio:.2f} |")
    print("\n| server | memory (PSS) | on disk |\n|---|--:|--:|")
    for peer in running:
        print(f"| {peer.name} | {peer.pss_mb():.0f} MB | {peer.disk_bytes() / 1e6:.0f} MB |")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS, *sys.argv[2:])
