"""Let server and agent die hundreds of times at random moments: bench/crash.py [ROUNDS] [FIRST SEED].

A round ends with a check: history has each acknowledged reading once and in order, and no output was ever
switched beyond its times. The first round that fails ends it, and its seed repeats it.
"""

import asyncio
import sys
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import monotonic

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.scenarios.processes_link.brewhouse import Brewhouse
from tests.scenarios.processes_link.crashes import Outcome, crash

ROUNDS = 20
DEATHS = 10


async def run(seed: int) -> Outcome:
    """Run one round, and give what was seen. Raises AssertionError when something does not hold."""
    with TemporaryDirectory(prefix="krausen-crash-") as folder:
        house = Brewhouse(Path(folder))
        await house.arrange()
        try:
            return await crash(house, Random(seed), DEATHS)
        finally:
            await house.close()


async def main() -> None:
    """Run the rounds, and print a table."""
    words = [int(word) for word in sys.argv[1:]]
    rounds, first = words[0] if words else ROUNDS, words[1] if len(words) > 1 else 0
    began_s, outcomes = monotonic(), []
    print("| seed | deaths | readings, each once and in order | switches, all permitted |\n|--:|--:|--:|--:|")
    for seed in range(first, first + rounds):
        print(f"| {seed} | {DEATHS} | ", end="", flush=True)
        outcomes.append(await run(seed))
        print(f"{outcomes[-1].readings:,} | {outcomes[-1].switches} |", flush=True)
    readings, switches = (sum(getattr(one, name) for one in outcomes) for name in ("readings", "switches"))
    print(f"| all | {rounds * DEATHS} | {readings:,} | {switches} |")
    print(f"\n{rounds} rounds in {monotonic() - began_s:.0f} s, none of them failed.")


if __name__ == "__main__":
    asyncio.run(main())
