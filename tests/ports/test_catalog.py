"""One suite for everything that claims to be a catalog: vessels, their roles and wishes, batches."""

import anyio
import pytest
from msgspec.structs import replace

from krausen.errors import NotFound, Stale, StorageAway
from krausen.model.batch import HOLDING, Batch, BatchEvent, BatchState
from krausen.model.correction import Correction, CorrectionKind
from krausen.model.series import SeriesName
from krausen.model.setpoint import Answer, AnswerState
from krausen.model.vessel import Limits, Role
from krausen.ports.catalog import (
    Catalog,
    Dates,
    Kind,
    RoleInterval,
    VesselRecord,
)
from krausen.testing.catalog import MemoryCatalog
from tests.ports.arranged import ALONG, BREW, FIRST, FREEZER, PITCHED, RACKED, WARMER, entry

pytestmark = pytest.mark.anyio

SPIKE = Correction(
    id="c-1",
    series=SeriesName("pi", "28-0", "temperature"),
    start=100,
    end=200,
    kind=CorrectionKind.MASK,
    reason="The probe was out.",
    by="Anna",
    at=300,
)


class TestVessels:
    async def test_new_vessel_comes_back_whole_with_its_first_wish_accepted(self, vessels: Catalog) -> None:
        expected = VesselRecord(
            vessel=FREEZER,
            requested=FIRST,
            answer=Answer(setpoint=FIRST, state=AnswerState.ACCEPTED, at=10),
            created_at=10,
            updated_at=10,
        )
        assert await vessels.vessel("freezer20") == expected
        assert await vessels.vessels() == [expected]

    async def test_vessels_come_ordered_by_id_each_with_its_own_wishes(self, vessels: Catalog) -> None:
        await vessels.add_vessel(replace(FREEZER, id="a"), replace(FIRST, value=4.0), entry())
        await vessels.add_vessel(replace(FREEZER, id="z"), replace(FIRST, value=5.0), entry())
        await vessels.request("freezer20", WARMER, entry())
        found = [(record.vessel.id, record.requested.value) for record in await vessels.vessels()]
        assert found == [("a", 4.0), ("freezer20", 21.25), ("z", 5.0)]

    async def test_unknown_vessel_is_not_found(self, catalog: Catalog) -> None:
        assert await catalog.vessels() == []
        assert await catalog.wishes("nobody", 0, 10**13) == []
        assert await catalog.answered("nobody", 1, Answer(setpoint=FIRST, state=AnswerState.ACCEPTED)) is None
        with pytest.raises(NotFound, match="nobody"):
            await catalog.vessel("nobody")
        with pytest.raises(NotFound, match="nobody"):
            await catalog.request("nobody", WARMER, entry())
        assert await catalog.journal(10) == []

    async def test_taken_id_is_refused_and_changes_nothing(self, vessels: Catalog) -> None:
        before = await vessels.vessel("freezer20")
        with pytest.raises(Stale, match="freezer20"):
            await vessels.add_vessel(replace(FREEZER, name="other"), replace(FIRST, revision=2), entry(20))
        assert await vessels.vessel("freezer20") == before
        assert await vessels.wishes("freezer20", 0, 10**13) == [FIRST]
        assert len(await vessels.journal(10)) == 1


