"""Whatever was away, afterwards one reads for any minute why the fridge ran."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest
from msgspec.structs import replace

from krausen.agent.reasons import ENDED
from krausen.errors import NotFound
from krausen.model.reason import HOLDS_MS, UNSURE_MS, Occasion, Reason
from krausen.model.vessel import Role
from krausen.ports.diary import Line
from krausen.storage.diary_sqlite import SqliteDiary
from krausen.testing.diary import MemoryDiary
from tests.scenarios.brewery import DAY_S, HOUR_S, SLOW, START_MS, Brewery, Stores, in_memory

WEEK_S = 7 * DAY_S


class WholeDiary(MemoryDiary):
    """A diary that remembers all that was ever noted."""

    def __init__(self) -> None:
        super().__init__()
        self.noted: list[Reason] = []

    async def keep(self, lines: Sequence[Line]) -> int:
        """Keep reasons, and remember them."""
        self.noted += [reason for _, reason in lines]
        return await super().keep(lines)


async def known(brewery: Brewery) -> list[Reason]:
    """Give every reason that the server has, oldest first."""
    found = await brewery.server.reasons.between("fass", 0, 2**62, 10**6)
    return [one.reason for one in reversed(found)]


async def lived(
    trouble: Callable[[Brewery], Awaitable[None]], length_s: float, stores: Stores | None = None
) -> list[Reason]:
    """Hold a vessel at 20 °C with some trouble from the first hour on, and give why until shortly before."""
    async with Brewery(pace=SLOW, stores=stores).opened() as brewery:
        await brewery.wish("fass", 20.0)
        await asyncio.sleep(HOUR_S)
        await trouble(brewery)
        await asyncio.sleep(brewery.began_s + length_s + HOUR_S - asyncio.get_running_loop().time())
        assert brewery.agent.reasons.given_up == 0
        return [one for one in await known(brewery) if one.at < START_MS + int(length_s * 1000)]


async def nothing(_: Brewery) -> None:
    """Let it live."""


async def cut_for_a_week(brewery: Brewery) -> None:
    """Have nobody answer for a week."""
    brewery.links.cut()
    await asyncio.sleep(WEEK_S)
    brewery.links.mend()


async def test_after_an_outage_of_a_week_every_reason_is_there_once() -> None:
    diary, length_s = WholeDiary(), WEEK_S + 2 * HOUR_S
    reasons = await lived(cut_for_a_week, length_s, replace(in_memory(), diary=diary))
    assert reasons == [reason for reason in diary.noted if reason.at < START_MS + int(length_s * 1000)]
    assert len(reasons) > 7 * 24
    assert all(after.at - before.at <= HOLDS_MS for before, after in pairwise(reasons))


async def test_a_link_that_breaks_again_and_again_loses_and_doubles_nothing() -> None:
    async def trouble(brewery: Brewery) -> None:
        for n in range(60):
            brewery.links.cut()
            await asyncio.sleep(n * 7.0)
            brewery.links.mend()
            await asyncio.sleep(n % 13 * 11.0)

    assert await lived(trouble, DAY_S) == await lived(nothing, DAY_S)


async def test_an_agent_that_is_restarted_in_an_outage_loses_none(tmp_path: Path) -> None:
    with closing(SqliteDiary.open(tmp_path / "diary.sqlite")) as diary:
        stores = replace(in_memory(), diary=diary)

        async def trouble(brewery: Brewery) -> None:
            brewery.links.cut()
            await asyncio.sleep(5 * HOUR_S)
            await brewery.stop_agent()
            await asyncio.sleep(2 * HOUR_S)
            brewery.start_agent()
            await asyncio.sleep(HOUR_S)
            brewery.links.mend()

        reasons = await lived(trouble, DAY_S, stores)
    began = [n for n, reason in enumerate(reasons) if reason.occasion is Occasion.BEGIN]
    assert len(began) == 2
    ended = reasons[began[1] - 1]
    assert (ended.occasion, ended.texts) == (Occasion.END, (ENDED,))
    assert reasons[began[1]].at - ended.at >= 2 * HOUR_S * 1000
    # The six hours before the stop, and those after it, are all there.
    assert sum(reason.at < ended.at for reason in reasons) > 6
    assert len(reasons) - began[1] > 12


async def test_for_any_minute_one_reads_why_and_it_says_what_the_relay_did() -> None:
    async with Brewery(pace=SLOW).opened() as brewery:
        await brewery.wish("fass", 12.0)
        await asyncio.sleep(DAY_S)
        switched = brewery.switches("fass")[Role.COOL]
        assert len(switched) > 2
        for minute in range(10, 24 * 60, 7):
            at = START_MS + minute * 60_000
            reason = (await brewery.server.reasons.at("fass", at)).reason
            assert reason.at <= at
            on = [is_on for s, is_on in switched if START_MS + s * 1000 <= reason.at + 1]
            assert reason.levels.cool is (on[-1] if on else False)
            assert reason.texts


async def test_a_power_cut_leaves_a_time_of_which_nothing_is_known() -> None:
    diary = MemoryDiary()
    async with Brewery(pace=SLOW, stores=replace(in_memory(), diary=diary)).opened() as brewery:
        await brewery.wish("fass", 20.0)
        await asyncio.sleep(HOUR_S)
        # Nobody has time to say that it ends: what the diary has is all there will be.
        lost, diary.away = brewery.clock.now(), "no power"
        await brewery.stop_agent()
        diary.away = ""
        await asyncio.sleep(3 * HOUR_S)
        brewery.start_agent()
        await asyncio.sleep(HOUR_S)
        with pytest.raises(NotFound, match="not at work"):
            await brewery.server.reasons.at("fass", lost + UNSURE_MS + 1)
        assert (await brewery.server.reasons.at("fass", lost - 60_000)).reason.texts
