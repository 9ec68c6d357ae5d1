"""What the catalog keeps of what was learned, in memory and in a file alike."""

import asyncio
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule
from msgspec.structs import replace

from krausen.model.journal import JournalEntry
from krausen.model.learned import Learned, Standing
from krausen.ports.catalog import Catalog
from krausen.ports.catalog.learned import DAY_MS, KEPT_MS, LearnedRecord
from krausen.storage.catalog import SqlCatalog
from tests.ports.arranged import entry
from tests.ports.drawn import ENTRIES, IDS, TEXTS
from tests.ports.pair import Pair

LEARNED = st.none() | st.builds(
    Learned,
    mean=st.lists(st.floats(-1e9, 1e9), max_size=3).map(tuple),
    spread=st.lists(st.floats(-1e9, 1e9), max_size=3).map(tuple),
    flow=st.floats(0, 1),
    watched_h=st.floats(0, 1e6),
    standing=st.sampled_from(Standing),
    doubts=st.lists(TEXTS, max_size=2).map(tuple),
)
INSTANTS = st.integers(0, 4).map(lambda days: days * DAY_MS + 5) | st.just(KEPT_MS + 2 * DAY_MS)
TOLD = st.builds(LearnedRecord, vessel=IDS, at=INSTANTS, learned=LEARNED, taken=st.integers(0, 3))
QUANTITIES = st.dictionaries(TEXTS, st.floats(-1e9, 1e9), max_size=2)
SURE = Learned(mean=(1.5, -2.0), spread=(0.25, 0.0, 1e-9), watched_h=36.5, standing=Standing.SURE)
TOLD_ONCE = LearnedRecord(vessel="fass", at=DAY_MS + 7, learned=SURE)

each_catalog = pytest.mark.anyio


async def everything(catalog: Catalog) -> tuple[object, ...]:
    return (
        [await catalog.learned(id) for id in "abc"],
        await catalog.learning_wanted(),
        [await catalog.learned_days(id, 0, 10**14) for id in "abc"],
        [await catalog.learned_days(id, DAY_MS, 3 * DAY_MS) for id in "abc"],
        await catalog.journal(100),
    )


class LearnedTwins(Pair):
    """Keeps the revisions of wishes on a slip of paper, too."""

    def __init__(self) -> None:
        super().__init__()
        self.wished: dict[str, int] = {}

    @rule(told=TOLD, quantities=QUANTITIES)
    def note(self, told: LearnedRecord, quantities: dict[str, float]) -> None:
        kept = self.both(lambda catalog: catalog.note_learned(told, quantities))
        assert isinstance(kept, LearnedRecord)
        assert (kept.at, kept.learned, kept.taken) == (told.at, told.learned, told.taken)
        assert kept.wished == self.wished.get(told.vessel, 0)

    @rule(vessel=IDS, wanted=LEARNED, entry=ENTRIES)
    def want(self, vessel: str, wanted: Learned | None, entry: JournalEntry) -> None:
        kept = self.both(lambda catalog: catalog.want_learned(vessel, wanted, entry))
        assert isinstance(kept, LearnedRecord)
        assert kept.is_pending
        assert kept.wanted == wanted
        assert kept.wished > max(self.wished.get(vessel, 0), kept.taken)
        self.wished[vessel] = kept.wished

    @invariant()
    def both_know_the_same(self) -> None:
        self.both(everything)


TestLearnedTwins = LearnedTwins.TestCase
TestLearnedTwins.settings = settings(max_examples=15, stateful_step_count=25)


@each_catalog
async def test_of_a_vessel_that_was_never_heard_of_nothing_is_known(catalog: Catalog) -> None:
    assert await catalog.learned("nobody") == LearnedRecord(vessel="nobody")
    assert await catalog.learned_days("nobody", 0, 10**14) == []


@each_catalog
async def test_a_wish_is_pending_until_its_revision_is_taken(catalog: Catalog) -> None:
    await catalog.note_learned(replace(TOLD_ONCE, taken=4), {})
    wished = await catalog.want_learned("fass", None, entry())
    assert (wished.wished, wished.is_pending, wished.learned) == (5, True, SURE)
    assert await catalog.learning_wanted() == [wished]
    await catalog.note_learned(replace(TOLD_ONCE, taken=4), {})
    assert (await catalog.learned("fass")).is_pending
    taken = await catalog.note_learned(replace(TOLD_ONCE, learned=None, taken=5), {})
    assert (taken.learned, taken.is_pending) == (None, False)
    assert await catalog.learning_wanted() == []


@each_catalog
async def test_a_day_has_what_was_told_last_and_is_forgotten_after_years(catalog: Catalog) -> None:
    for at, loss_h in ((DAY_MS + 1, 9.0), (DAY_MS + 2, 8.5), (2 * DAY_MS, 8.0)):
        await catalog.note_learned(replace(TOLD_ONCE, at=at), {"loss_h": loss_h})
    await catalog.note_learned(replace(TOLD_ONCE, at=2 * DAY_MS + 1), {})
    days = await catalog.learned_days("fass", 0, 10**14)
    assert [(day.at, day.quantities) for day in days] == [
        (DAY_MS + 2, {"loss_h": 8.5}),
        (2 * DAY_MS, {"loss_h": 8.0}),
    ]
    await catalog.note_learned(replace(TOLD_ONCE, at=2 * DAY_MS + KEPT_MS), {"loss_h": 7.0})
    assert [day.at for day in await catalog.learned_days("fass", 0, 10**14)] == [
        2 * DAY_MS,
        2 * DAY_MS + KEPT_MS,
    ]


def test_a_file_that_is_opened_again_knows_it_all(tmp_path: Path) -> None:
    async def filled(catalog: SqlCatalog) -> tuple[object, ...]:
        await catalog.note_learned(TOLD_ONCE, {"loss_h": 9.0})
        await catalog.want_learned("fass", SURE, entry())
        return await known(catalog)

    async def known(catalog: SqlCatalog) -> tuple[object, ...]:
        return await catalog.learned("fass"), await catalog.learned_days("fass", 0, 10**14)

    with closing(SqlCatalog.open(tmp_path / "catalog.sqlite")) as catalog:
        before = asyncio.run(filled(catalog))
    with closing(SqlCatalog.open(tmp_path / "catalog.sqlite")) as catalog:
        assert asyncio.run(known(catalog)) == before