class TestArranging:
    async def test_changed_vessel_is_the_next_revision_and_keeps_its_wish(self, vessels: Catalog) -> None:
        wanted = replace(FREEZER, name="Loft", limits=Limits(2, 20), settings={}, revision=9)
        record = await vessels.change_vessel(wanted, entry(50), seen=3)
        assert record.vessel == replace(wanted, revision=4)
        assert (record.requested, record.created_at, record.updated_at) == (FIRST, 10, 50)
        assert await vessels.vessel("freezer20") == record
        assert len(await vessels.journal(10)) == 2

    async def test_change_of_what_is_no_longer_there_is_stale(self, vessels: Catalog) -> None:
        before = await vessels.vessel("freezer20")
        with pytest.raises(Stale, match="revision 3, not 2"):
            await vessels.change_vessel(replace(FREEZER, roles={}), entry(50), seen=2)
        assert await vessels.vessel("freezer20") == before
        with pytest.raises(NotFound, match="nobody"):
            await vessels.change_vessel(replace(FREEZER, id="nobody"), entry(50))

    async def test_role_that_changes_ends_and_another_begins(self, vessels: Catalog) -> None:
        beer, cool = FREEZER.roles[Role.BEER], FREEZER.roles[Role.COOL]
        later = SeriesName("pi-loft", "28-0001", "temperature")
        await vessels.change_vessel(replace(FREEZER, roles={Role.BEER: later, Role.COOL: cool}), entry(50))
        await vessels.change_vessel(replace(FREEZER, roles={Role.COOL: cool}), entry(70))
        was = RoleInterval(role=Role.BEER, series=beer, start=10, end=50)
        then = RoleInterval(role=Role.BEER, series=later, start=50, end=70)
        lasting = RoleInterval(role=Role.COOL, series=cool, start=10)
        assert await vessels.roles_at("freezer20", 0, 10**13) == [was, then, lasting]
        assert await vessels.roles_at("freezer20", 49, 50) == [was, lasting]
        assert await vessels.roles_at("freezer20", 50, 51) == [then, lasting]
        assert await vessels.roles_at("freezer20", 0, 10) == []
        assert (await vessels.vessel("freezer20")).vessel.roles == {Role.COOL: cool}

    async def test_roles_that_change_twice_at_once_leave_no_empty_interval(self, vessels: Catalog) -> None:
        later = SeriesName("pi-loft", "28-0001", "temperature")
        await vessels.change_vessel(replace(FREEZER, roles={Role.BEER: later}), entry(10))
        await vessels.change_vessel(replace(FREEZER, roles={Role.BEER: FREEZER.roles[Role.BEER]}), entry(10))
        only = RoleInterval(role=Role.BEER, series=FREEZER.roles[Role.BEER], start=10)
        assert await vessels.roles_at("freezer20", 0, 10**13) == [only]

    async def test_removed_vessel_is_gone_but_not_its_past_nor_its_id(self, vessels: Catalog) -> None:
        record = await vessels.vessel("freezer20")
        await vessels.remove_vessel(record, entry(90))
        assert await vessels.vessels() == []
        for call in (vessels.vessel("freezer20"), vessels.request("freezer20", WARMER, entry())):
            with pytest.raises(NotFound):
                await call
        with pytest.raises(NotFound):
            await vessels.change_vessel(FREEZER, entry())
        with pytest.raises(NotFound):
            await vessels.remove_vessel(record, entry())
        assert (
            await vessels.answered("freezer20", 1, Answer(setpoint=FIRST, state=AnswerState.ACCEPTED)) is None
        )
        with pytest.raises(Stale, match="freezer20"):
            await vessels.add_vessel(FREEZER, FIRST, entry())
        assert await vessels.wishes("freezer20", 0, 10**13) == [FIRST]
        assert {one.end for one in await vessels.roles_at("freezer20", 0, 10**13)} == {90}
        assert len(await vessels.journal(10)) == 2

    async def test_vessel_that_changed_since_it_was_seen_is_not_removed(self, vessels: Catalog) -> None:
        record = await vessels.vessel("freezer20")
        wished = await vessels.request("freezer20", WARMER, entry())
        with pytest.raises(Stale, match="revision 2"):
            await vessels.remove_vessel(record, entry())
        await vessels.change_vessel(FREEZER, entry())
        with pytest.raises(Stale, match="revision 4"):
            await vessels.remove_vessel(wished, entry())
        assert len(await vessels.vessels()) == 1


