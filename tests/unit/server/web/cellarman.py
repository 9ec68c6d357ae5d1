"""An agent in our hands that speaks with a controller, and a brewery that has both."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from krausen.errors import Invalid
from krausen.model.controller import ControllerFacts, ControllerState
from krausen.model.people import UserRole
from krausen.model.vessel import ControlState
from krausen.ports.controller import Act
from krausen.testing.controller import ScriptedController
from krausen.testing.link import FakeLink
from krausen.wire.messages import (
    ControllerOrder,
    ControllerReport,
    ControllerSaid,
    Desired,
    Errand,
    ErrandDone,
    Hello,
    Welcome,
)
from krausen.wire.version import WIRE_VERSION
from tests.unit.server.web.brewery import NOON, Brewery

NAME = "fridge"
PLACE = "tcp://beer.local:23"
CONTROLLERS = "/api/v1/controllers"
WISH: dict[str, Any] = {"name": NAME, "driver": "scripted_controller", "settings": {"port": PLACE}}


class Cellarman:
    """An agent. It does errands with its controller, unless it is `idle`, and reports what came of them."""

    def __init__(self, name: str, link: FakeLink) -> None:
        self.name = name
        self.link = link
        self.controller = ScriptedController()
        self.idle = False
        self.reports = True
        self.orders: list[tuple[ControllerOrder, ...]] = []
        self.errands: list[Errand] = []

    @property
    def facts(self) -> ControllerFacts:
        """What the controller tells of itself."""
        return self.controller.told_of(ControlState.IDLE)

    async def say(self, message: Any) -> None:
        """Say something, and let the server take it in."""
        await self.link.agent.send(message)
        await asyncio.sleep(0.01)

    async def report(self, state: ControllerState = ControllerState.CONNECTED, detail: str = "") -> None:
        """Report how it stands with the controller."""
        facts = self.facts if state is ControllerState.CONNECTED else None
        await self.say(
            ControllerReport(controller=self.name, at=NOON, state=state, detail=detail, facts=facts)
        )

    async def tell(self, text: str, level: str = "info", at: int = NOON) -> None:
        """Pass on a line of the controller's log."""
        await self.say(ControllerSaid(self.name, at, text, level))

    async def work(self) -> None:
        """Take what the server says, and do what it asks, until the link ends."""
        while True:
            match await self.link.agent.receive():
                case Desired(controllers=orders):
                    self.orders.append(orders)
                case Errand() as errand:
                    self.errands.append(errand)
                    if not self.idle:
                        await self._do(errand)

    async def _do(self, errand: Errand) -> None:
        try:
            self.controller.perform(Act(errand.act), errand.body)
        except Invalid as failure:
            faults = tuple((fault.where, fault.message) for fault in failure.faults)
            await self.say(ErrandDone(errand.id, ok=False, detail=str(failure), faults=faults))
        else:
            await self.say(ErrandDone(errand.id, ok=True))
            if self.reports:
                await self.report()


@asynccontextmanager
async def cellarman(brewery: Brewery, name: str = NAME) -> AsyncIterator[Cellarman]:
    """Have an agent that is here."""
    link = FakeLink()
    async with asyncio.TaskGroup() as tasks:
        served = tasks.create_task(brewery.site.dispatch.serve(link.server))
        await link.agent.send(Hello(agent=name, wire=WIRE_VERSION, version="0"))
        assert isinstance(await link.agent.receive(), Welcome)
        here = Cellarman(name, link)
        work = tasks.create_task(here.work())
        await asyncio.sleep(0.01)
        yield here
        work.cancel()
        link.cut()
        await served


@asynccontextmanager
async def fridge(brewery: Brewery) -> AsyncIterator[Cellarman]:
    """Have a controller that is connected."""
    await call(brewery, "POST", "", WISH, status=201)
    async with cellarman(brewery) as here:
        await here.report()
        yield here


async def call(
    brewery: Brewery,
    method: str,
    path: str,
    body: object = None,
    *,
    status: int = 200,
    role: UserRole = UserRole.ADMIN,
) -> Any:
    """Give what a call below /controllers answers, with this status."""
    async with brewery.caller(role) as client:
        answer = await client.request(method, f"{CONTROLLERS}{path}", json=body)
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None


def places(refused: Any) -> list[str]:
    """Give where the faults of a refusal are."""
    return [fault["where"] for fault in refused["errors"]]
