"""A year of batches, one after another in one chamber: does what is learned drift?

Some fifteen batches of other volume, wort and temperature are pitched at 24 °C, ferment, rest three degrees
warmer, are crashed to 3 °C and kept there, while the room goes through the seasons. In between the chamber
stands empty: switched off, or, after every third batch, forgotten for half a day with control still on and
the probe in half a litre of water. What was learned goes on from batch to batch, as it does beside real
hardware; BrewPi's cycle goes through the same year and begins each batch with its factory constants. The last
batches are also held by what has learned nothing yet: when a year of learning is worse than none, it drifts.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import cos, exp, log, pi, sqrt
from multiprocessing import get_context
from os import cpu_count
from pathlib import Path
from statistics import fmean

from msgspec import Struct
from msgspec.structs import replace

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.brewpi import BREWPI
from krausen.control.algorithms.learning import ALGORITHM
from krausen.control.interlocks import Hardware
from krausen.model.learned import Learned
from krausen.model.vessel import Role
from krausen.physics import chance
from krausen.physics.chamber import Chamber
from krausen.physics.chambers import CHAMBERS, ChamberKind, filled
from krausen.physics.weather import ROOM
from krausen.physics.yeast import WATER, Wort
from krausen.simulation.verdict import CLOSE_C, STAY_S
from krausen.simulation.vessel import hardware_of
from krausen.testing.control import TICK_S, Trace, hold

DAY_S, HOUR_S, MINUTE_S = 86_400, 3600, 60
YEAR_D, BATCHES = 365, 15
PITCHED_C, CRASHED_C, WARMER_C = 24.0, 3.0, 3.0
REST_D, COLD_D = 2, 4
RAMP_STEP_S = 1800
FORGOTTEN_H, FORGOTTEN_L = 12, 0.5
SETTLES_MIN = 36 * 60
"""After pitching and crashing errors count from this minute on; before it the beer is on its way."""
LATE = 4
"""So many batches are the first, and the last."""
ALGORITHMS = {"learning": ALGORITHM, BREWPI.name: BREWPI}


class Batch(Struct, frozen=True, kw_only=True):
    """A batch: its day of the year, what is in it, the mean of the room, and how it is to be held."""

    number: int
    day: float
    litres: float
    room_c: float
    held_c: float
    ferments_d: int
    wort: Wort

    @property
    def crash_s(self) -> int:
        """When it is crashed: after fermentation, a day's ramp and the rest."""
        return (self.ferments_d + 1 + REST_D) * DAY_S

    @property
    def seconds(self) -> int:
        """How long it is held."""
        return self.crash_s + COLD_D * DAY_S

    def wishes(self) -> dict[float, float | None]:
        """Give the setpoints by the second from which each holds."""
        steps = range(RAMP_STEP_S, DAY_S + 1, RAMP_STEP_S)
        wishes: dict[float, float | None] = {0.0: self.held_c, self.crash_s: CRASHED_C}
        for at_s in steps:
            wishes[self.ferments_d * DAY_S + at_s] = self.held_c + WARMER_C * at_s / DAY_S
        return wishes


class Row(Struct, frozen=True, kw_only=True):
    """What became of a batch; starts, turns between them and kWh by the day, and how far learning is."""

    batch: Batch
    rmse_c: float
    pitch_h: float
    crash_h: float
    cools: float
    heats: float
    turns: float
    kwh: float
    standing: str


class Life(Struct, frozen=True):
    """An algorithm's batches in order; `is_anew` forgets before each what was learned in those before."""

    name: str
    chamber: str
    batches: tuple[Batch, ...]
    is_anew: bool = False