class TestWishes:
    async def test_request_counts_the_revision_and_waits_with_the_former_wish_in_force(
        self, vessels: Catalog
    ) -> None:
        record = await vessels.request("freezer20", WARMER, entry(20), seen=1)
        assert record.requested == replace(WARMER, revision=2)
        assert record.answer == Answer(setpoint=FIRST, state=AnswerState.WAITING, at=20)
        assert (record.created_at, record.updated_at) == (10, 20)
        assert await vessels.vessel("freezer20") == record

    async def test_accepted_wish_is_in_force(self, vessels: Catalog) -> None:
        await vessels.request("freezer20", WARMER, entry(20))
        said = Answer(setpoint=FIRST, state=AnswerState.ACCEPTED, detail="as wished", at=25)
        record = await vessels.answered("freezer20", 2, said)
        assert record is not None
        assert record.answer == replace(said, setpoint=replace(WARMER, revision=2))
        assert record.updated_at == 20
        assert await vessels.vessel("freezer20") == record

    async def test_rejection_leaves_the_former_wish_in_force_and_says_why(self, vessels: Catalog) -> None:
        await vessels.request("freezer20", WARMER, entry(20))
        said = Answer(
            setpoint=replace(WARMER, revision=2), state=AnswerState.REJECTED, detail="too warm", at=25
        )
        record = await vessels.answered("freezer20", 2, said)
        assert record is not None
        assert record.requested == replace(WARMER, revision=2)
        assert record.answer == replace(said, setpoint=FIRST)

    async def test_wish_in_force_outlasts_several_that_were_never_accepted(self, vessels: Catalog) -> None:
        await vessels.request("freezer20", WARMER, entry())
        await vessels.answered("freezer20", 2, Answer(setpoint=WARMER, state=AnswerState.REJECTED))
        record = await vessels.request("freezer20", ALONG, entry())
        assert record.requested == replace(ALONG, revision=3)
        assert record.answer.setpoint == FIRST

    @pytest.mark.parametrize("revision", [0, 1, 3])
    async def test_answer_about_another_revision_is_dropped(self, vessels: Catalog, revision: int) -> None:
        before = await vessels.request("freezer20", WARMER, entry())
        said = Answer(setpoint=WARMER, state=AnswerState.ACCEPTED)
        assert await vessels.answered("freezer20", revision, said) is None
        assert await vessels.vessel("freezer20") == before

    @pytest.mark.parametrize("seen", [1, 3])
    async def test_wish_for_what_is_no_longer_there_is_stale(self, vessels: Catalog, seen: int) -> None:
        before = await vessels.request("freezer20", WARMER, entry(20))
        with pytest.raises(Stale, match="revision 2"):
            await vessels.request("freezer20", ALONG, entry(30), seen=seen)
        assert await vessels.vessel("freezer20") == before
        assert len(await vessels.journal(10)) == 2

    async def test_every_wish_is_kept_and_found_by_time(self, vessels: Catalog) -> None:
        await vessels.request("freezer20", WARMER, entry())
        await vessels.request("freezer20", ALONG, entry())
        second, third = replace(WARMER, revision=2), replace(ALONG, revision=3)
        assert await vessels.wishes("freezer20", 0, 10**13) == [FIRST, second, third]
        assert await vessels.wishes("freezer20", 1000, 3000) == [FIRST, second]
        assert await vessels.wishes("freezer20", 1001, 3001) == [second, third]
        await vessels.request("freezer20", replace(WARMER, at=2), entry())
        assert [wish.revision for wish in await vessels.wishes("freezer20", 0, 2500)] == [4, 1, 2]

    async def test_calls_of_many_tasks_keep_their_order(self, vessels: Catalog) -> None:
        async with anyio.create_task_group() as tasks:
            for at in range(40):
                tasks.start_soon(vessels.request, "freezer20", replace(WARMER, at=at), entry(at))
        wishes = await vessels.wishes("freezer20", 0, 40)
        assert [(wish.revision, wish.at) for wish in wishes] == [(at + 2, at) for at in range(40)]
        assert [line.at for line in await vessels.journal(40)] == list(reversed(range(40)))

    async def test_of_many_who_saw_the_same_one_wins(self, vessels: Catalog) -> None:
        outcomes: list[str] = []

        async def ask(by: str) -> None:
            try:
                await vessels.request("freezer20", replace(WARMER, by=by), entry(), seen=1)
            except Stale:
                outcomes.append("stale")
            else:
                outcomes.append(by)

        async with anyio.create_task_group() as tasks:
            for n in range(20):
                tasks.start_soon(ask, f"person {n}")
        assert sorted(outcomes) == ["person 0", *["stale"] * 19]
        assert (await vessels.vessel("freezer20")).requested.by == "person 0"


