"""Reasons are stored once, off the way of readings, and found again for any minute."""

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from structlog.testing import capture_logs

from krausen.errors import NotFound
from krausen.model.level import Levels
from krausen.model.reason import HOLDS_MS, UNSURE_MS, Occasion, Reason, held_until
from krausen.server.reasons import AHEAD_MS, AWAY_S, KEPT_MS, LONGEST, Reasons
from krausen.simulation.loop import jumping
from krausen.wire.instants import LATEST_MS
from krausen.wire.messages import Desired, ReadingsStored, ReadingsTaken, ReasonsStored, ReasonsTold
from tests.unit.server.desk import FASS, KEG, reading
from tests.unit.server.office import Office, asked, hello, office

pytestmark = pytest.mark.anyio

MINUTE = 60_000
NOW_MS = 1_700_000_000_000
NAME = FASS.name


@pytest.fixture(scope="session")
def anyio_backend() -> tuple[str, dict[str, Any]]:
    return "asyncio", {"loop_factory": jumping}


class There:
    """A server with reasons, at a time when those of the first hours are long past."""

    def __init__(self, office: Office) -> None:
        self.office = office
        office.clock.now_ms = NOW_MS
        self.reasons = office.dispatch.add(Reasons(office.catalog, office.roster, office.clock))
        self.now = office.clock.now()
        self.began = self.now - 10 * HOLDS_MS

    def reason(
        self, minute: float, occasion: Occasion = Occasion.CHANGE, text: str = "It is cold."
    ) -> Reason:
        at = self.began + round(minute * MINUTE)
        return Reason(at, 1.0, 0.0, (text,), Levels(heat=True), occasion)

    async def told(self, *reasons: Reason, vessel: str = "fass", agent: str = "pi") -> None:
        await self.reasons.take(agent, ReasonsTold(vessel=vessel, reasons=reasons, through=1))

    async def at(self, minute: float) -> Reason:
        return (await self.reasons.at("fass", self.began + round(minute * MINUTE))).reason

    async def silent(self, minute: float) -> str:
        with pytest.raises(NotFound) as refused:
            await self.at(minute)
        return str(refused.value)


async def there() -> There:
    return There(await office())


async def test_an_agent_is_asked_why_and_told_when_it_is_stored() -> None:
    made = await there()
    told = ReasonsTold(vessel="fass", reasons=(made.reason(0),), through=7)
    async with made.office.linked() as link:
        await asked(link, hello())
        orders = await link.agent.receive()
        assert isinstance(orders, Desired)
        assert orders.reasons
        assert await asked(link, told) == ReasonsStored("fass", 7)
        assert await asked(link, told) == ReasonsStored("fass", 7)
    assert [one.reason for one in await made.reasons.between("fass", 0, LATEST_MS, 10)] == [made.reason(0)]


async def test_a_disk_that_refuses_reasons_does_not_hold_up_readings() -> None:
    made = await there()
    with capture_logs() as logs:
        async with made.office.greeted() as link:
            made.office.catalog.away = "catalog.sqlite cannot be written now."
            await link.agent.send(ReasonsTold(vessel="fass", reasons=(made.reason(0),), through=7))
            await asyncio.sleep(3 * AWAY_S)
            assert await asked(link, ReadingsTaken(1, (reading(1),))) == ReadingsStored(1)
            made.office.catalog.away = ""
            assert await link.agent.receive() == ReasonsStored("fass", 7)
    assert [line["event"] for line in logs if line["log_level"] == "error"] == ["reasons.not_stored"]


async def test_what_an_agent_says_of_a_vessel_of_others_is_not_kept() -> None:
    made = await there()
    await made.told(made.reason(0), vessel=KEG.id)
    await made.told(made.reason(0), agent="other")
    assert await made.reasons.between(KEG.id, 0, LATEST_MS, 10) == []
    assert await made.reasons.between("fass", 0, LATEST_MS, 10) == []


async def test_what_is_no_reason_is_not_kept_and_what_is_too_long_is_cut() -> None:
    made = await there()
    sound = replace(made.reason(1), texts=("x" * 2 * LONGEST,) * 20)
    with capture_logs() as logs:
        await made.told(
            replace(sound, heat=float("nan")), replace(sound, cool=1.5), replace(sound, at=-1), sound
        )
    (kept,) = await made.reasons.between("fass", 0, LATEST_MS, 10)
    assert {len(text) for text in kept.reason.texts} == {LONGEST}
    assert len(kept.reason.texts) == 8
    assert [(line["event"], line["refused"]) for line in logs] == [("agent.not_sound", 3)]


