"""The catalog in a file and the one in memory do the same, whatever is asked, and as a trivial model says."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from msgspec.structs import replace

from krausen.errors import NotFound, Refusal, Stale
from krausen.model.agent import Agent, Chamber, DeviceFacts
from krausen.model.batch import Batch, BatchEvent, BatchState
from krausen.model.correction import Correction, CorrectionKind
from krausen.model.journal import JournalEntry, Which
from krausen.model.people import Session, Token, User, UserRole, own_keys
from krausen.model.series import SeriesName
from krausen.model.setpoint import Answer, AnswerState, Mode, Setpoint
from krausen.model.vessel import Limits, Role, Vessel
from krausen.ports.catalog import Adapter, Catalog, Kind, Metric, Node, Policy, VesselRecord
from krausen.storage.catalog import SqlCatalog
from krausen.testing.catalog import MemoryCatalog

T = TypeVar("T")

IDS = st.sampled_from(["a", "b", "c"])
TIMES = st.integers(0, 3)
TEXTS = st.text(max_size=4)
SERIES = st.builds(SeriesName, TEXTS, TEXTS, TEXTS)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(-1e300, 1e300) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=4,
)
WHICH = st.builds(
    Which,
    by=st.lists(TEXTS, max_size=2).map(tuple),
    what=TEXTS,
    id=IDS | st.just(""),
    start=st.none() | TIMES,
    end=st.none() | TIMES,
)
ENTRIES = st.builds(
    JournalEntry, at=TIMES, by=TEXTS, what=TEXTS, id=IDS, action=TEXTS, reason=TEXTS, detail=TEXTS
)
WISHES = st.builds(
    Setpoint,
    revision=st.just(1),
    mode=st.sampled_from(Mode),
    value=st.none() | st.floats(-30, 130),
    profile=st.none() | TEXTS,
    reason=TEXTS,
    by=TEXTS,
    at=TIMES,
)
ANSWERS = st.builds(Answer, setpoint=WISHES, state=st.sampled_from(AnswerState), detail=TEXTS, at=TIMES)
VESSELS = st.builds(
    Vessel,
    id=IDS,
    name=TEXTS,
    kind=TEXTS,
    agent=TEXTS,
    limits=st.builds(Limits, st.floats(-30, 130), st.floats(-30, 130)),
    roles=st.dictionaries(st.sampled_from(Role), SERIES, max_size=2),
    settings=st.dictionaries(TEXTS, JSON, max_size=2),
    revision=st.integers(1, 9),
    chamber=st.none() | IDS,
)
BATCHES = st.builds(
    Batch,
    id=IDS,
    name=TEXTS,
    state=st.sampled_from(BatchState),
    vessel=st.none() | IDS,
    started_at=st.none() | TIMES,
    finished_at=st.none() | TIMES,
    roles=st.dictionaries(TEXTS, SERIES, max_size=2),
    source=st.sampled_from(["", "x", "y"]),
    yeast=TEXTS,
    volume_l=st.none() | st.floats(0, 100),
    deleted_at=st.none() | TIMES,
)
EVENTS = st.lists(st.builds(BatchEvent, TIMES, TEXTS, TEXTS), max_size=4)
CORRECTIONS = st.builds(
    Correction,
    id=IDS,
    series=SERIES,
    start=TIMES,
    end=TIMES,
    kind=st.sampled_from(CorrectionKind),
    value=st.none() | st.floats(-9, 9),
    reason=TEXTS,
    by=TEXTS,
    at=TIMES,
)
USERS = st.builds(
    User,
    id=IDS,
    login=st.sampled_from("xyz"),
    name=TEXTS,
    role=st.sampled_from(UserRole),
    password_hash=st.none() | TEXTS,
)
TOKENS = st.builds(
    Token,
    id=IDS,
    title=TEXTS,
    role=st.sampled_from(UserRole),
    adapters=st.lists(TEXTS, max_size=2).map(tuple),
    digest=st.sampled_from("xyz"),
    expires_at=st.none() | TIMES,
    created_at=TIMES,
)
SEEN = st.none() | st.integers(0, 3)
ADAPTERS = st.builds(
    Adapter,
    name=IDS,
    title=TEXTS,
    zone=st.none() | TEXTS,
    policy=st.sampled_from(Policy),
    nodes=st.lists(st.builds(Node, name=TEXTS, kind=TEXTS), max_size=2).map(tuple),
    metrics=st.lists(st.builds(Metric, name=TEXTS, max=st.none() | st.floats(-9, 9)), max_size=2).map(tuple),
)
AGENTS = st.builds(
    Agent,
    name=IDS,
    known_since=TIMES,
    version=st.none() | TEXTS,
    clock_ms=st.none() | st.integers(-9, 9),
    seen_at=st.none() | TIMES,
)
DEVICES = st.builds(DeviceFacts, agent=IDS, node=IDS, kind=TEXTS, driver=TEXTS, title=TEXTS)
CHAMBERS = st.builds(Chamber, id=IDS, name=TEXTS, agent=TEXTS)
SESSIONS = st.builds(Session, digest=IDS, user=IDS, created_at=TIMES, seen_at=TIMES)


async def everything(catalog: Catalog) -> tuple[list[VesselRecord], *tuple[object, ...]]:
    return (
        await catalog.vessels(),
        await catalog.batches(),
        await catalog.batches(binned=True),
        await catalog.corrections(),
        await catalog.users(),
        await catalog.tokens(),
        await catalog.agents(),
        await catalog.devices(),
        await catalog.chambers(),
        await catalog.adapters(),
        await catalog.settings(),
        [await catalog.dates(kind) for kind in Kind],
        [await catalog.roles_at(id, 0, 10**13) for id in "abc"],
        await catalog.journal(100),
        await catalog.journal_length(),
    )


async def sessions(catalog: Catalog) -> list[Session | None]:
    return [*[await catalog.session(digest) for digest in "abc"], *await catalog.sessions()]


class Twins(RuleBasedStateMachine):
    """Asks both the same, and keeps the wishes in force on a slip of paper."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.runner = asyncio.Runner()
        self.path = Path(self.folder.name) / "catalog.sqlite"
        self.file = SqlCatalog.open(self.path)
        self.memory = MemoryCatalog()
        self.in_force: dict[str, Setpoint] = {}
        self.newest: dict[str, Setpoint] = {}
        self.removed: set[str] = set()

    def teardown(self) -> None:
        self.file.close()
        self.runner.close()
        self.folder.cleanup()

    def both(self, call: Callable[[Catalog], Awaitable[T]]) -> T | type[Refusal]:
        one, other = (self.outcome(call, catalog) for catalog in (self.file, self.memory))
        assert one == other
        return one

    def outcome(self, call: Callable[[Catalog], Awaitable[T]], catalog: Catalog) -> T | type[Refusal]:
        async def asked() -> T | type[Refusal]:
            try:
                return await call(catalog)
            except Refusal as refusal:
                return type(refusal)

        return self.runner.run(asked())

    @rule(vessel=VESSELS, wish=WISHES, entry=ENTRIES)
    def add_vessel(self, vessel: Vessel, wish: Setpoint, entry: JournalEntry) -> None:
        outcome = self.both(lambda catalog: catalog.add_vessel(vessel, wish, entry))
        assert outcome == (Stale if vessel.id in self.newest or vessel.id in self.removed else None)
        if vessel.id not in self.removed:
            self.newest.setdefault(vessel.id, wish)
            self.in_force.setdefault(vessel.id, wish)

    @rule(vessel=VESSELS, entry=ENTRIES, seen=SEEN)
    def change_vessel(self, vessel: Vessel, entry: JournalEntry, seen: int | None) -> None:
        outcome = self.both(lambda catalog: catalog.change_vessel(vessel, entry, seen=seen))
        if isinstance(outcome, VesselRecord):
            assert outcome.vessel == replace(vessel, revision=outcome.vessel.revision)
        else:
            assert outcome is (Stale if vessel.id in self.newest else NotFound)

    @rule(id=IDS, entry=ENTRIES)
    def remove_vessel(self, id: str, entry: JournalEntry) -> None:
        async def remove(catalog: Catalog) -> None:
            await catalog.remove_vessel(await catalog.vessel(id), entry)

        outcome = self.both(remove)
        assert outcome in ((None, Stale) if id in self.newest else (NotFound,))
        if outcome is None:
            self.removed.add(id)
            del self.newest[id], self.in_force[id]

    @rule(id=IDS, start=TIMES, end=TIMES)
    def roles_at(self, id: str, start: int, end: int) -> None:
        self.both(lambda catalog: catalog.roles_at(id, start, end))

    @rule(id=IDS, wish=WISHES, entry=ENTRIES, seen=st.none() | st.integers(1, 4))
    def request(self, id: str, wish: Setpoint, entry: JournalEntry, seen: int | None) -> None:
        outcome = self.both(lambda catalog: catalog.request(id, wish, entry, seen=seen))
        if id not in self.newest:
            assert outcome is NotFound
        elif seen not in {None, self.newest[id].revision}:
            assert outcome is Stale
        else:
            assert isinstance(outcome, VesselRecord)
            assert outcome.requested.revision == self.newest[id].revision + 1
            assert outcome.answer.state is AnswerState.WAITING
            self.newest[id] = outcome.requested

    @rule(id=IDS, back=st.sampled_from([0, 0, 0, 1, -1]), answer=ANSWERS)
    def answered(self, id: str, back: int, answer: Answer) -> None:
        revision = self.newest[id].revision - back if id in self.newest else 1
        outcome = self.both(lambda catalog: catalog.answered(id, revision, answer))
        if back or id not in self.newest:
            assert outcome is None
            return
        if answer.state is AnswerState.ACCEPTED:
            self.in_force[id] = self.newest[id]
        assert isinstance(outcome, VesselRecord)
        assert (outcome.answer.state, outcome.answer.detail) == (answer.state, answer.detail)

    @rule(id=IDS, start=TIMES, end=TIMES)
    def wishes(self, id: str, start: int, end: int) -> None:
        self.both(lambda catalog: catalog.wishes(id, start, end))

    @rule(batch=BATCHES, events=EVENTS, entry=ENTRIES)
    def keep_batch(self, batch: Batch, events: list[BatchEvent], entry: JournalEntry) -> None:
        self.both(lambda catalog: catalog.keep_batch(batch, events, entry))
        self.both(lambda catalog: catalog.batch_of(batch.source))
        self.both(lambda catalog: catalog.events(batch.id))

    @rule(batch=BATCHES, entry=ENTRIES)
    def add_batch(self, batch: Batch, entry: JournalEntry) -> None:
        self.both(lambda catalog: catalog.add_batch(batch, entry))

    @rule(batch=BATCHES, events=EVENTS, entry=ENTRIES, seen=SEEN)
    def change_batch(
        self, batch: Batch, events: list[BatchEvent], entry: JournalEntry, seen: int | None
    ) -> None:
        self.both(lambda catalog: catalog.change_batch(batch, events, entry, seen=seen))
        self.both(lambda catalog: catalog.events(batch.id))

    @rule(id=IDS, which=st.integers(0, 2), entry=ENTRIES)
    def remove_event(self, id: str, which: int, entry: JournalEntry) -> None:
        async def remove(catalog: Catalog) -> None:
            events = await catalog.events(id)
            await catalog.remove_event(id, (events * 3 or [BatchEvent(0, "", "")])[which], entry)

        self.both(remove)

    @rule(correction=CORRECTIONS, entry=ENTRIES)
    def add_correction(self, correction: Correction, entry: JournalEntry) -> None:
        self.both(lambda catalog: catalog.add_correction(correction, entry))

    @rule(id=IDS, entry=ENTRIES)
    def remove_correction(self, id: str, entry: JournalEntry) -> None:
        self.both(lambda catalog: catalog.remove_correction(id, entry))

    @rule(user=USERS, entry=ENTRIES, seen=SEEN)
    def keep_user(self, user: User, entry: JournalEntry, seen: int | None) -> None:
        self.both(lambda catalog: catalog.keep_user(user, entry, seen=seen))
        self.both(lambda catalog: catalog.user_by_login(user.login))

    @rule(id=IDS, entry=ENTRIES, seen=SEEN)
    def remove_user(self, id: str, entry: JournalEntry, seen: int | None) -> None:
        self.both(lambda catalog: catalog.remove_user(id, entry, seen=seen))

    @rule(token=TOKENS, entry=ENTRIES)
    def add_token(self, token: Token, entry: JournalEntry) -> None:
        self.both(lambda catalog: catalog.add_token(token, entry))
        self.both(lambda catalog: catalog.token_by_digest(token.digest))

    @rule(id=IDS, entry=ENTRIES)
    def remove_token(self, id: str, entry: JournalEntry) -> None:
        self.both(lambda catalog: catalog.remove_token(id, entry))

    @rule(agent=AGENTS, token=TOKENS, entry=ENTRIES)
    def add_agent(self, agent: Agent, token: Token, entry: JournalEntry) -> None:
        self.both(lambda catalog: catalog.add_agent(agent, token, entry))

    @rule(agent=AGENTS, devices=st.lists(DEVICES, max_size=3))
    def note_agent(self, agent: Agent, devices: list[DeviceFacts]) -> None:
        self.both(lambda catalog: catalog.note_agent(agent))
        self.both(lambda catalog: catalog.declare_devices(devices))

    @rule(name=IDS, entry=ENTRIES)
    def remove_agent(self, name: str, entry: JournalEntry) -> None:
        self.both(lambda catalog: catalog.remove_agent(name, entry))

    @rule(device=DEVICES, entry=ENTRIES, seen=SEEN)
    def title_device(self, device: DeviceFacts, entry: JournalEntry, seen: int | None) -> None:
        self.both(lambda catalog: catalog.title_device(device, entry, seen=seen))

    @rule(chamber=CHAMBERS, entry=ENTRIES)
    def add_chamber(self, chamber: Chamber, entry: JournalEntry) -> None:
        self.both(lambda catalog: catalog.add_chamber(chamber, entry))

    @rule(chamber=CHAMBERS, entry=ENTRIES, seen=SEEN)
    def change_chamber(self, chamber: Chamber, entry: JournalEntry, seen: int | None) -> None:
        self.both(lambda catalog: catalog.change_chamber(chamber, entry, seen=seen))

    @rule(id=IDS, entry=ENTRIES, seen=SEEN)
    def remove_chamber(self, id: str, entry: JournalEntry, seen: int | None) -> None:
        self.both(lambda catalog: catalog.remove_chamber(id, entry, seen=seen))

    @rule(session=SESSIONS)
    def keep_session(self, session: Session) -> None:
        self.both(lambda catalog: catalog.keep_session(session))

    @rule(digest=IDS)
    def remove_session(self, digest: str) -> None:
        self.both(lambda catalog: catalog.remove_session(digest))
        assert self.both(lambda catalog: catalog.session(digest)) is None

    @rule(user=IDS, before=TIMES)
    def end_sessions(self, user: str, before: int) -> None:
        self.both(lambda catalog: catalog.remove_sessions(user))
        self.both(lambda catalog: catalog.forget_sessions(before))
        self.both(sessions)

    @rule(adapter=ADAPTERS, entry=ENTRIES, seen=SEEN)
    def keep_adapter(self, adapter: Adapter, entry: JournalEntry, seen: int | None) -> None:
        self.both(lambda catalog: catalog.keep_adapter(adapter, entry, seen=seen))

    @rule(key=IDS, entry=ENTRIES, seen=SEEN)
    def remove_setting(self, key: str, entry: JournalEntry, seen: int | None) -> None:
        self.both(lambda catalog: catalog.remove_setting(key, entry, seen=seen))

    @rule(limit=TIMES, before=st.none() | st.integers(0, 9))
    def journal(self, limit: int, before: int | None) -> None:
        self.both(lambda catalog: catalog.journal(limit, before=before))

    @rule(which=WHICH, limit=st.integers(0, 9), before=st.none() | st.integers(0, 9))
    def numbered(self, which: Which, limit: int, before: int | None) -> None:
        self.both(lambda catalog: catalog.numbered(limit, before=before, which=which))

    @rule(user=IDS, value=JSON, entry=ENTRIES)
    def keep_own_setting(self, user: str, value: object, entry: JournalEntry) -> None:
        self.both(lambda catalog: catalog.keep_setting(f"{own_keys(user)}x", value, entry))

    @rule(key=IDS, value=JSON, entry=ENTRIES)
    def keep_setting(self, key: str, value: object, entry: JournalEntry) -> None:
        self.both(lambda catalog: catalog.keep_setting(key, value, entry))
        assert self.both(lambda catalog: catalog.setting(key)) == value

    @rule()
    def reopen(self) -> None:
        self.file.close()
        self.file = SqlCatalog.open(self.path)

    @invariant()
    def wish_in_force_is_the_last_accepted_one_and_all_lists_are_the_same(self) -> None:
        lists = self.both(everything)
        assert isinstance(lists, tuple)
        records = lists[0]
        assert {record.vessel.id: record.answer.setpoint for record in records} == self.in_force
        assert {record.vessel.id: record.requested for record in records} == self.newest


TestTwins = Twins.TestCase
TestTwins.settings = settings(max_examples=15, stateful_step_count=25)