class Filled:
    """A chamber with a batch in it; `beers_c` is the true temperature of the beer, minute by minute."""

    def __init__(self, kind: ChamberKind, batch: Batch, wort: Wort, beer_c: float) -> None:
        self._kind = kind
        climate = replace(ROOM, mean_c=batch.room_c)
        self.chamber = Chamber(kind, batch.number, wort=wort, climate=climate, beer_c=beer_c)
        self.beers_c: list[float] = []

    @property
    def hardware(self) -> Hardware:
        """Give the times of both outputs."""
        return hardware_of(self._kind)

    def read(self) -> tuple[float, float]:
        """Give what the probes in the beer and in the chamber read."""
        if self.chamber.at_s % MINUTE_S == 0:
            self.beers_c.append(self.chamber.true_beer_c)
        return self.chamber.read(Role.BEER), self.chamber.read(Role.CHAMBER)

    def advance(self, seconds: float, *, heat: bool, cool: bool) -> None:
        """Go on."""
        self.chamber.advance(self.chamber.at_s + seconds, heat=heat, cool=cool)


def year(seed: int) -> Iterator[Batch]:
    """Give the batches of a year, which begins in the coldest month; every fourth is a lager."""
    for number in range(1, BATCHES + 1):
        litres, gravity, warmth = (
            chance.uniform(chance.branch(seed, what), number) for what in ("litres", "gravity", "warmth")
        )
        day = YEAR_D * (number - 1) / BATCHES
        is_lager = number % 4 == 0
        yield Batch(
            number=number,
            day=day,
            litres=12.0 + 11.0 * litres,
            room_c=18.0 - 10.0 * cos(2.0 * pi * day / YEAR_D),
            held_c=round((9.0 if is_lager else 17.0) + 3.0 * warmth, 1),
            ferments_d=10 if is_lager else 6,
            wort=Wort(original_gravity=1.040 + 0.030 * gravity),
        )


def live(life: Life) -> tuple[Life, list[Row]]:
    """Hold the batches of a life."""
    learned: Learned | None = None
    rows = []
    for batch in life.batches:
        row, learned = held(life, batch, None if life.is_anew else learned)
        rows.append(row)
        if batch.number % 3 == 0 and not life.is_anew:
            learned = forgotten(life, batch, learned)
    return life, rows


def held(life: Life, batch: Batch, learned: Learned | None) -> tuple[Row, Learned | None]:
    """Hold a batch; give what became of it, and what is known then."""
    plant = Filled(filled(CHAMBERS[life.chamber], batch.litres), batch, batch.wort, PITCHED_C)
    trace = hold(plant, ALGORITHMS[life.name], batch.wishes(), batch.seconds, learned=learned)
    errors_c, crashed = _errors_c(plant, trace), batch.crash_s // MINUTE_S
    steady_c = errors_c[SETTLES_MIN:crashed] + errors_c[crashed + SETTLES_MIN :]
    days, (heats, cools) = batch.seconds / DAY_S, trace.starts()
    row = Row(
        batch=batch,
        rmse_c=sqrt(fmean(error_c**2 for error_c in steady_c)),
        pitch_h=settled_h(errors_c[:crashed]),
        crash_h=settled_h(errors_c[crashed:]),
        cools=cools / days,
        heats=heats / days,
        turns=turns(trace) / days,
        kwh=plant.chamber.energy.kwh / days,
        standing="" if trace.learned is None else trace.learned.standing.value,
    )
    return row, trace.learned


def forgotten(life: Life, batch: Batch, learned: Learned | None) -> Learned | None:
    """Leave control on in a chamber without a batch; give what is known then."""
    plant = Filled(filled(CHAMBERS[life.chamber], FORGOTTEN_L), batch, WATER, batch.room_c)
    wishes = {0.0: CRASHED_C}
    return hold(plant, ALGORITHMS[life.name], wishes, FORGOTTEN_H * HOUR_S, learned=learned).learned


def settled_h(errors_c: Sequence[float]) -> float:
    """Give the hours until the beer came close to stay; all that there are if it never did."""
    stay, close = STAY_S // MINUTE_S, 0
    for minute, error_c in enumerate(errors_c):
        close = close + 1 if abs(error_c) <= CLOSE_C else 0
        if close > stay:
            return (minute - stay) * MINUTE_S / HOUR_S
    return len(errors_c) * MINUTE_S / HOUR_S


