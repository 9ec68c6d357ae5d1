"""Listens to what happens, with asyncio: every fresh reading, by the name of its series.

    python listen.py http://brewery:8080 krs_…

It ends with Ctrl-C, or after as many readings as a third word says. A server that is away is waited for.
"""

import asyncio
import sys

from krausen_client import AsyncClient, LiveReading


async def listen(url: str, token: str, most: int) -> None:
    """Print readings as they come."""
    async with AsyncClient(url, token=token) as client, client.listen("data") as messages:
        names: dict[str, str] = {}
        async for message in messages:
            if message.gap:
                print("Something was missed: the server could not give all since the last message.")
            for reading in message.readings:
                if reading.series not in names:
                    names = {
                        one.id: f"{one.adapter} {one.node} {one.metric}" for one in await client.series()
                    }
                print(line(reading, names), flush=True)
                most -= 1
            if most <= 0:
                return


def line(reading: LiveReading, names: dict[str, str]) -> str:
    """Give a reading as a line."""
    return f"{reading.t:%H:%M:%S} {names.get(reading.series, reading.series)} {reading.v:g}"


def main(url: str, token: str, most: str = "1000000000") -> None:
    """Listen until enough was heard, or somebody presses Ctrl-C."""
    try:
        asyncio.run(listen(url, token, int(most)))
    except KeyboardInterrupt:
        print("Ended.")


if __name__ == "__main__":
    main(*sys.argv[1:])
