"""The last line of defence: a watchdog over the loops that switch outputs.

A loop that raises switches its own outputs off and goes on; a process that ends lets go of all of them, and
one that starts begins by switching them off. What is left is a loop that hangs, in a driver that neither
answers nor lets itself be stopped. The watchdog then switches off whatever that loop had on, and tells that
the process is not well, so that it gives no more signs of life and is started anew.
"""

import asyncio
from collections.abc import Collection

import structlog
from msgspec import Struct

from krausen.agent.devices import Switch

log = structlog.get_logger()

LATE_S = 60.0
"""A loop that does not come round for this long, beyond its tick, hangs; outputs that fail take less."""
HANGS = "Its loop hangs. Its outputs are told to be off, and this process asks to be started anew."


class _Round(Struct, frozen=True):
    began_s: float
    switches: tuple[Switch, ...]


class Watchdog:
    """Knows when each vessel's loop last came round, and what that one may have switched on."""

    def __init__(self, tick_s: float) -> None:
        self._late_s = LATE_S + tick_s
        self._rounds: dict[str, _Round] = {}
        self._hanging: set[str] = set()

    def round(self, vessel: str, switches: Collection[Switch]) -> None:
        """Take it that a loop begins a round in which it may tell these outputs."""
        self._rounds[vessel] = _Round(asyncio.get_running_loop().time(), tuple(switches))

    def end(self, vessel: str) -> None:
        """Take it that a loop has ended by itself."""
        self._rounds.pop(vessel, None)

    def is_well(self) -> bool:
        """Tell whether every loop comes round; a sign of life that says anything else would be a lie."""
        return not self._late()

    async def run(self) -> None:
        """Look after the loops, for ever; what hangs is said once, and so is that it comes round again."""
        async with asyncio.TaskGroup() as tasks:
            while True:
                await asyncio.sleep(self._may_be_late_s())
                late = self._late()
                for vessel in sorted(late - self._hanging):
                    log.error("vessel.hangs", vessel=vessel, detail=HANGS)
                    for switch in self._rounds[vessel].switches:
                        # Each in a task of its own: the one that hangs must not keep on the other.
                        tasks.create_task(_off(switch))
                for vessel in sorted(self._hanging - late):
                    log.info("vessel.comes_round", vessel=vessel)
                self._hanging = late

    def _late(self) -> set[str]:
        latest_s = asyncio.get_running_loop().time() - self._late_s
        return {vessel for vessel, last in self._rounds.items() if last.began_s <= latest_s}

    def _may_be_late_s(self) -> float:
        """Give in how many seconds a loop may be late that is not so yet."""
        now_s = asyncio.get_running_loop().time()
        due_s = (last.began_s + self._late_s - now_s for last in self._rounds.values())
        return min((s for s in due_s if s > 0), default=self._late_s)


async def _off(switch: Switch) -> None:
    await switch.set(on=False)
