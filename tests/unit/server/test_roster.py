from typing import Any

import pytest
from msgspec import json, to_builtins
from msgspec.structs import replace
from structlog.testing import capture_logs

from krausen.model.agent import Agent
from krausen.model.level import Demand, Levels
from krausen.model.setpoint import Answer, AnswerState, Mode, Setpoint
from krausen.server.live import Listener
from krausen.server.roster import REPEAT_MS, STALE_MS, AgentBody
from krausen.wire.messages import VesselReport
from tests.unit.server.desk import BEER, FASS, HEAT, KEG, Desk, reading

REPORT = VesselReport(
    vessel="fass",
    at=1_000_000,
    demand=Demand(1.0, 0.0, ("It is cold.",)),
    levels=Levels(heat=False),
    beer=17.5,
    chamber=None,
)


async def desk() -> Desk:
    made = Desk()
    await made.arrange(FASS, KEG)
    return made


async def body(there: Desk, vessel: str = "fass") -> dict[str, Any]:
    made: dict[str, Any] = to_builtins(await there.roster.body(await there.catalog.vessel(vessel)))
    return made


async def told(there: Desk, listener: Listener, channel: str = "agents") -> list[Any]:
    """Give what was said to a listener so far."""
    there.live.say(channel, "end")
    said = []
    while (message := json.decode(await listener.next())["message"]) != "end":
        said.append(message)
    return said


async def test_a_vessel_that_nobody_reported_yet_has_unknown_levels_and_is_stale() -> None:
    made = await body(await desk())
    assert made["demanded"] == {"heat": 0.0, "cool": 0.0, "why": (), "at": None}
    assert made["observed"] == {
        "beer": None,
        "chamber": None,
        "heat": None,
        "cool": None,
        "at": None,
        "stale": True,
    }


async def test_requested_accepted_demanded_and_observed_are_four_things() -> None:
    there = await desk()
    wish = Setpoint(revision=2, mode=Mode.BEER, value=12.0, reason="lager", by="Bo", at=1_000_500)
    record = replace(
        await there.catalog.vessel("fass"),
        requested=wish,
        answer=Answer(
            setpoint=Setpoint(revision=1, mode=Mode.BEER, value=18.0),
            state=AnswerState.REJECTED,
            detail="Too cold.",
            at=1_000_700,
        ),
    )
    await there.roster.reported(REPORT)
    made = to_builtins(await there.roster.body(record))
    assert (made["requested"]["revision"], made["requested"]["value"]) == (2, 12.0)
    assert (made["accepted"]["revision"], made["accepted"]["value"]) == (1, 18.0)
    assert (made["accepted"]["state"], made["accepted"]["detail"]) == ("rejected", "Too cold.")
    assert made["accepted"]["at"] == "1970-01-01T00:16:40.700Z"
    assert (made["demanded"]["heat"], made["demanded"]["why"]) == (1.0, ("It is cold.",))
    assert (made["observed"]["heat"], made["observed"]["cool"], made["observed"]["beer"]) == (
        False,
        None,
        17.5,
    )


async def test_roles_name_the_series_that_history_knows() -> None:
    there = await desk()
    assert (await body(there))["roles"] == {}
    await there.ingest.take([reading(1), reading(1, 1.0, HEAT)])
    assert (await body(there))["roles"] == {
        "beer": await there.history.id_of(BEER),
        "heat": await there.history.id_of(HEAT),
    }


async def test_what_was_not_heard_of_for_a_while_is_stale() -> None:
    there = await desk()
    await there.roster.reported(REPORT)
    there.clock.now_ms += STALE_MS
    assert (await body(there))["observed"]["stale"] is False
    there.clock.now_ms += 1
    assert (await body(there))["observed"]["stale"] is True
    assert (await body(there))["observed"]["beer"] == 17.5


@pytest.mark.parametrize("off_ms", [-7_200_000, 7_200_000], ids=["behind", "ahead"])
async def test_an_agent_whose_clock_is_wrong_is_not_stale_while_it_reports(off_ms: int) -> None:
    there = await desk()
    await there.roster.reported(replace(REPORT, at=REPORT.at + off_ms))
    assert (await body(there))["observed"]["stale"] is False
    there.clock.now_ms += STALE_MS + 1
    assert (await body(there))["observed"]["stale"] is True


