"""What a link to an agent has to do with its controller: its orders, its errands, its news."""

from collections.abc import Iterable

import structlog

from krausen.errors import NotFound
from krausen.model.controller import Found
from krausen.model.series import is_name
from krausen.ports.catalog.controllers import Controllers
from krausen.server.controllers.news import ControllerNews
from krausen.server.discoveries import Discoveries
from krausen.server.errands import Errands
from krausen.wire.messages import (
    ControllerOrder,
    ControllerReport,
    ControllerSaid,
    DevicesFound,
    ErrandDone,
)

log = structlog.get_logger()

FromController = ControllerReport | ControllerSaid | ErrandDone | DevicesFound
MOST_FOUND = 100
"""Devices that one agent may have found."""


class ControllerDesk:
    """Says what an agent is to do with controllers, and takes what it says of them."""

    def __init__(
        self, catalog: Controllers, news: ControllerNews, errands: Errands, discoveries: Discoveries
    ) -> None:
        self._catalog = catalog
        self._news = news
        self.errands = errands
        self._discoveries = discoveries

    async def orders(self, agent: str) -> tuple[ControllerOrder, ...]:
        """Give the controllers that an agent is to speak with."""
        try:
            one = await self._catalog.controller(agent)
        except NotFound:
            return ()
        return (ControllerOrder(name=one.name, driver=one.driver, settings=one.settings),)

    async def heard(self, agent: str, message: FromController) -> None:
        """Take what an agent says; of the controllers it may speak of its own alone."""
        match message:
            case ErrandDone():
                self.errands.done(agent, message)
            case DevicesFound(found):
                await self._discoveries.found(agent, list(_fit(found))[:MOST_FOUND])
            case ControllerReport(controller=name) | ControllerSaid(controller=name) if name != agent:
                log.debug("agent.not_its_own", agent=agent, controller=name)
            case ControllerReport():
                if await self.orders(agent):
                    await self._news.reported(message)
            case ControllerSaid():
                if await self.orders(agent):
                    self._news.said(message)

    async def linked(self, agent: str) -> None:
        """Take it that an agent has come."""
        await self._news.announce(agent)

    async def left(self, agent: str) -> None:
        """Take it that an agent has gone, and with it what it saw."""
        await self._discoveries.found(agent, [])
        await self._news.announce(agent)


def _fit(found: Iterable[Found]) -> Iterable[Found]:
    """Give what can be named in an address."""
    return (one for one in found if is_name(one.id) and "/" not in one.id)
