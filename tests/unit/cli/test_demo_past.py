"""The demo's brewery in a folder: arranged, filled, interrupted, taken up again."""

import asyncio
from collections.abc import Callable, Iterator, Sequence, Set
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, cast

import psutil
import pytest
from msgspec import convert, json
from msgspec.structs import replace

from krausen.cli.demo_agent import demo_agent
from krausen.cli.demo_brewery import DEMO_USER, arranged
from krausen.cli.demo_past import PIECE_MS, DemoPast, living
from krausen.cli.past import Simulators, Take
from krausen.cli.site import Character, opened_site
from krausen.model.batch import BatchState
from krausen.model.journal import JournalEntry
from krausen.model.learned import Learned
from krausen.model.setpoint import Mode, Setpoint
from krausen.model.vessel import Role
from krausen.ports.catalog import Catalog
from krausen.ports.clock import Clock
from krausen.server.site import Site
from krausen.simulation.demo import AGENT, DAY_MS, DemoBatch
from krausen.simulation.past import End, Order, Piece, Progress, Span, simulate
from krausen.simulation.vessel import SimulatedVessel
from krausen.storage.folder import DataFolder

NOW_MS = 1_767_225_600_000
VESSELS = {"freezer20", "fridge20tape", "glycol300", "fridge2014"}
FASS = SimulatedVessel(id="fass", name="Fass", chamber="fridge20", agent="pi")


class Interrupted(Exception):
    """The demo was ended."""


class InProcess(Simulators):
    """Simulates without children, with a note of what was asked, and of the shares; may be interrupted."""

    def __init__(self, pieces: int = 10**9, between: Callable[[], None] = lambda: None) -> None:
        super().__init__(1)
        self.orders: list[Order] = []
        self._pieces = pieces
        self._between = between

    async def simulate(self, order: Order, take: Take, progress: Callable[[float], None]) -> End:
        self.orders.append(order)
        progress(0.0)
        self._between()
        for message in simulate(order):
            match message:
                case Progress(done):
                    progress(done)
                case Piece(readings):
                    self._pieces -= 1
                    if self._pieces < 0:
                        raise Interrupted
                    await take(readings)
                case End() as end:
                    return end
        raise AssertionError


@contextmanager
def site_in(folder: Path, now_s: Callable[[], float] = lambda: 0.0) -> Iterator[Site]:
    character = Character(zone="UTC", demo_user=DEMO_USER.id)
    with opened_site(DataFolder.find(folder), character, lambda _: Clock(NOW_MS, now_s)) as site:
        yield site


async def filled(
    site: Site, days: int, simulators: Simulators, vessels: Set[str] = VESSELS
) -> list[DemoBatch]:
    batches = [batch for batch in await arranged(site, days) if batch.vessel.id in vessels]
    past = DemoPast(site, batches)
    await past.live_on(simulators)
    await past.remember(simulators)
    return batches


async def beers(site: Site, batch: DemoBatch) -> list[int]:
    """How many readings of the beer each piece of a batch has."""
    kept = await site.catalog.batch(batch.id)
    series = await site.history.id_of(batch.vessel.series(Role.BEER))
    assert series is not None
    assert kept.started_at is not None
    ends = kept.finished_at or NOW_MS
    starts = range(kept.started_at, ends, PIECE_MS)
    return [await site.history.count(series, start, min(start + PIECE_MS, ends)) for start in starts]


class Interrupting:
    """A catalog that takes so many changes, and no more."""

    def __init__(self, catalog: Catalog, changes: int) -> None:
        self._catalog = catalog
        self._changes = changes

    def __getattr__(self, name: str) -> Any:
        if name in {"add_vessel", "request", "answered", "keep_batch", "keep_setting", "keep_user"}:
            self._changes -= 1
            if self._changes < 0:
                raise Interrupted
        return getattr(self._catalog, name)


async def brewery(site: Site) -> object:
    """What was arranged; the agent answers what was not answered."""
    batches = await site.catalog.batches()
    return (
        [(record.vessel, record.requested) for record in await site.catalog.vessels()],
        batches,
        [await site.catalog.events(batch.id) for batch in batches],
        sorted((entry.at, entry.what, entry.id, entry.action) for entry in await site.catalog.journal(1000)),
        await site.catalog.users(),
    )


@pytest.fixture(scope="session")
def anyio_backend() -> tuple[str, dict[str, Any]]:
    return "asyncio", {}