async def test_a_report_is_announced_when_something_changed_and_else_now_and_then() -> None:
    there = await desk()
    listener = there.hear("data", "agents")
    reports = [
        REPORT,
        replace(REPORT, at=1_001_000, beer=17.6),
        replace(REPORT, at=1_002_000, levels=Levels(heat=True)),
        replace(REPORT, at=1_003_000, levels=Levels(heat=True)),
        replace(REPORT, at=1_004_000, levels=Levels(heat=True), demand=Demand()),
        replace(REPORT, at=1_004_000 + REPEAT_MS, levels=Levels(heat=True), demand=Demand()),
    ]
    for report in reports:
        await there.roster.reported(report)
        there.live.flush()
    times = [message["vessel"]["observed"]["at"][14:19] for message in await told(there, listener)]
    assert times == ["16:40", "16:42", "16:44", "16:49"]


async def test_an_agent_whose_clock_jumps_back_is_announced_all_the_same() -> None:
    there = await desk()
    await there.roster.reported(REPORT)
    there.live.flush()
    listener = there.hear("data", "agents")
    await there.roster.reported(replace(REPORT, at=REPORT.at - 3_600_000 + 500_000, beer=17.0))
    there.live.flush()
    assert [message["vessel"]["observed"]["beer"] for message in await told(there, listener)] == [17.0]


async def test_of_several_reports_in_a_tick_only_the_newest_leaves() -> None:
    there = await desk()
    listener = there.hear("data")
    for beer in (17.0, 17.1, 17.2):
        await there.roster.reported(replace(REPORT, at=REPORT.at + REPEAT_MS * int(beer * 10), beer=beer))
    there.live.flush()
    assert [message["vessel"]["observed"]["beer"] for message in await told(there, listener, "data")] == [
        17.2
    ]


async def test_a_vessel_that_nobody_arranged_is_not_announced() -> None:
    there = await desk()
    listener = there.hear("data", "agents")
    await there.roster.reported(replace(REPORT, vessel="ghost"))
    assert await told(there, listener) == []


async def test_a_change_by_people_is_announced_at_once_with_what_agents_said() -> None:
    there = await desk()
    await there.roster.reported(REPORT)
    listener = there.hear("data", "agents")
    await there.roster.announce(await there.catalog.vessel("fass"))
    (message,) = await told(there, listener)
    assert message["vessel"]["observed"]["beer"] == 17.5


async def test_agents_know_their_vessels_and_new_ones_too() -> None:
    there = await desk()
    assert there.roster.vessels_of("pi") == {"fass"}
    assert there.roster.vessels_of("other") == {"keg"}
    assert there.roster.vessels_of("nobody") == set()
    record = await there.catalog.vessel("keg")
    await there.roster.announce(replace(record, vessel=replace(KEG, agent="pi")))
    assert there.roster.vessels_of("pi") == {"fass", "keg"}


async def test_the_state_of_a_link_is_announced_when_it_changes() -> None:
    there = await desk()
    listener = there.hear("agents")
    for agent, state in [("pi", "recognised"), ("pi", "recognised"), ("b", "current"), ("pi", "offline")]:
        there.roster.linked(agent, state)
    assert await told(there, listener) == [
        {"agent": "pi", "state": "recognised", "queue": None, "given_up": 0},
        {"agent": "b", "state": "current", "queue": None, "given_up": 0},
        {"agent": "pi", "state": "offline", "queue": None, "given_up": 0},
    ]
    assert there.roster.agents() == [
        AgentBody(agent="b", state="current"),
        AgentBody(agent="pi", state="offline"),
    ]


async def test_what_an_agent_owes_is_told_now_and_then_and_when_it_owes_nothing_more() -> None:
    there = await desk()
    listener = there.hear("agents")
    there.roster.linked("pi", "recognised", 9000)
    there.roster.linked("pi", "recognised", 8000)
    there.clock.now_ms += REPEAT_MS
    there.roster.linked("pi", "recognised", 4000)
    there.roster.linked("pi", "current", 0)
    assert [(one["state"], one["queue"]) for one in await told(there, listener)] == [
        ("recognised", 9000),
        ("recognised", 4000),
        ("current", 0),
    ]
    there.roster.linked("pi", "offline")
    assert there.roster.agents() == [AgentBody(agent="pi", state="offline", queue=None)]


