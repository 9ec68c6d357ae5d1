"""The catalog in a file and the one in memory do the same, whatever is asked, and as a trivial model says."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule
from msgspec.structs import replace

from krausen.errors import NotFound, Stale
from krausen.model.agent import Agent, Chamber, DeviceFacts
from krausen.model.batch import Batch, BatchEvent
from krausen.model.controller import Controller
from krausen.model.correction import Correction
from krausen.model.door import DoorState
from krausen.model.journal import JournalEntry, Which
from krausen.model.people import Session, Token, User, own_keys
from krausen.model.profile import Profile
from krausen.model.series import SeriesName
from krausen.model.setpoint import Answer, AnswerState, Setpoint
from krausen.model.storing import StoreChoice
from krausen.model.vessel import Vessel
from krausen.ports.catalog import Adapter, Catalog, Kind, VesselRecord
from tests.ports.drawn import (
    ADAPTERS,
    AGENTS,
    ANSWERS,
    BATCHES,
    CHAMBERS,
    CONTROLLERS,
    CORRECTIONS,
    DEVICES,
    DOORS,
    ENTRIES,
    EVENTS,
    IDS,
    JSON,
    PROFILES,
    SEEN,
    SERIES,
    SESSIONS,
    STORE_CHOICES,
    TIMES,
    TOKENS,
    USERS,
    VESSELS,
    WHICH,
    WISHES,
)
from tests.ports.pair import Pair


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
        await catalog.controllers(),
        await catalog.profiles(),
        await catalog.doors(),
        await catalog.store_choices(),
        await catalog.adapters(),
        await catalog.settings(),
        [await catalog.dates(kind) for kind in Kind],
        [await catalog.roles_at(id, 0, 10**13) for id in "abc"],
        await catalog.journal(100),
        await catalog.journal_length(),
    )


async def sessions(catalog: Catalog) -> list[Session | None]:
    return [*[await catalog.session(digest) for digest in "abc"], *await catalog.sessions()]


class Twins(Pair):
    """Keeps the wishes in force on a slip of paper, too."""

    def __init__(self) -> None:
        super().__init__()
        self.in_force: dict[str, Setpoint] = {}
        self.newest: dict[str, Setpoint] = {}
        self.removed: set[str] = set()

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
            await catalog.remove_event(id, ((events or [BatchEvent(0, "", "")]) * 3)[which], entry)

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

    @rule(profile=PROFILES, entry=ENTRIES)
    def add_profile(self, profile: Profile, entry: JournalEntry) -> None:
        outcome = self.both(lambda catalog: catalog.add_profile(profile, entry))
        assert outcome in (None, Stale)
        if outcome is None:
            assert self.both(lambda catalog: catalog.profile(profile.id)) == profile

    @rule(profile=PROFILES, entry=ENTRIES, seen=SEEN)
    def change_profile(self, profile: Profile, entry: JournalEntry, seen: int | None) -> None:
        outcome = self.both(lambda catalog: catalog.change_profile(profile, entry, seen=seen))
        if isinstance(outcome, Profile):
            assert outcome == replace(profile, revision=outcome.revision)
            assert outcome.revision == 1 + (seen or outcome.revision - 1)

    @rule(id=IDS, entry=ENTRIES, seen=SEEN)
    def remove_profile(self, id: str, entry: JournalEntry, seen: int | None) -> None:
        self.both(lambda catalog: catalog.remove_profile(id, entry, seen=seen))

    @rule(entry=ENTRIES)
    def remind(self, entry: JournalEntry) -> None:
        self.both(lambda catalog: catalog.remind(entry))
        assert self.both(lambda catalog: catalog.remind(entry)) is False

    @rule(controller=CONTROLLERS, entry=ENTRIES)
    def add_controller(self, controller: Controller, entry: JournalEntry) -> None:
        outcome = self.both(lambda catalog: catalog.add_controller(controller, entry))
        assert outcome in (None, Stale)
        if outcome is None:
            assert self.both(lambda catalog: catalog.controller(controller.name)) == controller

    @rule(controller=CONTROLLERS, entry=ENTRIES, seen=SEEN)
    def change_controller(self, controller: Controller, entry: JournalEntry, seen: int | None) -> None:
        outcome = self.both(lambda catalog: catalog.change_controller(controller, entry, seen=seen))
        if isinstance(outcome, Controller):
            assert outcome == replace(controller, revision=outcome.revision)

    @rule(name=IDS, entry=ENTRIES, seen=SEEN)
    def remove_controller(self, name: str, entry: JournalEntry, seen: int | None) -> None:
        self.both(lambda catalog: catalog.remove_controller(name, entry, seen=seen))

    @rule(door=DOORS, entry=ENTRIES, seen=SEEN)
    def keep_door(self, door: DoorState, entry: JournalEntry, seen: int | None) -> None:
        outcome = self.both(lambda catalog: catalog.keep_door(door, entry, seen=seen))
        if isinstance(outcome, DoorState):
            assert outcome == replace(door, revision=outcome.revision)
            assert outcome.revision == 1 + (seen or outcome.revision - 1)

    @rule(choice=STORE_CHOICES, entry=ENTRIES)
    def choose_store(self, choice: StoreChoice, entry: JournalEntry) -> None:
        self.both(lambda catalog: catalog.choose_store(choice, entry))

    @rule(series=SERIES, entry=ENTRIES)
    def forget_store(self, series: SeriesName, entry: JournalEntry) -> None:
        self.both(lambda catalog: catalog.forget_store(series, entry))

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

    @invariant()
    def wish_in_force_is_the_last_accepted_one_and_all_lists_are_the_same(self) -> None:
        lists = self.both(everything)
        assert isinstance(lists, tuple)
        records = lists[0]
        assert {record.vessel.id: record.answer.setpoint for record in records} == self.in_force
        assert {record.vessel.id: record.requested for record in records} == self.newest


TestTwins = Twins.TestCase
TestTwins.settings = settings(max_examples=15, stateful_step_count=25)
