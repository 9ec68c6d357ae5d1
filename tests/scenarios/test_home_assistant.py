"""A server with Home Assistant at its side: what is set there is a wish like any other."""

import asyncio

from msgspec import json

from krausen.model.setpoint import Mode
from krausen.model.target import Selection, Target
from krausen.push.targets.home_assistant import TARGET, Settings
from krausen.server.algorithms import schema_of
from krausen.server.pushing import Pushing
from tests.scenarios.test_push import ADMIN, Brewery

STATE = "krausen/vessel_fass/state"


class Home(Brewery):
    """A brewery whose server knows Home Assistant."""

    def _joined(self) -> Pushing:
        pushing = super()._joined()
        pushing.kinds[TARGET.name] = TARGET
        pushing.schemas[TARGET.name] = schema_of(Settings)
        return pushing

    async def connect(self) -> None:
        """Set up the target, and let it say how things stand."""
        settings = {"host": "broker.example", "password": "opensesame", "may_set": True}
        wanted = Target(
            id="", name="Home", kind=TARGET.name, every_s=60.0, what=Selection(), settings=settings
        )
        await self.pushing.add(wanted, ADMIN)
        await self.hears("krausen/ready", b"")

    async def hears(self, topic: str, payload: bytes) -> None:
        """Have the broker pass something on, and wait a moment."""
        self.courier.heard.put_nowait((topic, payload))
        await asyncio.sleep(5.0)

    def states(self) -> list[float]:
        """Give the temperatures that the vessel was said to be held at."""
        told = [payload for topic, payload, _ in self.courier.published if topic == STATE]
        return [json.decode(one)["target"] for one in told]


async def test_what_is_set_there_is_wished_under_the_name_of_the_target() -> None:
    brewery = Home()
    await brewery.arrange()
    async with brewery.serving():
        await brewery.connect()
        assert brewery.states()[0] == 18.0
        await brewery.hears("krausen/vessel_fass/set/temperature", b"16.5")
        (record,) = await brewery.catalog.vessels()
    wish = record.requested
    assert (wish.mode, wish.value, wish.by) == (Mode.BEER, 16.5, "Home (push)")


async def test_what_is_beyond_the_limits_is_answered_with_what_is_held() -> None:
    brewery = Home()
    await brewery.arrange()
    async with brewery.serving():
        await brewery.connect()
        before = len(brewery.states())
        await brewery.hears("krausen/vessel_fass/set/temperature", b"26.5")
        (record,) = await brewery.catalog.vessels()
    assert record.requested.value == 18.0
    assert brewery.states()[before:] == [18.0]
