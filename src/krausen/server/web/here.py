"""Does somebody at this very machine ask?"""

from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from litestar.connection import ASGIConnection

_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")


def is_here(connection: ASGIConnection[Any, Any, Any, Any]) -> bool:
    """Tell whether somebody at this machine asks, by its own name.

    What a proxy passes on came from elsewhere; and by another name it may be a page of elsewhere that asks.
    """
    if any(name in connection.headers for name in _FORWARDED):
        return False
    address = connection.client.host if connection.client is not None else ""
    host = urlsplit(f"//{connection.headers.get('host', '')}").hostname or ""
    return is_loopback(address) and (host == "localhost" or is_loopback(host))


def is_loopback(address: str) -> bool:
    """Tell whether a text is an address that a machine has for itself."""
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
