"""What probes and outputs did since the last look."""

from msgspec import Struct

from krausen.control.algorithm import Inputs


class Gathered(Struct, frozen=True, gc=False):
    """Sums: of each probe with how often it told, °C, and of the seconds in which the outputs ran."""

    beer: float = 0.0
    beers: int = 0
    air: float = 0.0
    airs: int = 0
    seconds: float = 0.0
    heat_s: float = 0.0
    cool_s: float = 0.0

    @property
    def beer_c(self) -> float | None:
        """The mean of the beer probe, None where it was silent."""
        return self.beer / self.beers if self.beers else None

    @property
    def air_c(self) -> float | None:
        """The mean of the chamber probe, None where it was silent."""
        return self.air / self.airs if self.airs else None


def gathered(before: Gathered, inputs: Inputs, seconds: float) -> Gathered:
    """Add what is seen now; for `seconds` the outputs did what they do. A silent one counts as off."""
    heat, cool, beer_c, air_c = inputs.outputs.heat, inputs.outputs.cool, inputs.beer_c, inputs.chamber_c
    return Gathered(
        beer=before.beer if beer_c is None else before.beer + beer_c,
        beers=before.beers + (beer_c is not None),
        air=before.air if air_c is None else before.air + air_c,
        airs=before.airs + (air_c is not None),
        seconds=before.seconds + seconds,
        heat_s=before.heat_s + (seconds if heat is not None and heat.on else 0.0),
        cool_s=before.cool_s + (seconds if cool is not None and cool.on else 0.0),
    )
