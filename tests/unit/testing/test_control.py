"""A chamber from outside, held by any algorithm."""

from itertools import pairwise

import pytest
from msgspec.structs import replace

from krausen.control.algorithms import hysteresis, learning
from krausen.control.interlocks import Hardware, Times
from krausen.errors import Invalid, NotFound
from krausen.model.vessel import Role
from krausen.physics.weather import steady
from krausen.simulation.vessel import SimulatedVessel
from krausen.testing.control import TICK_S, Plant, Trace, hold

HOUR_S = 3600.0
TIMES = Times(min_on_s=60.0, min_off_s=180.0)
FRIDGE = SimulatedVessel(
    id="fass", name="Fass", chamber="fridge20", agent="pi", climate=steady(22.0), beer_c=22.0
)


class Barrel:
    """A barrel in a room, as simple as can be; its probes may be silent."""

    def __init__(self, beer_c: float = 20.0, *, silent: bool = False) -> None:
        self.beer_c = beer_c
        self.lived_s = 0.0
        self._silent = silent

    @property
    def hardware(self) -> Hardware:
        return Hardware(TIMES, TIMES)

    def read(self) -> tuple[float | None, float | None]:
        return (None if self._silent else self.beer_c), None

    def advance(self, seconds: float, *, heat: bool, cool: bool) -> None:
        assert not (heat and cool)
        self.lived_s += seconds
        self.beer_c += seconds / HOUR_S * (2.0 * heat - 2.0 * cool + 0.02 * (20.0 - self.beer_c))


class Fridge:
    """A simulated chamber with everything in it."""

    def __init__(self) -> None:
        self._chamber = FRIDGE.fresh()
        self._at_s = 0.0

    @property
    def hardware(self) -> Hardware:
        return FRIDGE.hardware()

    def read(self) -> tuple[float | None, float | None]:
        return self._chamber.read(Role.BEER), self._chamber.read(Role.CHAMBER)

    def advance(self, seconds: float, *, heat: bool, cool: bool) -> None:
        self._at_s += seconds
        self._chamber.advance(self._at_s, heat=heat, cool=cool)


def runs(trace: Trace, *, heat: bool) -> list[float]:
    """How long each run of an output lasted, but for the last."""
    levels = [tick.heat if heat else tick.cool for tick in trace.ticks]
    edges = [n for n, (a, b) in enumerate(pairwise(levels)) if a is not b]
    return [(b - a) * TICK_S for a, b in pairwise(edges) if levels[b]]


@pytest.mark.parametrize("algorithm", ["hysteresis", "pid", "cascade", "learning"])
def test_any_algorithm_brings_a_barrel_to_its_setpoint_and_keeps_to_the_interlocks(algorithm: str) -> None:
    barrel = Barrel()
    trace = hold(barrel, algorithm, {0.0: 24.0, 12 * HOUR_S: 12.0}, 36 * HOUR_S)
    assert len(trace.ticks) == 36 * HOUR_S / TICK_S
    assert barrel.lived_s == 36 * HOUR_S
    warm_c = trace.ticks[int(11 * HOUR_S / TICK_S)].beer_c
    assert warm_c == pytest.approx(24.0, abs=1.0)
    assert abs(barrel.beer_c - 12.0) < 1.0
    assert all(run >= 60.0 for on in (True, False) for run in runs(trace, heat=on))


def test_nothing_runs_while_it_is_off_or_nobody_knows_how_warm_it_is() -> None:
    for plant, wishes in ((Barrel(), {HOUR_S: 30.0}), (Barrel(silent=True), {0.0: 30.0})):
        trace = hold(plant, "hysteresis", wishes, HOUR_S)
        assert trace.starts() == (0, 0)
        assert trace.rmse_c() == 0.0


def test_a_trace_counts_starts_and_errors_from_a_second_on() -> None:
    trace = hold(Barrel(22.0), "hysteresis", {0.0: 24.0}, 6 * HOUR_S)
    assert trace.starts()[0] >= 1
    assert trace.starts(5 * HOUR_S) <= trace.starts()
    assert trace.rmse_c(3 * HOUR_S) < trace.rmse_c()


def test_an_algorithm_that_learns_goes_on_with_what_was_learned() -> None:
    fridge: Plant = Fridge()
    first = hold(fridge, "learning", {0.0: 18.0}, 8 * HOUR_S)
    assert first.learned is not None
    again = hold(fridge, "learning", {0.0: 18.0}, 60.0, learned=first.learned)
    assert again.learned is not None
    assert again.learned.watched_h >= first.learned.watched_h
    assert again.learned.mean[9:] == pytest.approx(first.learned.mean[9:], rel=0.05, abs=0.05)
    paused = hold(fridge, learning.ALGORITHM, {0.0: 18.0, 60.0: None}, 120.0, learned=first.learned)
    assert paused.learned is not None
    assert hold(Barrel(), "hysteresis", {0.0: 18.0}, 60.0).learned is None


def test_what_nobody_knows_is_refused_in_words() -> None:
    with pytest.raises(NotFound, match=r"no algorithm 'magic'; choose one of cascade, "):
        hold(Barrel(), "magic", {}, 1.0)
    with pytest.raises(Invalid, match="The settings of hysteresis are wrong"):
        hold(Barrel(), hysteresis.ALGORITHM, {}, 1.0, {"band_c": "much"})
    learned = hold(Barrel(), "learning", {0.0: 18.0}, 600.0).learned
    assert learned is not None
    with pytest.raises(Invalid):
        hold(Barrel(), "learning", {0.0: 18.0}, 60.0, learned=replace(learned, form=99))
