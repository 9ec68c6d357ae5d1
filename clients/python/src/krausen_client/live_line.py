"""What both kinds of listening share: where to, with which settings, and what passes."""

import logging
from collections.abc import Mapping
from typing import Any

import httpx2
from websockets.exceptions import WebSocketException

from krausen_client.errors import Unreachable
from krausen_client.options import Options
from krausen_client.site import Site

LARGEST = 16 * 1024 * 1024
"""Bytes of a frame: how everything stands comes in one."""
OPEN_S = 10.0
CLOSE_S = 2.0

PASSING = (OSError, WebSocketException, Unreachable)
"""What ends a connection, or keeps it from opening, and passes."""

log = logging.getLogger("krausen_client")

# What opens a connection has the proof in it, which is not to reach a log at any level.
_QUIET = logging.getLogger("krausen_client.websocket")
_QUIET.setLevel(logging.INFO)


def settings(site: Site, options: Options, headers: Mapping[str, str]) -> dict[str, Any]:
    """Give how a connection is to be opened with headers that prove who we are."""
    found: dict[str, Any] = {
        "additional_headers": dict(headers),
        "open_timeout": OPEN_S,
        "close_timeout": CLOSE_S,
        "max_size": LARGEST,
        "compression": None,
        "logger": _QUIET,
    }
    if site.live.startswith("wss"):
        found["ssl"] = options.ssl_context or httpx2.create_ssl_context()
    return found


def tell(site: Site, error: Exception) -> None:
    """Log that a connection was lost or could not be opened; what was asked before it has logged its own."""
    if not isinstance(error, Unreachable):
        reason = f"{type(error).__name__}: {error}".removesuffix(": ")
        log.warning("Nothing is heard from %s (%s), it is tried again", site.live, reason)
