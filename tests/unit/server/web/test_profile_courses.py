"""What vessels follow, and how people change it on the way."""

from typing import Any

import pytest

from krausen.model.level import Demand, Levels
from krausen.model.setpoint import Answer, AnswerState
from krausen.wire.messages import VesselReport
from tests.unit.server.web.brewery import NOON, Brewery
from tests.unit.server.web.profiles import ALE, HOUR_MS, ask

pytestmark = pytest.mark.anyio

COURSE = "/vessels/north/course"
SETPOINT = "/vessels/north/setpoint"


async def follow(brewery: Brewery, status: int = 200, **body: object) -> Any:
    """Have the vessel follow the profile, which is added first."""
    if not await brewery.catalog.profiles():
        await ask(brewery, "POST", "/profiles", ALE, status=201)
    return await ask(
        brewery, "PUT", SETPOINT, {"mode": "profile", "profile": "pale-ale"} | body, status=status
    )


async def say(brewery: Brewery, state: AnswerState) -> None:
    """Answer the latest wish as the agent would."""
    record = await brewery.catalog.vessel("north")
    held = record.requested if state is AnswerState.ACCEPTED else record.answer.setpoint
    answer = Answer(setpoint=held, state=state, detail="Too hot.", at=NOON)
    await brewery.catalog.answered("north", record.requested.revision, answer)


def report(beer: float) -> VesselReport:
    return VesselReport(vessel="north", at=NOON, demand=Demand(), levels=Levels(), beer=beer, chamber=None)


async def act(brewery: Brewery, what: str, status: int = 200, **body: object) -> Any:
    return await ask(brewery, "POST", f"{COURSE}/{what}", body or None, status=status)


async def test_a_profile_is_followed_from_now_on(brewery: Brewery) -> None:
    vessel = await follow(brewery, reason="pitched", revision=1)
    assert vessel["requested"] == {
        "revision": 2,
        "mode": "profile",
        "value": None,
        "profile": "pale-ale",
        "reason": "pitched",
        "by": "brewer",
        "at": "2026-09-21T14:13:20.000Z",
    }
    assert vessel["accepted"]["state"] == "waiting"
    course = await brewery.read(COURSE)
    assert course["vessel"] == "north"
    assert course["profile"] == {
        "id": "pale-ale",
        "name": "Pale ale",
        "type": "fermentation",
        "steps": (await brewery.read("/profiles/pale-ale"))["steps"],
        "events": [{"hours": 96.0, "text": "Dry hop"}],
    }
    assert (course["start"], course["pauses"], course["paused"]) == ("2026-09-21T14:13:20.000Z", [], False)
    assert course["now"] == {"t": NOON, "setpoint": 18.0, "step": 0, "step_ends": NOON + 72 * HOUR_MS}
    corners = [(0, 18.0), (72, 18.0), (120, 21.0), (132, 21.0)]
    assert course["curve"]["t"] == [NOON + hour * HOUR_MS for hour, _ in corners]
    assert course["curve"]["setpoint"] == [c for _, c in corners]
    assert [one["ends"] for one in course["milestones"]] == [NOON + 72 * HOUR_MS, NOON + 120 * HOUR_MS, None]
    assert course["events"] == [{"t": NOON + 96 * HOUR_MS, "text": "Dry hop"}]
    assert course["revision"] == 2
    entry = (await brewery.catalog.journal(1))[0]
    assert (entry.action, entry.detail, entry.reason) == ("setpoint", "profile Pale ale", "pitched")


async def test_a_span_of_a_course_can_be_asked_for(brewery: Brewery) -> None:
    await follow(brewery)
    start, end = NOON + 96 * HOUR_MS, NOON + 100 * HOUR_MS
    curve = (await brewery.read(f"{COURSE}?from={start}&to={end}"))["curve"]
    assert (curve["t"], curve["setpoint"]) == ([start, end], [19.5, 19.75])
    assert (await brewery.read(f"{COURSE}?from={start}"))["curve"]["t"][0] == start
    assert (await brewery.read(f"{COURSE}?to={end}"))["curve"]["t"][-1] == end
    assert await brewery.refusal(f"{COURSE}?from={end}&to={start}") == (422, ["query:from"])
    assert await brewery.refusal(f"{COURSE}?from=soon") == (422, ["query:from"])


