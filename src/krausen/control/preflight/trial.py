"""One output that was tried, and what the probes did meanwhile."""

from msgspec import Struct

from krausen.control.preflight.response import NOTHING, Drift, Response, Trace, drift, response

BEGINS_C = 0.2
"""At such a departure an effect counts as begun."""


class Point(Struct, frozen=True, gc=False):
    """What the probes told at one look, °C; None for one that is silent."""

    at_s: float
    beer: float | None
    chamber: float | None


Points = tuple[Point, ...]


class Trial(Struct, frozen=True, kw_only=True):
    """One output that was tried: how long it ran, how the chamber drifted before, and what each probe did.

    `ran_s` is None for one that never came on; `why` then says in words what kept it. `shown` has the lowest
    and the highest value of the chamber probe and how many they were; None without any.
    """

    way: int
    ran_s: float | None = None
    why: str = ""
    drift: Drift | None = None
    beer: Response = NOTHING
    chamber: Response = NOTHING
    shown: tuple[float, float, int] | None = None

    @property
    def felt(self) -> Response:
        """What the probe did that answered most."""
        return max(self.chamber, self.beer, key=lambda one: abs(one.peak_c))


def tried(way: int, points: Points, on_s: float, off_s: float) -> Trial:
    """Judge an output by what was told before, while and after it ran from `on_s` to `off_s`."""
    beer, chamber = traces(points)
    beer_base, base = drift(beer, on_s), drift(chamber, on_s)
    told = [c for _, c in chamber]
    return Trial(
        way=way,
        ran_s=off_s - on_s,
        drift=base,
        beer=NOTHING if beer_base is None else response(beer, beer_base, BEGINS_C),
        chamber=NOTHING if base is None else response(chamber, base, BEGINS_C),
        shown=(min(told), max(told), len(told)) if told else None,
    )


def traces(points: Points) -> tuple[Trace, Trace]:
    """Give what beer and chamber probe told, without their silences."""
    return (
        [(one.at_s, one.beer) for one in points if one.beer is not None],
        [(one.at_s, one.chamber) for one in points if one.chamber is not None],
    )
