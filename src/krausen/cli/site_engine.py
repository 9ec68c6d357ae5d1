"""Joins socket.io with a site: listeners come in here, and agents where there are any."""

from krausen.cli.serving import web_app
from krausen.links.socketio.engine import Engine
from krausen.links.socketio.listeners import ListenerDoor
from krausen.server.site import Site
from krausen.server.web.socketio import transport_of
from krausen.server.web.socketio_live import Hearing


def engine_of(site: Site, speed: float = 1.0) -> Engine:
    """Give what answers for a site, with its live channels by socket.io before its web application."""
    engine = Engine(web_app(site), transport_of, speed)
    hearing = Hearing(site.reception, site.live, site.channels)
    ListenerDoor(engine, hearing.admit, hearing.converse)
    return engine
