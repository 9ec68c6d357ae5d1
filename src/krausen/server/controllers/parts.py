"""What a server needs for controllers before it has links to agents, joined."""

from collections.abc import Mapping

from msgspec import Struct

from krausen.ports.catalog import Catalog
from krausen.ports.clock import Clock
from krausen.ports.controller import ControllerDriver
from krausen.ports.hosting import Hosting
from krausen.server.controllers.desk import ControllerDesk
from krausen.server.controllers.kinds import ControllerKinds
from krausen.server.controllers.news import ControllerNews, Hear, to_nobody
from krausen.server.controllers.work import SETTLE_S, ControllerWork
from krausen.server.discoveries import Discoveries
from krausen.server.errands import PATIENCE_S, Errands
from krausen.server.live import Live
from krausen.server.notes import Notes
from krausen.server.roster import Roster
from krausen.server.settings import FreeSettings


class Outfit(Struct, frozen=True, kw_only=True):
    """What there is for controllers: drivers, and a place for their agents. `speed` is that of the clock.

    `hear` is passed each line of their logs.
    """

    hosting: Hosting
    drivers: Mapping[str, ControllerDriver] = {}
    speed: float = 1.0
    hear: Hear = to_nobody


class ControllerParts(Struct, frozen=True, kw_only=True):
    """The parts, each of which can be asked by itself."""

    hosting: Hosting
    kinds: ControllerKinds
    news: ControllerNews
    errands: Errands
    discoveries: Discoveries
    desk: ControllerDesk
    work: ControllerWork
    notes: Notes


def controller_parts(
    catalog: Catalog, roster: Roster, live: Live, clock: Clock, outfit: Outfit
) -> ControllerParts:
    """Join the parts."""
    notes = Notes("controller", live, clock)
    kinds = ControllerKinds(outfit.drivers)
    news = ControllerNews(catalog, roster, live, clock, outfit.hear)
    errands = Errands(roster, clock, live.epoch, PATIENCE_S * outfit.speed)
    settings = FreeSettings(catalog, live, clock)
    discoveries = Discoveries(catalog, kinds, outfit.hosting, settings, Notes("device", live, clock))
    return ControllerParts(
        hosting=outfit.hosting,
        kinds=kinds,
        news=news,
        errands=errands,
        discoveries=discoveries,
        desk=ControllerDesk(catalog, news, errands, discoveries),
        work=ControllerWork(catalog, news, errands, notes, SETTLE_S * outfit.speed),
        notes=notes,
    )
