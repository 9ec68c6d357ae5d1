"""What controllers are asked to do: assigned, looked for, set, reset, restarted."""

import asyncio
from typing import Any

import pytest

from krausen.model.controller import ControllerState
from krausen.model.people import UserRole
from krausen.ports.controller import Act
from krausen.server.controllers.work import SETTLE_S
from krausen.server.errands import PATIENCE_S
from krausen.wire.messages import ErrandDone
from tests.unit.server.web.brewery import NOON, Brewery
from tests.unit.server.web.cellarman import NAME, WISH, Cellarman, call, fridge, places

pytestmark = pytest.mark.anyio

BREWER = UserRole.BREWER


async def assign(brewery: Brewery, body: object, status: int = 200, device: str = "pin-1") -> Any:
    path = f"/{NAME}/devices/{device}"
    return await call(brewery, "PATCH", path, body, status=status, role=BREWER)


async def newest(brewery: Brewery) -> tuple[str, str, str, str]:
    entry = (await brewery.catalog.journal(1))[0]
    return entry.what, entry.id, entry.reason, entry.detail


async def test_hardware_is_listed_with_what_is_free(brewery: Brewery) -> None:
    async with fridge(brewery):
        found = (await call(brewery, "GET", f"/{NAME}/devices", role=UserRole.VIEWER))["items"]
        assert [(one["id"], one["slot"]) for one in found] == [
            ("pin-1", 0),
            ("pin-2", 1),
            ("ow-28ff01", None),
        ]
        assert found[2] == {
            "id": "ow-28ff01",
            "slot": None,
            "chamber": 0,
            "beer": 0,
            "function": "none",
            "hardware": "one-wire",
            "device_type": "probe",
            "address": "28ff01",
            "pin": None,
            "inverted": False,
            "calibration": 0.0,
            "value": 20.0,
            "title": "",
        }


async def test_device_is_assigned_and_given_as_it_then_is(brewery: Brewery) -> None:
    async with fridge(brewery) as here:
        wanted = {"slot": 2, "chamber": 1, "beer": 1, "function": "beer", "calibration": 0.25}
        device = await assign(brewery, {**wanted, "reason": "new float"}, device="ow-28ff01")
        assert {key: device[key] for key in wanted} == wanted
        assert here.controller.acts == [(Act.ASSIGN, {"device": "ow-28ff01", **wanted})]
        detail = "ow-28ff01: slot 2, chamber 1, beer 1, function beer, calibration 0.25"
        assert await newest(brewery) == ("controller", NAME, "new float", detail)
        freed = await assign(brewery, {"function": "none"}, device="ow-28ff01")
        assert freed["slot"] is None


async def test_answer_waits_until_the_controller_tells_what_changed(brewery: Brewery) -> None:
    async with fridge(brewery) as here:
        here.reports = False
        async with asyncio.TaskGroup() as tasks:
            answer = tasks.create_task(assign(brewery, {"inverted": True}))
            await asyncio.sleep(1)
            await here.tell("Something else.")
            assert not answer.done()
            await here.report()
        assert answer.result()["inverted"] is True


async def test_controller_that_tells_nothing_new_is_not_waited_for_longer_than_it_may_take(
    brewery: Brewery,
) -> None:
    async with fridge(brewery) as here:
        here.reports = False
        loop = asyncio.get_running_loop()
        before_s = loop.time()
        assert (await assign(brewery, {"inverted": True}))["inverted"] is False
        assert SETTLE_S <= loop.time() - before_s < SETTLE_S + 1


async def test_nothing_is_asked_for_nothing(brewery: Brewery) -> None:
    async with fridge(brewery) as here:
        assert (await assign(brewery, {}))["id"] == "pin-1"
        assert (await call(brewery, "PATCH", f"/{NAME}/parameters", {}))["parameters"][0]["key"] == "band"
        assert here.errands == []


async def test_refusal_of_the_controller_names_the_field(brewery: Brewery) -> None:
    async with fridge(brewery):
        refused = await call(brewery, "PATCH", f"/{NAME}/parameters", {"nope": 1}, status=422)
        assert places(refused) == ["/nope"]
        assert refused["detail"] == "These parameters cannot be set."
        assert (await newest(brewery))[0] != "parameters"


async def test_body_that_is_no_assignment_is_refused_before_anybody_is_asked(brewery: Brewery) -> None:
    async with fridge(brewery) as here:
        refused = await assign(brewery, {"slot": "one", "inverted": 1}, 422)
        assert places(refused) == ["/slot", "/inverted"]
        refused = await call(brewery, "POST", f"/{NAME}/reset", {"what": "everything"}, status=422)
        assert places(refused) == ["/what"]
        assert here.errands == []


async def test_device_that_the_controller_does_not_have_cannot_be_found(brewery: Brewery) -> None:
    async with fridge(brewery):
        assert "pin-9" in (await assign(brewery, {"slot": 1}, 404, device="pin-9"))["detail"]