async def test_what_is_followed_stays_when_the_profile_is_changed_or_gone(brewery: Brewery) -> None:
    await follow(brewery)
    course = await brewery.read(COURSE)
    await ask(brewery, "PATCH", "/profiles/pale-ale", {"steps": [{"kind": "hold", "temperature": 5}]})
    await ask(brewery, "DELETE", "/profiles/pale-ale", status=204)
    assert await brewery.read(COURSE) == course
    assert (await act(brewery, "pause"))["paused"] is True


async def test_what_is_held_goes_over_gently(brewery: Brewery) -> None:
    await ask(brewery, "PUT", SETPOINT, {"mode": "beer", "value": 20})
    await say(brewery, AnswerState.ACCEPTED)
    await follow(brewery)
    course = await brewery.read(COURSE)
    assert course["now"]["setpoint"] == 20.0
    assert list(zip(course["curve"]["t"], course["curve"]["setpoint"], strict=True))[:2] == [
        (NOON, 20.0),
        (NOON + 2 * HOUR_MS, 18.0),
    ]
    assert course["milestones"][-1]["begins"] == NOON + 120 * HOUR_MS


async def test_what_is_held_by_another_profile_goes_over_gently_too(brewery: Brewery) -> None:
    await follow(brewery)
    await say(brewery, AnswerState.ACCEPTED)
    cold = {"name": "Cold", "steps": [{"kind": "hold", "temperature": 4}]}
    await ask(brewery, "POST", "/profiles", cold, status=201)
    await follow(brewery, profile="cold")
    course = await brewery.read(COURSE)
    assert (course["profile"]["name"], course["now"]["setpoint"]) == ("Cold", 18.0)
    assert course["curve"]["setpoint"][:2] == [18.0, 4.0]


async def test_a_profile_may_begin_at_a_date(brewery: Brewery) -> None:
    await follow(brewery, start="2026-09-25T12:00:00")
    course = await brewery.read(COURSE)
    assert course["start"] == "2026-09-25T10:00:00.000Z"
    assert course["now"] == {"t": NOON, "setpoint": 18.0, "step": None, "step_ends": None}
    await follow(brewery, start=NOON - 96 * HOUR_MS)
    course = await brewery.read(COURSE)
    assert (course["now"]["step"], course["now"]["setpoint"]) == (1, 19.5)


WRONG_WISHES: list[tuple[dict[str, Any], str]] = [
    ({"profile": "none"}, "/profile"),
    ({"profile": None}, "/profile"),
    ({"profile": 3}, "/profile"),
    ({"value": 20}, "/value"),
    ({"start": "soon"}, "/start"),
    ({"start": NOON + 11 * 365 * 24 * HOUR_MS}, "/start"),
    ({"start": 0}, "/start"),
    ({"mode": "beer", "value": 18}, "/profile"),
    ({"mode": "beer", "value": 18, "profile": None, "start": NOON}, "/start"),
]


@pytest.mark.parametrize(("body", "where"), WRONG_WISHES)
async def test_a_wrong_wish_is_refused_and_changes_nothing(
    brewery: Brewery, body: dict[str, Any], where: str
) -> None:
    refused = await follow(brewery, 422, **body)
    assert [fault["where"] for fault in refused["errors"]] == [where]
    assert (await brewery.catalog.vessel("north")).requested.revision == 1
    assert await brewery.refusal(COURSE) == (404, [])


async def test_steps_beyond_the_limits_of_the_vessel_are_named(brewery: Brewery) -> None:
    steps = [{"kind": "hold", "temperature": 18, "hours": 2}, {"kind": "hold", "temperature": 25.5}]
    await ask(brewery, "POST", "/profiles", {"name": "Kveik", "steps": steps}, status=201)
    refused = await follow(brewery, 422, profile="kveik")
    assert refused["errors"] == [
        {"where": "/profile", "message": "Step 2: 25.5 °C is above 25 °C, the limit of this vessel."}
    ]


async def test_a_stale_wish_for_a_profile_is_refused_with_what_is_there(brewery: Brewery) -> None:
    await follow(brewery)
    refused = await follow(brewery, 409, revision=1)
    assert refused["present"] == await brewery.read("/vessels/north")


