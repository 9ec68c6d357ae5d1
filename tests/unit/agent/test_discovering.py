import asyncio
from collections.abc import AsyncIterator

from structlog.testing import capture_logs

from krausen.errors import DeviceLost
from krausen.model.controller import Found
from krausen.ports.discovery import Discovery
from krausen.wire.messages import Desired, DevicesFound
from tests.unit.agent.garage import GARAGE, Garage


def board(id: str, title: str = "Board") -> Found:
    """Find a board."""
    return Found(id=id, kind="controller", driver="scripted_controller", title=title)


class Look:
    """A way to look around that sees what a test puts there."""

    def __init__(self, name: str) -> None:
        self.there: tuple[Found, ...] = ()
        self.crash: Exception | None = None
        self.looks = 0
        self.way = Discovery(name=name, title=name, look=self._look)

    async def _look(self) -> AsyncIterator[tuple[Found, ...]]:
        self.looks += 1
        try:
            while True:
                if self.crash is not None:
                    raise self.crash
                yield self.there
                await asyncio.sleep(5)
        finally:
            self.looks -= 1


async def test_what_is_found_is_told_on_every_change_and_again_over_a_new_link() -> None:
    look = Look("a")
    garage = Garage(None, look.way)
    async with garage.running():
        async with garage.heard():
            await asyncio.sleep(20)
            assert garage.said(DevicesFound) == []
            look.there = (board("1"),)
            await asyncio.sleep(60)
            assert garage.said(DevicesFound) == [DevicesFound((board("1"),))]
        async with garage.heard():
            await asyncio.sleep(20)
            assert garage.said(DevicesFound) == [DevicesFound((board("1"),))]
            look.there = ()
            await asyncio.sleep(20)
            assert garage.said(DevicesFound) == [DevicesFound(())]


async def test_two_ways_that_find_the_same_tell_it_once() -> None:
    first, second = Look("a"), Look("b")
    first.there, second.there = (board("1", "by a"),), (board("1", "by b"), board("2"))
    garage = Garage(None, second.way, first.way)
    async with garage.running(), garage.heard():
        await asyncio.sleep(20)
        assert garage.said(DevicesFound)[-1] == DevicesFound((board("1", "by a"), board("2")))


async def test_an_agent_with_a_controller_does_not_look() -> None:
    look = Look("a")
    look.there = (board("1"),)
    garage = Garage(None, look.way)
    async with garage.running(), garage.heard() as link:
        await asyncio.sleep(20)
        assert look.looks == 1
        garage.said(DevicesFound)
        await link.server.send(Desired((), (GARAGE,)))
        await asyncio.sleep(20)
        assert look.looks == 0
        assert garage.said(DevicesFound) == [DevicesFound(())]
        await link.server.send(Desired(()))
        await asyncio.sleep(20)
        assert look.looks == 1
        assert garage.said(DevicesFound) == [DevicesFound((board("1"),))]


async def test_a_way_that_fails_is_said_once_tried_again_and_does_not_harm_the_other() -> None:
    bad, good = Look("bad"), Look("good")
    bad.there, good.there = (board("1"),), (board("2"),)
    garage = Garage(None, bad.way, good.way)
    with capture_logs() as logs:
        async with garage.running(), garage.heard():
            await asyncio.sleep(20)
            bad.crash = DeviceLost("There is no network.")
            await asyncio.sleep(600)
            bad.crash = RuntimeError("odd")
            await asyncio.sleep(600)
            assert garage.said(DevicesFound)[-1] == DevicesFound((board("2"),))
            bad.crash = None
            await asyncio.sleep(1800)
            assert garage.said(DevicesFound)[-1] == DevicesFound((board("1"), board("2")))
    said = [line["detail"] for line in logs if line["event"] == "discovery.away"]
    assert said == ["There is no network."]


async def test_an_agent_without_ways_finds_nothing() -> None:
    garage = Garage()
    async with garage.running(), garage.heard():
        await asyncio.sleep(20)
        assert garage.said(DevicesFound) == []
