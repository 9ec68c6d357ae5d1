"""What was learned outlives agent, server and both, and is seen and changed by people at the server."""

import asyncio
from itertools import pairwise

from msgspec.structs import replace
from structlog.testing import capture_logs

from krausen.agent.learned import KEEP_S, TELL_S
from krausen.control.algorithms import cascade, learning
from krausen.model.journal import JournalEntry
from krausen.model.learned import Learned
from krausen.model.vessel import Role
from krausen.server.learned import Known
from krausen.testing.catalog import MemoryCatalog
from krausen.testing.notebook import MemoryNotebook
from tests.scenarios.brewery import ANNA, DAY_S, FASS, HOUR_S, KEG, Brewery, Pace, in_memory

PACE = Pace(every_s=10.0, tick_s=10.0, flush_s=10.0)
LEARNER = replace(FASS, algorithm="learning")
OTHER = replace(KEG, algorithm="learning")
BOTH = {"learning": learning.ALGORITHM, "cascade": cascade.ALGORITHM}


async def known(brewery: Brewery, vessel: str = "fass") -> Known:
    return await brewery.server.learning.known(vessel, 400)


async def learned(brewery: Brewery, vessel: str = "fass") -> Learned:
    return await brewery.server.learning.exported(vessel)


async def rearranged(brewery: Brewery, algorithm: str) -> None:
    """Have the vessel held by another algorithm."""
    record = await brewery.stores.catalog.vessel("fass")
    entry = JournalEntry(at=brewery.clock.now(), by="anna", what="vessel", id="fass", action="updated")
    await brewery.stores.catalog.change_vessel(replace(record.vessel, algorithm=algorithm), entry)
    brewery.server.dispatch.changed("cellar")


async def test_what_was_learned_goes_on_over_restarts_of_agent_and_server() -> None:
    with capture_logs():
        async with Brewery(LEARNER, pace=PACE, algorithms=BOTH).opened() as brewery:
            await brewery.wish("fass", 18.0)
            await asyncio.sleep(6 * HOUR_S)
            first = await learned(brewery)
            assert first.watched_h > 5.0
            await brewery.stop_server()
            await brewery.stop_agent()
            brewery.start_agent()
            await asyncio.sleep(HOUR_S)
            await brewery.stop_agent()
            await brewery.start_server()
            assert first.watched_h <= (await learned(brewery)).watched_h < first.watched_h + 0.1
            brewery.start_agent()
            await asyncio.sleep(TELL_S + 60.0)
            second = await learned(brewery)
            assert second.watched_h > first.watched_h + 0.9
            assert (await known(brewery)).days[-1].quantities
    assert brewery.broken() == []


async def test_an_agent_that_crashes_loses_minutes_and_one_whose_file_is_damaged_begins_anew() -> None:
    stores = in_memory()
    with capture_logs() as logs:
        async with Brewery(LEARNER, pace=PACE, algorithms=BOTH, stores=stores).opened() as brewery:
            assert isinstance(stores.learned, MemoryNotebook)
            await brewery.wish("fass", 18.0)
            await asyncio.sleep(4 * HOUR_S)
            written = stores.learned.document
            before = await learned(brewery)
            await asyncio.sleep(KEEP_S / 2)
            await brewery.stop_agent()
            stores.learned.document = written
            brewery.start_agent()
            await asyncio.sleep(60.0)
            after = await learned(brewery)
            assert before.watched_h - KEEP_S / 3600.0 <= after.watched_h <= before.watched_h + 0.1
            await brewery.stop_agent()
            stores.learned.document = b"{"
            brewery.start_agent()
            await asyncio.sleep(TELL_S + 60.0)
            assert (await learned(brewery)).watched_h < 0.2
            assert stores.learned.aside == b"{"
    assert [line["event"] for line in logs if line["log_level"] == "error"] == ["learned.damaged"]


async def test_a_pause_and_another_algorithm_for_a_while_lose_nothing() -> None:
    with capture_logs():
        async with Brewery(LEARNER, pace=PACE, algorithms=BOTH).opened() as brewery:
            await brewery.wish("fass", 18.0)
            await asyncio.sleep(4 * HOUR_S)
            before = await learned(brewery)
            await brewery.wish("fass", None)
            await asyncio.sleep(HOUR_S)
            assert (await learned(brewery)).watched_h >= before.watched_h
            await rearranged(brewery, "cascade")
            await brewery.wish("fass", 18.0)
            await asyncio.sleep(HOUR_S)
            await rearranged(brewery, "learning")
            await asyncio.sleep(HOUR_S)
            assert (await learned(brewery)).watched_h > before.watched_h + 0.8
    assert brewery.broken() == []


