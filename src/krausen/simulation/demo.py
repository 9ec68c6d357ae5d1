"""What the demo brewery brews: vessels, and for each the batches that lead up to now."""

from msgspec import Struct

from krausen.model.setpoint import Mode, Setpoint
from krausen.physics.weather import Climate
from krausen.physics.yeast import Wort
from krausen.simulation.vessel import SimulatedVessel

AGENT = "demo"
BREWER = "Demo brewer"
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS


class Step(Struct, frozen=True):
    """From `hours` after the start, hold the beer at `value` °C, for a reason."""

    hours: float
    value: float
    reason: str


class DemoBatch(Struct, frozen=True, kw_only=True):
    """A batch by its days before now: `ends` 0 is the one that still runs."""

    id: str
    name: str
    vessel: SimulatedVessel
    begins: float
    ends: float = 0.0
    steps: tuple[Step, ...]

    def wishes(self, started_ms: int, first_revision: int) -> tuple[Setpoint, ...]:
        """Give the wishes of a batch that started at an instant, UTC milliseconds."""
        return tuple(
            Setpoint(
                revision=first_revision + n,
                mode=Mode.BEER,
                value=step.value,
                reason=step.reason,
                by=BREWER,
                at=started_ms + int(step.hours * HOUR_MS),
            )
            for n, step in enumerate(self.steps)
        )


def _north_freezer(seed: int, original_gravity: float) -> SimulatedVessel:
    return SimulatedVessel(
        id="freezer20",
        name="North freezer",
        chamber="freezer20",
        agent=AGENT,
        seed=seed,
        wort=Wort(original_gravity=original_gravity),
        climate=Climate(mean_c=16.0),
        beer_c=22.5,
    )


BATCHES = (
    DemoBatch(
        id="harvest-pale-ale",
        name="Harvest Pale Ale",
        vessel=_north_freezer(42, 1.052),
        begins=4.0,
        steps=(
            Step(0, 18.5, "pitch"),
            Step(72, 19.2, "free rise"),
        ),
    ),
    DemoBatch(
        id="cellar-bitter",
        name="Cellar Bitter",
        vessel=_north_freezer(41, 1.044),
        begins=14.0,
        ends=4.3,
        steps=(
            Step(0, 18.0, "pitch"),
            Step(120, 20.0, "diacetyl rest"),
            Step(168, 2.0, "cold crash"),
        ),
    ),
)
"""Newest first: what runs is shown soonest."""
