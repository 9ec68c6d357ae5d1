"""What a control loop says of itself, as the vessel's own series."""

from collections.abc import Iterator

from krausen.control.regulation import Outcome
from krausen.model.level import Levels
from krausen.model.setpoint import Mode, Setpoint
from krausen.model.vessel import VesselMetric

REPEAT_S = 60.0
"""A value is told when it changes, and this often in any case."""

MODE_CODES = {Mode.OFF: 0.0, Mode.CHAMBER: 1.0, Mode.BEER: 2.0, Mode.PROFILE: 3.0}

Said = tuple[VesselMetric, float]


class Record:
    """Remembers what was told last and gives what is due."""

    def __init__(self) -> None:
        self._told: dict[VesselMetric, tuple[float, float]] = {}
        self._same: object = None
        self._quiet_until_s = 0.0

    def due(self, wish: Setpoint, outcome: Outcome, seen: Levels, now_s: float) -> list[Said]:
        """Give the values that have changed, or were told a minute ago; they then count as told.

        A wish that follows a profile comes with the temperature of this moment as its value.
        """
        demand = outcome.demand
        same = (wish.mode, wish.value, demand.heat, demand.cool, outcome.permit.state, seen.heat, seen.cool)
        if same == self._same and now_s < self._quiet_until_s:
            return []
        self._same = same
        values = list(_values(wish, outcome, seen))
        said = [(metric, value) for metric, value in values if self._is_due(metric, value, now_s)]
        self._quiet_until_s = min(self._told[metric][1] for metric, _ in values) + REPEAT_S
        return said

    def _is_due(self, metric: VesselMetric, value: float, now_s: float) -> bool:
        last = self._told.get(metric)
        due = last is None or last[0] != value or now_s - last[1] >= REPEAT_S
        if due:
            self._told[metric] = (value, now_s)
        return due


def _values(wish: Setpoint, outcome: Outcome, seen: Levels) -> Iterator[Said]:
    yield VesselMetric.MODE, MODE_CODES[wish.mode]
    yield VesselMetric.HEAT_DEMAND, outcome.demand.heat
    yield VesselMetric.COOL_DEMAND, outcome.demand.cool
    yield VesselMetric.STATE, float(outcome.permit.state)
    if wish.value is not None:
        chamber = wish.mode is Mode.CHAMBER
        yield (VesselMetric.SETPOINT_CHAMBER if chamber else VesselMetric.SETPOINT_BEER), wish.value
    if seen.heat is not None:
        yield VesselMetric.HEAT, float(seen.heat)
    if seen.cool is not None:
        yield VesselMetric.COOL, float(seen.cool)
