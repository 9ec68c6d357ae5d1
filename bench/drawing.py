"""Keeping and drawing, beside InfluxDB and VictoriaMetrics: bench/drawing.py [YEARS] [NAME …].

One series at a reading a minute, for years up to now, and the newest readings of a thousand; asked over HTTP
on this machine, one after another over one connection. Then values that come late.
"""

import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote_plus, urlencode

import msgspec

from bench.load import closed_loop, connected, got, posted
from bench.peers import ADAPTER, Peer, Reading, asked, peers

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS
YEAR_MS = 365 * DAY_MS
COLUMNS = 1_500
NODES = 1_000
TIMES = 30
BATCH = 5_000
LATE = 100_000
HIGH = 1000.0
SETTLE_S = 6.0
Span = tuple[int, int]
Request = Callable[[Peer], str]


def main(years: int = 5, *names: str) -> None:
    """Fill the servers, ask them, and print a table of each kind."""
    now = int(time.time() * 1000) // DAY_MS * DAY_MS
    chosen = names or ("krausen", "influxdb", "victoria-metrics")
    with TemporaryDirectory(prefix="krausen-bench-") as folder, peers(Path(folder), chosen) as running:
        for peer in running:
            _fill(peer, _years(now, years))
            print(f"{peer.name}: {peer.disk_bytes() / (years * YEAR_MS / MINUTE_MS):.2f} bytes a reading")
        newest = [(f"n{node:04}", "v", now, 18.0 + node / 100) for node in range(NODES)]
        for peer in running:
            _send(peer, newest)
        _print(running, now, years)
        for peer in running:
            if peer.name == "Krausen":
                _late(peer, now, years)


def _print(running: Sequence[Peer], now: int, years: int) -> None:
    print(f"\nLoad of the machine: {os.getloadavg()[0]:.1f}\n")
    print(f"| what, median of {TIMES} | {' | '.join(peer.name for peer in running)} |")
    print(f"|---|{'--:|' * len(running)}")
    asking: dict[str, Request] = {
        f"a year in {COLUMNS:,} columns": lambda peer: _columns(peer, (now - YEAR_MS, now)),
        f"newest of {NODES:,} series": _newest,
        "a day, every reading": lambda peer: _raw(peer, (now - DAY_MS, now)),
        f"{years} years in {COLUMNS:,} columns": lambda peer: _columns(peer, (now - years * YEAR_MS, now)),
        "five hours": lambda peer: _columns(peer, (now - 5 * HOUR_MS, now)),
    }
    for what, request_of in asking.items():
        took = [f"{_took_s(peer, request_of(peer)) * 1000:.2f} ms" for peer in running]
        print(f"| {what} | {' | '.join(took)} |", flush=True)


def _late(peer: Peer, now: int, years: int) -> None:
    """Send other values for instants of any age, in any order, and look whether they are there at once."""
    chance = Random(2)
    minutes = chance.sample(range(1, years * YEAR_MS // MINUTE_MS), LATE)
    took_s = _send(peer, [("n0000", "v", now - minute * MINUTE_MS, HIGH) for minute in minutes])
    highest = _highest(peer, now, years)
    print(f"\n{LATE:,} corrections of any age: {LATE / took_s:,.0f} a second; at once seen in", end=" ")
    print(f"{sum(v == HIGH for v in highest):,} of {len(highest):,} columns.")


def _highest(peer: Peer, now: int, years: int) -> list[float]:
    span = {"series": _id(peer), "from": now - years * YEAR_MS, "to": now, "width": 5_000}
    found: list[float] = _krausen(peer, "/chart?" + urlencode(span))["series"][0]["max"]
    return found


def _fill(peer: Peer, readings: Iterator[Reading]) -> None:
    _send(peer, list(readings))
    time.sleep(SETTLE_S)


def _send(peer: Peer, readings: Sequence[Reading]) -> float:
    requests = [
        posted(peer.write_path, peer.body_of(readings[start : start + BATCH]), *peer.headers)
        for start in range(0, len(readings), BATCH)
    ]
    return closed_loop(peer.port, 1, requests)


def _years(now: int, years: int) -> Iterator[Reading]:
    chance, v = Random(1), 18.0
    for t in range(now - years * YEAR_MS, now, MINUTE_MS):
        v += 0.01 * (chance.random() - 0.5)
        yield "n0000", "v", t, round(v + chance.gauss(0, 0.05), 2)


def _columns(peer: Peer, span: Span) -> str:
    start, end = span
    width_ms = (end - start) // COLUMNS
    if peer.name == "Krausen":
        return _path("/chart", series=_id(peer), width=COLUMNS, **{"from": start, "to": end})
    if peer.name == "InfluxDB":
        every = f" GROUP BY time({max(1, width_ms)}ms) fill(none)"
        return _influx("min(v), mean(v), max(v)", _where(span) + every)
    step = f"{max(1, width_ms // 1000)}s"
    query = f'rollup({ADAPTER}_v{{node="n0000"}}[{step}])'
    return "/api/v1/query_range?" + urlencode(
        {"query": query, "start": start / 1000, "end": end / 1000, "step": step, "nocache": 1}
    )


def _newest(peer: Peer) -> str:
    if peer.name == "Krausen":
        return _path("/series/latest", limit=1000)
    if peer.name == "InfluxDB":
        return _influx("last(v)", " GROUP BY node")
    return "/api/v1/query?" + urlencode({"query": f"last_over_time({ADAPTER}_v[2d])", "nocache": 1})


def _raw(peer: Peer, span: Span) -> str:
    start, end = span
    if peer.name == "Krausen":
        return _path("/chart", series=_id(peer), width=2000, **{"from": start, "to": end})
    if peer.name == "InfluxDB":
        return _influx("v", _where(span))
    query = {"match[]": f'{ADAPTER}_v{{node="n0000"}}', "start": start / 1000, "end": end / 1000}
    return f"/api/v1/export?{urlencode(query)}"


def _path(call: str, **query: object) -> str:
    return f"/api/v1{call}?{urlencode(query)}"


def _influx(what: str, which: str) -> str:
    return f"/query?db=bench&epoch=ms&q={quote_plus(' '.join(('SELECT', what, 'FROM', ADAPTER)) + which)}"


def _where(span: Span) -> str:
    return f" WHERE node='n0000' AND time >= {span[0]}ms AND time < {span[1]}ms"


def _id(peer: Peer) -> str:
    found: str = _krausen(peer, "/series?" + urlencode({"node": "n0000"}))["items"][0]["id"]
    return found


def _krausen(peer: Peer, call: str) -> Any:
    return msgspec.json.decode(asked(peer.port, f"/api/v1{call}", peer.headers[:1]))


def _took_s(peer: Peer, path: str) -> float:
    """Give how long an answer takes, the first few apart."""
    took: list[float] = []
    request = got(path, *peer.headers[:1])
    with connected(peer.port, 1) as connections:
        for _ in range(TIMES + 5):
            start_s = time.perf_counter()
            connections.send(request)
            while not connections.answered(60.0):
                pass
            took.append(time.perf_counter() - start_s)
    return median(took[5:])


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5, *sys.argv[2:])
