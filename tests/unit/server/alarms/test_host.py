"""Alarms over a server core in memory: raised, cleared, kept, told, and taken up again."""

import pytest
from msgspec.structs import replace
from structlog.testing import capture_logs

from krausen.alarms.rule import Rule, Scope, Verdict, Window
from krausen.alarms.rules import out_of_band
from krausen.errors import NotFound, Stale, StorageAway
from krausen.model.alarm import AlarmState, Priority
from krausen.model.profile import Profile, Step, StepKind
from krausen.model.reading import Quality
from krausen.model.series import SeriesName
from krausen.model.setpoint import Mode
from krausen.model.vessel import Role
from krausen.server.alarms.flood import MOST
from krausen.server.setpoints import Wish
from tests.unit.server.alarms.tower import HOUR, MINUTE, Tower, settled
from tests.unit.server.desk import ANNA, BEER, FASS, HEAT

pytestmark = pytest.mark.anyio

GRAVITY = SeriesName("pi", "float", "gravity")
RAISED = ("raised", "out_of_band", "unacknowledged")


async def warm() -> Tower:
    """Give a tower whose vessel is too warm, and that has told so."""
    tower = await settled()
    await tower.live_on(45 * MINUTE, 20.0)
    return tower


async def test_what_lasts_is_raised_once_kept_and_told_with_all_that_is_known() -> None:
    tower = await warm()
    (frame,) = await tower.frames()
    (kept,) = await tower.on_disk()
    assert frame["event"] == "raised"
    body = frame["alarm"]
    assert (body["id"], body["rule"], body["vessel"], body["device"]) == ("a1", "out_of_band", "fass", None)
    assert (body["priority"], body["state"], body["test"], body["revision"]) == (
        "warning",
        "unacknowledged",
        False,
        1,
    )
    assert body["title"] == "Fass is 2.0\u00a0°C above its setpoint"
    assert (kept.since, kept.at) == (kept.at - 30 * 60_000, tower.clock.now_ms - 14 * 60_000)
    assert kept == tower.alarms.standing()[0]


async def test_a_short_stray_is_not_told() -> None:
    tower = await settled()
    for _ in range(4):
        await tower.live_on(29 * MINUTE, 19.5)
        await tower.live_on(2 * MINUTE, 18.5)
    assert await tower.on_disk() == []


async def test_a_swing_soon_after_it_was_reached_is_no_alarm_unless_it_is_wide() -> None:
    tower = await Tower.opened()
    await tower.wish(18.0)
    await tower.live_on(5 * MINUTE, 18.0)
    await tower.live_on(5 * HOUR, 16.5)
    assert tower.states() == []
    await tower.live_on(HOUR, 14.9)
    assert tower.states() == [("out_of_band", "unacknowledged")]
    assert tower.alarms.standing()[0].priority is Priority.CRITICAL


async def test_acknowledged_and_over_is_past_over_and_acknowledged_is_too() -> None:
    tower = await warm()
    seen = await tower.alarms.acknowledge("a1", ANNA, "door was open")
    assert (seen.state, seen.by, seen.reason) == (AlarmState.ACKNOWLEDGED, "Anna", "door was open")
    await tower.live_on(30 * MINUTE, 18.0)
    assert tower.states() == []
    await tower.live_on(45 * MINUTE, 20.0)
    await tower.live_on(30 * MINUTE, 18.0)
    assert tower.states() == [("out_of_band", "returned")]
    await tower.alarms.acknowledge("a2", ANNA)
    assert tower.states() == []
    assert [(event, state) for event, _, state in await tower.told()] == [
        ("raised", "unacknowledged"),
        ("acknowledged", "acknowledged"),
        ("cleared", "normal"),
        ("raised", "unacknowledged"),
        ("cleared", "returned"),
        ("acknowledged", "normal"),
    ]
    past, _ = await tower.alarms.past(10, None)
    assert [(alarm.id, alarm.state) for alarm in past] == [("a2", "normal"), ("a1", "normal")]
    lines = [(one.what, one.id, one.action, one.reason) for one in await tower.disk.journal()]
    assert lines == [("alarm", "a2", "acknowledged", ""), ("alarm", "a1", "acknowledged", "door was open")]