def turns(trace: Trace) -> int:
    """Count how often the one output started after the other had run."""
    return sum(a is not b for a, b in pairwise(tick.heat for tick in trace.ticks if tick.heat or tick.cool))


def _errors_c(plant: Filled, trace: Trace) -> list[float]:
    """Give how much too warm the true beer was in each minute."""
    minutes = trace.ticks[:: round(MINUTE_S / TICK_S)]
    return [
        beer_c - tick.setpoint_c
        for tick, beer_c in zip(minutes, plant.beers_c, strict=True)
        if tick.setpoint_c is not None
    ]


HEAD = (
    "\n| **{}** | month | L | held at °C | room °C | rmse °C | pitch h | crash h | cools a day | heats "
    "| turns | kWh a day | learned |\n|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|---|"
)


def table(title: str, rows: Sequence[Row]) -> Iterator[str]:
    """Tell a life batch by batch."""
    yield HEAD.format(title)
    for row in rows:
        batch = row.batch
        yield (
            f"| {batch.number} | {int(batch.day / YEAR_D * 12) + 1} | {batch.litres:.0f} "
            f"| {batch.held_c:.1f} | {batch.room_c:.0f} | {row.rmse_c:.3f} | {row.pitch_h:.1f} "
            f"| {row.crash_h:.1f} | {row.cools:.1f} | {row.heats:.1f} | {row.turns:.1f} "
            f"| {row.kwh:.2f} | {row.standing} |"
        )


def beside(title: str, rows: Sequence[Row], others: Sequence[Row]) -> str:
    """Tell the figures of the batches that both lives have, as geometric means of ratios."""
    by_number = {row.batch.number: row for row in others}
    pairs = [(row, by_number[row.batch.number]) for row in rows if row.batch.number in by_number]
    found = [
        exp(fmean(log(max(getattr(a, field), 1e-3) / max(getattr(b, field), 1e-3)) for a, b in pairs))
        for field in ("rmse_c", "pitch_h", "crash_h", "cools", "kwh")
    ]
    return f"| {title} | {len(pairs)} | {' | '.join(f'{one:.2f}' for one in found)} |"


def lives(chamber: str, days: int, seed: int) -> list[Life]:
    """Give what is to be lived, the longest first."""
    batches = tuple(batch for batch in year(seed) if batch.day < days)
    return [
        Life(ALGORITHM.name, chamber, batches),
        Life(BREWPI.name, chamber, batches),
        Life(ALGORITHM.name, chamber, batches[-LATE:], is_anew=True),
    ]


def main() -> None:
    """Live through the year and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--chamber", default="fridge20", choices=CHAMBERS, help="fridge20")
    parser.add_argument("--days", type=int, default=YEAR_D, help="batches that begin within so many days")
    parser.add_argument("--seed", type=int, default=1, help="another year")
    parser.add_argument("--cores", type=int, default=cpu_count() or 1, help="lives at a time (all cores)")
    asked = parser.parse_args()
    made: list[list[Row]] = []
    with get_context("spawn").Pool(asked.cores) as pool:
        for life, rows in pool.imap(live, lives(asked.chamber, asked.days, asked.seed)):
            print("\n".join(table(life.name + " anew" * life.is_anew, rows)), flush=True)
            made.append(rows)
    learning, brewpi, anew = made
    print("\n| ratios | batches | rmse | pitch | crash | cools | kWh |\n|---|--:|--:|--:|--:|--:|--:|")
    print(beside("learning to BrewPi, all", learning, brewpi))
    print(beside("learning to BrewPi, the first", learning[:LATE], brewpi))
    print(beside("learning to BrewPi, the last", learning[-LATE:], brewpi))
    print(beside("learning to learning anew, the last", learning, anew))


if __name__ == "__main__":
    main()
