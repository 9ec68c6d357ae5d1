import pytest
from msgspec import json

from krausen.errors import Invalid, NotFound, Stale
from krausen.model.setpoint import AnswerState, Mode, Setpoint
from krausen.server.setpoints import Wish
from tests.unit.server.desk import ANNA, FASS, Desk

LAGER = Wish(mode=Mode.BEER, value=12.0, reason="lager")


async def desk() -> Desk:
    made = Desk()
    await made.arrange(FASS)
    made.clock.now_ms += 5000
    return made


async def test_a_wish_is_kept_under_the_next_revision_and_waits_for_the_agent() -> None:
    there = await desk()
    record = await there.setpoints.request("fass", LAGER, ANNA)
    assert record.requested == Setpoint(
        revision=2, mode=Mode.BEER, value=12.0, reason="lager", by="Anna", at=1_005_000
    )
    assert record.answer.state is AnswerState.WAITING
    assert record.answer.setpoint.value == 18.0
    assert await there.catalog.vessel("fass") == record


async def test_a_wish_is_journalled_with_who_what_and_why() -> None:
    there = await desk()
    await there.setpoints.request("fass", LAGER, ANNA)
    await there.setpoints.request("fass", Wish(mode=Mode.OFF), ANNA)
    off, lager = (await there.catalog.journal(10))[:2]
    assert (lager.at, lager.by, lager.what, lager.id, lager.action, lager.reason) == (
        1_005_000,
        "Anna",
        "vessel",
        "fass",
        "setpoint",
        "lager",
    )
    assert lager.detail == "beer 12.00 °C"
    assert off.detail == "off"


async def test_everybody_hears_of_a_wish() -> None:
    there = await desk()
    listener = there.hear("data", "changes")
    await there.setpoints.request("fass", LAGER, ANNA)
    vessel, change = [json.decode(await listener.next()) for _ in range(2)]
    assert vessel["message"]["vessel"]["requested"]["value"] == 12.0
    assert vessel["message"]["vessel"]["accepted"]["value"] == 18.0
    assert vessel["message"]["vessel"]["accepted"]["state"] == "waiting"
    assert change["channel"] == "changes"
    assert change["message"] == {
        "what": "setpoint",
        "id": "fass",
        "action": "updated",
        "revision": 2,
        "by": "Anna",
    }


@pytest.mark.parametrize(
    ("wish", "where"),
    [
        (Wish(mode=Mode.BEER, value=26.5), "/value"),
        (Wish(mode=Mode.BEER, value=-0.5), "/value"),
        (Wish(mode=Mode.BEER, value=float("nan")), "/value"),
        (Wish(mode=Mode.BEER), "/value"),
        (Wish(mode=Mode.OFF, value=12.0), "/value"),
        (Wish(mode=Mode.CHAMBER, value=12.0), "/mode"),
        (Wish(mode=Mode.PROFILE, profile="lager"), "/profile"),
    ],
    ids=["too warm", "too cold", "no number", "nothing", "off with a value", "no probe", "profile"],
)
async def test_what_is_not_allowed_changes_nothing(wish: Wish, where: str) -> None:
    there = await desk()
    listener, before = there.hear("data", "changes"), await there.catalog.vessel("fass")
    entries = await there.catalog.journal(10)
    with pytest.raises(Invalid) as refused:
        await there.setpoints.request("fass", wish, ANNA)
    assert [fault.where for fault in refused.value.faults] == [where]
    assert await there.catalog.vessel("fass") == before
    assert await there.catalog.journal(10) == entries
    there.live.say("changes", {})
    assert '"seq":"e.1"' in await listener.next()


async def test_a_vessel_that_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFound, match="keg"):
        await (await desk()).setpoints.request("keg", LAGER, ANNA)


async def test_who_looked_at_an_older_revision_is_stale() -> None:
    there = await desk()
    await there.setpoints.request("fass", Wish(mode=Mode.BEER, value=12.0, seen=1), ANNA)
    with pytest.raises(Stale):
        await there.setpoints.request("fass", Wish(mode=Mode.BEER, value=13.0, seen=1), ANNA)
    assert (await there.catalog.vessel("fass")).requested.value == 12.0
    record = await there.setpoints.request("fass", Wish(mode=Mode.BEER, value=13.0, seen=2), ANNA)
    assert record.requested.revision == 3


async def test_who_does_not_say_what_they_saw_is_never_stale() -> None:
    there = await desk()
    for value in (12.0, 13.0, 14.0):
        await there.setpoints.request("fass", Wish(mode=Mode.BEER, value=value), ANNA)
    assert (await there.catalog.vessel("fass")).requested.revision == 4
