"""How fast the Python client gathers and sends, beside bare requests of the same bytes; how long it loads."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from urllib.request import Request, urlopen

from bench.brewery import Brewery, free_port
from krausen_client import Client, Keeping, Options, Row
from krausen_client.gathering import Gathering
from krausen_client.packing import batches

ROWS = 50_000
VALUES = 50_000
RUNS = 5
STARTS = 15
START = datetime(2026, 1, 1, tzinfo=UTC)
BATCHES = (450, 5_000, 10_000)


def main() -> None:
    """Print the tables."""
    print("| import, ms above a bare interpreter | |\n|---|--:|")
    for words in ("import krausen_client", "from krausen_client import Accumulator, Client, Row"):
        print(f"| {words} | {1000 * (_started(words) - _started('pass')):.0f} |", flush=True)
    print("\n| gathering | values/s |\n|---|--:|")
    with TemporaryDirectory() as folder:
        print(f"| in memory | {VALUES / _median(lambda: _gather(None)):,.0f} |")
        print(
            f"| with a spool | {VALUES / _median(lambda: _gather(Path(folder) / 'spool')):,.0f} |", flush=True
        )
    print("\n| sending, rows a request | rows/s | a bare request, rows/s | packing alone, rows/s |")
    print("|---|--:|--:|--:|")
    with _server() as server:
        token = (server.data / "local-token").read_text().strip()
        for batch in BATCHES:
            packing = ROWS / _median(partial(_pack, batch))
            sending, bare = _rates(server.url, token, batch)
            print(f"| {batch:,} | {sending:,.0f} | {bare:,.0f} | {packing:,.0f} |", flush=True)


def _rates(url: str, token: str, batch: int) -> tuple[float, float]:
    sending, bare = [], []
    with Client(url, token=token, options=Options(batch=batch)) as client:
        for run in range(RUNS):
            rows = list(_rows(2 * run))
            sending.append(_seconds(partial(client.send, rows)))
            bodies = [one.body for one in batches(list(_rows(2 * run + 1)), batch)]
            bare.append(_seconds(partial(_post, url, token, bodies)))
    return ROWS / median(sending), ROWS / median(bare)


def _pack(batch: int) -> None:
    for _ in batches(_rows(0), batch):
        pass


def _rows(run: int) -> Iterator[Row]:
    for n in range(ROWS):
        yield Row(f"bench {run}", "tank", START + timedelta(seconds=n), {"temperature": 18 + n % 100 / 100})


def _post(url: str, token: str, bodies: list[bytes]) -> None:
    headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
    for body in bodies:
        with urlopen(Request(f"{url}/api/v1/measurements", body, headers)) as answer:
            answer.read()


def _gather(spool: Path | None) -> None:
    with closing(Gathering("bench", spool, Keeping(), ROWS)) as values:
        for n in range(VALUES):
            values.add("tank", "temperature", 18.5, START + timedelta(seconds=n))
    if spool is not None:
        spool.unlink()


def _median(work: Callable[[], object]) -> float:
    return median(_seconds(work) for _ in range(RUNS))


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _started(words: str) -> float:
    """Give the median seconds of a fresh interpreter that does something and ends."""
    command = [sys.executable, "-I", "-c", words]
    return median(_seconds(lambda: subprocess.run(command, check=True)) for _ in range(STARTS))


@contextmanager
def _server() -> Iterator[Brewery]:
    with TemporaryDirectory() as data:
        port = free_port()
        words = [sys.executable, "-m", "krausen", "server", "--port", str(port), "--data", data]
        with subprocess.Popen(words, stdout=subprocess.DEVNULL) as process:
            try:
                server = Brewery(process, port, Path(data))
                server.wait("/api/v1/health", "status")
                yield server
            finally:
                process.terminate()


if __name__ == "__main__":
    main()
