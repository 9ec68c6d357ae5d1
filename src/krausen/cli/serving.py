"""Puts a site on a port."""

import socket
from pathlib import Path
from types import FrameType

import uvicorn

import krausen
from krausen.errors import OperatorNeeded
from krausen.server.site import Site
from krausen.server.web.app import app

PAGE = Path(krausen.__file__).parent / "web_dist"
KEEP_ALIVE_S = 30
PING_S = 20


def bound(host: str, port: int) -> socket.socket:
    """Take a port. Raises OperatorNeeded when somebody else has it."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise OperatorNeeded(
            f"Port {port} on {host} cannot be used: {error.strerror}. Choose another: --port N."
        ) from error
    listener.setblocking(False)
    return listener


async def serve(site: Site, listener: socket.socket, speed: float = 1.0) -> None:
    """Answer until the process is asked to stop.

    Network times are kept in the system's seconds at any speed.
    """
    config = uvicorn.Config(
        app(site, page=PAGE if (PAGE / "index.html").exists() else None),
        loop="none",
        http="httptools",
        ws="websockets-sansio",
        ws_max_size=65_536,
        ws_ping_interval=PING_S * speed,
        ws_ping_timeout=PING_S * speed,
        ws_per_message_deflate=False,
        timeout_keep_alive=int(KEEP_ALIVE_S * speed),
        timeout_graceful_shutdown=int(2 * speed),
        access_log=False,
        log_config=None,
        log_level="warning",
        server_header=False,
        proxy_headers=False,
    )
    await _Server(config).serve(sockets=[listener])


class _Server(uvicorn.Server):
    """Ends when the process is asked to, and leaves it to the process to end in its own order."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 the signature is uvicorn's
        self.should_exit = True
