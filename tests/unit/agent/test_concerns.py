"""Concerns are spoken of over every link, and begin anew with each."""

import asyncio
from typing import NoReturn

from krausen.agent.concerns import set_to
from krausen.errors import LinkLost
from krausen.ports.link import AgentEnd
from krausen.wire.messages import Desired, ErrandDone, FromServer, ReasonsStored
from tests.unit.agent.line import Line


class Visitor:
    """A concern that notes what happens to it, says one thing, and is offended by what it did not send."""

    def __init__(self) -> None:
        self.noted: list[str] = []

    def forget(self) -> None:
        """Note it."""
        self.noted.append("forget")

    def heard(self, message: FromServer) -> None:
        """Note it."""
        self.noted.append(type(message).__name__)
        if isinstance(message, ReasonsStored):
            raise LinkLost("It was not sent.")

    async def run(self, link: AgentEnd) -> NoReturn:
        """Say one thing."""
        await link.send(ErrandDone("visit", True))
        await asyncio.Event().wait()
        raise AssertionError


async def test_a_concern_hears_all_that_the_server_says_and_speaks_over_every_link() -> None:
    line = Line()
    visitor = line.uplink.add(Visitor())
    async with line.running():
        for _ in range(2):
            link = await line.greeted()
            assert await link.server.receive() == ErrandDone("visit", True)
            await link.server.send(Desired(()))
            await asyncio.sleep(0.001)
            link.cut()
    assert visitor.noted[:4] == ["forget", "Desired"] * 2


async def test_a_concern_of_which_the_server_says_what_cannot_be_ends_the_link() -> None:
    line = Line()
    line.uplink.add(Visitor())
    async with line.running():
        link = await line.greeted()
        await link.server.send(ReasonsStored("fass", 1))
        await line.greeted()
        assert line.switchboard.dialled == 2


def test_an_event_is_set_or_not() -> None:
    event = asyncio.Event()
    set_to(event, on=True)
    assert event.is_set()
    set_to(event, on=False)
    assert not event.is_set()