async def test_who_follows_nothing_has_no_course(brewery: Brewery) -> None:
    assert await brewery.refusal(COURSE) == (404, [])
    assert await brewery.refusal("/vessels/none/course") == (404, [])
    await ask(brewery, "PUT", COURSE, {"steps": ALE["steps"]}, status=404)
    for what in ("insert", "next", "pause", "resume"):
        assert "follows no profile" in (await act(brewery, what, 404))["detail"]
    await act(brewery, "shift", 404, hours=1)
    await follow(brewery)
    await ask(brewery, "PUT", SETPOINT, {"mode": "off"})
    assert await brewery.refusal(COURSE) == (404, [])


async def test_a_profile_that_the_agent_refused_is_not_followed(brewery: Brewery) -> None:
    await follow(brewery)
    await say(brewery, AnswerState.REJECTED)
    assert await brewery.refusal(COURSE) == (404, [])


async def test_an_edit_that_the_agent_refused_leaves_the_former_course(brewery: Brewery) -> None:
    await follow(brewery)
    await say(brewery, AnswerState.ACCEPTED)
    before = await brewery.read(COURSE)
    await ask(brewery, "PUT", COURSE, {"steps": [{"kind": "hold", "temperature": 12}]})
    await say(brewery, AnswerState.REJECTED)
    assert await brewery.read(COURSE) == before | {"revision": 3}
    assert (await act(brewery, "pause", revision=3))["profile"] == before["profile"]


async def test_a_course_is_edited_without_a_jump(brewery: Brewery) -> None:
    await follow(brewery, start=NOON - 24 * HOUR_MS)
    steps = [
        {"kind": "hold", "temperature": 16, "hours": 48},
        {"kind": "ramp", "temperature": 20, "hours": 10},
    ]
    body = {"steps": steps, "events": [{"hours": 30, "text": "Rouse"}], "reason": "slow", "revision": 2}
    course = await ask(brewery, "PUT", COURSE, body)
    assert course == await brewery.read(COURSE)
    assert (course["revision"], course["now"]["setpoint"], course["start"]) == (
        3,
        18.0,
        "2026-09-20T14:13:20.000Z",
    )
    told = [(step["kind"], step["temperature"], step["hours"]) for step in course["profile"]["steps"]]
    assert told == [("hold", 18.0, 24.0), ("ramp", 16.0, 2.0), ("hold", 16.0, 22.0), ("ramp", 20.0, 10.0)]
    assert course["events"] == [{"t": NOON + 6 * HOUR_MS, "text": "Rouse"}]
    entry = (await brewery.catalog.journal(1))[0]
    assert (entry.action, entry.detail, entry.reason) == ("setpoint", "profile Pale ale: edited", "slow")
    stale = await ask(brewery, "PUT", COURSE, body, status=409)
    assert stale["present"] == course


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"steps": []}, "/steps"),
        ({}, "/steps"),
        ({"steps": [{"kind": "hold", "temperature": 25.5}]}, "/steps/0/temperature"),
        ({"steps": [{"kind": "hold", "temperature": 20, "until": "soon"}]}, "/steps/0/until"),
        (
            {"steps": [{"kind": "hold", "temperature": 20}], "events": [{"hours": 2, "text": ""}]},
            "/events/0/text",
        ),
        ({"steps": [{"kind": "hold", "temperature": 20}], "revision": "x"}, "/revision"),
    ],
)
async def test_a_wrong_edit_is_refused_and_changes_nothing(
    brewery: Brewery, body: dict[str, Any], where: str
) -> None:
    await follow(brewery)
    refused = await ask(brewery, "PUT", COURSE, body, status=422)
    assert [fault["where"] for fault in refused["errors"]] == [where]
    assert (await brewery.catalog.vessel("north")).requested.revision == 2


