"""Puts a site on a port."""

import resource
import socket
import sys
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from pathlib import Path
from types import FrameType
from typing import Any

import uvicorn
from msgspec import Struct

import krausen
from krausen.errors import OperatorNeeded
from krausen.server.site import Site
from krausen.server.web.app import app, door_app
from krausen.server.web.hot import ShortWay, protocol_with
from krausen.server.web.hot_live import live_protocol
from krausen.server.web.patience import PatientProtocol

PAGE = Path(krausen.__file__).parent / "web_dist"
KEEP_ALIVE_S = 30
PING_S = 15
PONG_S = 20
"""A WebSocket is pinged every `PING_S`, and ended when no answer came within `PONG_S`."""
MOST_AT_ONCE = 100
"""Connections to a port of a door's own."""
SWITCH_S = 0.0005
"""After so long a thread that is at work lets the event loop go on; Python's usual 5 ms are felt."""
MOST_FILES = 8_192
"""Files and connections that the process may have open, where the system lets it."""
LARGEST_FRAME = 512 * 1024
"""Bytes of a WebSocket frame that are read at all; what is spoken on it has a bound of its own below."""

Message = MutableMapping[str, Any]
Application = Callable[
    [Message, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Awaitable[None]
]


def bound(host: str, port: int, advice: str = "Choose another: --port N.") -> socket.socket:
    """Take a port. Raises OperatorNeeded, with the advice, when somebody else has it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named as TCP, its connections send at once; without a name asyncio leaves Nagle's algorithm on.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise OperatorNeeded(f"Port {port} on {host} cannot be used: {error.strerror}. {advice}") from error
    listener.setblocking(False)
    return listener


def web_app(site: Site) -> Application:
    """Give what answers for a site, with the page if it was built."""
    return app(site, page=PAGE if (PAGE / "index.html").exists() else None)


async def serve(
    site: Site,
    listener: socket.socket,
    speed: float = 1.0,
    application: Application | None = None,
    proxies: Sequence[str] = (),
) -> None:
    """Answer until the process is asked to stop, with `application` in place of the site's own.

    Who asks, and whether by HTTPS, is taken from X-Forwarded-For and X-Forwarded-Proto where one of `proxies`
    passes it on, and from nobody else. Network times are kept in the system's seconds at any speed.
    """
    sys.setswitchinterval(SWITCH_S)
    _allow_connections()
    config = _config(application or web_app(site), proxies, speed)
    config.http = protocol_with(ShortWay(site, site.requests))
    config.ws = live_protocol(speed)
    await _Server(config).serve(sockets=[listener])


def _allow_connections() -> None:
    """Raise the number of files that the system usually allows; each connection is one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(MOST_FILES, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _config(application: Application, proxies: Sequence[str], speed: float) -> uvicorn.Config:
    return uvicorn.Config(
        application,
        loop="none",
        http=PatientProtocol,
        ws="websockets-sansio",
        ws_max_size=LARGEST_FRAME,
        ws_ping_interval=PING_S * speed,
        ws_ping_timeout=PONG_S * speed,
        ws_per_message_deflate=False,
        timeout_keep_alive=int(KEEP_ALIVE_S * speed),
        timeout_graceful_shutdown=int(2 * speed),
        access_log=False,
        log_config=None,
        log_level="warning",
        server_header=False,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=list(proxies),
    )


class DoorNetwork(Struct, frozen=True):
    """How the doors of a site are reached, on the address that the site itself listens on."""

    site: Site
    host: str
    proxies: Sequence[str] = ()
    speed: float = 1.0

    def bind(self, port: int) -> socket.socket:
        """Take a port. Raises OperatorNeeded."""
        return bound(self.host, port, "Choose another for the door.")

    async def serve(self, listener: socket.socket, door: str) -> None:
        """Answer by HTTP and WebSocket for one door alone, until cancelled."""
        config = _config(door_app(self.site, door), self.proxies, self.speed)
        config.lifespan, config.limit_concurrency = "off", MOST_AT_ONCE
        config.load()
        server = uvicorn.Server(config)
        server.lifespan = config.lifespan_class(config)
        await server.startup(sockets=[listener])
        try:
            await server.main_loop()
        finally:
            await server.shutdown(sockets=[listener])


class _Server(uvicorn.Server):
    """Ends when the process is asked to, and leaves it to the process to end in its own order."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 the signature is uvicorn's
        self.should_exit = True
