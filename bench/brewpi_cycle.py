"""How well our own copy of BrewPi's cycle holds a temperature, beside the real firmware on the same chambers.

The figures of the firmware are those of the reference bench (bench.firmware): settling for each chamber and
step, root mean square, starts and energy as means. Ratios near 1 say that the cycle is the firmware's.
"""

import argparse
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import fmean
from time import process_time

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.firmware import HOLDS, MEANS, SETTLE_H, STEPS, SWITCHING
from krausen.model.vessel import Role
from krausen.physics import chance
from krausen.physics.chamber import Chamber
from krausen.physics.chambers import CHAMBERS
from krausen.physics.silences import Silences
from krausen.protocols.brewpi.boards import Family
from krausen.protocols.brewpi.cycle.memory import altered, begun
from krausen.protocols.brewpi.cycle.running import Inputs, Outputs
from krausen.protocols.brewpi.cycle.second import step
from krausen.protocols.brewpi.cycle.tuning import LOW_DELAY, Times, tuning
from krausen.protocols.brewpi.parameters import Constants, Settings
from krausen.protocols.brewpi.requests import Change
from krausen.protocols.brewpi.states import Mode
from krausen.simulation.scenario import HOUR_S, RAMP_STEP_S, SCENARIOS, Scenario, scenario_of
from krausen.simulation.verdict import Figures, Sample, Stretch, Trace, figures

SAMPLE_S = 60
OFF = Outputs()
CONSTANTS = Constants()
COLUMNS = (
    *("rmse °C", "max °C", "overshoot °C", "settling h", "starts/d", "alternations/d", "kWh/d"),
    *("firmware: settling h", "simulated s in 1 s"),
)
HEAD = f"| | {' | '.join(COLUMNS)} |\n|---{'|--:' * len(COLUMNS)}|"


class Life:
    """A chamber in a scenario, held by the cycle second by second."""

    def __init__(self, scenario: Scenario, chamber: str, seed: int) -> None:
        vessel = scenario.vessel(chamber, seed)
        self.scenario, self.vessel = scenario, vessel
        self.chamber: Chamber = vessel.fresh()
        self._silences = {
            role: Silences(silence, chance.branch(seed, f"silence {role.value}"))
            for role, silence in vessel.silences.items()
        }
        self._tuning = tuning(CONSTANTS, LOW_DELAY if chamber == "glycol300" else Times())
        first_c = scenario.target_c(0)
        self._running = begun(CONSTANTS, Settings(mode=Mode.BEER, beer_set_c=first_c))
        self._since_s: dict[Role, int] = {}
        self._samples: list[Sample] = []
        self._stretches: list[Stretch] = []

    def figures(self) -> Figures:
        """Live to the end and give what it came to."""
        outputs = OFF
        for at_s in range(self.scenario.seconds):
            if at_s % SAMPLE_S == 0:
                self._sample(at_s)
            outputs = OFF if self._is_away(at_s) else self._second(at_s)
            self._switch(at_s, outputs)
            self.chamber.advance(at_s + 1, heat=outputs.heat, cool=outputs.cool)
        self._switch(self.scenario.seconds, OFF)
        trace = Trace(
            samples=tuple(self._samples),
            stretches=tuple(sorted(self._stretches, key=lambda one: one.from_s)),
            kwh=self.chamber.energy.kwh,
        )
        return figures(self.scenario, self.vessel.hardware(), trace)

    def _second(self, at_s: int) -> Outputs:
        target_c = self.scenario.target_c(at_s)
        if self._is_away(at_s - 1):
            self._running = begun(CONSTANTS, self._running.stored)
        elif at_s % RAMP_STEP_S == 0 and target_c != self.scenario.target_c(at_s - RAMP_STEP_S):
            _, self._running = altered(CONSTANTS, self._running, Change("beerSet", target_c), Family.ESP)
        inputs = Inputs(
            beer_c=self._read(Role.BEER, at_s),
            fridge_c=self._read(Role.CHAMBER, at_s),
            can_heat=Role.HEAT in self.vessel.roles,
            can_cool=Role.COOL in self.vessel.roles,
        )
        self._running, outcome = step(self._tuning, self._running, inputs)
        return outcome.outputs or OFF

    def _read(self, role: Role, at_s: int) -> float | None:
        silences = self._silences.get(role)
        return None if silences is not None and silences.hold(at_s) else self.chamber.read(role)

    def _switch(self, at_s: int, outputs: Outputs) -> None:
        for role, on in ((Role.HEAT, outputs.heat), (Role.COOL, outputs.cool)):
            if on and role not in self._since_s:
                self._since_s[role] = at_s
            elif not on and role in self._since_s:
                self._stretches.append(Stretch(role, self._since_s.pop(role), at_s))

    def _sample(self, at_s: int) -> None:
        target_c, chamber = self.scenario.target_c(at_s), self.chamber
        self._samples.append(Sample(at_s, target_c, chamber.true_beer_c, chamber.state.air_c, chamber.room_c))

    def _is_away(self, at_s: int) -> bool:
        away_h = self.scenario.mains_away_h
        return away_h is not None and away_h[0] * HOUR_S <= at_s < away_h[1] * HOUR_S


def row(name: str, made: Figures, theirs: str) -> str:
    """Give a line of the table."""
    errors = f"{made.rmse_c:.3f} | {made.max_c:.2f} | {made.overshoot_c:.2f} | {made.settle_h:.1f}"
    switching = f"{made.starts_per_day:.1f} | {made.alternations_per_day:.1f} | {made.kwh_per_day:.3f}"
    return f"| {name} | {errors} | {switching} | {theirs} |"


def beside(chamber: str, made: Sequence[tuple[Scenario, Figures]]) -> Iterable[str]:
    """Give the means of a chamber, each beside the firmware's, as far as scenarios were run."""
    rmse_c, starts, kwh = MEANS[chamber]
    for title, field, letters, theirs in (
        ("rmse °C", "rmse_c", HOLDS, rmse_c),
        ("starts/d", "starts_per_day", SWITCHING, starts),
        ("kWh/d", "kwh_per_day", "abcdefg", kwh),
    ):
        own = [getattr(figure, field) for scenario, figure in made if scenario.letter in letters]
        if own:
            ratio = fmean(own) / theirs
            yield f"{chamber}: {title} {fmean(own):.3f}, firmware {theirs:.3f}, ratio {ratio:.2f}"


def firmware(scenario: Scenario, chamber: str) -> str:
    """Tell what the firmware needs to settle, where that is known."""
    if scenario.letter not in STEPS:
        return ""
    return f"{SETTLE_H[chamber][STEPS.index(scenario.letter)]:.1f}"


def main() -> None:
    """Run chambers through scenarios and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="life of each chamber (1)")
    parser.add_argument("--chambers", nargs="*", default=list(CHAMBERS), help="some alone; all")
    letters = [scenario.letter for scenario in SCENARIOS]
    parser.add_argument("--scenarios", nargs="*", default=letters, help="some alone, by letter; all")
    asked = parser.parse_args()
    print(HEAD)
    for chamber in asked.chambers:
        made: list[tuple[Scenario, Figures]] = []
        for scenario in map(scenario_of, asked.scenarios):
            began_s = process_time()
            figure = Life(scenario, chamber, asked.seed).figures()
            pace = scenario.seconds / (process_time() - began_s)
            made.append((scenario, figure))
            theirs = f"{firmware(scenario, chamber)} | {pace:.0f}"
            print(row(f"{chamber} {scenario.name}", figure, theirs), flush=True)
        print("\n".join(beside(chamber, made)), flush=True)


if __name__ == "__main__":
    main()
