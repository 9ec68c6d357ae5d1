"""A whole agent goes on learning where it was, whatever becomes of its disk and its vessel."""

import asyncio

from msgspec import json
from msgspec.structs import replace
from structlog.testing import capture_logs

from krausen.agent.learned import KEEP_S
from krausen.control.algorithm import Inputs
from krausen.control.algorithms import hysteresis, learning
from krausen.model.learned import Learned
from krausen.model.level import Demand
from krausen.model.vessel import Role
from tests.unit.agent.cellar import KEG, Cellar
from tests.unit.agent.orders import FASS, order
from tests.unit.agent.test_learned import QUICK, learned


def cellar() -> Cellar:
    return Cellar({"learning": learning.ALGORITHM, "hysteresis": hysteresis.ALGORITHM}, QUICK, tick_s=10.0)


LEARNING = replace(FASS, algorithm="learning")


async def test_an_agent_goes_on_learning_where_it_was_after_restarts_and_changes_of_its_vessel() -> None:
    there = cellar()
    async with there.running(order(18.0, vessel=LEARNING)):
        await asyncio.sleep(2 * KEEP_S)
    document = there.learned.document
    assert document is not None
    watched = [agent_watched(document)]
    fewer = {role: name for role, name in FASS.roles.items() if role is not Role.CHAMBER}
    for vessel in (
        LEARNING,
        replace(LEARNING, roles=fewer),
        replace(LEARNING, roles={**FASS.roles, Role.COOL: KEG.roles[Role.COOL]}),
        replace(LEARNING, settings={"temperament": "precise"}),
        FASS,
        LEARNING,
    ):
        async with there.running(order(18.0, vessel=vessel)):
            await asyncio.sleep(KEEP_S + 60.0)
        assert there.learned.document is not None
        watched.append(agent_watched(there.learned.document))
    assert watched == sorted(watched)
    assert watched[-1] > watched[0]


async def test_an_agent_whose_vessel_gets_another_temperament_goes_on_from_what_it_does_just_now() -> None:
    begun: list[str] = []

    def resume(document: Learned) -> learning.State:
        begun.append("from what was kept")
        return learning.resume(document)

    def take_over(settings: learning.Settings, inputs: Inputs, demand: Demand) -> learning.State:
        begun.append("from what was demanded")
        return learning.take_over(settings, inputs, demand)

    there = Cellar({"learning": replace(learning.ALGORITHM, resume=resume, take_over=take_over)}, QUICK)
    async with there.running(order(18.0, vessel=LEARNING)) as agent:
        await asyncio.sleep(120)
        saver = replace(LEARNING, settings={"temperament": "saver"}, revision=2)
        await agent.desired.want((order(18.0, 2, saver),))
        await asyncio.sleep(120)
    assert begun == []
    document = there.learned.document
    assert document is not None
    assert agent_watched(document) * 3600.0 > 200.0


def agent_watched(document: bytes) -> float:
    hours: float = json.decode(document)["vessels"]["fass"]["learned"]["watched_h"]
    return hours


async def test_an_algorithm_that_fails_with_what_was_learned_begins_anew() -> None:
    def step(_settings: learning.Settings, state: object, _inputs: Inputs) -> tuple[object, Demand]:
        if state is not learning.ALGORITHM.start:
            raise OverflowError
        return state, Demand(heat=1.0)

    moody = replace(learning.ALGORITHM, step=step)
    there = Cellar({"learning": moody}, QUICK)
    there.learned.document = json.encode({"vessels": {"fass": {"learned": learned()}}})
    with capture_logs() as logs:
        async with there.running(order(25.0, vessel=LEARNING)):
            await asyncio.sleep(60)
            assert there.on() == {"heater"}
    errors = [line["event"] for line in logs if line["log_level"] == "error"]
    assert errors == ["vessel.failed", "learned.useless"]


async def test_an_agent_whose_disk_refuses_holds_its_vessels_all_the_same() -> None:
    there = cellar()
    there.learned.away = "The disk is full."
    with capture_logs():
        async with there.running(order(25.0, vessel=LEARNING)):
            await asyncio.sleep(3 * KEEP_S)
            assert there.on() == {"heater"}
