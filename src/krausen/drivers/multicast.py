"""Names and services of the local network by multicast DNS (RFC 6762)."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from importlib import import_module
from typing import TYPE_CHECKING

from krausen.errors import DeviceLost

if TYPE_CHECKING:
    from zeroconf.asyncio import AsyncZeroconf

DOMAIN = ".local"
ASK_S = 3.0


async def loaded() -> None:
    """Load the library, for only who listens pays the memory for it; everything else goes on meanwhile."""
    await asyncio.to_thread(import_module, "zeroconf.asyncio")


@asynccontextmanager
async def ear(interfaces: Sequence[str] = ()) -> AsyncIterator["AsyncZeroconf"]:
    """Listen and ask on some interfaces, by their IPv4 addresses, or on all. Raises DeviceLost."""
    await loaded()
    from zeroconf import InterfaceChoice, IPVersion
    from zeroconf.asyncio import AsyncZeroconf

    try:
        listening = AsyncZeroconf(list(interfaces) or InterfaceChoice.All, ip_version=IPVersion.V4Only)
    except OSError as error:
        raise DeviceLost(f"This machine cannot use multicast DNS: {error.strerror or error}.") from error
    try:
        yield listening
    finally:
        await listening.async_close()


async def address_of(host: str, interfaces: Sequence[str] = ()) -> str:
    """Give an IPv4 address of a `.local` name; any other name or address comes back as it is.

    Raises DeviceLost when nobody in the network bears the name.
    """
    if not host.lower().rstrip(".").endswith(DOMAIN):
        return host
    await loaded()
    from zeroconf import AddressResolverIPv4  # type: ignore[attr-defined] # public, but not in its __all__

    async with ear(interfaces) as listening:
        asked = AddressResolverIPv4(f"{host.rstrip('.')}.")
        await asked.async_request(listening.zeroconf, ASK_S * 1000)
        addresses = asked.parsed_addresses()
    if not addresses:
        raise DeviceLost(f"Nobody in this network answers to the name {host}. Check its power and Wi-Fi.")
    return addresses[0]
