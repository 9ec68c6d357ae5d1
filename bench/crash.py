"""Let server and agent die hundreds of times at random moments: bench/crash.py [ROUNDS] [FIRST SEED]."""

import asyncio
import sys
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.scenarios.processes_link.brewhouse import Brewhouse
from tests.scenarios.processes_link.crashes import crash

ROUNDS = 20
DEATHS = 10


async def run(seed: int) -> str:
    """Run one round, and say how it went."""
    with TemporaryDirectory(prefix="krausen-crash-") as folder:
        house = Brewhouse(Path(folder))
        await house.arrange()
        try:
            outcome = await crash(house, Random(seed), DEATHS)
        finally:
            await house.close()
    return f"{outcome.readings:,} readings, each once; {outcome.switches} switches, all permitted"


async def main() -> None:
    """Run the rounds; the first that fails ends it with its seed."""
    words = [int(word) for word in sys.argv[1:]]
    rounds, first = words[0] if words else ROUNDS, words[1] if len(words) > 1 else 0
    for seed in range(first, first + rounds):
        print(f"seed {seed}, {DEATHS} deaths: ", end="", flush=True)
        print(await run(seed), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
