"""How fast the live channels pass messages on, beside Mosquitto in the same run.

    just bench live [ROUNDS]

Deliveries are counted at listeners on this machine, and the processor's time is that of the server alone.
"""

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from msgspec import Struct, json

from bench.brewery import free_port
from bench.hearing import (
    Crowd,
    Dialect,
    Live,
    Mqtt,
    connected,
    crowd_of,
    flood,
    paced,
    quantile_ms,
    ticks,
)
from bench.load import Connections, posted
from bench.peers import Peer, asked, krausen_at, rows_of

MANY = 1_000
SOME = 100
FLOOD_S = 4.0
PACED_S = 8.0
EVERY_S = 0.2
TICK_S = 0.05
READINGS = 50
ROUNDS = 3
STALLED_BODY = 20_000
STALLED_S = 8.0


class Side(Struct, frozen=True):
    """One of the two that are compared."""

    peer: Peer
    dialect: Dialect


def main() -> None:
    """Print the tables."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    with TemporaryDirectory() as folder, sides(Path(folder)) as both:
        print(f"| {MANY:,} listeners | deliveries/CPU s | p50 ms | p99 ms |\n|---|--:|--:|--:|", flush=True)
        compare(both, rounds)
        ours = both[0].peer
        token = token_of(ours)
        print("\n| readings by HTTP | deliveries/CPU s | p50 ms | p99 ms | lost |\n|---|--:|--:|--:|--:|")
        for count in (MANY, SOME):
            rated(ours, token, count)
        print("\n| one stalled listener among 100 | memory MB | p99 ms |\n|---|--:|--:|")
        stalled(ours, token)


def compare(both: list[Side], rounds: int) -> None:
    """Print what each side delivers one by one, and how long that takes at five messages a second."""
    rates: dict[str, list[float]] = {side.peer.name: [] for side in both}
    times: dict[str, list[list[float]]] = {side.peer.name: [] for side in both}
    for _ in range(rounds):
        for side in both:
            with crowd_of(side.dialect, side.peer.port, MANY - 1) as crowd:
                rates[side.peer.name].append(flood(crowd, side.peer.cpu_s, FLOOD_S).per_cpu_s)
                times[side.peer.name].append(paced(crowd, EVERY_S, PACED_S))
    for side in both:
        rate, took = median(rates[side.peer.name]), times[side.peer.name]
        p50, p99 = (median(quantile_ms(one, share) for one in took) for share in (0.5, 0.99))
        print(f"| {side.peer.name} | {rate:,.0f} | {p50:.1f} | {p99:.1f} |", flush=True)


def rated(ours: Peer, token: str, count: int) -> None:
    """Print how readings reach listeners that are sent twenty times a second, fifty at once."""
    with crowd_of(Live(ours.port, token, "data"), ours.port, count - 1) as crowd, posting(ours) as post:
        heard = Readings()
        post.warm(crowd, heard)
        start_cpu_s, heard.took_s, heard.came = ours.cpu_s(), [], 0
        sent = 0
        for _ in ticks(TICK_S, PACED_S, lambda wait_s: post.between(crowd, wait_s, heard)):
            sent += post.send()
        post.settle(crowd, heard, sent * count)
        lost = sent * count - heard.came
        rate = heard.came / (ours.cpu_s() - start_cpu_s)
    quantiles = " | ".join(f"{quantile_ms(heard.took_s, share):.1f}" for share in (0.5, 0.99))
    print(f"| {count:,} listeners | {rate:,.0f} | {quantiles} | {lost} |", flush=True)


def stalled(ours: Peer, token: str) -> None:
    """Print what it costs that one of the listeners reads nothing, while the rest hear large messages."""
    dialect = Live(ours.port, token)
    with crowd_of(dialect, ours.port, SOME - 1) as crowd:
        for name, is_there in (("nobody is stalled", False), ("one is", True)):
            line = _deaf(dialect, ours.port) if is_there else None
            before_mb = ours.pss_mb()
            took_s = loud(crowd)
            after_mb = ours.pss_mb()
            print(f"| {name} | {after_mb - before_mb:+.1f} | {quantile_ms(took_s, 0.99):.1f} |", flush=True)
            if line is not None:
                line.close()


def loud(crowd: Crowd) -> list[float]:
    """Publish large messages at a pace, and give the seconds that each delivery took."""
    took_s: list[float] = []

    def heard(payload: bytes, at: float) -> None:
        start = payload.index(b'"at":') + 5
        took_s.append(at - float(payload[start : payload.index(b",", start)]))

    for _ in ticks(TICK_S, STALLED_S, lambda wait_s: crowd.hear(wait_s, heard)):
        said = {"at": round(time.perf_counter(), 6), "x": "x" * STALLED_BODY}
        crowd.publish(json.encode(said))
    end = time.perf_counter() + 1.0
    while time.perf_counter() < end:
        crowd.hear(0.1, heard)
    return took_s


class Readings:
    """Counts readings that are heard, and how long they took; their value says when they were sent."""

    def __init__(self) -> None:
        self.came = 0
        self.took_s: list[float] = []

    def __call__(self, payload: bytes, at: float) -> None:
        """Hear a frame; the time is that of its oldest reading."""
        self.came += payload.count(b'"series"')
        start = payload.find(b'"v":') + 4
        if start > 4:
            end = min(found for found in (payload.find(mark, start) for mark in (b"}", b",")) if found > 0)
            self.took_s.append(at - float(payload[start:end]))


class Posting:
    """Sends readings by HTTP, fifty in a request."""

    def __init__(self, ours: Peer, connections: Connections) -> None:
        self._ours = ours
        self._connections = connections
        self._t = 0

    def send(self) -> int:
        """Send readings whose value is the present time; tell how many."""
        now = round(time.perf_counter(), 6)
        self._t = max(self._t + 1, time.time_ns() // 1_000_000)
        body = rows_of([(f"tank {n}", "temperature", self._t, now) for n in range(READINGS)])
        while not self._connections.free:
            self._connections.answered(0.01)
        self._connections.send(posted(self._ours.write_path, body, *self._ours.headers))
        return READINGS

    def between(self, crowd: Crowd, wait_s: float, heard: Readings) -> None:
        """Hear what comes, and free the connections whose answer is there."""
        self._connections.answered(0)
        crowd.hear(min(wait_s, 0.005), heard)

    def warm(self, crowd: Crowd, heard: Readings) -> None:
        """Have the series known before it counts."""
        for _ in ticks(TICK_S, 0.5, lambda wait_s: self.between(crowd, wait_s, heard)):
            self.send()
        end = time.perf_counter() + 1.0
        while time.perf_counter() < end:
            self.between(crowd, 0.05, heard)

    def settle(self, crowd: Crowd, heard: Readings, wanted: int) -> None:
        """Wait until everything was heard, but not for ever."""
        end = time.perf_counter() + 3.0
        while heard.came < wanted and time.perf_counter() < end:
            self.between(crowd, 0.05, heard)


@contextmanager
def posting(ours: Peer) -> Iterator[Posting]:
    """Open connections that send readings."""
    connections = Connections(ours.port, 4)
    try:
        yield Posting(ours, connections)
    finally:
        connections.close()


@contextmanager
def sides(folder: Path) -> Iterator[list[Side]]:
    """Run Krausen, and Mosquitto where it is installed; both end on leaving."""
    running: list[Peer] = []
    try:
        ours = krausen_at(_made(folder / "krausen"))
        running.append(ours)
        admin = (ours.folder / "local-token").read_text().strip()
        asked(ours.port, "/api/v1/channels", (f"Authorization: Bearer {admin}",), b'{"name":"bench"}')
        both = [Side(ours, Live(ours.port, token_of(ours)))]
        if shutil.which("mosquitto") is None:
            print("mosquitto is not installed, so it is left out: apt-get install mosquitto\n", flush=True)
        else:
            running.append(mosquitto_at(_made(folder / "mosquitto")))
            both.append(Side(running[-1], Mqtt()))
        yield both
    finally:
        for peer in running:
            peer.process.terminate()
        for peer in running:
            peer.process.wait(30)


def mosquitto_at(folder: Path) -> Peer:
    """Start Mosquitto, with nothing on disk and its delay for small packets off."""
    port = free_port()
    settings = folder / "mosquitto.conf"
    settings.write_text(
        f"listener {port} 127.0.0.1\nallow_anonymous true\npersistence false\nset_tcp_nodelay true\n"
        "max_queued_messages 0\nlog_dest none\nuser root\n"
    )
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(["mosquitto", "-c", str(settings)], stdout=quiet, stderr=quiet)
    _until_open(port)
    return Peer(name="Mosquitto", process=process, port=port, folder=folder, write_path="", body_of=rows_of)


def token_of(ours: Peer) -> str:
    """Give the token that the benchmark's requests have."""
    return ours.headers[0].rpartition(" ")[2]


def _deaf(dialect: Dialect, port: int) -> socket.socket:
    """Connect somebody who subscribes, and then reads nothing."""
    line = connected(port)
    dialect.greet(line)
    return line


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _until_open(port: int, sleep: Callable[[float], None] = time.sleep) -> None:
    for _ in range(200):
        try:
            connected(port).close()
        except ConnectionRefusedError:
            sleep(0.02)
        else:
            return
    raise TimeoutError("Mosquitto did not answer.")


if __name__ == "__main__":
    main()
