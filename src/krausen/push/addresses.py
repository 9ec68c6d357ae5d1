"""Whom a name stands for, and whether that may be spoken to."""

import asyncio
import socket
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address

from krausen.errors import TargetBusy, TargetRefused


async def addresses_of(host: str, port: int) -> Sequence[str]:
    """Give the addresses behind a name, IPv4 first.

    Raises TargetBusy when there is none now, and TargetRefused when one of them is for this machine's own
    link alone: nobody else is there, but clouds tell their machines secrets there (RFC 3927, RFC 4291).
    """
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise TargetBusy(
            f"The name {host} leads nowhere: see that it is spelled right, and the network."
        ) from error
    addresses = sorted({str(address[0]) for *_, address in found}, key=lambda one: (":" in one, one))
    for one in addresses:
        if is_barred(ip_address(one.partition("%")[0])):
            raise TargetRefused(
                f"{host} is {one}, where no service of others can be. Choose another address."
            )
    return addresses


def is_barred(address: IPv4Address | IPv6Address) -> bool:
    """Tell whether nothing may be sent to an address: those of the link, of no machine, and of many."""
    inner = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    shown = inner or address
    return shown.is_link_local or shown.is_unspecified or shown.is_multicast