async def test_one_that_comes_back_unseen_is_the_same_alarm_again() -> None:
    tower = await warm()
    await tower.live_on(30 * MINUTE, 18.0)
    await tower.live_on(45 * MINUTE, 15.5)
    assert [alarm.id for alarm in tower.alarms.standing()] == ["a1"]
    assert tower.alarms.standing()[0].title.startswith("Fass is 2.5\u00a0°C below")
    assert [event for event, _, _ in await tower.told()] == ["raised", "cleared", "raised"]
    assert len(await tower.on_disk()) == 1


async def test_it_cannot_be_acknowledged_twice_or_when_there_is_none() -> None:
    tower = await warm()
    await tower.alarms.acknowledge("a1", ANNA)
    with pytest.raises(Stale, match="it cannot be acknowledged"):
        await tower.alarms.acknowledge("a1", ANNA)
    with pytest.raises(NotFound):
        await tower.alarms.acknowledge("a9", ANNA)
    with pytest.raises(Stale, match="it cannot be unshelved"):
        await tower.alarms.unshelve("a1", ANNA)


async def test_a_shelved_alarm_is_silent_until_then_and_comes_back_if_it_lasts() -> None:
    tower = await warm()
    await tower.told()
    shelved = await tower.alarms.shelve("a1", 60, ANNA, "known")
    assert shelved.shelved_until == shelved.at + 3_600_000
    await tower.live_on(20 * MINUTE, 18.0)
    await tower.live_on(39 * MINUTE, 20.0)
    assert await tower.told() == [("shelved", "out_of_band", "shelved")]
    await tower.live_on(2 * MINUTE, 20.0)
    assert await tower.told() == [("unshelved", "out_of_band", "unacknowledged")]
    assert (await tower.on_disk())[0].state is AlarmState.UNACKNOWLEDGED


async def test_a_shelved_alarm_that_is_over_meanwhile_is_past_when_its_time_has_come() -> None:
    tower = await warm()
    await tower.alarms.shelve("a1", 60, ANNA)
    await tower.live_on(61 * MINUTE, 18.0)
    assert tower.states() == []
    assert (await tower.told())[-1] == ("unshelved", "out_of_band", "normal")


async def test_a_vessel_that_is_turned_off_has_nothing_to_tell() -> None:
    tower = await warm()
    await tower.wish(None)
    await tower.live_on(12 * MINUTE, 25.0)
    assert tower.states() == [("out_of_band", "returned")]
    await tower.live_on(HOUR, 25.0)
    assert tower.states() == [("out_of_band", "returned")]


async def test_a_change_of_setpoint_has_its_time_and_is_told_when_that_is_over() -> None:
    tower = await settled()
    await tower.wish(10.0)
    await tower.live_on(17 * HOUR, 17.0)
    assert tower.states() == []
    await tower.live_on(2 * HOUR, 16.0)
    assert tower.states() == [("not_reached_in_time", "unacknowledged")]
    await tower.live_on(2 * HOUR, 10.2)
    assert tower.states() == [("not_reached_in_time", "returned")]


async def test_along_a_gentle_ramp_a_vessel_is_watched_all_the_way() -> None:
    tower = await settled()
    ramp = Profile(
        id="p",
        name="Rise",
        steps=(
            Step(kind=StepKind.HOLD, temperature=18.0, hours=1.0),
            Step(kind=StepKind.RAMP, temperature=20.0, hours=24.0),
            Step(kind=StepKind.HOLD, temperature=20.0),
        ),
    )
    await tower.catalog.add_profile(ramp, (await tower.catalog.journal(1))[0])
    await tower.follow(Wish(mode=Mode.PROFILE, profile="p"))
    await tower.live_on(11 * HOUR, 18.4)
    assert tower.states() == []
    await tower.live_on(5 * HOUR, 18.0)
    assert tower.states() == [("out_of_band", "unacknowledged")]


