"""The heat flows of a chamber in steps of a minute, for whole weeks at once.

The equations are those of `thermal.rows`, whose slopes are taken as they are. Each state is moved by backward
Euler in itself, one after the other, so that steps of a minute stay stable where the air answers in seconds
(LeVeque: Finite Difference Methods, SIAM 2007, chapter 8); what stands still there stands still here.
"""

from collections.abc import Sequence

from krausen.control.learning.chamber import RATED_C, At, Chamber
from krausen.control.learning.thermal import rows

NODES = int(At.BEER_PROBE)
"""Core, layer, air and store, °C, and heater, K/h."""

Nodes = tuple[float, ...]


class Stepping:
    """Moves the nodes of a chamber on, while the room and the heat of fermentation stay as in `vector`.

    `power` is what the cooler at full flow takes from the beer in a step for each K that the store is above
    `sink_c`, and `heating` what the heater adds while on, both in K of the beer.
    """

    def __init__(self, vector: Sequence[float], chamber: Chamber, step_h: float) -> None:
        warm = list(vector)
        warm[At.STORE] = max(RATED_C, warm[At.STORE])
        still = rows(warm, chamber, flow=0.0, heat=0.0)
        drawing = rows(warm, chamber, flow=1.0, heat=0.0)
        core, layer, air, store, heater = (_slopes(slopes, step_h) for _, slopes in still[:NODES])
        cold = _slopes(drawing[At.STORE][1], step_h)
        warmed_c = vector[At.FERMENTATION] * step_h
        self._core = core[At.LAYER], warmed_c, 1.0 - core[At.CORE]
        self._layer = layer[At.CORE], layer[At.AIR], layer[At.STORE], layer[At.HEATER]
        self._layer_in = warmed_c, 1.0 - layer[At.LAYER]
        self._air = air[At.LAYER], air[At.STORE], air[At.HEATER], 1.0 - air[At.AIR]
        self._air_in = air[At.AMBIENT] * vector[At.AMBIENT]
        pulled = store[At.STORE] - cold[At.STORE]
        self._store = store[At.LAYER], store[At.AIR], 1.0 - store[At.STORE], pulled
        self._heater = -heater[At.HEATER] * chamber.heating, 1.0 - heater[At.HEATER]
        self.sink_c = chamber.sink_c
        self.power = pulled * chamber.store_share
        self.heating = chamber.heating * step_h

    def moved(self, nodes: Nodes, flow: float, *, heat: bool) -> Nodes:
        """Give the nodes a step later; `flow` is the mean one in the step."""
        core, layer, air, store, heater = nodes
        powered, hindered = self._heater
        heater = (heater + powered) / hindered if heat else heater / hindered
        by_layer, by_air, hindered, pulled = self._store
        pulled = pulled * flow if store > self.sink_c else 0.0
        store = (store + by_layer * layer + by_air * air + pulled * self.sink_c) / (hindered + pulled)
        by_layer, by_store, by_heater, hindered = self._air
        air = (air + by_layer * layer + by_store * store + by_heater * heater + self._air_in) / hindered
        by_core, by_air, by_store, by_heater = self._layer
        warmed_c, hindered = self._layer_in
        layer = (
            layer + by_core * core + by_air * air + by_store * store + by_heater * heater + warmed_c
        ) / hindered
        by_layer, warmed_c, hindered = self._core
        return (core + by_layer * layer + warmed_c) / hindered, layer, air, store, heater


def _slopes(slopes: Sequence[tuple[int, float]], step_h: float) -> dict[int, float]:
    """Give the slopes by place; one that is not told is none."""
    return dict.fromkeys(range(NODES), 0.0) | {place: slope * step_h for place, slope in slopes}
