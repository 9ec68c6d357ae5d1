"""What is known of vessels beside readings: why they were held so, what was learned, tried and rehearsed."""

from typing import Protocol

from msgspec import Struct

from krausen.ports.clock import Clock
from krausen.server import learned, preflights, reasons, rehearsals
from krausen.server.dispatch import Dispatch
from krausen.server.live import Live
from krausen.server.roster import Roster


class Arranged(learned.Arranged, preflights.Arranged, reasons.Arranged, rehearsals.Arranged, Protocol):
    """The part of the catalog that all of it needs."""


class Knowing(Struct, frozen=True, kw_only=True):
    """Who knows what of vessels."""

    reasons: reasons.Reasons
    learning: learned.Learning
    preflights: preflights.Preflights
    rehearsals: rehearsals.Rehearsals


def knowing_of(arranged: Arranged, roster: Roster, live: Live, clock: Clock, dispatch: Dispatch) -> Knowing:
    """Make who knows, and have agents spoken with of what they are to tell."""
    return Knowing(
        reasons=dispatch.add(reasons.Reasons(arranged, roster, clock)),
        learning=dispatch.add(learned.Learning(arranged, live, clock)),
        preflights=dispatch.add(preflights.Preflights(arranged, roster, live, clock)),
        rehearsals=rehearsals.Rehearsals(arranged, roster, clock),
    )
