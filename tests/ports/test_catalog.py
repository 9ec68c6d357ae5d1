"""One suite for everything that claims to be a catalog."""

from collections.abc import Iterator
from pathlib import Path

import anyio
import pytest
from msgspec.structs import replace

from krausen.errors import NotFound, Stale, StorageAway
from krausen.model.batch import Batch, BatchEvent, BatchState
from krausen.model.journal import JournalEntry
from krausen.model.people import Session, Token, User, UserRole
from krausen.model.series import SeriesName
from krausen.model.setpoint import Answer, AnswerState, Mode, Setpoint
from krausen.model.vessel import Limits, Role, Vessel
from krausen.ports.catalog import (
    Adapter,
    Catalog,
    Dates,
    Kind,
    Metric,
    Node,
    Policy,
    RoleInterval,
    Setting,
    VesselRecord,
)
from krausen.storage.catalog import SqlCatalog
from krausen.testing.catalog import MemoryCatalog

pytestmark = pytest.mark.anyio

FREEZER = Vessel(
    id="freezer20",
    name="Fryser på loftet",
    kind="freezer",
    agent="pi-loft",
    limits=Limits(-1.5, 25.0),
    roles={
        Role.BEER: SeriesName("pi-loft", "28-0000", "temperature"),
        Role.COOL: SeriesName("pi-loft", "r1", "on"),
    },
    algorithm="hysteresis",
    settings={"band_c": 0.5, "probes": ["a", "b"], "deep": {"x": None, "y": True}},
    revision=3,
)
FIRST = Setpoint(revision=1, mode=Mode.BEER, value=18.0, reason="pitch", by="mikkel", at=1000)
WARMER = Setpoint(revision=0, mode=Mode.CHAMBER, value=21.25, reason="rest", by="mikkel", at=2000)
ALONG = Setpoint(revision=0, mode=Mode.PROFILE, profile="p-1", by="anna", at=3000)
BREW = Batch(
    id="b-1",
    name="Pils 7",
    state=BatchState.FINISHED,
    vessel="freezer20",
    started_at=100,
    finished_at=900,
    roles={"beer": SeriesName("brewpi", "old", "beer")},
    source="brewpi:pils-7.csv",
    revision=2,
)
PITCHED = BatchEvent(100, "note", "pitched")
RACKED = BatchEvent(700, "note", "racked")
ANNA = User(id="u-1", login="anna", name="Anna Ø.", role=UserRole.BREWER, password_hash="$argon2id$…")
TOKEN = Token(
    id="t-1",
    title="kettle",
    role=UserRole.SENDER,
    adapters=("kettle", "pump"),
    digest="d1",
    expires_at=9,
    created_at=5,
)
BROWSER = Session(digest="c1", user="u-1", created_at=1, seen_at=1)


def entry(at: int = 1, what: str = "vessel", id: str = "freezer20", action: str = "updated") -> JournalEntry:
    return JournalEntry(at=at, by="mikkel", what=what, id=id, action=action, reason="because", detail="so")


@pytest.fixture(params=["memory", "sqlite"])
def catalog(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Catalog]:
    if request.param == "memory":
        yield MemoryCatalog()
        return
    opened = SqlCatalog.open(tmp_path / "catalog.sqlite")
    yield opened
    opened.close()


@pytest.fixture
async def vessels(catalog: Catalog) -> Catalog:
    await catalog.add_vessel(FREEZER, FIRST, entry(10, action="created"))
    return catalog


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


