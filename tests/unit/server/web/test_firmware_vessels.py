"""Vessels that the firmware of a controller holds."""

from typing import Any

import pytest
from msgspec.structs import replace

from krausen.errors import Fault
from krausen.model.people import UserRole
from krausen.model.series import WHOLE, SeriesName
from krausen.model.vessel import Role
from krausen.wire.messages import Declared, SeriesDeclared
from tests.unit.server.web.brewery import Brewery
from tests.unit.server.web.cellarman import NAME, WISH, call, cellarman, places

pytestmark = pytest.mark.anyio

MEASURED = {
    role: SeriesName(NAME, NAME, role.value) for role in (Role.BEER, Role.CHAMBER, Role.HEAT, Role.COOL)
}


@pytest.fixture(autouse=True)
async def controller(brewery: Brewery) -> None:
    await call(brewery, "POST", "", WISH, status=201)


async def ask(brewery: Brewery, method: str, path: str, body: object, status: int) -> Any:
    async with brewery.caller(UserRole.BREWER) as client:
        answer = await client.request(method, f"/api/v1/vessels{path}", json=body)
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None


async def add(brewery: Brewery, status: int = 201, **body: Any) -> Any:
    return await ask(brewery, "POST", "", {"name": "Fass", "agent": NAME} | body, status)


async def change(brewery: Brewery, status: int = 200, **body: Any) -> Any:
    return await ask(brewery, "PATCH", "/fass", body, status)


async def roles(brewery: Brewery, vessel: str = "fass") -> dict[Role, SeriesName]:
    return (await brewery.catalog.vessel(vessel)).vessel.roles


async def declare(brewery: Brewery, *metrics: str) -> None:
    async with cellarman(brewery) as here:
        series = [Declared(SeriesName(NAME, NAME, metric), "", WHOLE) for metric in metrics]
        await here.say(SeriesDeclared(tuple(series)))


async def test_vessel_of_a_controller_has_the_roles_that_it_can_measure(brewery: Brewery) -> None:
    made = await add(brewery)
    assert (made["agent"], made["algorithm"], made["roles"]) == (NAME, "firmware", {})
    assert await roles(brewery) == MEASURED
    await declare(brewery, "beer", "heat")
    shown = (await brewery.read("/vessels/fass"))["roles"]
    assert sorted(shown) == ["beer", "heat"], "as soon as they can be named"


async def test_roles_are_those_of_the_series_that_there_are(brewery: Brewery) -> None:
    await declare(brewery, "beer", "heat", "room")
    assert sorted((await add(brewery))["roles"]) == ["beer", "heat"]
    assert set(await roles(brewery)) == {Role.BEER, Role.HEAT}


async def test_role_that_somebody_chose_stays(brewery: Brewery) -> None:
    tilt = SeriesName("tilt", "red", "temperature")
    await brewery.history.declare([(tilt, "°C")])
    await add(brewery, roles={"beer": "s2", "gravity": "s2"})
    assert await roles(brewery) == {**MEASURED, Role.BEER: tilt, Role.GRAVITY: tilt}


async def test_role_that_somebody_took_away_stays_away(brewery: Brewery) -> None:
    await declare(brewery, "beer", "chamber")
    await add(brewery)
    assert (await change(brewery, roles={"chamber": None}))["roles"] == {"beer": "s2"}
    assert (await change(brewery, name="Keg"))["roles"] == {"beer": "s2"}


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"algorithm": "hysteresis"}, ["/algorithm"]),
        ({"algorithm": "firmware", "agent": "cellar"}, ["/algorithm"]),
        ({"algorithm": "firmware", "agent": ""}, ["/algorithm"]),
        ({"roles": {"heat": "s2"}}, ["/roles/heat"]),
        ({"roles": {"beer": "s1"}}, ["/roles/beer"]),
    ],
    ids=str,
)
async def test_what_a_firmware_cannot_do_is_refused(
    brewery: Brewery, body: dict[str, Any], where: list[str]
) -> None:
    await brewery.history.declare([(SeriesName("plug", "p1", "on"), "")])
    assert places(await add(brewery, 422, **body)) == where


async def test_controller_holds_one_vessel(brewery: Brewery) -> None:
    await add(brewery)
    refused = await add(brewery, 422, name="Keg")
    assert Fault("/agent", "fridge holds Fass already; it can hold one vessel.") in [
        Fault(**fault) for fault in refused["errors"]
    ]


async def test_vessel_that_comes_to_a_controller_is_held_by_its_firmware(brewery: Brewery) -> None:
    await add(brewery, agent="", algorithm="pid")
    assert (await change(brewery, agent=NAME))["algorithm"] == "firmware"
    assert await roles(brewery) == MEASURED


async def test_vessel_that_leaves_a_controller_is_held_as_usual_and_leaves_its_series(
    brewery: Brewery,
) -> None:
    await add(brewery)
    moved = await change(brewery, agent="cellar")
    assert (moved["algorithm"], await roles(brewery)) == ("hysteresis", {})
    assert (await change(brewery, agent="", algorithm="pid"))["algorithm"] == "pid"


@pytest.mark.parametrize(("agent", "stays"), [("cellar", ["ambient"]), (None, ["ambient", "beer"])])
async def test_outputs_of_a_controller_stay_behind_when_a_vessel_leaves_it(
    brewery: Brewery, agent: str | None, stays: list[str]
) -> None:
    await declare(brewery, "beer", "heat", "cool")
    await add(brewery, roles={"ambient": "s1"})
    assert sorted((await change(brewery, agent=agent))["roles"]) == stays


async def test_algorithm_stays_when_the_agent_changes_to_another_that_is_no_controllers(
    brewery: Brewery,
) -> None:
    await add(brewery, agent="cellar", algorithm="pid")
    assert (await change(brewery, agent="roof"))["algorithm"] == "pid"
    assert (await change(brewery, algorithm=None))["algorithm"] == "hysteresis"


async def test_controller_of_a_driver_that_is_gone_measures_nothing(brewery: Brewery) -> None:
    kept = await brewery.catalog.controller(NAME)
    entry = (await brewery.catalog.journal(1))[0]
    await brewery.catalog.change_controller(replace(kept, driver="gone"), entry)
    assert (await add(brewery))["algorithm"] == "firmware"
    assert await roles(brewery) == {}
    assert (await call(brewery, "GET", f"/{NAME}"))["driver"] == "gone"


async def test_output_of_a_controller_is_switched_by_nobody_else(brewery: Brewery) -> None:
    await declare(brewery, "heat")
    assert places(await add(brewery, 422, agent="cellar", roles={"heat": "s2"})) == ["/roles/heat"]
    assert places(await add(brewery, 422, agent="", roles={"heat": "s2"})) == ["/roles/heat"]