async def test_losses_are_said_once() -> None:
    made = await there()
    with capture_logs() as logs:
        async with made.office.greeted() as link:
            for _ in range(2):
                told = ReasonsTold(vessel="fass", reasons=(made.reason(0),), through=1, given_up=5)
                await asked(link, told)
    said = [line["given_up"] for line in logs if line["event"] == "agent.gave_up_reasons"]
    assert said == [5]


async def test_the_reason_of_a_minute_comes_with_its_end_and_the_changes_around_it() -> None:
    made = await there()
    kinds = [Occasion.BEGIN, Occasion.UPDATE, Occasion.UPDATE, Occasion.CHANGE, Occasion.CHANGE]
    noted = [made.reason(10.0 * n, kind) for n, kind in enumerate(kinds)]
    await made.told(*noted)
    found = await made.reasons.at("fass", noted[2].at + MINUTE)
    assert (found.reason, found.until) == (noted[2], noted[3].at)
    assert (found.earlier, found.later) == (noted[0].at, noted[3].at)
    newest = await made.reasons.at("fass", noted[4].at)
    assert (newest.reason, newest.until, newest.later) == (noted[4], None, None)


async def test_where_nothing_is_known_one_reads_why() -> None:
    made = await there()
    assert "has not told anything yet" in await made.silent(0)
    await made.told(made.reason(0), made.reason(100, Occasion.BEGIN))
    assert "begins later" in await made.silent(-1)
    assert await made.at(9) == made.reason(0)
    assert "not at work" in await made.silent(UNSURE_MS / MINUTE + 1)
    assert "has not told more yet" in await made.silent(100 + HOLDS_MS / MINUTE + 1)
    assert NAME in await made.silent(-1)


async def test_of_the_future_nothing_is_known() -> None:
    made = await there()
    await made.told(replace(made.reason(0), at=made.now))
    assert (await made.reasons.at("fass", made.now + AHEAD_MS)).reason.at == made.now
    with pytest.raises(NotFound, match="not known yet"):
        await made.reasons.at("fass", made.now + AHEAD_MS + 1)


async def test_an_unknown_vessel_is_not_found() -> None:
    made = await there()
    with pytest.raises(NotFound, match="nobody"):
        await made.reasons.at("nobody", 0)
    with pytest.raises(NotFound, match="nobody"):
        await made.reasons.between("nobody", 0, 1, 1)


async def test_a_list_is_newest_first_and_each_knows_its_end() -> None:
    made = await there()
    noted = [made.reason(n) for n in range(4)]
    await made.told(*noted)
    found = await made.reasons.between("fass", noted[0].at, noted[3].at, 2)
    assert [(one.reason, one.until) for one in found] == [(noted[2], noted[3].at), (noted[1], noted[2].at)]
    newest = await made.reasons.between("fass", noted[3].at, LATEST_MS, 2)
    assert [one.until for one in newest] == [None]


async def test_what_is_older_than_two_years_is_forgotten_once_a_day() -> None:
    made = await there()
    old = Reason(made.now - KEPT_MS - 1)
    await made.told(old)
    assert await made.reasons.between("fass", 0, LATEST_MS, 10) == []
    await made.told(old)
    assert len(await made.reasons.between("fass", 0, LATEST_MS, 10)) == 1
    made.office.clock.now_ms += 86_400_000
    await made.told()
    assert await made.reasons.between("fass", 0, LATEST_MS, 10) == []


STORY = st.lists(st.tuples(st.integers(1, 200), st.sampled_from(Occasion)), min_size=1, max_size=12)


@given(story=STORY, minute=st.integers(0, 600))
async def test_the_reason_at_a_time_is_the_newest_not_later_or_none(
    story: list[tuple[int, Occasion]], minute: int
) -> None:
    made = await there()
    noted, at = [], 0
    for gap, kind in story:
        noted.append(made.reason(at, kind, f"{at}"))
        at += gap
    await made.told(*noted)
    when = made.began + minute * MINUTE
    expected = [reason for reason in noted if reason.at <= when][-1]
    until = held_until(expected, next((reason for reason in noted if reason.at > when), None))
    if until is None or when < until:
        assert await made.at(minute) == expected
    else:
        await made.silent(minute)