class TestPeople:
    async def test_person_is_found_by_id_and_login(self, catalog: Catalog) -> None:
        assert await catalog.user("u-1") is None
        assert await catalog.user_by_login("anna") is None
        await catalog.keep_user(ANNA, entry())
        assert await catalog.user("u-1") == ANNA
        assert await catalog.user_by_login("anna") == ANNA
        assert await catalog.user_by_login("Anna") is None

    async def test_person_is_replaced(self, catalog: Catalog) -> None:
        await catalog.keep_user(ANNA, entry())
        later = replace(ANNA, login="anna2", role=UserRole.ADMIN, password_hash=None, revision=2)
        await catalog.keep_user(later, entry())
        assert await catalog.users() == [later]
        assert await catalog.user_by_login("anna") is None

    async def test_persons_come_ordered_by_login(self, catalog: Catalog) -> None:
        for id, login in [("1", "zoë"), ("2", "Bo"), ("3", "åse"), ("4", "anna")]:
            await catalog.keep_user(replace(ANNA, id=id, login=login), entry())
        assert [user.login for user in await catalog.users()] == ["Bo", "anna", "zoë", "åse"]

    async def test_login_of_somebody_else_is_refused(self, catalog: Catalog) -> None:
        bo = replace(ANNA, id="u-2", login="bo")
        await catalog.keep_user(ANNA, entry())
        await catalog.keep_user(bo, entry())
        with pytest.raises(Stale, match="anna"):
            await catalog.keep_user(replace(ANNA, id="u-3"), entry())
        with pytest.raises(Stale, match="anna"):
            await catalog.keep_user(replace(bo, login="anna"), entry())
        assert await catalog.users() == [ANNA, bo]
        assert len(await catalog.journal(10)) == 2

    async def test_person_who_changed_since_is_not_replaced(self, catalog: Catalog) -> None:
        with pytest.raises(Stale, match="not there"):
            await catalog.keep_user(ANNA, entry(), seen=1)
        await catalog.keep_user(ANNA, entry(5))
        await catalog.keep_user(replace(ANNA, revision=2), entry(6), seen=1)
        with pytest.raises(Stale, match="revision 2, not 1"):
            await catalog.keep_user(replace(ANNA, name="Bo", revision=2), entry(7), seen=1)
        assert await catalog.users() == [replace(ANNA, revision=2)]
        assert await catalog.dates(Kind.USER) == {"u-1": Dates(5, 6)}

    async def test_removed_person_is_signed_out(self, catalog: Catalog) -> None:
        await catalog.keep_user(ANNA, entry())
        await catalog.keep_session(BROWSER)
        await catalog.keep_session(replace(BROWSER, digest="c2", user="u-2"))
        with pytest.raises(Stale):
            await catalog.remove_user("u-1", entry(), seen=2)
        assert await catalog.session("c1") == BROWSER
        await catalog.remove_user("u-1", entry(), seen=1)
        assert (await catalog.user("u-1"), await catalog.session("c1")) == (None, None)
        assert await catalog.session("c2") is not None
        assert await catalog.dates(Kind.USER) == {}
        with pytest.raises(NotFound, match="u-1"):
            await catalog.remove_user("u-1", entry())
        assert len(await catalog.journal(10)) == 2

    async def test_all_browsers_of_a_person_or_of_long_ago_are_signed_out(self, catalog: Catalog) -> None:
        for digest, user, seen_at in [("a", "u-1", 5), ("b", "u-1", 9), ("c", "u-2", 5), ("d", "u-2", 9)]:
            await catalog.keep_session(Session(digest=digest, user=user, created_at=1, seen_at=seen_at))
        await catalog.remove_sessions("u-1")
        assert [bool(await catalog.session(each)) for each in "abcd"] == [False, False, True, True]
        await catalog.forget_sessions(9)
        assert [bool(await catalog.session(each)) for each in "abcd"] == [False, False, False, True]

    async def test_token_comes_and_goes(self, catalog: Catalog) -> None:
        await catalog.add_token(TOKEN, entry())
        forever = replace(TOKEN, id="t-0", digest="d0", adapters=("*",), expires_at=None, created_at=4)
        await catalog.add_token(forever, entry())
        assert await catalog.token_by_digest("d1") == TOKEN
        assert await catalog.token_by_digest("d9") is None
        assert await catalog.tokens() == [forever, TOKEN]
        await catalog.remove_token("t-1", entry())
        assert await catalog.token_by_digest("d1") is None
        assert await catalog.tokens() == [forever]
        with pytest.raises(NotFound, match="t-1"):
            await catalog.remove_token("t-1", entry())
        assert len(await catalog.journal(10)) == 3

    @pytest.mark.parametrize("twin", [replace(TOKEN, digest="d2"), replace(TOKEN, id="t-2")])
    async def test_token_is_never_replaced(self, catalog: Catalog, twin: Token) -> None:
        await catalog.add_token(TOKEN, entry())
        with pytest.raises(Stale):
            await catalog.add_token(twin, entry())
        assert await catalog.tokens() == [TOKEN]

    async def test_browser_signs_in_and_out(self, catalog: Catalog) -> None:
        assert await catalog.session("c1") is None
        await catalog.keep_session(BROWSER)
        await catalog.keep_session(replace(BROWSER, seen_at=50))
        assert await catalog.session("c1") == replace(BROWSER, seen_at=50)
        await catalog.remove_session("c1")
        await catalog.remove_session("c1")
        assert await catalog.session("c1") is None
        assert await catalog.journal(10) == []


