"""What a catalog may be asked to keep, made up."""

from hypothesis import strategies as st

from krausen.model.agent import Agent, Chamber, DeviceFacts
from krausen.model.alarm import Alarm, AlarmState, Priority
from krausen.model.batch import Batch, BatchEvent, BatchState
from krausen.model.channel import Channel
from krausen.model.controller import Controller
from krausen.model.correction import Correction, CorrectionKind
from krausen.model.door import DoorState
from krausen.model.journal import JournalEntry, Which
from krausen.model.people import Session, Token, User, UserRole
from krausen.model.profile import Pause, Profile, ProfileEvent, ProfileType, Run, Step, StepKind
from krausen.model.series import SeriesName, StoreRule
from krausen.model.setpoint import Answer, AnswerState, Mode, Setpoint
from krausen.model.storing import StoreChoice
from krausen.model.target import Delivery, Selection, Target, TargetState
from krausen.model.vessel import Limits, Role, Vessel
from krausen.ports.catalog import Adapter, Metric, Node, Policy

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
PROFILES = st.builds(
    Profile,
    id=IDS,
    name=TEXTS,
    type=st.sampled_from(ProfileType),
    steps=st.lists(
        st.builds(
            Step,
            kind=st.sampled_from(StepKind),
            temperature=st.floats(-9, 99),
            hours=st.none() | st.floats(0, 99),
            until=st.none() | TIMES,
        ),
        max_size=3,
    ).map(tuple),
    events=st.lists(st.builds(ProfileEvent, st.floats(0, 99), TEXTS), max_size=2).map(tuple),
    revision=st.integers(1, 9),
)
RUNS = st.builds(
    Run,
    profile=PROFILES,
    start=TIMES,
    pauses=st.lists(st.builds(Pause, TIMES, st.none() | TIMES), max_size=2).map(tuple),
)
WISHES = st.builds(
    Setpoint,
    revision=st.just(1),
    mode=st.sampled_from(Mode),
    value=st.none() | st.floats(-30, 130),
    profile=st.none() | TEXTS,
    run=st.none() | RUNS,
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
CONTROLLERS = st.builds(
    Controller,
    name=IDS,
    driver=TEXTS,
    settings=st.dictionaries(TEXTS, JSON, max_size=2),
    chambers=st.dictionaries(TEXTS, TEXTS, max_size=2),
    revision=st.integers(1, 9),
)
DOORS = st.builds(
    DoorState,
    name=IDS,
    enabled=st.booleans(),
    port=st.none() | st.integers(1, 65535),
    allow=st.lists(TEXTS, max_size=2).map(tuple),
    may_switch=st.booleans(),
    settings=st.dictionaries(TEXTS, JSON, max_size=2),
    revision=st.integers(0, 9),
)
STORE_CHOICES = st.builds(
    StoreChoice,
    SERIES,
    st.builds(StoreRule, every_s=st.floats(0, 9), deadband=st.floats(-1, 9), longest_s=st.floats(0, 9)),
)
SESSIONS = st.builds(Session, digest=IDS, user=IDS, created_at=TIMES, seen_at=TIMES)
CHANNELS = st.builds(
    Channel, name=IDS, title=TEXTS, publish=st.sampled_from(UserRole), revision=st.integers(1, 9)
)
ALARMS = st.builds(
    Alarm,
    id=IDS,
    rule=TEXTS,
    priority=st.sampled_from(Priority),
    state=st.sampled_from(AlarmState),
    vessel=st.none() | IDS,
    device=st.none() | TEXTS,
    since=TIMES,
    at=TIMES,
    **dict.fromkeys(("title", "detail", "do", "by", "reason"), TEXTS),
    test=st.booleans(),
    condition=st.booleans(),
    **{name: st.none() | TIMES for name in ("acknowledged_at", "cleared_at", "shelved_until")},
    revision=st.integers(1, 9),
)
CHOSEN = st.sampled_from(["all", "none"]) | st.lists(TEXTS, max_size=2).map(tuple)
TARGETS = st.builds(
    Target,
    id=IDS,
    name=TEXTS,
    kind=TEXTS,
    state=st.sampled_from(TargetState),
    every_s=st.floats(1, 9999),
    what=st.builds(Selection, vessels=CHOSEN, sensors=CHOSEN, batches=CHOSEN, series=CHOSEN),
    settings=st.dictionaries(TEXTS, JSON, max_size=2),
    last_error=TEXTS,
    revision=st.integers(1, 9),
)
DELIVERIES = st.builds(
    Delivery,
    at=TIMES,
    ok=st.booleans(),
    status=st.none() | st.integers(100, 599),
    **dict.fromkeys(("detail", "request", "response"), TEXTS),
    took_ms=st.integers(0, 99),
    test=st.booleans(),
)
