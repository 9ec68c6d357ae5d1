import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from krausen.agent.errands import LONGEST_S, REMEMBERED, TOO_LATE
from krausen.ports.controller import Act
from krausen.testing.controller import STRANGE
from krausen.wire.messages import Desired, Errand, ErrandDone
from tests.unit.agent.garage import GARAGE, Garage

WIRED = Desired((), (GARAGE,))


def errand(garage: Garage, act: str = "scan", id: str = "e1", **body: Any) -> Errand:
    """Ask the controller for something in the next half minute."""
    return Errand(id=id, controller="garage", act=act, body=body, expires_at=garage.clock.now() + 30_000)


async def test_an_errand_is_done_and_answered_once() -> None:
    garage = Garage()
    async with garage.running(), garage.heard(WIRED) as link:
        await asyncio.sleep(10)
        await link.server.send(errand(garage, "set", band=0.3))
        await asyncio.sleep(5)
        assert garage.said(ErrandDone) == [ErrandDone("e1", ok=True)]
    assert garage.controller.acts == [(Act.SET, {"band": 0.3})]


async def test_one_that_comes_again_is_answered_again_and_not_done_again() -> None:
    garage = Garage()
    async with garage.running(), garage.heard(WIRED) as link:
        await asyncio.sleep(10)
        for _ in range(3):
            await link.server.send(errand(garage))
            await asyncio.sleep(5)
        assert garage.said(ErrandDone) == [ErrandDone("e1", ok=True)] * 3
    assert len(garage.controller.acts) == 1


async def test_one_that_comes_again_while_it_is_done_is_answered_once() -> None:
    garage = Garage()
    async with garage.running(), garage.heard(WIRED) as link:
        await asyncio.sleep(10)
        garage.controller.slow_s = 2.0
        await link.server.send(errand(garage))
        await link.server.send(errand(garage))
        await asyncio.sleep(5)
        assert garage.said(ErrandDone) == [ErrandDone("e1", ok=True)]
    assert len(garage.controller.acts) == 1


async def test_what_the_controller_has_against_it_is_answered_with_its_place() -> None:
    garage = Garage()
    async with garage.running(), garage.heard(WIRED) as link:
        await asyncio.sleep(10)
        await link.server.send(errand(garage, "set", volume=11))
        await asyncio.sleep(5)
        (done,) = garage.said(ErrandDone)
    assert not done.ok
    assert done.faults == (("/volume", "There is no such parameter."),)


@pytest.mark.parametrize(
    ("controller", "why"),
    [
        ("garage", "Controller garage is away: It does not answer."),
        ("cellar", "This agent speaks with no controller cellar."),
    ],
)
async def test_one_for_a_controller_that_is_away_is_answered_at_once_with_why(
    controller: str, why: str
) -> None:
    garage = Garage()
    garage.controller.lost = True
    async with garage.running(), garage.heard(WIRED) as link:
        await asyncio.sleep(10)
        asked = Errand(id="e1", controller=controller, act="scan", expires_at=garage.clock.now() + 30_000)
        await link.server.send(asked)
        await asyncio.sleep(0.1)
        assert garage.said(ErrandDone) == [ErrandDone("e1", ok=False, detail=why)]


async def test_a_strange_controller_is_asked_for_nothing() -> None:
    garage = Garage()
    garage.controller.strange = True
    async with garage.running(), garage.heard(WIRED) as link:
        await asyncio.sleep(10)
        await link.server.send(errand(garage))
        await asyncio.sleep(1)
        assert garage.said(ErrandDone) == [ErrandDone("e1", ok=False, detail=STRANGE)]
    assert garage.controller.acts == []


async def test_what_has_expired_or_nobody_knows_is_not_done() -> None:
    garage = Garage()
    async with garage.running(), garage.heard(WIRED) as link:
        await asyncio.sleep(10)
        late = Errand(id="e1", controller="garage", act="scan", expires_at=garage.clock.now())
        await link.server.send(late)
        await link.server.send(errand(garage, "brew", id="e2"))
        await asyncio.sleep(1)
        assert garage.said(ErrandDone) == [
            ErrandDone("e1", ok=False, detail=TOO_LATE),
            ErrandDone("e2", ok=False, detail="This agent cannot brew: update it."),
        ]
    assert garage.controller.acts == []


async def test_one_that_waited_behind_another_until_it_expired_is_not_done() -> None:
    garage = Garage()
    async with garage.running(), garage.heard(WIRED) as link:
        await asyncio.sleep(10)
        garage.controller.hang = True
        await link.server.send(errand(garage, id="e1"))
        await link.server.send(errand(garage, id="e2"))
        await asyncio.sleep(LONGEST_S)
        first, second = garage.said(ErrandDone)
    assert "did not answer in time" in first.detail
    assert second == ErrandDone("e2", ok=False, detail=TOO_LATE)
    assert garage.controller.acts == []


async def test_a_driver_that_fails_is_said_and_the_next_errand_is_done() -> None:
    garage = Garage()
    with capture_logs():
        async with garage.running(), garage.heard(WIRED) as link:
            for number, crash in enumerate((RuntimeError("odd"), asyncio.CancelledError())):
                await asyncio.sleep(12)
                garage.controller.crash = crash
                await link.server.send(errand(garage, id=f"e{number}"))
                await asyncio.sleep(0.1)
                (done,) = garage.said(ErrandDone)
                assert not done.ok
                assert done.detail.startswith("Its driver failed:")
                garage.controller.heal()
            await asyncio.sleep(10)
            await link.server.send(errand(garage, id="again"))
            await asyncio.sleep(1)
            assert garage.said(ErrandDone) == [ErrandDone("again", ok=True)]


async def test_the_oldest_of_many_are_forgotten_and_the_others_are_not_done_twice() -> None:
    garage = Garage()
    async with garage.running(), garage.heard(WIRED) as link:
        await asyncio.sleep(10)
        for number in (*range(REMEMBERED), *range(REMEMBERED)):
            await link.server.send(errand(garage, id=f"e{number}"))
        await asyncio.sleep(5)
        assert len(garage.controller.acts) == REMEMBERED


@given(
    st.lists(
        st.tuples(st.integers(0, 4), st.sampled_from(["scan", "set", "assign", "reset", "brew"])), max_size=12
    )
)
async def test_whatever_is_asked_for_is_done_at_most_once_and_always_answered(
    asked: list[tuple[int, str]],
) -> None:
    garage = Garage()
    async with garage.running(), garage.heard(WIRED) as link:
        await asyncio.sleep(10)
        for number, act in asked:
            await link.server.send(errand(garage, act, id=str(number)))
            await asyncio.sleep(1)
        done = garage.said(ErrandDone)
    first = dict(reversed(asked))
    assert len(done) == len(asked)
    assert len(garage.controller.acts) == sum(act != "brew" for act in first.values())
    assert len({(one.id, one.ok, one.detail) for one in done}) == len(first)
