"""The announcement of an emulated board in the network, as a board of the ESP family makes it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ipaddress import ip_address

from krausen.errors import OperatorNeeded
from krausen.protocols.brewpi.announcing import SERVICE, txt
from krausen.simulation.brewpi.model import Model

ANYWHERE = ("0.0.0.0", "::")  # noqa: S104 what a listener says that is open everywhere


@asynccontextmanager
async def announced(name: str, model: Model, address: tuple[str, int]) -> AsyncIterator[None]:
    """Announce a board by a host name at an address and port, and say goodbye at the end.

    Raises OperatorNeeded where the name is taken, or nothing can be announced.
    """
    # Only who announces pays the memory for it.
    from zeroconf import IPVersion, NonUniqueNameException
    from zeroconf.asyncio import AsyncServiceInfo, AsyncZeroconf

    host, port = address
    hosts = _hosts() if host in ANYWHERE else [host]
    version = model.version
    info = AsyncServiceInfo(
        SERVICE,
        f"{name}.{SERVICE}",
        port=port,
        server=f"{name}.local.",
        addresses=[ip_address(one).packed for one in hosts],
        properties=txt(version.letter, version.version, version.revision),
    )
    try:
        speaking = AsyncZeroconf(hosts, ip_version=IPVersion.V4Only)
    except OSError as error:
        raise OperatorNeeded(f"Nothing can be announced from {host}: {error.strerror or error}.") from error
    try:
        await (await speaking.async_register_service(info))
        yield
        await (await speaking.async_unregister_service(info))
    except NonUniqueNameException as error:
        raise OperatorNeeded(
            f"A board called {name} announces itself already. Choose another name."
        ) from error
    finally:
        await speaking.async_close()


def _hosts() -> list[str]:
    """Give the IPv4 addresses of this machine."""
    from ifaddr import get_adapters

    return [str(ip.ip) for adapter in get_adapters() for ip in adapter.ips if ip.is_IPv4]