async def test_a_probe_that_dies_is_missed_and_its_vessel_is_judged_no_further() -> None:
    tower = await warm()
    await tower.told()
    tower.lost = {BEER}
    await tower.live_on(30 * MINUTE, {BEER: 18.0, HEAT: 0.0})
    assert await tower.told() == [("raised", "silent_series", "unacknowledged")]
    (silent,) = [alarm for alarm in tower.alarms.standing() if alarm.rule == "silent_series"]
    assert (silent.vessel, silent.device) == ("fass", "beer")
    tower.lost = set()
    await tower.live_on(15 * MINUTE, {BEER: 18.0, HEAT: 0.0})
    assert {event for event, _, _ in await tower.told()} == {"cleared"}


async def test_a_probe_that_speaks_nonsense_is_as_good_as_silent() -> None:
    tower = await settled()
    tower.quality = Quality.BAD
    await tower.live_on(15 * MINUTE, 85.0)
    assert tower.states() == [("silent_series", "unacknowledged")]
    assert "cannot be true" in tower.alarms.standing()[0].detail


async def test_an_agent_that_is_away_is_told_as_one_and_its_devices_are_not() -> None:
    tower = await settled()
    tower.link("pi", "offline")
    tower.lost = {BEER}
    await tower.live_on(HOUR, 18.0)
    assert tower.states() == [("agent_away", "unacknowledged")]
    assert tower.alarms.standing()[0].device == "pi"
    tower.link("pi", "current", 100_000)
    await tower.live_on(HOUR, 18.0)
    assert tower.states() == [("agent_away", "returned")]
    tower.link("pi", "current", 0)
    await tower.live_on(5 * MINUTE, 18.0)
    assert tower.states() == [("agent_away", "returned")]
    await tower.live_on(10 * MINUTE, 18.0)
    assert ("silent_series", "unacknowledged") in tower.states()


async def test_a_restart_takes_up_what_stands_and_tells_nothing_anew() -> None:
    tower = await warm()
    await tower.alarms.acknowledge("a1", ANNA)
    await tower.told()
    tower.afresh()
    await tower.live_on(HOUR, 20.0)
    assert tower.states() == [("out_of_band", "acknowledged")]
    assert await tower.told() == []


async def test_what_ended_while_the_server_was_down_is_cleared_and_what_began_is_raised() -> None:
    tower = await warm()
    await tower.live_on(2 * HOUR, 18.0, look=False)
    tower.afresh()
    await tower.live_on(11 * MINUTE, 18.0)
    assert tower.states() == [("out_of_band", "returned")]
    await tower.alarms.acknowledge("a1", ANNA)
    await tower.live_on(2 * HOUR, 20.0, look=False)
    tower.afresh()
    await tower.live_on(35 * MINUTE, 20.0)
    assert tower.states() == [("out_of_band", "unacknowledged")]


async def test_a_change_that_was_late_before_a_restart_is_so_after_it() -> None:
    tower = await settled()
    await tower.wish(10.0)
    await tower.live_on(22 * HOUR, 16.0)
    before = await tower.on_disk()
    assert [alarm.rule for alarm in before] == ["not_reached_in_time"]
    tower.afresh()
    await tower.live_on(HOUR, 16.0)
    assert await tower.on_disk() == before


async def test_a_vessel_that_is_removed_takes_its_alarms_with_it() -> None:
    tower = await warm()
    record = await tower.catalog.vessel("fass")
    await tower.catalog.remove_vessel(record, (await tower.catalog.journal(1))[0])
    tower.roster.removed("fass")
    await tower.alarms.look()
    assert tower.states() == []
    assert (await tower.told())[-1] == ("cleared", "out_of_band", "normal")


async def test_while_the_disk_refuses_alarms_are_told_and_kept_when_it_is_back() -> None:
    tower = await settled()
    await tower.live_on(29 * MINUTE, 20.0)
    with capture_logs() as logs:
        tower.disk.full = "The disk is full."
        with pytest.raises(StorageAway):
            await tower.live_on(2 * MINUTE, 20.0)
        assert await tower.told() == [RAISED]
        assert tower.states() == [("out_of_band", "unacknowledged")]
        with pytest.raises(StorageAway):
            await tower.alarms.acknowledge("a1", ANNA)
        assert await tower.told() == []
    assert [line["event"] for line in logs] == ["alarms.not_kept"]
    tower.disk.full = ""
    await tower.live_on(2 * MINUTE, 20.0)
    assert await tower.told() == []
    (kept,) = await tower.on_disk()
    assert (kept.id, kept.revision) == ("a1", 1)
    assert (await tower.alarms.acknowledge("a1", ANNA)).revision == 2


