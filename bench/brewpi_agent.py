"""What a session with a BrewPi costs: bench/brewpi_agent.py [SECONDS].

The emulator runs in a process of its own; the driver speaks with it over TCP, every five seconds, as an agent
does. Told are the share of a core that one session takes, the time from opening it to its first reading, and
the time from a cut to the first reading after it, the agent's shortest pause of a second included.
"""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from krausen.drivers.controllers.brewpi import CONTROLLER, Settings
from krausen.errors import DeviceLost
from krausen.ports.controller import Measured

SECONDS = 60.0
PAUSE_S = 1.0
EVERY_S = 5.0


@contextmanager
def emulated() -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Give the place of an emulated ESP8266, and its process."""
    words = [sys.executable, "-m", "krausen", "emulate", "brewpi", "--tcp", "0", "--json"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        if process.stdout is None:
            raise RuntimeError("The emulator does not say where it is.")
        try:
            yield f"tcp://{json.loads(process.stdout.readline())['tcp']}", process
        finally:
            process.terminate()


async def first_s(settings: Settings) -> float:
    """Open a session; give the seconds until its first reading."""
    before = time.perf_counter()
    async with CONTROLLER.open(settings) as session:
        async for news in session.news():
            if isinstance(news, Measured):
                break
    return time.perf_counter() - before


async def share(settings: Settings, seconds: float) -> float:
    """Listen for some time; give the share of a core that it takes, opening apart."""
    used_s = begun_s = 0.0
    async with CONTROLLER.open(settings) as session:
        async for news in session.news():
            if not isinstance(news, Measured):
                continue
            now_s = time.perf_counter()
            if not begun_s:
                begun_s, used_s = now_s, time.process_time()
            elif now_s - begun_s >= seconds:
                return (time.process_time() - used_s) / (now_s - begun_s)
    raise DeviceLost("It stopped.")


async def again_s(settings: Settings) -> float:
    """Lose the controller to another host; give the seconds until it is read again."""
    address = settings.port.removeprefix("tcp://")
    host, _, port = address.rpartition(":")
    cut_s = 0.0
    while True:
        try:
            async with CONTROLLER.open(settings) as session:
                async for news in session.news():
                    if not isinstance(news, Measured):
                        continue
                    if cut_s:
                        return time.perf_counter() - cut_s
                    _, writer = await asyncio.open_connection(host, int(port))
                    cut_s = time.perf_counter()
                    writer.close()
        except DeviceLost:
            await asyncio.sleep(PAUSE_S)


async def measure(place: str, seconds: float) -> None:
    """Measure and print."""
    settings = Settings(port=place, every_s=EVERY_S)
    opening = sorted([await first_s(settings) for _ in range(5)])
    print(f"open to first reading {opening[2] * 1e3:9.1f} ms, median of 5; longest {opening[-1] * 1e3:.1f}")
    print(f"cut to next reading   {await again_s(settings) * 1e3:9.1f} ms")
    print(f"one session           {await share(settings, seconds) * 100:9.3f} % of a core, {seconds:.0f} s")


def main() -> None:
    """Run it all."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    with emulated() as (place, _):
        asyncio.run(measure(place, seconds))


if __name__ == "__main__":
    main()
