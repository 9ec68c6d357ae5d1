from collections.abc import AsyncGenerator

import pytest
from zeroconf import NonUniqueNameException
from zeroconf.asyncio import AsyncZeroconf

from krausen.drivers import multicast
from krausen.drivers.discovery import mdns
from krausen.drivers.discovery.mdns import Service, found
from krausen.errors import DeviceLost, OperatorNeeded
from krausen.model.controller import Found
from krausen.simulation.brewpi.announcing import announced
from krausen.simulation.brewpi.model import MODELS
from tests.unit.drivers.discovery.loopback import HERE, hears_itself

pytestmark = pytest.mark.timeout(60)
needs_multicast = pytest.mark.skipif(
    not hears_itself(), reason="needs multicast on the loopback interface, which this machine does not give"
)


def test_a_service_is_a_device_that_is_opened_by_its_host_name() -> None:
    txt = {"board": "ESP32", "branch": "legacy", "version": "0.2.4", "revision": "0.15"}
    service = Service(name="ESP1a2b._brewpi._tcp.local.", host="ESP1a2b.local.", port=23, txt=txt)
    assert found(service) == Found(
        id="brewpi-esp1a2b",
        kind="controller",
        driver="brewpi",
        title="BrewPi ESP1a2b",
        text="ESP32 with BrewPi firmware 0.2.4 in the network as esp1a2b.local.",
        settings={"port": "tcp://esp1a2b.local:23"},
    )


def test_a_service_that_tells_little_is_found_all_the_same() -> None:
    one = found(Service(name="x._brewpi._tcp.local.", host="x.local.", port=0))
    assert one.text == "BrewPi with BrewPi firmware in the network as x.local."
    assert one.settings == {"port": "tcp://x.local:23"}


@pytest.mark.parametrize("host", ["192.168.1.7", "brewpi", "brewpi.example.org", "localhost"])
async def test_a_name_of_another_kind_is_nothing_for_multicast(host: str) -> None:
    assert await multicast.address_of(host) == host


@needs_multicast
async def test_a_board_that_announces_itself_is_found_by_name_and_gone_after_its_goodbye() -> None:
    looking = mdns.browse([HERE])
    async with announced("Shed7", MODELS["esp32"], (HERE, 2323)):
        (there,) = await anext(looking)
        assert (there.id, there.settings) == ("brewpi-shed7", {"port": "tcp://shed7.local:2323"})
        assert there.text.startswith("ESP32 with BrewPi firmware")
        assert await multicast.address_of("shed7.local", [HERE]) == HERE
    assert await anext(looking) == ()
    assert isinstance(looking, AsyncGenerator)
    await looking.aclose()


async def test_a_name_that_another_board_bears_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    async def taken(*_: object) -> None:
        raise NonUniqueNameException

    monkeypatch.setattr(AsyncZeroconf, "async_register_service", taken)
    with pytest.raises(OperatorNeeded, match="Choose another name"):
        async with announced("Shed8", MODELS["uno"], (HERE, 2324)):
            pass


@needs_multicast
async def test_a_name_that_nobody_bears_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(multicast, "ASK_S", 0.3)
    with pytest.raises(DeviceLost, match=r"Nobody in this network answers to the name nobody7\.local"):
        await multicast.address_of("nobody7.local", [HERE])
