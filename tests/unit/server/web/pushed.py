"""Push targets of made-up kinds, whose services are at hand."""

from random import Random

from krausen.server.ingest import Ingest
from krausen.server.pushing import Pushing
from krausen.server.pushing.gathering import Gatherer, Sources
from krausen.server.pushing.runner import Tools
from krausen.server.setpoints import Setpoints
from krausen.testing.target import COUNTING, EVERY, LATEST, FakeCourier

KINDS = {kind.name: kind for kind in (LATEST, EVERY, COUNTING)}


def pushing_of(sources: Sources, setpoints: Setpoints, ingest: Ingest) -> Pushing:
    """Give the host of push targets; all that is sent is taken."""
    tools = Tools(
        catalog=sources.catalog,
        history=sources.history,
        gatherer=Gatherer(sources),
        courier=FakeCourier(),
        clock=sources.clock,
        chance=Random(1),
    )
    pushing = Pushing(KINDS, tools, setpoints, sources.live)
    ingest.watch(pushing)
    return pushing