async def test_a_flood_is_told_as_one_that_counts() -> None:
    probes = {SeriesName("pi", f"probe-{n:02}", "temperature"): 4.0 for n in range(25)}
    tower = await Tower.opened()
    await tower.wish(None)
    await tower.live_on(HOUR, probes)
    tower.lost = set(probes)
    await tower.live_on(3 * HOUR, probes)
    standing = tower.alarms.standing()
    assert len(standing) == MOST + 1
    (flood,) = [alarm for alarm in standing if alarm.device is None]
    assert flood.title == f"{25 - MOST} more: device silent"
    assert len(await tower.told()) == MOST + 1
    tower.afresh()
    await tower.live_on(HOUR / 2, probes)
    assert len(tower.alarms.standing()) == MOST + 1
    tower.lost = set()
    await tower.live_on(2 * HOUR, probes)
    assert {alarm.state for alarm in tower.alarms.standing()} == {AlarmState.RETURNED}


async def test_a_flood_that_grows_is_to_be_seen_anew() -> None:
    probes = {SeriesName("pi", f"probe-{n:02}", "temperature"): 4.0 for n in range(25)}
    tower = await Tower.opened()
    await tower.wish(None)
    await tower.live_on(HOUR, probes)
    tower.lost = set(list(probes)[:15])
    await tower.live_on(3 * HOUR, probes)
    (flood,) = [alarm for alarm in tower.alarms.standing() if alarm.device is None]
    await tower.alarms.acknowledge(flood.id, ANNA)
    tower.lost = set(probes)
    await tower.live_on(4 * HOUR, probes)
    now = await tower.alarms.one(flood.id)
    assert now.state is AlarmState.ACKNOWLEDGED
    assert len(tower.alarms.standing()) == 21


async def test_a_rule_that_fails_harms_no_other_and_is_named_once() -> None:
    def stumble(_: object, __: Window) -> Verdict:
        raise ZeroDivisionError

    bad = replace(out_of_band.RULE, name="bad", judge=stumble)
    tower = Tower({"bad": bad, "out_of_band": out_of_band.RULE})
    await tower.arrange(FASS)
    await tower.wish(18.0)
    with capture_logs() as logs:
        await tower.live_on(7 * HOUR, 18.0)
        await tower.live_on(HOUR, 20.0)
    assert tower.states() == [("out_of_band", "unacknowledged")]
    assert [(line["event"], line["rule"]) for line in logs] == [("alarms.rule_failed", "bad")]


async def test_who_missed_it_is_told_how_alarms_stand() -> None:
    tower = await warm()
    await tower.alarms.acknowledge("a1", ANNA)
    tower.afresh()
    await tower.alarms.look()
    (frame,) = tower.live.present(["alarms"])
    assert '"event":"acknowledged"' in frame.text


async def test_a_hydrometer_of_a_vessel_may_be_anybodys() -> None:
    vessel = replace(FASS, roles={**FASS.roles, Role.GRAVITY: SeriesName("ispindel", "float", "gravity")})
    tower = await Tower.opened(vessel)
    await tower.wish(18.0)
    gravity = vessel.roles[Role.GRAVITY]
    await tower.live_on(HOUR, {BEER: 18.0, gravity: 1.04, GRAVITY: 1.0})
    tower.lost = {gravity}
    await tower.live_on(3 * HOUR, {BEER: 18.0, gravity: 1.04, GRAVITY: 1.0})
    (alarm,) = tower.alarms.standing()
    assert (alarm.vessel, alarm.device, alarm.priority) == ("fass", "ispindel_float", Priority.NOTICE)


def test_every_scope_is_watched() -> None:
    assert {rule.scope for rule in Tower().rules.values()} == set(Scope)
    assert isinstance(out_of_band.RULE, Rule)