class TestBatches:
    async def test_batch_comes_back_whole(self, catalog: Catalog) -> None:
        assert await catalog.keep_batch(BREW, [RACKED, PITCHED], entry(what="batch")) == 2
        assert await catalog.batch("b-1") == BREW
        assert await catalog.batches() == [BREW]
        assert await catalog.batch_of(BREW.source) == BREW
        assert await catalog.events("b-1") == [PITCHED, RACKED]

    async def test_kept_again_it_is_replaced_and_only_new_events_are_added(self, catalog: Catalog) -> None:
        await catalog.keep_batch(BREW, [PITCHED], entry())
        later = replace(BREW, name="Pils VII", finished_at=None, vessel=None, roles={}, revision=3)
        assert await catalog.keep_batch(later, [RACKED, PITCHED, RACKED], entry()) == 1
        assert await catalog.keep_batch(later, [RACKED, PITCHED], entry()) == 0
        assert await catalog.batch("b-1") == later
        assert await catalog.events("b-1") == [PITCHED, RACKED]
        assert await catalog.dates(Kind.BATCH) == {"b-1": Dates(1, 1)}

    async def test_events_at_the_same_time_differ_by_kind_and_text(self, catalog: Catalog) -> None:
        events = [BatchEvent(1, "note", "b"), BatchEvent(1, "note", "a"), BatchEvent(1, "alarm", "b")]
        assert await catalog.keep_batch(BREW, events, entry()) == 3
        assert await catalog.events("b-1") == sorted(events)

    async def test_each_batch_has_its_own_events(self, catalog: Catalog) -> None:
        await catalog.keep_batch(BREW, [PITCHED], entry())
        assert await catalog.keep_batch(replace(BREW, id="b-2", source=""), [PITCHED], entry()) == 1
        assert await catalog.events("b-2") == [PITCHED]

    async def test_latest_start_comes_first_and_planned_ones_last(self, catalog: Catalog) -> None:
        for id, started_at in [("c", 5), ("planned", None), ("a", 5), ("newest", 9), ("before 1970", -3)]:
            batch = Batch(id=id, name=id, state=BatchState.RUNNING, started_at=started_at)
            await catalog.keep_batch(batch, [], entry())
        found = [batch.id for batch in await catalog.batches()]
        assert found == ["newest", "a", "c", "before 1970", "planned"]

    async def test_unknown_batch_is_not_found(self, catalog: Catalog) -> None:
        with pytest.raises(NotFound, match="b-9"):
            await catalog.batch("b-9")
        with pytest.raises(NotFound, match="b-9"):
            await catalog.events("b-9")
        assert await catalog.batch_of("nowhere") is None

    async def test_batch_that_was_not_imported_has_no_source(self, catalog: Catalog) -> None:
        await catalog.keep_batch(replace(BREW, source=""), [], entry())
        await catalog.keep_batch(replace(BREW, id="b-2", source=""), [], entry())
        assert await catalog.batch_of("") is None
        assert len(await catalog.batches()) == 2

    async def test_source_is_imported_into_one_batch_only(self, catalog: Catalog) -> None:
        await catalog.keep_batch(BREW, [], entry())
        with pytest.raises(Stale, match="pils-7"):
            await catalog.keep_batch(replace(BREW, id="b-2"), [PITCHED], entry())
        assert await catalog.batches() == [BREW]
        assert len(await catalog.journal(10)) == 1


