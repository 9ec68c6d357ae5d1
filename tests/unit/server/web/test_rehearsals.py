"""A profile rehearsed on what was learned of a vessel."""

import re
from typing import Any

import anyio
import pytest
from msgspec import json
from msgspec.structs import replace

from krausen.control.learning.belief import begin
from krausen.control.learning.keeping import kept
from krausen.model.batch import Batch, BatchState
from krausen.model.learned import Learned, Standing
from krausen.model.level import Demand, Levels
from krausen.model.people import UserRole
from krausen.model.series import SeriesName
from krausen.model.vessel import Role, Vessel
from krausen.ports.catalog.learned import LearnedRecord
from krausen.wire.instants import iso
from krausen.wire.messages import VesselReport
from tests.unit.server.web.brewery import NOON, Brewery, entry
from tests.unit.server.web.profiles import HOUR_MS, ask

pytestmark = pytest.mark.anyio

STEPS: list[dict[str, Any]] = [
    {"kind": "hold", "temperature": 18, "hours": 3},
    {"kind": "ramp", "temperature": 19, "hours": 4},
    {"kind": "hold", "temperature": 19},
]
DRAFT: dict[str, Any] = {"name": "Short", "steps": STEPS}
OUTPUTS = {Role.HEAT: SeriesName("cellar", "heater", "on"), Role.COOL: SeriesName("cellar", "cooler", "on")}
RAMP: dict[str, Any] = {"name": "Ramp", "steps": STEPS[1:]}
HOT: dict[str, Any] = {"name": "Hot", "steps": [{"kind": "hold", "temperature": 29}]}
DAY = 24 * HOUR_MS
ENERGY = re.compile(r"It takes between [\d.]+ and [\d.]+ kWh: nothing here measures electricity, .*")


def learned(standing: Standing = Standing.SURE, watched_h: float = 100.0) -> Learned:
    return kept(begin(18.0, 18.0, valve=False), watched_h, standing)


async def arrange(brewery: Brewery, document: Learned | None = None, **changes: object) -> Vessel:
    """Give the vessel outputs and a past in which it was learned."""
    present = (await brewery.catalog.vessel("north")).vessel
    vessel = replace(present, **{"roles": present.roles | OUTPUTS, "algorithm": "learning"} | changes)
    await brewery.catalog.change_vessel(vessel, entry("vessel", "north"))
    await brewery.site.roster.load()
    if document is not None:
        told = LearnedRecord(vessel="north", at=NOON, learned=document)
        await brewery.catalog.note_learned(told, {})
    return vessel


async def rehearse(brewery: Brewery, status: int = 200, id: str = "new", /, **body: object) -> Any:
    wish = {"vessel": "north", "profile": DRAFT} | body
    wish = {name: value for name, value in wish.items() if value is not None}
    return await ask(brewery, "POST", f"/profiles/{id}/rehearse", wish, status=status)


async def test_a_draft_is_rehearsed_from_now_on(brewery: Brewery) -> None:
    await arrange(brewery, learned())
    found = await rehearse(brewery)
    assert found["t"][0] == NOON
    assert found["t"][-1] == pytest.approx(NOON + 7 * HOUR_MS + DAY, abs=HOUR_MS)
    lines = [found["setpoint"], *(found["beer"][name] for name in ("low", "mean", "high"))]
    assert {len(line) for line in lines} == {len(found["t"])}
    assert len(found["t"]) <= 500
    low, mean, high = (found["beer"][name] for name in ("low", "mean", "high"))
    assert all(one <= two <= three for one, two, three in zip(low, mean, high, strict=True))
    assert len(found["steps"]) == 3
    assert found["steps"][1] == {"reached_at": iso(NOON + 7 * HOUR_MS), "late_h": 0.0}
    assert found["kwh"] > 0.0
    assert found["starts_per_day"] > 0.0
    volume, energy = found["warnings"]
    assert volume == "Nobody said how much beer there is: the energy is that of 20 L."
    assert ENERGY.fullmatch(energy)


async def test_a_profile_that_is_kept_is_rehearsed_by_its_id(brewery: Brewery) -> None:
    await arrange(brewery, learned())
    await ask(brewery, "POST", "/profiles", DRAFT, status=201)
    kept_one = await rehearse(brewery, 200, "short", profile=None)
    assert kept_one == await rehearse(brewery)
    assert (await rehearse(brewery, 404, "long", profile=None))["title"] == "Not Found"


async def test_what_is_over_of_a_course_is_left_out(brewery: Brewery) -> None:
    await arrange(brewery, learned())
    found = await rehearse(brewery, **{"from": NOON - 5 * HOUR_MS})
    assert found["t"][0] == NOON
    assert found["setpoint"][0] == pytest.approx(18.5, abs=0.01)
    assert found["steps"][0] == {"reached_at": None, "late_h": None}
    assert found["steps"][1]["reached_at"] is not None


