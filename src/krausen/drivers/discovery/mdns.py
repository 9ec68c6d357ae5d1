"""BrewPi controllers that announce themselves in the network, as those of the ESP family do.

They do so by DNS-SD over multicast DNS; see `krausen.protocols.brewpi.announcing`. Their host names are built
from the number of the chip, so they stay.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from krausen.drivers import multicast
from krausen.model.controller import Found
from krausen.ports.discovery import Discovery
from krausen.protocols.brewpi.announcing import DEFAULT_PORT, DRIVER, SERVICE

if TYPE_CHECKING:
    from zeroconf.asyncio import AsyncServiceInfo

ASK_S = 3.0
"""A service has this long to tell where it is; it is asked again at its next announcement."""


class Service(Struct, frozen=True, kw_only=True):
    """An announced service: its instance's name, host name and port, and its TXT record."""

    name: str
    host: str
    port: int
    txt: Mapping[str, str] = {}


async def browse(interfaces: Sequence[str] = ()) -> AsyncIterator[tuple[Found, ...]]:
    """Give what is announced on some interfaces, by their addresses, or on all; again on every change.

    Raises DeviceLost where no multicast can be sent or heard.
    """
    await multicast.loaded()
    from zeroconf import ServiceStateChange
    from zeroconf.asyncio import AsyncServiceBrowser, AsyncServiceInfo

    async with multicast.ear(interfaces) as ear:
        named: dict[str, bool] = {}
        heard = asyncio.Event()

        def changed(*, name: str, state_change: ServiceStateChange, **_: object) -> None:
            named[name] = state_change is not ServiceStateChange.Removed
            heard.set()

        browser = AsyncServiceBrowser(ear.zeroconf, SERVICE, handlers=[changed])
        there: dict[str, Found] = {}
        try:
            while True:
                await heard.wait()
                heard.clear()
                while named:
                    name, is_there = named.popitem()
                    there.pop(name, None)
                    info = AsyncServiceInfo(SERVICE, name)
                    if is_there and await info.async_request(ear.zeroconf, ASK_S * 1000):
                        there[name] = found(_service(info))
                yield tuple(there[name] for name in sorted(there))
        finally:
            await browser.async_cancel()


def found(service: Service) -> Found:
    """Give a device by the service that it announces."""
    host = service.host.rstrip(".").lower()
    board = service.txt.get("board") or "BrewPi"
    version = service.txt.get("version", "")
    parts = (f"{board} with BrewPi firmware", version, f"in the network as {host}")
    return Found(
        id=f"brewpi-{host.removesuffix('.local')}",
        kind="controller",
        driver=DRIVER,
        title=f"BrewPi {service.name.partition('.')[0]}",
        text=" ".join(part for part in parts if part) + ".",
        settings={"port": f"tcp://{host}:{service.port or DEFAULT_PORT}"},
    )


def _service(info: "AsyncServiceInfo") -> Service:
    txt = {key: value or "" for key, value in info.decoded_properties.items()}
    return Service(name=info.name, host=info.server or info.name, port=info.port or 0, txt=txt)


DISCOVERY = Discovery(name="mdns", title="BrewPi controllers in the network", look=browse)
