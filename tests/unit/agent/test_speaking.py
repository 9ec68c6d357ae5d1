import asyncio

from krausen.model.setpoint import Mode
from krausen.ports.controller import Held
from krausen.wire.messages import ControllerReport, Desired
from tests.unit.agent.garage import GARAGE, Garage

ONLY_READ = Desired((), (GARAGE,))


async def test_since_when_it_does_what_it_does_is_told() -> None:
    garage = Garage()
    async with garage.running(), garage.heard(ONLY_READ):
        await asyncio.sleep(30)
        (first,) = set(told_since(garage))
        garage.controller.say("Nothing new.")
        await asyncio.sleep(60)
        assert set(told_since(garage)) <= {first}
        garage.controller.change(Held(Mode.CHAMBER, 4.0))
        await asyncio.sleep(30)
        assert told_since(garage)[-1] > first + 80_000


def told_since(garage: Garage) -> list[int]:
    """Give since when the controller has been doing what it does, as it was told."""
    facts = [report.facts for report in garage.said(ControllerReport) if report.facts is not None]
    return [one.doing.since for one in facts if one.doing is not None and one.doing.since is not None]
