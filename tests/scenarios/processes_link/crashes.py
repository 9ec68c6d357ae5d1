"""Rounds of deaths at moments that a seed chooses."""

import asyncio
from random import Random

from msgspec import Struct

from tests.scenarios.processes_link.brewhouse import Brewhouse

NAMES = ("server", "agent")


class Outcome(Struct, frozen=True):
    """What was seen in the end: readings in history, switches of outputs."""

    readings: int
    switches: int


async def crash(brewhouse: Brewhouse, chance: Random, deaths: int) -> Outcome:
    """Start both, let one or both die some times and come back, and check what must hold."""
    await brewhouse.start_server()
    await brewhouse.start_agent()
    await brewhouse.until(brewhouse.current)
    for _ in range(deaths):
        await asyncio.sleep(chance.uniform(0.0, 1.0))
        dying = [name for name in NAMES if chance.random() < 0.6] or [chance.choice(NAMES)]
        for name in dying:
            await brewhouse.kill(name)
        await asyncio.sleep(chance.uniform(0.0, 0.3))
        if "server" in dying:
            await brewhouse.start_server()
        if "agent" in dying:
            await brewhouse.start_agent()
    await brewhouse.until(brewhouse.current)
    await brewhouse.kill("agent")
    return Outcome(brewhouse.check_readings(), brewhouse.check_relays())
