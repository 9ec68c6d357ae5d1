"""A scenario run faster than real time, in a process of its own if wanted.

As a process it takes `Job` after `Job` on standard input; for each it answers on standard output with
`Progress` while it simulates and one `Finished`. It ends with its input.
"""

import sys
from collections.abc import Iterator
from time import process_time
from typing import BinaryIO

from msgspec import Struct, convert, msgpack

from krausen.control import algorithms
from krausen.control.algorithm import Algorithm
from krausen.control.regulation import Plan
from krausen.errors import NotFound
from krausen.model.learned import Learned
from krausen.model.reading import Reading
from krausen.model.vessel import OUTPUT_ROLES, VESSEL_ADAPTER, Role, VesselMetric
from krausen.physics.chamber import Chamber, Snapshot
from krausen.plugins import discover
from krausen.simulation.fast import Course, FastRun, Rhythm
from krausen.simulation.frames import serve
from krausen.simulation.scenario import HOUR_S, Scenario
from krausen.simulation.verdict import Figures, Sample, Stretch, Trace, figures

SAMPLE_S = 60
PROGRESS_S = 6 * HOUR_S
RHYTHM = Rhythm(every_s=5, tick_s=5)


class Job(Struct, frozen=True, kw_only=True):
    """What is to be run; `settings` are those of the algorithm that differ from their defaults."""

    chamber: str
    scenario: Scenario
    algorithm: str
    seed: int = 1
    settings: dict[str, object] = {}


class Report(Figures, frozen=True, kw_only=True):
    """A run and its figures, and how many seconds were simulated in a second of processor time."""

    chamber: str
    scenario: str
    algorithm: str
    seed: int
    simulated_s_per_s: float


class Progress(Struct, frozen=True, tag=True):
    """How much of the run is simulated, 0 to 1."""

    done: float


class Finished(Struct, frozen=True, tag=True):
    """What it came to, and how it went."""

    report: Report
    trace: Trace


Message = Progress | Finished
decode = msgpack.Decoder(Message).decode


def algorithms_that_hold() -> dict[str, Algorithm]:
    """Give the algorithms that hold a temperature, by name."""
    known = discover(algorithms, "ALGORITHM", Algorithm)
    return {name: algorithm for name, algorithm in known.items() if algorithm.holds}


def algorithm_of(name: str) -> Algorithm:
    """Give an algorithm by its name. Raises NotFound, which lists the names."""
    known = algorithms_that_hold()
    if name not in known:
        raise NotFound(f"There is no algorithm {name!r}; choose one of {', '.join(known)}.")
    return known[name]


def perform(job: Job, algorithm: Algorithm | None = None) -> Iterator[Message]:
    """Run a scenario, with `algorithm` instead of the one of the job's name if given; `Finished` comes last.

    Raises NotFound for an unknown chamber or algorithm.
    """
    began_s, run = process_time(), _Run(job, algorithm or algorithm_of(job.algorithm))
    while run.at_s < job.scenario.seconds:
        run.on(min(run.at_s + PROGRESS_S, job.scenario.seconds))
        yield Progress(run.at_s / job.scenario.seconds)
    trace = run.trace()
    made = figures(job.scenario, run.plan.hardware, trace)
    report = Report(
        **{name: getattr(made, name) for name in Figures.__struct_fields__},
        chamber=job.chamber,
        scenario=job.scenario.name,
        algorithm=job.algorithm,
        seed=job.seed,
        simulated_s_per_s=job.scenario.seconds / (process_time() - began_s),
    )
    yield Finished(report, trace)


class _Run:
    """One vessel on its way through a scenario."""

    def __init__(self, job: Job, algorithm: Algorithm) -> None:
        self._scenario = job.scenario
        self._vessel = job.scenario.vessel(job.chamber, job.seed)
        settings = convert(job.settings, algorithm.settings)
        self.plan = Plan(algorithm=algorithm, settings=settings, hardware=self._vessel.hardware())
        self._switching = _Switching()
        self._fast = self._begun()
        self._samples: list[Sample] = []
        self.at_s = 0

    def on(self, to_s: int) -> None:
        """Go on to a second; a minute in which the mains are away is spent without control."""
        while self.at_s < to_s:
            chamber = self._fast.rig.chamber
            self._sample(chamber)
            until_s = min(self.at_s + SAMPLE_S, to_s)
            if self._is_away(self.at_s):
                self._switching.cut(self.at_s)
                chamber.advance(until_s, heat=False, cool=False)
            else:
                if self._is_away(self.at_s - 1):
                    self._fast = self._begun(chamber.snapshot(), self._fast.learned())
                self._fast.run(until_s - self.at_s)
                self._fast.rig.advance(until_s)
            self.at_s = until_s

    def trace(self) -> Trace:
        """Give the run as it went so far."""
        self._switching.cut(self.at_s)
        kwh = self._fast.rig.chamber.energy.kwh
        return Trace(samples=tuple(self._samples), stretches=self._switching.stretches(), kwh=kwh)

    def _begun(self, begin: Snapshot | None = None, learned: Learned | None = None) -> FastRun:
        """Begin control; what was learned before outlives a power cut, as it does beside real hardware."""
        course = Course(
            vessel=self._vessel,
            plan=self.plan,
            started_ms=0,
            wishes=self._scenario.wishes(0),
            rhythm=RHYTHM,
            learned=learned,
        )
        return FastRun(course, self._switching.take, begin)

    def _sample(self, chamber: Chamber) -> None:
        target_c = self._scenario.target_c(self.at_s)
        air_c, is_lost = chamber.state.air_c, self._fast.rig.is_silent(Role.BEER, self.at_s)
        self._samples.append(Sample(self.at_s, target_c, chamber.true_beer_c, air_c, chamber.room_c, is_lost))

    def _is_away(self, at_s: int) -> bool:
        away_h = self._scenario.mains_away_h
        return away_h is not None and away_h[0] * HOUR_S <= at_s < away_h[1] * HOUR_S


class _Switching:
    """Gathers from the readings of a vessel when its outputs were on."""

    def __init__(self) -> None:
        self._since_s: dict[Role, float] = {}
        self._stretches: list[Stretch] = []

    def take(self, reading: Reading) -> None:
        """Look at a reading."""
        if reading.series.adapter != VESSEL_ADAPTER or reading.series.metric not in _OUTPUTS:
            return
        role, at_s = _OUTPUTS[reading.series.metric], reading.t / 1000.0
        if reading.v and role not in self._since_s:
            self._since_s[role] = at_s
        elif not reading.v and role in self._since_s:
            self._stretches.append(Stretch(role, self._since_s.pop(role), at_s))

    def cut(self, at_s: float) -> None:
        """Take note that everything that ran ended here, not by control."""
        while self._since_s:
            role, since_s = self._since_s.popitem()
            self._stretches.append(Stretch(role, since_s, at_s, whole=False))

    def stretches(self) -> tuple[Stretch, ...]:
        """Give what is over, in order of its beginning."""
        return tuple(sorted(self._stretches, key=lambda one: one.from_s))


_OUTPUTS: dict[str, Role] = {VesselMetric(metric).value: role for metric, role in OUTPUT_ROLES.items()}


def main(wanted: BinaryIO, answers: BinaryIO) -> None:
    """Do the jobs on one stream and answer on the other; end when there are no more."""
    serve(wanted, answers, Job, perform)


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer)
