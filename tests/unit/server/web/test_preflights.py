from typing import Any

import pytest

from krausen.model.people import UserRole
from krausen.model.preflight import Finding, FindingLevel, PreflightReport, PreflightState
from krausen.wire.messages import PreflightTold
from tests.unit.server.web.brewery import NOON, Brewery

pytestmark = pytest.mark.anyio

PATH = "/api/v1/vessels/north/preflight"
TOLD = PreflightReport(
    state=PreflightState.RUNNING,
    step="Heating.",
    done=0.25,
    findings=(Finding(FindingLevel.GOOD, "The beer probe answers: 19.0 °C."),),
    measured={"beer_c": 19.0},
)


async def ask(
    brewery: Brewery,
    method: str,
    role: UserRole = UserRole.BREWER,
    status: int = 200,
    body: object = None,
) -> Any:
    async with brewery.caller(role) as client:
        answer = await client.request(method, PATH, json=body)
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None


async def test_vessel_without_any_says_none(brewery: Brewery) -> None:
    assert await brewery.read("/vessels/north/preflight") == {
        "id": None,
        "state": "none",
        "at": None,
        "step": "",
        "done": 0.0,
        "findings": [],
        "measured": {},
    }
    assert (await brewery.refusal("/vessels/nobody/preflight"))[0] == 404


async def test_it_is_started_followed_and_stopped(brewery: Brewery) -> None:
    brewery.site.roster.linked("cellar", "current")
    begun = await ask(brewery, "POST", body={"reason": "new probes"})
    assert (await brewery.catalog.journal(1))[0].reason == "new probes"
    assert (begun["id"], begun["state"], begun["at"][:10]) == ("run1.1", "waiting", "2026-09-21")
    await brewery.site.knowing.preflights.heard("cellar", PreflightTold("north", "run1.1", NOON, TOLD))
    running = await brewery.read("/vessels/north/preflight")
    assert running == {
        "id": "run1.1",
        "state": "running",
        "at": "2026-09-21T14:13:20.000Z",
        "step": "Heating.",
        "done": 0.25,
        "findings": [{"level": "good", "text": "The beer probe answers: 19.0 °C."}],
        "measured": {"beer_c": 19.0},
    }
    assert "under way" in (await ask(brewery, "POST", status=409))["detail"]
    await ask(brewery, "DELETE", status=204)
    wish = brewery.site.knowing.preflights.wish("north")
    assert wish is not None
    assert wish.stop


async def test_agent_that_is_away_is_a_conflict(brewery: Brewery) -> None:
    assert "is not here" in (await ask(brewery, "POST", status=409))["detail"]


@pytest.mark.parametrize("method", ["POST", "DELETE"])
async def test_viewers_only_look(brewery: Brewery, method: str) -> None:
    await ask(brewery, method, UserRole.VIEWER, 403)