class TestSettings:
    async def test_adapter_is_kept_and_replaced(self, catalog: Catalog) -> None:
        assert await catalog.adapter("kettle") is None
        await catalog.keep_adapter(Adapter(name="kettle", title="Kedel", zone="Europe/Copenhagen"), entry())
        await catalog.keep_adapter(Adapter(name="kettle", title="Kettle"), entry())
        assert await catalog.adapter("kettle") == Adapter(name="kettle", title="Kettle", revision=2)
        assert await catalog.adapters() == [Adapter(name="kettle", title="Kettle", revision=2)]

    async def test_adapter_comes_back_whole(self, catalog: Catalog) -> None:
        hall = Adapter(
            name="hall",
            policy=Policy.AGREED,
            nodes=(Node(name="mash", title="Mæsk", kind="kettle", agreed=False),),
            metrics=(Metric(name="t", unit="°C", min=-1.5, max=110.0),),
        )
        await catalog.keep_adapters([hall, Adapter(name="a")], [entry(5), entry(5)])
        assert await catalog.adapters() == [Adapter(name="a"), hall]
        assert await catalog.dates(Kind.ADAPTER) == {"a": Dates(5, 5), "hall": Dates(5, 5)}
        await catalog.keep_adapter(hall, entry(7), seen=1)
        assert (await catalog.dates(Kind.ADAPTER))["hall"] == Dates(5, 7)
        with pytest.raises(Stale, match="revision 2, not 1"):
            await catalog.keep_adapter(hall, entry(), seen=1)
        assert len(await catalog.journal(10)) == 3

    async def test_settings_are_listed_changed_and_removed(self, catalog: Catalog) -> None:
        await catalog.keep_settings({"b": [1], "a": None}, [entry(5), entry(5)])
        await catalog.keep_setting("b", 2, entry(6), seen=1)
        assert await catalog.settings() == [
            Setting(key="a", value=None),
            Setting(key="b", value=2, revision=2),
        ]
        assert await catalog.dates(Kind.SETTING) == {"a": Dates(5, 5), "b": Dates(5, 6)}
        with pytest.raises(Stale, match="revision 2"):
            await catalog.remove_setting("b", entry(), seen=1)
        await catalog.remove_setting("b", entry(7), seen=2)
        assert await catalog.setting("b") is None
        with pytest.raises(NotFound, match="b"):
            await catalog.remove_setting("b", entry())
        with pytest.raises(Stale, match="not there"):
            await catalog.keep_setting("b", 3, entry(), seen=2)
        await catalog.keep_setting("b", 3, entry(8), seen=0)
        assert len(await catalog.journal(10)) == 5

    @pytest.mark.parametrize(
        "value", [None, True, 0, 2**60, 0.1, "Ærø", "", [1, [None]], {"a": {"b": [1.5]}}, {}]
    )
    async def test_setting_is_anything_json_can_say(self, catalog: Catalog, value: object) -> None:
        await catalog.keep_setting("ui.x", "former", entry())
        await catalog.keep_setting("ui.x", value, entry())
        kept = await catalog.setting("ui.x")
        assert kept == value
        assert type(kept) is type(value)

    async def test_kept_setting_is_nobodys_to_change(self, catalog: Catalog) -> None:
        value = {"pins": [1, 2]}
        await catalog.keep_setting("ui.x", value, entry())
        value["pins"].append(3)
        kept = await catalog.setting("ui.x")
        assert kept == {"pins": [1, 2]}
        assert isinstance(kept, dict)
        kept.clear()
        assert await catalog.setting("ui.x") == {"pins": [1, 2]}

    async def test_setting_that_was_never_kept_is_none(self, catalog: Catalog) -> None:
        assert await catalog.setting("ui.never") is None

    async def test_journal_gives_the_newest_first(self, catalog: Catalog) -> None:
        entries = [entry(at) for at in (5, 7, 6, 6)]
        for each in entries:
            await catalog.keep_setting("k", 1, each)
        assert await catalog.journal(10) == entries[::-1]
        assert await catalog.journal(2) == entries[:1:-1]
        assert await catalog.journal(0) == []

    async def test_journal_is_numbered_from_its_beginning(self, catalog: Catalog) -> None:
        assert await catalog.journal_length() == 0
        entries = [entry(at) for at in range(5)]
        for each in entries:
            await catalog.keep_setting("k", 1, each)
        assert await catalog.journal_length() == 5
        assert await catalog.journal(10, before=4) == entries[2::-1]
        assert await catalog.journal(2, before=6) == entries[:2:-1]
        assert await catalog.journal(10, before=1) == []

    async def test_change_that_is_refused_is_not_in_the_journal_and_takes_no_number(
        self, catalog: Catalog
    ) -> None:
        await catalog.keep_setting("k", 1, entry())
        with pytest.raises(Stale):
            await catalog.keep_setting("k", 1, entry(), seen=7)
        await catalog.keep_setting("k", 2, entry())
        assert await catalog.journal_length() == 2

    async def test_every_change_is_in_the_journal(self, catalog: Catalog) -> None:
        lines = [entry(at, what="thing", id=f"x-{at}", action="created") for at in range(7)]
        await catalog.add_vessel(FREEZER, FIRST, lines[0])
        await catalog.request("freezer20", WARMER, lines[1])
        await catalog.keep_batch(BREW, [], lines[2])
        await catalog.keep_user(ANNA, lines[3])
        await catalog.add_token(TOKEN, lines[4])
        await catalog.remove_token("t-1", lines[5])
        await catalog.keep_adapter(Adapter(name="a"), lines[6])
        assert await catalog.journal(10) == lines[::-1]


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
