"""How fast socket.io passes messages of live channels on, beside plain python-socketio in the same run.

    just bench live_socketio [ROUNDS] [LISTENERS]

The plain server is one of python-socketio on uvicorn that emits what is published to everybody: both are
asked in the same words. Deliveries are counted at listeners on this machine; the processor's time is that of
the server alone.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import uvicorn

from bench.brewery import free_port
from bench.hearing import SocketIo, connected, crowd_of, flood, paced, quantile_ms
from bench.peers import Peer, asked, krausen_at, rows_of
from krausen.links.socketio.library import for_answering

LISTENERS = 1_000
FLOOD_S = 3.0
PACED_S = 5.0
EVERY_S = 0.2
ROUNDS = 3
RATE_GOAL = 7.0
"""So many times the deliveries of plain python-socketio for a second of the processor,"""
P99_GOAL = 0.3
"""and this share of its time until 99 of 100 have come."""
SERVE = "serve"


def main(words: list[str]) -> None:
    """Print the table."""
    rounds, count = [int(word) for word in words] + [ROUNDS, LISTENERS][len(words) :]
    with TemporaryDirectory() as folder, peers(Path(folder)) as both:
        rates: list[list[float]] = [[], []]
        p99s_ms: list[list[float]] = [[], []]
        for _ in range(rounds):
            for place, (peer, dialect) in enumerate(both):
                with crowd_of(dialect, peer.port, count - 1) as crowd:
                    rates[place].append(flood(crowd, peer.cpu_s, FLOOD_S).per_cpu_s)
                    p99s_ms[place].append(quantile_ms(paced(crowd, EVERY_S, PACED_S), 0.99))
    print(f"| {count:,} listeners by socket.io | deliveries/CPU s | p99 ms |\n|---|--:|--:|")
    for (peer, _), rate, p99_ms in zip(both, rates, p99s_ms, strict=True):
        print(f"| {peer.name} | {median(rate):,.0f} | {median(p99_ms):.1f} |")
    faster = median(rates[0]) / median(rates[1])
    sooner = median(p99s_ms[0]) / median(p99s_ms[1])
    print(f"\n{faster:.1f} times the deliveries; the goal is {RATE_GOAL:.0f}.")
    print(f"{sooner:.2f} of the p99; the goal is {P99_GOAL}.")


@contextmanager
def peers(folder: Path) -> Iterator[list[tuple[Peer, SocketIo]]]:
    """Run Krausen and the plain server; both end on leaving."""
    running: list[Peer] = []
    try:
        running.append(_krausen(folder / "krausen"))
        running.append(_plain(folder))
        token = running[0].headers[0].rpartition(" ")[2]
        yield [(peer, SocketIo(peer.port, token)) for peer in running]
    finally:
        for peer in running:
            peer.process.terminate()
        for peer in running:
            peer.process.wait(30)


def serve(port: int) -> None:
    """Serve by plain python-socketio: what one publishes is emitted to everybody."""
    socketio = for_answering()
    sio: Any = socketio.AsyncServer(async_mode="asgi")

    async def publish(_sid: str, said: dict[str, object]) -> None:
        await sio.emit(said["channel"], {"seq": "run.1", "time": "", "message": said["message"]})

    sio.on("publish", publish)
    uvicorn.run(
        socketio.ASGIApp(sio),
        port=port,
        ws="websockets-sansio",
        loop="uvloop",
        ws_per_message_deflate=False,
        log_level="error",
    )


def _krausen(folder: Path) -> Peer:
    folder.mkdir()
    peer = krausen_at(folder)
    token = (folder / "local-token").read_text().strip()
    asked(peer.port, "/api/v1/channels", (f"Authorization: Bearer {token}",), b'{"name":"bench"}')
    return peer


def _plain(folder: Path) -> Peer:
    port = free_port()
    quiet = subprocess.DEVNULL
    words = [sys.executable, "-m", "bench.live_socketio", SERVE, str(port)]
    process = subprocess.Popen(words, stdout=quiet, stderr=quiet)
    while process.poll() is None:
        try:
            connected(port).close()
        except ConnectionRefusedError:
            continue
        break
    return Peer(
        name="plain python-socketio",
        process=process,
        port=port,
        folder=folder,
        write_path="",
        body_of=rows_of,
    )


if __name__ == "__main__":
    if sys.argv[1:2] == [SERVE]:
        serve(int(sys.argv[2]))
    else:
        main(sys.argv[1:])