async def test_what_one_vessel_learned_is_given_to_another_and_forgotten_again() -> None:
    with capture_logs():
        async with Brewery(LEARNER, OTHER, pace=PACE, algorithms=BOTH).opened() as brewery:
            for vessel in ("fass", "keg"):
                await brewery.wish(vessel, 18.0)
            await asyncio.sleep(4 * HOUR_S)
            taken = replace(await learned(brewery), watched_h=500.0)
            await brewery.server.learning.replace("keg", taken, ANNA, "The same kind of fridge.")
            assert (await known(brewery, "keg")).record.is_pending
            await asyncio.sleep(60.0)
            assert not (await known(brewery, "keg")).record.is_pending
            assert (await learned(brewery, "keg")).watched_h >= 500.0
            assert (await learned(brewery)).watched_h < 5.0
            await brewery.server.learning.forget("keg", ANNA)
            await asyncio.sleep(TELL_S + 60.0)
            assert (await learned(brewery, "keg")).watched_h < 0.2
    assert brewery.broken() == []


async def test_a_wish_waits_for_an_agent_that_is_away_and_for_a_server_that_restarts() -> None:
    with capture_logs():
        async with Brewery(LEARNER, pace=PACE, algorithms=BOTH).opened() as brewery:
            await brewery.wish("fass", 18.0)
            await asyncio.sleep(2 * HOUR_S)
            await brewery.stop_agent()
            await brewery.server.learning.forget("fass", ANNA)
            await asyncio.sleep(HOUR_S)
            await brewery.stop_server()
            await brewery.start_server()
            assert (await known(brewery)).record.is_pending
            assert (await learned(brewery)).watched_h > 1.0
            brewery.start_agent()
            await asyncio.sleep(TELL_S + 60.0)
            assert not (await known(brewery)).record.is_pending
            assert (await learned(brewery)).watched_h < 0.2
            await brewery.stop_agent()
            brewery.start_agent()
            await asyncio.sleep(HOUR_S)
            assert (await learned(brewery)).watched_h > 0.9


async def test_a_wish_is_taken_again_by_an_agent_that_lost_it_with_its_power() -> None:
    stores = in_memory()
    with capture_logs():
        async with Brewery(LEARNER, pace=PACE, algorithms=BOTH, stores=stores).opened() as brewery:
            assert isinstance(stores.learned, MemoryNotebook)
            await brewery.wish("fass", 18.0)
            await asyncio.sleep(2 * HOUR_S)
            before = stores.learned.document
            await brewery.server.learning.forget("fass", ANNA)
            await asyncio.sleep(60.0)
            assert not (await known(brewery)).record.is_pending
            await brewery.stop_agent()
            stores.learned.document = before
            brewery.start_agent()
            await asyncio.sleep(TELL_S + 60.0)
            assert not (await known(brewery)).record.is_pending
            assert (await learned(brewery)).watched_h < 0.2


async def test_a_vessel_keeps_what_was_learned_when_it_loses_its_heater() -> None:
    with capture_logs():
        async with Brewery(LEARNER, pace=PACE, algorithms=BOTH).opened() as brewery:
            await brewery.wish("fass", 18.0)
            await asyncio.sleep(2 * HOUR_S)
            before = await learned(brewery)
            catalog = brewery.stores.catalog
            assert isinstance(catalog, MemoryCatalog)
            vessel = (await catalog.vessel("fass")).vessel
            roles = {role: name for role, name in vessel.roles.items() if role is not Role.HEAT}
            entry = JournalEntry(
                at=brewery.clock.now(), by="anna", what="vessel", id="fass", action="updated"
            )
            await catalog.change_vessel(replace(vessel, roles=roles), entry)
            brewery.server.dispatch.changed("cellar")
            await asyncio.sleep(HOUR_S)
            assert (await learned(brewery)).watched_h > before.watched_h + 0.8


async def test_how_it_drifts_is_known_day_by_day() -> None:
    slow = Pace(every_s=60.0, tick_s=60.0, flush_s=60.0)
    with capture_logs():
        async with Brewery(LEARNER, pace=slow, algorithms=BOTH).opened() as brewery:
            await brewery.wish("fass", 18.0)
            await asyncio.sleep(3.5 * DAY_S)
            days = (await known(brewery)).days
    assert len(days) == 4
    assert all(b.at - a.at > 0.9 * DAY_S * 1000 for a, b in pairwise(days[:-1]))
    assert all("loss_h" in day.quantities for day in days)
