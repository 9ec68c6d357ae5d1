"""DS18B20 probes: what they feel, how slowly they follow, what they report.

Steps of 1/16 °C, one conversion a second, ±0.5 °C absolute: DS18B20 data sheet (Maxim). Lags in a thermowell
and under foam tape are estimates; for air compare Elyounsi, Kalashnikov, Eng. Proc. 2021, 10, 56.
"""

from msgspec import Struct

from krausen.physics import chance

STEP_C = 0.0625
NOISE_C = 0.02

_TABLE = 1024


class Placing(Struct, frozen=True, kw_only=True):
    """Where the beer probe and the air probe of a chamber hang.

    The beer probe feels `core_share` of the core and the rest of the outer layer, but for `air_share` of air.
    What it feels passes the well (`well_s`) and the probe itself (`tip_s`); the air probe has one lag
    (`air_s`).
    """

    core_share: float = 0.7
    air_share: float = 0.005
    well_s: float = 60.0
    tip_s: float = 15.0
    air_s: float = 60.0
    beer_offset_c: float = 0.0
    chamber_offset_c: float = 0.0

    @property
    def weights(self) -> tuple[float, float, float]:
        """Shares of core, outer layer and air in what the beer probe feels; they add up to 1."""
        liquid = 1.0 - self.air_share
        return liquid * self.core_share, liquid * (1.0 - self.core_share), self.air_share


TAPED = Placing(core_share=0.0, air_share=0.10, well_s=240.0)
"""Taped to the outside of the bucket under a piece of foam."""


class Probe:
    """One DS18B20 with its own offset and its own noise.

    The noise of a second follows from seed and second alone: a table of 1024 normal numbers is walked through
    in an order that changes with every turn, which costs a tenth of drawing anew.
    """

    def __init__(self, seed: int, offset_c: float = 0.0) -> None:
        self._errors_c = tuple(offset_c + NOISE_C * number for number in chance.normals(seed, _TABLE))

    def reading(self, felt_c: float, at_s: int) -> float:
        """Give what the probe reports at second `at_s` when its tip is at `felt_c`: a multiple of 1/16 °C."""
        place = at_s * (at_s // _TABLE * 2 + 1) % _TABLE
        return round((felt_c + self._errors_c[place]) / STEP_C) * STEP_C
