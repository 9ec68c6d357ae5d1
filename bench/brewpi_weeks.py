"""The BrewPi driver, the emulator and every fault for weeks: bench/brewpi_weeks.py [DAYS] [BOARD …].

An agent's part is played by a loop that opens, listens, restores the wish and opens again after a loss. The
wish changes every six hours, another host meddles every seven, the cable is pulled every nine. Told are how
many readings came and how many of them cannot be true, how often the line was lost, how long the firmware
held something else than was wished, and how often its memory was written.
"""

import asyncio
import logging
import sys
import time

import structlog

from krausen.model.setpoint import Mode
from krausen.ports.controller import Held
from krausen.protocols.brewpi import states
from krausen.simulation.brewpi.faults import FAULTS
from krausen.simulation.brewpi.model import MODELS
from krausen.simulation.loop import JumpingLoop
from tests.unit.drivers.brewpi.wired import Heard, Rig, kept_at

DAYS = 7.0
HOUR_S = 3600.0
CHANGED_S, MEDDLED_S, PULLED_S = 6 * HOUR_S, 7 * HOUR_S, 9 * HOUR_S
AWAY_S = 600.0
LOOK_S = 10.0
WISHES = (Held(Mode.BEER, 18.0), Held(Mode.CHAMBER, 12.5), Held(Mode.PROFILE, 19.37), Held(Mode.BEER, 4.0))
COLDEST_C, WARMEST_C = -5.0, 35.0
"""No simulated chamber was ever outside of this."""
HEAD = "| board | days | readings | untrue | losses | otherwise held | writes a day | simulated s in 1 s |"


class Story:
    """A board with all faults, and a host that keeps changing its mind."""

    def __init__(self, name: str, seconds: float) -> None:
        self.rig = Rig(name, faults=list(FAULTS), seed=11)
        self.heard = Heard()
        self.otherwise_s = 0.0
        self._seconds = seconds

    def wish(self) -> Held:
        """Give what is wished now."""
        return WISHES[int(asyncio.get_running_loop().time() // CHANGED_S) % len(WISHES)]

    async def run(self) -> None:
        """Live through all of it."""
        async with self.rig.alive(), asyncio.TaskGroup() as tasks:
            host = kept_at(self.rig, self.wish, self.heard)
            lives = (host, self._meddle(), self._pull(), self._look())
            work = [tasks.create_task(one) for one in lives]
            await asyncio.sleep(self._seconds)
            for task in work:
                task.cancel()

    async def _meddle(self) -> None:
        while True:
            await asyncio.sleep(MEDDLED_S)
            self.rig.hold(states.Mode.FRIDGE, "fridgeSet", 25.0)

    async def _pull(self) -> None:
        while True:
            await asyncio.sleep(PULLED_S)
            self.rig.is_away = True
            self.rig.cable.cut()
            await asyncio.sleep(AWAY_S)
            self.rig.is_away = False

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            self.otherwise_s += 0.0 if self._is_held() else LOOK_S

    def _is_held(self) -> bool:
        told, wish = self.rig.firmware.temperatures(), self.wish()
        held_c = told.fridge_set_c if wish.mode is Mode.CHAMBER else told.beer_set_c
        return held_c is not None and wish.value is not None and abs(held_c - wish.value) <= 0.01


def line(name: str, days: float) -> str:
    """Live through it with one board; give its row."""
    begun_s = time.process_time()
    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        story = runner.run(_lived(name, days))
    took_s = time.process_time() - begun_s
    values = [value for metric in ("beer", "chamber", "room") for value in story.heard.values(metric)]
    untrue = sum(not COLDEST_C < value < WARMEST_C for value in values)
    otherwise = story.otherwise_s / (days * 24 * HOUR_S)
    return (
        f"| {name} | {days:g} | {len(values):,} | {untrue} | {len(story.heard.lost)} | {otherwise:.2%} "
        f"| {story.rig.writes / days:.0f} | {days * 24 * HOUR_S / took_s:,.0f} |"
    )


async def _lived(name: str, days: float) -> Story:
    story = Story(name, days * 24 * HOUR_S)
    await story.run()
    return story


def main(days: float = DAYS, *names: str) -> None:
    """Print a row for each board."""
    print(f"{HEAD}\n|---|--:|--:|--:|--:|--:|--:|--:|")
    for name in names or MODELS:
        print(line(name, days), flush=True)


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    main(float(sys.argv[1]) if sys.argv[1:] else DAYS, *sys.argv[2:])