async def test_a_ramp_at_the_beginning_goes_from_where_the_beer_is(brewery: Brewery) -> None:
    await arrange(brewery, learned())
    blind = await rehearse(brewery, profile=RAMP)
    assert blind["setpoint"][0] == 19.0
    report = VesselReport(vessel="north", at=NOON, demand=Demand(), levels=Levels(), beer=15.0, chamber=None)
    await brewery.site.roster.reported(report)
    found = await rehearse(brewery, profile=RAMP)
    assert found["setpoint"][0] == 15.0
    assert found["beer"]["mean"][0] == pytest.approx(15.0, abs=0.5)
    assert len(found["steps"]) == 2


async def test_the_beer_of_the_batch_counts(brewery: Brewery) -> None:
    await arrange(brewery, learned())
    plain = await rehearse(brewery)
    batch = Batch(
        id="big",
        name="Big",
        state=BatchState.RUNNING,
        vessel="north",
        started_at=NOON - 60 * HOUR_MS,
        volume_l=200.0,
    )
    await brewery.catalog.keep_batch(batch, [], entry("batch", "big"))
    found = await rehearse(brewery)
    assert [ENERGY.fullmatch(one) is not None for one in found["warnings"]] == [True]
    assert found["kwh"] > 4.0 * plain["kwh"]


async def test_what_is_not_sure_is_said(brewery: Brewery) -> None:
    await arrange(brewery, learned(Standing.NEW, 3.0), algorithm="hysteresis")
    warnings = (await rehearse(brewery))["warnings"]
    assert any(one.startswith("Little is known of this chamber yet") for one in warnings)
    assert "North is not held by Learning now; this is how that would do it." in warnings


@pytest.mark.parametrize(
    ("document", "changes", "said"),
    [
        (None, {}, "Nothing has been learned of North yet."),
        (learned(), {"algorithm": "firmware"}, "North is held by the firmware of cellar"),
        (learned(), {"roles": {}}, "North has neither heater nor cooler."),
        (learned(), {"settings": {"temperament": "wild"}}, "North has settings that Learning does not know"),
    ],
)
async def test_what_cannot_be_rehearsed_on_is_refused(
    brewery: Brewery, document: Learned | None, changes: dict[str, object], said: str
) -> None:
    await arrange(brewery, document, **changes)
    assert (await rehearse(brewery, 409))["detail"].startswith(said)


@pytest.mark.parametrize(
    ("body", "where"),
    [
        (
            {"profile": {"steps": [{"kind": "hold", "temperature": 29}], "name": "Hot"}},
            "/steps/0/temperature",
        ),
        ({"profile": {"name": "None", "steps": []}}, "/steps"),
        ({"from": NOON + 4000 * DAY}, "/from"),
        ({"from": "soon"}, "/from"),
        ({"vessel": 3}, "/vessel"),
    ],
)
async def test_what_is_wrong_is_named(brewery: Brewery, body: dict[str, object], where: str) -> None:
    await arrange(brewery, learned())
    problem = await rehearse(brewery, 422, **body)
    assert [fault["where"] for fault in problem["errors"]] == [where]


async def test_what_has_no_name_yet_can_be_rehearsed(brewery: Brewery) -> None:
    await arrange(brewery, learned())
    assert (await rehearse(brewery, profile={"steps": STEPS}))["t"]


async def test_a_vessel_that_is_not_there_is_not_found(brewery: Brewery) -> None:
    await rehearse(brewery, 404, vessel="south")


async def test_only_brewers_rehearse(brewery: Brewery) -> None:
    await arrange(brewery, learned())
    async with brewery.caller(UserRole.VIEWER) as client:
        answer = await client.post("/api/v1/profiles/new/rehearse", json={"vessel": "north"})
    assert answer.status_code == 403


async def test_one_rehearsal_at_a_time(brewery: Brewery) -> None:
    await arrange(brewery, learned())
    found: list[int] = []

    async def ask_for_one() -> None:
        async with brewery.caller(UserRole.BREWER) as client:
            body = {"vessel": "north", "profile": DRAFT}
            answer = await client.post("/api/v1/profiles/new/rehearse", json=body)
        found.append(answer.status_code)
        if answer.status_code == 429:
            assert answer.headers["retry-after"] == "5"
            assert answer.json()["detail"] == "Another rehearsal is going on. Try again in a few seconds."

    async with anyio.create_task_group() as group:
        group.start_soon(ask_for_one)
        group.start_soon(ask_for_one)
    assert sorted(found) == [200, 429]
    await rehearse(brewery)


async def test_who_goes_away_ends_it(brewery: Brewery) -> None:
    """The first caller hangs up at once; the next one is served."""
    await arrange(brewery, learned())
    told = [{"type": "http.request", "body": BODY, "more_body": False}]
    sent: list[Any] = []

    async def receive() -> Any:
        return told.pop(0) if told else {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    await brewery.app(scope("/api/v1/profiles/new/rehearse"), receive, send)
    assert sent[0]["status"] == 503
    await rehearse(brewery)


BODY = json.encode({"vessel": "north", "profile": {"name": "Week", "steps": [STEPS[0] | {"hours": 168}]}})


def scope(path: str) -> dict[str, Any]:
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [
            (b"host", b"krausen.test"),
            (b"content-type", b"application/json"),
            (b"authorization", b"Bearer krs_brewer"),
        ],
        "client": ("127.0.0.1", 5),
        "server": ("krausen.test", 80),
    }
