"""How many simulated seconds pass in one, per vessel, on the path without tasks."""

from statistics import median
from time import process_time

from krausen.control.algorithms.hysteresis import ALGORITHM, Settings
from krausen.control.regulation import Plan
from krausen.model.reading import Reading
from krausen.model.setpoint import Mode, Setpoint
from krausen.physics.chambers import CHAMBERS
from krausen.physics.yeast import Wort
from krausen.simulation.fast import Course, FastRun, Rhythm
from krausen.simulation.vessel import SimulatedVessel

PROMISE = 100_000
DAYS = 2
RUNS = 3
RHYTHMS = (
    Rhythm(every_s=5, tick_s=5),
    Rhythm(every_s=5, tick_s=1),
    Rhythm(every_s=1, tick_s=1),
)


def speed(chamber: str, rhythm: Rhythm) -> float:
    """Give simulated seconds a second of processor time of one run."""
    vessel = SimulatedVessel(id="v", name="v", chamber=chamber, agent="a", wort=Wort(), beer_c=22.0)
    plan = Plan(algorithm=ALGORITHM, settings=Settings(), hardware=vessel.hardware())
    wish = Setpoint(revision=1, mode=Mode.BEER, value=19.0)
    readings: list[Reading] = []
    run = FastRun(
        Course(vessel=vessel, plan=plan, started_ms=0, wishes=(wish,), rhythm=rhythm), readings.append
    )
    start = process_time()
    run.run(DAYS * 86400)
    return DAYS * 86400 / (process_time() - start)


def main() -> None:
    """Print a row for each chamber and rhythm: median of several runs."""
    print("| chamber | reading every | tick every | simulated s/s, median | of the promise |")
    print("|---|--:|--:|--:|--:|")
    for rhythm in RHYTHMS:
        for chamber in CHAMBERS:
            rate = median(speed(chamber, rhythm) for _ in range(RUNS))
            row = (
                f"| {chamber} | {rhythm.every_s} s | {rhythm.tick_s} s | {rate:,.0f} | {rate / PROMISE:.2f} |"
            )
            print(row, flush=True)


if __name__ == "__main__":
    main()
