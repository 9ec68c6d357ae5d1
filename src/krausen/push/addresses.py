"""Whom a name stands for, and whether that may be spoken to."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import TypeVar

from krausen.errors import TargetBusy, TargetRefused

Connected = TypeVar("Connected")

_SECRETIVE = frozenset(map(ip_address, ("100.100.100.200", "168.63.129.16", "192.0.0.192", "fd00:ec2::254")))
"""Where clouds tell their machines secrets, beside the addresses of the link."""
_TRANSLATED = IPv6Network("64:ff9b::/96")
"""IPv4 addresses as networks with IPv6 alone see them (RFC 6052)."""


async def addresses_of(host: str, port: int) -> Sequence[str]:
    """Give the addresses behind a name, IPv4 first.

    Raises TargetBusy when there is none now, and TargetRefused when one of them is for this machine's own
    link alone: nobody else is there, but clouds tell their machines secrets there (RFC 3927, RFC 4291).
    """
    found = {host} if _is_address(host) else await _looked_up(host, port)
    for one in found:
        if is_barred(ip_address(one.partition("%")[0])):
            is_itself = "" if one == host else f" is {one}, which"
            raise TargetRefused(f"{host}{is_itself} is no place for a service. Choose another address.")
    return sorted(found, key=lambda one: (":" in one, one))


async def first_of(
    addresses: Sequence[str], connect: Callable[[str], Awaitable[Connected]], failing: type[Exception]
) -> Connected:
    """Connect to the first of some addresses that lets us. Raises what the last one did when none does."""
    for address in addresses[:-1]:
        try:
            return await connect(address)
        except failing:
            continue
    return await connect(addresses[-1])


def is_barred(address: IPv4Address | IPv6Address) -> bool:
    """Tell whether nothing may be sent to an address: those of the link, of no machine, and of many."""
    shown = _inner(address) or address
    return shown in _SECRETIVE or shown.is_link_local or shown.is_unspecified or shown.is_multicast


async def _looked_up(host: str, port: int) -> set[str]:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise TargetBusy(
            f"The name {host} leads nowhere: see that it is spelled right, and the network."
        ) from error
    return {str(address[0]) for *_, address in found}


def _inner(address: IPv4Address | IPv6Address) -> IPv4Address | None:
    """Give the IPv4 address that an IPv6 address stands for, if it does."""
    if isinstance(address, IPv4Address):
        return None
    translated = IPv4Address(int(address) & 0xFFFF_FFFF) if address in _TRANSLATED else None
    return address.ipv4_mapped or address.sixtofour or translated


def _is_address(host: str) -> bool:
    """Tell whether a host is an address already; then nobody has to wait for names to be looked up."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