async def test_parameters_are_set_and_given_back(brewery: Brewery) -> None:
    async with fridge(brewery):
        answer = await call(brewery, "PATCH", f"/{NAME}/parameters?reason=calmer", {"band": 1.5}, role=BREWER)
        assert [(one["key"], one["value"]) for one in answer["parameters"]] == [("band", 1.5)]
        assert await newest(brewery) == ("controller", NAME, "calmer", "band 1.5")


async def test_scan_gives_what_was_found_and_is_no_change(brewery: Brewery) -> None:
    async with fridge(brewery) as here:
        before = len(await brewery.catalog.journal(100))
        found = await call(brewery, "POST", f"/{NAME}/scan", role=BREWER)
        assert [one["id"] for one in found["items"]] == ["pin-1", "pin-2", "ow-28ff01"]
        assert here.controller.acts == [(Act.SCAN, {})]
        assert len(await brewery.catalog.journal(100)) == before


async def test_reset_and_restart_are_done_once_and_journalled(brewery: Brewery) -> None:
    async with fridge(brewery) as here:
        body = {"what": "constants", "reason": "odd"}
        assert await call(brewery, "POST", f"/{NAME}/reset", body, status=204, role=BREWER) is None
        assert await newest(brewery) == ("controller", NAME, "odd", "constants reset")
        assert await call(brewery, "POST", f"/{NAME}/restart", None, status=204, role=BREWER) is None
        assert await newest(brewery) == ("controller", NAME, "", "restarted")
        await call(brewery, "POST", f"/{NAME}/restart", {"reason": "stuck"}, status=204)
        assert here.controller.acts == [
            (Act.RESET, {"what": "constants"}),
            (Act.RESTART, {}),
            (Act.RESTART, {}),
        ]
        assert (await newest(brewery))[2] == "stuck"


ACTS = [
    ("PATCH", "/devices/pin-1", {"slot": 1}),
    ("POST", "/scan", None),
    ("PATCH", "/parameters", {"band": 1}),
    ("POST", "/reset", {"what": "memory"}),
    ("POST", "/restart", None),
]
every_act = pytest.mark.parametrize(("method", "path", "body"), ACTS, ids=[path for _, path, _ in ACTS])


@every_act
async def test_while_the_agent_is_away_it_is_said_at_once_and_when_to_try_again(
    brewery: Brewery, method: str, path: str, body: object
) -> None:
    async with fridge(brewery):
        pass
    async with brewery.caller(BREWER) as client:
        answer = await client.request(method, f"/api/v1/controllers/{NAME}{path}", json=body)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert "The agent fridge is not here" in answer.json()["detail"]


async def test_hardware_that_was_never_told_cannot_be_assigned_yet(brewery: Brewery) -> None:
    await call(brewery, "POST", "", WISH, status=201)
    assert (await call(brewery, "GET", f"/{NAME}/devices"))["items"] == []
    assert "has not told its hardware" in (await assign(brewery, {"slot": 1}, 503))["detail"]


@every_act
async def test_strange_controller_is_only_read(
    brewery: Brewery, method: str, path: str, body: object
) -> None:
    async with fridge(brewery) as here:
        await here.report(ControllerState.STRANGE, "Firmware 9.9 is not known.")
        refused = await call(brewery, method, f"/{NAME}{path}", body, status=422)
        assert (refused["detail"], here.errands) == ("Firmware 9.9 is not known.", [])


@every_act
async def test_controller_that_does_not_answer_is_not_waited_for_longer_than_it_may_take(
    brewery: Brewery, method: str, path: str, body: object
) -> None:
    async with fridge(brewery) as here:
        here.idle = True
        before_s = asyncio.get_running_loop().time()
        refused = await call(brewery, method, f"/{NAME}{path}", body, status=503)
        assert "has not answered in time" in refused["detail"]
        assert asyncio.get_running_loop().time() - before_s == pytest.approx(PATIENCE_S, abs=1)
        (errand,) = here.errands
        assert errand.expires_at == pytest.approx(NOON + PATIENCE_S * 1000, abs=2000)
        await here.say(ErrandDone(errand.id, ok=True))


async def failing(brewery: Brewery, here: Cellarman, body: object) -> Any:
    """Give how an errand is refused that the agent answers with no more than a sentence."""
    here.idle = True
    async with asyncio.TaskGroup() as tasks:
        answer = tasks.create_task(assign(brewery, body, 503))
        await asyncio.sleep(0.1)
        await here.say(ErrandDone(here.errands[-1].id, ok=False, detail="The line was cut."))
    return answer.result()


async def test_controller_that_is_lost_meanwhile_is_worth_another_try(brewery: Brewery) -> None:
    async with fridge(brewery) as here:
        assert (await failing(brewery, here, {"slot": 1}))["detail"] == "The line was cut."


async def test_agent_that_leaves_meanwhile_is_said_at_once(brewery: Brewery) -> None:
    async with asyncio.TaskGroup() as tasks:
        async with fridge(brewery) as here:
            here.idle = True
            answer = tasks.create_task(assign(brewery, {"slot": 1}, 503))
            await asyncio.sleep(0.1)
        assert "has left before it answered" in (await answer)["detail"]
