"""Which probe to control by, when the wanted one is lost.

Within the grace time the last good value still counts. After it the other probe takes over, held at the same
setpoint: beer and chamber end up at one temperature when nothing ferments, so this errs slowly. With no probe
left nothing may run.
"""

from msgspec import Struct

from krausen.model.setpoint import Mode


class Seen(Struct, frozen=True, gc=False):
    """The last good value of a probe, °C, and when it was taken, seconds."""

    c: float
    at_s: float


class Choice(Struct, frozen=True, gc=False):
    """The value to control by (None: none is left), the good ones of each probe, and what is amiss."""

    measured_c: float | None
    beer_c: float | None
    chamber_c: float | None
    note: str = ""


def choose(mode: Mode, beer: Seen | None, chamber: Seen | None, now_s: float, grace_s: float) -> Choice:
    """Choose the probe for a mode that holds something."""
    beer_c = beer.c if beer is not None and now_s - beer.at_s <= grace_s else None
    chamber_c = chamber.c if chamber is not None and now_s - chamber.at_s <= grace_s else None
    wanted_c, other_c = (chamber_c, beer_c) if mode is Mode.CHAMBER else (beer_c, chamber_c)
    if wanted_c is not None:
        return Choice(wanted_c, beer_c, chamber_c)
    wanted, other = ("Chamber", "beer") if mode is Mode.CHAMBER else ("Beer", "chamber")
    if other_c is not None:
        return Choice(other_c, beer_c, chamber_c, f"{wanted} probe silent; control uses the {other} probe.")
    return Choice(None, None, None, f"{wanted} probe silent and no other left; heating and cooling stay off.")