async def test_a_demo_without_days_has_four_vessels_an_hour_old(tmp_path: Path) -> None:
    with site_in(tmp_path) as site:
        batches = await filled(site, 0, InProcess())
        assert {batch.vessel.id for batch in batches} == VESSELS
        assert {record.vessel.id for record in await site.catalog.vessels()} == VESSELS
        for batch in batches:
            assert (await site.catalog.batch(batch.id)).started_at == NOW_MS - DAY_MS // 24
            assert min(await beers(site, batch)) > 0
        assert site.status.filling is None


async def test_many_days_have_batches_for_all_of_them(tmp_path: Path) -> None:
    with site_in(tmp_path) as site:
        batches = await arranged(site, 40)
        for vessel in VESSELS:
            theirs = [batch for batch in batches if batch.vessel.id == vessel]
            assert max(batch.begins for batch in theirs) > 26
            record = await site.catalog.vessel(vessel)
            running = await site.catalog.batch(theirs[0].id)
            wishes = theirs[0].wishes(running.started_at or 0, 1)
            assert record.requested.value == [w for w in wishes if w.at <= NOW_MS][-1].value


async def test_arranging_again_changes_nothing_whatever_days_are_asked_for(tmp_path: Path) -> None:
    with site_in(tmp_path) as site:
        await arranged(site, 14)
        before = await site.catalog.vessels(), await site.catalog.batches()
        again = await arranged(site, 30)
        assert (await site.catalog.vessels(), await site.catalog.batches()) == before
        assert {batch.id for batch in again} == {batch.id for batch in before[1]}


async def test_the_journal_of_what_was_arranged_is_in_order_of_time(tmp_path: Path) -> None:
    with site_in(tmp_path) as site:
        await arranged(site, 30)
        times = [entry.at for entry in await site.catalog.journal(1000)]
        assert len(times) > 20
        assert times == sorted(times, reverse=True)


async def test_the_journal_tells_of_the_demo_s_wishes_as_of_those_of_people(tmp_path: Path) -> None:
    with site_in(tmp_path) as site:
        await arranged(site, 30)
        wishes = [entry for entry in await site.catalog.journal(1000) if entry.action == "setpoint"]
        assert ("beer 19.20 °C", "free rise") in {(entry.detail, entry.reason) for entry in wishes}
        assert {entry.by for entry in wishes} == {DEMO_USER.name}


@pytest.mark.parametrize("deeds", [0, 1, 9, 20, 33])
async def test_an_arranging_that_was_interrupted_is_gone_on_with(tmp_path: Path, deeds: int) -> None:
    with site_in(tmp_path / "whole") as site:
        await arranged(site, 14)
        whole = await brewery(site)
    with site_in(tmp_path / "interrupted") as site:
        with suppress(Interrupted):
            await arranged(replace(site, catalog=cast("Catalog", Interrupting(site.catalog, deeds))), 14)
        await arranged(site, 14)
        assert await brewery(site) == whole


async def test_what_is_made_is_told_with_its_share(tmp_path: Path) -> None:
    told = []
    with site_in(tmp_path) as site:

        def note() -> None:
            assert site.status.filling is not None
            told.append((site.status.filling.done, set(site.status.filling.making)))

        await filled(site, 0, InProcess(between=note))
    assert [share for share, _ in told] == sorted(share for share, _ in told)
    assert {name for _, names in told for name in names} == {
        "Harvest Pale Ale",
        "Wheat Beer",
        "Helles Lager",
        "Brown Porter",
    }


async def test_a_filling_that_was_interrupted_is_taken_up_where_it_ended(tmp_path: Path) -> None:
    vessels = {"freezer20", "fridge20tape"}  # one held in one go, one that learns at last
    with site_in(tmp_path) as site:
        batches = [batch for batch in await arranged(site, 1) if batch.vessel.id in vessels]
        with pytest.raises(ExceptionGroup):
            await DemoPast(site, batches).live_on(InProcess(pieces=6))
        held = [await beers(site, batch) for batch in batches if await _has(site, batch)]
        assert any(0 in counts and max(counts) > 0 for counts in held)
    with site_in(tmp_path) as site:
        again = InProcess()
        batches = await filled(site, 1, again, vessels)
        for batch in batches:
            assert min(await beers(site, batch)) > 0
        assert any(order.spans[0].to_ms - order.spans[0].from_ms < DAY_MS for order in again.orders)
    with site_in(tmp_path) as site:
        whole = InProcess()
        await filled(site, 1, whole, vessels)
        for order in whole.orders:
            assert [span.to_ms for span in order.spans] == [NOW_MS]
            assert NOW_MS - order.spans[0].from_ms < 120_000