class TestBin:
    async def test_new_batch_comes_back_and_its_id_is_taken_for_good(self, catalog: Catalog) -> None:
        await catalog.add_batch(BREW, entry(5))
        with pytest.raises(Stale, match="b-1"):
            await catalog.add_batch(replace(BREW, source=""), entry(6))
        assert await catalog.batches() == [BREW]
        assert await catalog.dates(Kind.BATCH) == {"b-1": Dates(5, 5)}
        assert len(await catalog.journal(10)) == 1

    async def test_changed_batch_is_the_next_revision_with_new_events(self, catalog: Catalog) -> None:
        await catalog.keep_batch(BREW, [PITCHED], entry())
        changed = await catalog.change_batch(replace(BREW, yeast="Kveik"), [RACKED], entry(9), seen=2)
        assert changed == replace(BREW, yeast="Kveik", revision=3)
        assert await catalog.batch("b-1") == changed
        assert await catalog.events("b-1") == [PITCHED, RACKED]
        with pytest.raises(Stale, match="revision 3, not 2"):
            await catalog.change_batch(BREW, [], entry(), seen=2)
        with pytest.raises(NotFound, match="b-9"):
            await catalog.change_batch(replace(BREW, id="b-9", source=""), [], entry())

    async def test_batch_in_the_bin_is_found_there_alone(self, catalog: Catalog) -> None:
        await catalog.keep_batch(BREW, [PITCHED], entry())
        binned = await catalog.change_batch(replace(BREW, deleted_at=70), [], entry(70))
        assert await catalog.batches() == []
        assert await catalog.batches(binned=True) == [binned]
        assert await catalog.batch("b-1", binned=True) == binned
        assert await catalog.batch_of(BREW.source) == binned
        with pytest.raises(NotFound, match="b-1"):
            await catalog.batch("b-1")
        back = await catalog.change_batch(replace(binned, deleted_at=None), [], entry(80))
        assert await catalog.batches() == [back]
        with pytest.raises(NotFound, match="b-1"):
            await catalog.batch("b-1", binned=True)

    async def test_event_that_is_struck_out_is_gone_and_may_come_again(self, catalog: Catalog) -> None:
        await catalog.keep_batch(BREW, [PITCHED, RACKED], entry())
        await catalog.remove_event("b-1", PITCHED, entry())
        assert await catalog.events("b-1") == [RACKED]
        for id in ("b-1", "b-9"):
            with pytest.raises(NotFound):
                await catalog.remove_event(id, PITCHED, entry())
        assert await catalog.keep_batch(BREW, [PITCHED], entry()) == 1

    @pytest.mark.parametrize("state", HOLDING)
    async def test_vessel_that_holds_a_batch_is_not_removed(
        self, vessels: Catalog, state: BatchState
    ) -> None:
        record = await vessels.vessel("freezer20")
        await vessels.keep_batch(replace(BREW, state=state), [], entry())
        with pytest.raises(Stale, match=f"Pils 7 is {state} in Fryser"):
            await vessels.remove_vessel(record, entry())
        await vessels.keep_batch(BREW, [], entry())
        await vessels.remove_vessel(record, entry())
        assert await vessels.vessels() == []


class TestCorrections:
    async def test_corrections_come_back_in_the_order_in_which_they_were_made(self, catalog: Catalog) -> None:
        later = replace(SPIKE, id="a", kind=CorrectionKind.SHIFT, value=-0.5, at=0)
        await catalog.add_correction(SPIKE, entry())
        await catalog.add_correction(later, entry())
        assert await catalog.corrections() == [SPIKE, later]

    async def test_undone_correction_is_gone_and_its_id_is_not_given_again(self, catalog: Catalog) -> None:
        await catalog.add_correction(SPIKE, entry())
        await catalog.remove_correction("c-1", entry())
        assert await catalog.corrections() == []
        with pytest.raises(NotFound, match="c-1"):
            await catalog.remove_correction("c-1", entry())
        with pytest.raises(Stale, match="c-1"):
            await catalog.add_correction(SPIKE, entry())
        assert len(await catalog.journal(10)) == 2


async def test_memory_that_is_away_says_so_and_keeps_nothing() -> None:
    catalog = MemoryCatalog()
    catalog.away = "The disk is full."
    with pytest.raises(StorageAway, match="full"):
        await catalog.add_vessel(FREEZER, FIRST, entry())
    with pytest.raises(StorageAway, match="full"):
        await catalog.vessels()
    catalog.away = ""
    assert await catalog.vessels() == []
    assert await catalog.journal(10) == []
