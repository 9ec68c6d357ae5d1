"""Errands: given to an agent that is here, done at most once, answered once."""

import asyncio
from typing import Any

import pytest
from structlog.testing import capture_logs

from krausen.errors import DeviceLost, Invalid, LinkLost
from krausen.model.agent import Agent
from krausen.ports.controller import Act
from krausen.server.errands import PATIENCE_S, Errands
from krausen.simulation.loop import jumping
from krausen.wire.messages import ErrandDone
from tests.unit.server.desk import Desk


@pytest.fixture(scope="session")
def anyio_backend() -> tuple[str, dict[str, Any]]:
    return "asyncio", {"loop_factory": jumping}


def errands_of(desk: Desk) -> Errands:
    return desk.controllers.errands


async def test_errand_waits_for_its_own_answer() -> None:
    errands = errands_of(Desk())
    with errands.carried_by("fridge") as bag:
        async with asyncio.TaskGroup() as tasks:
            doing = [tasks.create_task(errands.run("fridge", act, {})) for act in (Act.SCAN, Act.RESTART)]
            first, second = await bag.get(), await bag.get()
            assert (first.act, second.act, first.controller) == ("scan", "restart", "fridge")
            errands.done("fridge", ErrandDone(second.id, ok=True))
            await doing[1]
            assert not doing[0].done()
            errands.done("fridge", ErrandDone(first.id, ok=True))


async def test_answer_of_another_agent_or_to_nothing_or_a_second_one_counts_for_nothing() -> None:
    errands = errands_of(Desk())
    with errands.carried_by("fridge") as bag, capture_logs() as logs:
        async with asyncio.TaskGroup() as tasks:
            doing = tasks.create_task(errands.run("fridge", Act.SCAN, {}))
            errand = await bag.get()
            errands.done("other", ErrandDone(errand.id, ok=False, detail="Lies."))
            errands.done("fridge", ErrandDone("e.99", ok=False, detail="Of nothing."))
            await asyncio.sleep(1)
            assert not doing.done()
            errands.done("fridge", ErrandDone(errand.id, ok=True))
            errands.done("fridge", ErrandDone(errand.id, ok=False, detail="Twice."))
    assert [line["event"] for line in logs] == ["errand.unasked"] * 3


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (ErrandDone("", ok=False, detail="The line was cut."), DeviceLost),
        (ErrandDone("", ok=False, detail="No such slot.", faults=(("/slot", "No such slot."),)), Invalid),
        (ErrandDone("", ok=True, detail="Half of it.", faults=(("/slot", "Half of it."),)), Invalid),
    ],
    ids=lambda one: one.detail if isinstance(one, ErrandDone) else "",
)
async def test_failure_is_what_the_agent_says(answer: ErrandDone, failure: type[Exception]) -> None:
    errands = errands_of(Desk())

    async def run() -> Exception | None:
        try:
            await errands.run("fridge", Act.SCAN, {})
        except (DeviceLost, Invalid) as error:
            return error
        return None

    with errands.carried_by("fridge") as bag:
        async with asyncio.TaskGroup() as tasks:
            doing = tasks.create_task(run())
            errand = await bag.get()
            errands.done("fridge", ErrandDone(errand.id, answer.ok, answer.detail, answer.faults))
        found = doing.result()
    assert type(found) is failure
    assert str(found) == answer.detail
    if isinstance(found, Invalid):
        assert [(fault.where, fault.message) for fault in found.faults] == list(answer.faults)


@pytest.mark.parametrize("ahead_ms", [None, 0, 3_600_000, -90_000])
async def test_errand_expires_by_the_clock_of_its_agent(ahead_ms: int | None) -> None:
    desk = Desk()
    desk.roster.added(Agent(name="fridge", known_since=0, clock_ms=ahead_ms))
    errands = errands_of(desk)
    with errands.carried_by("fridge") as bag, pytest.raises(DeviceLost, match="not answered in time"):
        async with asyncio.timeout(PATIENCE_S + 1):
            await errands.run("fridge", Act.SCAN, {})
    errand = bag.get_nowait()
    assert errand.expires_at == desk.clock.now() + (ahead_ms or 0) + PATIENCE_S * 1000


async def test_agent_that_is_not_here_is_asked_nothing() -> None:
    errands = errands_of(Desk())
    with errands.carried_by("other") as bag, pytest.raises(LinkLost, match="fridge is not here"):
        await errands.run("fridge", Act.SCAN, {})
    assert bag.empty()


async def test_link_that_takes_the_place_of_a_dead_one_is_asked_what_comes_now() -> None:
    errands = errands_of(Desk())

    async def lost() -> str:
        with pytest.raises(LinkLost) as caught:
            await errands.run("fridge", Act.SCAN, {})
        return str(caught.value)

    async with asyncio.TaskGroup() as tasks:
        dead = errands.carried_by("fridge")
        old = dead.__enter__()
        waiting = tasks.create_task(lost())
        await asyncio.sleep(0.1)
        with errands.carried_by("fridge") as new:
            dead.__exit__(None, None, None)
            assert "has left before it answered" in await waiting
            doing = tasks.create_task(errands.run("fridge", Act.RESTART, {}))
            errand = await new.get()
            assert (errand.act, old.qsize()) == ("restart", 1)
            errands.done("fridge", ErrandDone(errand.id, ok=True))
            await doing