async def test_a_vessel_that_was_removed_stays_away(tmp_path: Path) -> None:
    with site_in(tmp_path) as site:
        await arranged(site, 0)
        record = await site.catalog.vessel("glycol300")
        for batch in await site.catalog.batches():
            if batch.vessel == "glycol300" and batch.state is BatchState.RUNNING:
                over = JournalEntry(at=NOW_MS, by="demo", what="batch", id=batch.id, action="finished")
                finished = replace(batch, state=BatchState.FINISHED, finished_at=NOW_MS)
                await site.catalog.change_batch(finished, [], over)
        gone = JournalEntry(at=NOW_MS, by="demo", what="vessel", id="glycol300", action="removed")
        await site.catalog.remove_vessel(record, gone)
        kept = await arranged(site, 0)
        assert {one.vessel.id for one in kept} == VESSELS - {"glycol300"}


async def test_time_that_passes_meanwhile_is_lived_too(tmp_path: Path) -> None:
    passed_s = [0.0]

    def pass_on() -> None:
        passed_s[0] += 1800.0

    with site_in(tmp_path, lambda: passed_s[0]) as site:
        past = DemoPast(site, await arranged(site, 0))
        lived = await past.live_on(InProcess(between=pass_on))
        assert {one.until_ms for one in lived} == {NOW_MS + 4 * 1_800_000}
        beer = await site.history.id_of(lived[0].vessel.series(Role.BEER))
        assert beer is not None
        assert await site.history.count(beer, NOW_MS + 6_600_000, NOW_MS + 7_200_000) > 0


async def _has(site: Site, batch: DemoBatch) -> bool:
    return await site.history.id_of(batch.vessel.series(Role.BEER)) is not None


def order(seconds: int = 60) -> Order:
    wish = Setpoint(revision=1, mode=Mode.BEER, value=20.0)
    return Order(
        vessel=FASS,
        algorithm="hysteresis",
        settings={},
        started_ms=NOW_MS,
        seconds=seconds,
        wishes=(wish,),
        spans=(Span(0, 2 * NOW_MS),),
    )


async def test_what_runs_and_learns_hands_over_what_it_learned_of_its_last_days(tmp_path: Path) -> None:
    simulators = InProcess()
    with site_in(tmp_path) as site:
        batches = [one for one in await arranged(site, 3) if one.vessel.id == "glycol300"]
        (going,) = map(living, await DemoPast(site, batches).live_on(simulators))
        folder = DataFolder.find(tmp_path)
        with demo_agent(site, folder, [going]) as agent:
            await agent.learned.flush()
    kept = json.decode((folder.agent(AGENT) / "learned.json").read_bytes())
    assert going.learned is not None
    assert going.learned.watched_h > 47.0
    assert convert(kept["vessels"]["glycol300"]["learned"], Learned) == going.learned
    early, late = simulators.orders
    assert (early.algorithm, early.begin, late.algorithm) == ("cascade", None, "learning")
    assert late.begin is not None
    assert (late.begin.at_s, late.seconds - early.seconds) == (early.seconds, 2 * DAY_MS // 1000)


async def nothing(_: Sequence[object]) -> None:
    return None


async def test_children_are_no_more_than_said_and_each_does_many_orders() -> None:
    async with Simulators(2) as simulators, asyncio.TaskGroup() as tasks:
        made = [tasks.create_task(simulators.simulate(order(), nothing, lambda _: None)) for _ in range(6)]
        await made[0]
        assert len(_children()) <= 2
    *_, end = simulate(order())
    assert [task.result() for task in made] == [end] * 6
    assert _children() == []


async def test_children_end_when_those_who_wait_for_them_are_stopped() -> None:
    begun = asyncio.Event()

    async def wait() -> None:
        async with Simulators(1) as simulators:
            await simulators.simulate(order(10**8), nothing, lambda done: begun.set() if done else None)

    async with asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(wait())
        await begun.wait()
        assert len(_children()) == 1
        waiting.cancel()
    assert waiting.cancelled()
    assert _children() == []


def _children() -> list[psutil.Process]:
    return [child for child in psutil.Process().children() if "krausen.simulation.past" in child.cmdline()]