async def test_an_agent_is_new_once_and_told_again_when_its_version_changes() -> None:
    there = await desk()
    listener = there.hear("changes")
    for version in ("1", "1", "2"):
        await there.roster.greeted("pi", version, 0)
    assert [(one["what"], one["id"], one["action"]) for one in await told(there, listener, "changes")] == [
        ("agent", "pi", "created"),
        ("agent", "pi", "updated"),
    ]


@pytest.mark.parametrize(
    ("at", "clock_ms"), [(0, None), (-1, None), (2**64, None), (1_000_250, 250), (1, -999_999)]
)
async def test_the_clock_of_an_agent_is_known_where_it_tells_a_time(at: int, clock_ms: int | None) -> None:
    there = await desk()
    await there.roster.greeted("pi", "x" * 1000, at)
    (known,) = await there.catalog.agents()
    assert known == there.roster.known("pi")
    assert (known.clock_ms, known.seen_at, len(known.version or "")) == (clock_ms, 1_000_000, 128)


async def test_an_agent_is_taken_in_while_the_disk_is_away_and_noted_later() -> None:
    there = await desk()
    there.catalog.away = "The disk is full."
    with capture_logs() as logs:
        await there.roster.greeted("pi", "1", 0)
    assert [(line["event"], line["agent"]) for line in logs] == [("agent.not_noted", "pi")]
    there.catalog.away = ""
    there.clock.now_ms += 5
    there.roster.linked("pi", "current")
    await there.roster.left("pi")
    (known,) = await there.catalog.agents()
    assert (known.known_since, known.seen_at) == (1_000_000, 1_000_005)


async def test_who_missed_all_is_told_how_vessels_and_agents_stand() -> None:
    there = await desk()
    await there.catalog.note_agent(Agent(name="pi", known_since=5))
    await there.roster.load()
    listener = there.live.listen()
    listener.subscribe(["data", "agents"], "old.1")
    assert await listener.next() == '{"gap":true}'
    said = await told(there, listener)
    assert [next(iter(one)) for one in said] == ["readings", "vessel", "vessel", "agent"]


# ——— a system clock that is set ———

HOUR_MS = 3_600_000


@pytest.mark.parametrize("by_ms", [-HOUR_MS, HOUR_MS])
async def test_a_clock_that_is_set_neither_hides_nor_feigns_that_a_vessel_is_silent(by_ms: int) -> None:
    there = await desk()
    await there.roster.reported(REPORT)
    there.clock.follow(there.clock.now() + by_ms)
    assert (await body(there))["observed"]["stale"] is False
    there.clock.now_ms += STALE_MS + 1
    assert (await body(there))["observed"]["stale"] is True


async def test_a_clock_that_is_set_back_keeps_nobody_from_hearing_what_an_agent_owes() -> None:
    there = await desk()
    there.roster.linked("pi", "recognised", 9000)
    there.clock.follow(there.clock.now() - HOUR_MS)
    listener = there.hear("agents")
    there.clock.now_ms += REPEAT_MS
    there.roster.linked("pi", "recognised", 4000)
    assert [body["queue"] for body in await told(there, listener)] == [4000]


# ——— what agents gave up ———


async def test_what_an_agent_gave_up_is_counted_once_and_told_when_it_grows() -> None:
    there = await desk()
    there.roster.linked("pi", "recognised")
    listener = there.hear("agents")
    assert there.roster.gave_up("pi", "run1", 10) == 10
    assert there.roster.gave_up("pi", "run1", 10) == 0
    assert there.roster.gave_up("pi", "run1", 25) == 15
    assert [body["given_up"] for body in await told(there, listener)] == [10, 25]
    assert there.roster.agents() == [AgentBody(agent="pi", state="recognised", given_up=25)]
    there.roster.forgotten("pi")
    there.roster.linked("pi", "recognised")
    assert there.roster.agents() == [AgentBody(agent="pi", state="recognised", given_up=0)]