async def test_a_step_is_inserted_and_ended(brewery: Brewery) -> None:
    await follow(brewery, start=NOON - 24 * HOUR_MS)
    parted = await act(brewery, "insert", reason="look")
    assert [step["hours"] for step in parted["profile"]["steps"]] == [24.0, 48.0, 48.0, None]
    assert (parted["now"]["step"], parted["now"]["setpoint"]) == (1, 18.0)
    after = await act(brewery, "next")
    assert (after["now"]["setpoint"], after["profile"]["steps"][after["now"]["step"]]["kind"]) == (
        18.0,
        "ramp",
    )
    assert [one.detail for one in await brewery.catalog.journal(2)] == [
        "profile Pale ale: on to the next step",
        "profile Pale ale: a step inserted",
    ]


async def test_a_course_is_shifted(brewery: Brewery) -> None:
    await follow(brewery)
    assert (await act(brewery, "shift", hours=12.5))["now"]["step_ends"] == NOON + 84 * HOUR_MS + HOUR_MS // 2
    assert (await act(brewery, "shift", hours=-12.5))["now"]["step_ends"] == NOON + 72 * HOUR_MS
    assert [one.detail for one in await brewery.catalog.journal(2)] == [
        "profile Pale ale: 12.5 hours earlier",
        "profile Pale ale: 12.5 hours later",
    ]
    refused = await act(brewery, "shift", 422, hours=-100)
    assert "cannot end so much earlier" in refused["detail"]


@pytest.mark.parametrize("body", [{"hours": "x"}, {"hours": 1e6}, {"reason": "why"}])
async def test_a_wrong_shift_is_refused(brewery: Brewery, body: dict[str, Any]) -> None:
    await follow(brewery)
    refused = await act(brewery, "shift", 422, **body)
    assert [fault["where"] for fault in refused["errors"]] == ["/hours"]


async def test_a_course_is_paused_and_resumed(brewery: Brewery) -> None:
    await follow(brewery)
    paused = await act(brewery, "pause", revision=2)
    assert (paused["paused"], paused["revision"]) == (True, 3)
    assert paused["pauses"] == [{"start": "2026-09-21T14:13:20.000Z", "end": None}]
    assert paused["now"]["step_ends"] == NOON + 72 * HOUR_MS
    assert "paused already" in (await act(brewery, "pause", 422))["detail"]
    resumed = await act(brewery, "resume", reason="on")
    assert (resumed["paused"], resumed["pauses"][0]["end"]) == (False, "2026-09-21T14:13:20.000Z")
    assert "not paused" in (await act(brewery, "resume", 422))["detail"]


@pytest.mark.parametrize("what", ["insert", "next", "pause", "resume", "shift"])
async def test_who_saw_an_older_course_changes_nothing(brewery: Brewery, what: str) -> None:
    await follow(brewery)
    present = await brewery.read(COURSE)
    body = {"revision": 1} | ({"hours": 1} if what == "shift" else {})
    refused = await act(brewery, what, 409, **body)
    assert refused["present"] == present


async def test_steps_that_are_not_there_are_not_gone_to(brewery: Brewery) -> None:
    await follow(brewery, start=NOON + HOUR_MS)
    assert "not begun" in (await act(brewery, "next", 422))["detail"]
    assert "not begun" in (await act(brewery, "insert", 422))["detail"]
    await follow(brewery, start=NOON - 200 * HOUR_MS)
    assert "no next step" in (await act(brewery, "next", 422))["detail"]


async def test_a_ramp_that_nothing_leads_to_goes_from_what_the_beer_has(brewery: Brewery) -> None:
    steps = [{"kind": "ramp", "temperature": 10, "hours": 10}]
    await ask(brewery, "POST", "/profiles", {"name": "Down", "steps": steps}, status=201)
    await follow(brewery, profile="down")
    assert (await brewery.read(COURSE))["now"]["setpoint"] == 10.0
    await ask(brewery, "PUT", SETPOINT, {"mode": "off"})
    await say(brewery, AnswerState.ACCEPTED)
    await brewery.site.roster.reported(report(beer=18.5))
    await follow(brewery, profile="down")
    assert (await brewery.read(COURSE))["now"]["setpoint"] == 18.5
    await ask(brewery, "PUT", SETPOINT, {"mode": "off"})
    await say(brewery, AnswerState.ACCEPTED)
    await brewery.site.roster.reported(report(beer=31.0))
    await follow(brewery, profile="down")
    assert (await brewery.read(COURSE))["now"]["setpoint"] == 25.0
