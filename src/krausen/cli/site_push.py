"""Joins the host of push targets with those that are there, and with the network."""

from random import Random

from krausen.plugins import discover
from krausen.ports.target import PushTarget
from krausen.push import targets
from krausen.push.courier import NetCourier
from krausen.server.ingest import Ingest
from krausen.server.pushing import Pushing
from krausen.server.pushing.gathering import Gatherer, Sources
from krausen.server.pushing.runner import Tools
from krausen.server.setpoints import Setpoints


def pushing_of(sources: Sources, setpoints: Setpoints, ingest: Ingest, speed: float) -> Pushing:
    """Give the host of push targets, which hears of every reading that `ingest` takes."""
    tools = Tools(
        catalog=sources.catalog,
        history=sources.history,
        gatherer=Gatherer(sources),
        courier=NetCourier(speed),
        clock=sources.clock,
        chance=Random(),
        speed=speed,
    )
    pushing = Pushing(discover(targets, "TARGET", PushTarget), tools, setpoints, sources.live)
    ingest.watch(pushing)
    return pushing
