from contextlib import suppress
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import DecodeError, Struct, msgpack
from msgspec.structs import fields

from krausen.model.controller import ControllerFacts, ControllerState, Doing, Found, IoDevice, Parameter
from krausen.model.learned import Learned, Standing
from krausen.model.level import Demand, Levels
from krausen.model.preflight import Finding, FindingLevel, PreflightReport, PreflightState
from krausen.model.reading import Quality, Reading
from krausen.model.reason import Occasion, Reason
from krausen.model.series import SeriesName, StoreRule
from krausen.model.setpoint import Mode, Setpoint
from krausen.model.vessel import Limits, Role, Vessel
from krausen.wire.messages import (
    ControllerOrder,
    ControllerReport,
    ControllerSaid,
    Declared,
    Desired,
    DevicesFound,
    Errand,
    ErrandDone,
    FromAgent,
    FromServer,
    Hello,
    LearnedTold,
    LinesTold,
    MemoryWish,
    PreflightTold,
    PreflightWish,
    ReadingsStored,
    ReadingsTaken,
    ReasonsStored,
    ReasonsTold,
    SeriesDeclared,
    SetpointApplied,
    SetpointRejected,
    ToldLine,
    Turned,
    VesselOrder,
    VesselReport,
    Welcome,
    encode,
    from_agent,
    from_server,
)
from krausen.wire.version import WIRE_VERSION

VERSION = 2
FIELDS = {
    "Hello": ("agent", "wire", "version"),
    "SeriesDeclared": ("series",),
    "ReadingsTaken": ("through", "readings"),
    "SetpointApplied": ("vessel", "revision", "at"),
    "SetpointRejected": ("vessel", "revision", "detail", "at"),
    "VesselReport": ("vessel", "at", "demand", "levels", "beer", "chamber"),
    "Welcome": ("version",),
    "Turned": ("detail",),
    "ReadingsStored": ("through",),
    "Desired": ("vessels", "controllers"),
    "ControllerReport": ("controller", "at", "state", "detail", "facts"),
    "ControllerSaid": ("controller", "at", "text", "level"),
    "ErrandDone": ("id", "ok", "detail", "faults"),
    "DevicesFound": ("found",),
    "LinesTold": ("lines", "now", "lost"),
    "ReasonsTold": ("vessel", "reasons", "through", "given_up"),
    "LearnedTold": ("vessel", "at", "learned", "revision"),
    "PreflightTold": ("vessel", "id", "at", "report"),
    "ReasonsStored": ("vessel", "through"),
    "Errand": ("id", "controller", "act", "body", "expires_at"),
}
"""What is said in this version of the wire. Whoever takes away or renames anything here counts it up."""
ADDED: dict[str, tuple[str, ...]] = {
    "Hello": ("run", "at"),
    "ReadingsTaken": ("left", "given_up"),
    "Desired": ("lines", "reasons", "learned"),
}
"""What came later and may be left out."""
OPTIONAL = {
    "Desired": ("controllers",),
    "ControllerReport": ("detail", "facts"),
    "ControllerSaid": ("level",),
    "ErrandDone": ("detail", "faults"),
    "LinesTold": ("lost",),
    "ReasonsTold": ("given_up",),
    "LearnedTold": ("revision",),
    "Errand": ("body",),
}
"""What may be left out from the start."""

TEXT = st.text(max_size=20)
WHOLE = st.integers(-(2**63), 2**63 - 1)
NUMBER = st.floats(allow_nan=False)
LEVEL = st.none() | st.booleans()
NAME = st.builds(SeriesName, TEXT, TEXT, TEXT)
RULE = st.builds(StoreRule, every_s=NUMBER, deadband=NUMBER, longest_s=NUMBER)
READING = st.builds(Reading, NAME, WHOLE, NUMBER, st.sampled_from(Quality))
WISH = st.builds(
    Setpoint,
    revision=WHOLE,
    mode=st.sampled_from(Mode),
    value=st.none() | NUMBER,
    profile=st.none() | TEXT,
    reason=TEXT,
    by=TEXT,
    at=WHOLE,
)
SETTING = st.none() | st.booleans() | WHOLE | NUMBER | TEXT | st.lists(TEXT, max_size=3)
SETTINGS = st.dictionaries(TEXT, SETTING, max_size=3)
VALUE = st.none() | NUMBER | TEXT | st.booleans()
FACTS = st.builds(
    ControllerFacts,
    firmware=TEXT,
    display=st.lists(TEXT, max_size=4).map(tuple),
    doing=st.none() | st.builds(Doing, code=WHOLE, text=TEXT, since=st.none() | WHOLE),
    parameters=st.lists(
        st.builds(Parameter, key=TEXT, group=TEXT, title=TEXT, text=TEXT, value=VALUE), max_size=2
    ).map(tuple),
    devices=st.lists(
        st.builds(IoDevice, id=TEXT, hardware=TEXT, device_type=TEXT, value=LEVEL | NUMBER), max_size=2
    ).map(tuple),
)
FOUND = st.builds(Found, id=TEXT, kind=TEXT, driver=TEXT, title=TEXT, settings=SETTINGS)
ORDERED = st.builds(ControllerOrder, name=TEXT, driver=TEXT, settings=SETTINGS)
REASON = st.builds(
    Reason,
    WHOLE,
    NUMBER,
    NUMBER,
    st.lists(TEXT, max_size=3).map(tuple),
    st.builds(Levels, LEVEL, LEVEL),
    st.sampled_from(Occasion),
)
SAID = st.builds(ToldLine, WHOLE, TEXT, TEXT, st.dictionaries(TEXT, TEXT, max_size=3), WHOLE)
VESSEL = st.builds(
    Vessel,
    id=TEXT,
    name=TEXT,
    kind=TEXT,
    agent=TEXT,
    limits=st.builds(Limits, NUMBER, NUMBER),
    roles=st.dictionaries(st.sampled_from(Role), NAME, max_size=3),
    algorithm=TEXT,
    settings=st.dictionaries(TEXT, SETTING, max_size=3),
    revision=WHOLE,
)
FLOWN = st.builds(
    PreflightReport,
    state=st.sampled_from(PreflightState),
    step=TEXT,
    done=NUMBER,
    findings=st.lists(st.builds(Finding, st.sampled_from(FindingLevel), TEXT), max_size=2).map(tuple),
    measured=st.dictionaries(TEXT, NUMBER, max_size=2),
)
LEARNED = st.none() | st.builds(
    Learned,
    mean=st.lists(NUMBER, max_size=3).map(tuple),
    spread=st.lists(NUMBER, max_size=3).map(tuple),
    flow=NUMBER,
    watched_h=NUMBER,
    standing=st.sampled_from(Standing),
    doubts=st.lists(TEXT, max_size=2).map(tuple),
)
MEMORY = st.none() | st.builds(MemoryWish, WHOLE, LEARNED)
FLIGHT = st.none() | st.builds(PreflightWish, TEXT, WHOLE, st.booleans())


def several(strategy: st.SearchStrategy[Struct]) -> st.SearchStrategy[tuple[Struct, ...]]:
    return st.lists(strategy, max_size=4).map(tuple)


FROM_AGENT: dict[type[Struct], st.SearchStrategy[FromAgent]] = {
    Hello: st.builds(Hello, agent=TEXT, wire=WHOLE, version=TEXT, run=TEXT, at=WHOLE),
    SeriesDeclared: st.builds(SeriesDeclared, several(st.builds(Declared, NAME, TEXT, RULE, TEXT, TEXT))),
    ReadingsTaken: st.builds(ReadingsTaken, WHOLE, several(READING), WHOLE),
    SetpointApplied: st.builds(SetpointApplied, TEXT, WHOLE, WHOLE),
    SetpointRejected: st.builds(SetpointRejected, TEXT, WHOLE, TEXT, WHOLE),
    VesselReport: st.builds(
        VesselReport,
        vessel=TEXT,
        at=WHOLE,
        demand=st.builds(Demand, NUMBER, NUMBER, st.lists(TEXT, max_size=3).map(tuple)),
        levels=st.builds(Levels, LEVEL, LEVEL),
        beer=st.none() | NUMBER,
        chamber=st.none() | NUMBER,
    ),
    ControllerReport: st.builds(
        ControllerReport,
        controller=TEXT,
        at=WHOLE,
        state=st.sampled_from(ControllerState),
        detail=TEXT,
        facts=st.none() | FACTS,
    ),
    ControllerSaid: st.builds(ControllerSaid, TEXT, WHOLE, TEXT, TEXT),
    ErrandDone: st.builds(
        ErrandDone,
        id=TEXT,
        ok=st.booleans(),
        detail=TEXT,
        faults=st.lists(st.tuples(TEXT, TEXT), max_size=3).map(tuple),
    ),
    DevicesFound: st.builds(DevicesFound, several(FOUND)),
    LinesTold: st.builds(LinesTold, lines=several(SAID), now=WHOLE, lost=WHOLE),
    LearnedTold: st.builds(LearnedTold, vessel=TEXT, at=WHOLE, learned=LEARNED, revision=WHOLE),
    PreflightTold: st.builds(PreflightTold, TEXT, TEXT, WHOLE, FLOWN),
    ReasonsTold: st.builds(ReasonsTold, vessel=TEXT, reasons=several(REASON), through=WHOLE, given_up=WHOLE),
}
FROM_SERVER: dict[type[Struct], st.SearchStrategy[FromServer]] = {
    Welcome: st.builds(Welcome, TEXT),
    Turned: st.builds(Turned, TEXT),
    ReadingsStored: st.builds(ReadingsStored, WHOLE),
    ReasonsStored: st.builds(ReasonsStored, TEXT, WHOLE),
    Desired: st.builds(
        Desired,
        several(st.builds(VesselOrder, VESSEL, WISH, MEMORY, FLIGHT)),
        several(ORDERED),
        TEXT,
        st.booleans(),
        st.booleans(),
    ),
    Errand: st.builds(Errand, id=TEXT, controller=TEXT, act=TEXT, body=SETTINGS, expires_at=WHOLE),
}
PROBE = SeriesName("cellar", "probe", "temperature")
ORDER = VesselOrder(
    Vessel(id="v", name="V", agent="cellar", settings={"band": 0}), Setpoint(revision=1, mode=Mode.OFF)
)
EXAMPLES = [
    encode(Hello(agent="cellar", wire=1, version="0.1.0")),
    encode(ReadingsTaken(7, (Reading(PROBE, 1_763_740_000_123, 18.0625),))),
    encode(Desired((ORDER,))),
]
DEEP = b"\x91" * 100_000 + b"\x01"


def test_every_message_is_tried() -> None:
    assert set(FROM_AGENT) == set(get_args(FromAgent))
    assert set(FROM_SERVER) == set(get_args(FromServer))


@given(st.one_of(*FROM_AGENT.values()))
def test_what_an_agent_says_arrives_as_it_was_said(message: FromAgent) -> None:
    assert from_agent(encode(message)) == message


@given(st.one_of(*FROM_SERVER.values()))
def test_what_a_server_says_arrives_as_it_was_said(message: FromServer) -> None:
    assert from_server(encode(message)) == message


def test_names_on_the_wire_stay_what_they_are() -> None:
    kinds = (*get_args(FromAgent), *get_args(FromServer))
    assert WIRE_VERSION == VERSION
    said = {name: names + ADDED.get(name, ()) for name, names in FIELDS.items()}
    assert {str(kind.__struct_config__.tag): kind.__struct_fields__ for kind in kinds} == said


def test_the_frame_of_a_reading_stays_what_it_is() -> None:
    raw = msgpack.decode(EXAMPLES[1])
    assert raw == {
        "type": "ReadingsTaken",
        "through": 7,
        "readings": [[["cellar", "probe", "temperature"], 1_763_740_000_123, 18.0625, "good"]],
        "left": 0,
        "given_up": 0,
    }


@pytest.mark.parametrize(
    "kind", [*get_args(FromAgent), *get_args(FromServer)], ids=lambda kind: kind.__name__
)
def test_what_was_there_from_the_start_has_to_be_sent_and_what_came_later_has_not(kind: type[Struct]) -> None:
    may_lack = set(OPTIONAL.get(kind.__name__, ()))
    assert all(
        field.required == (field.name in set(FIELDS[kind.__name__]) - may_lack) for field in fields(kind)
    )


def test_what_a_later_version_adds_is_passed_over() -> None:
    later = {"type": "Welcome", "version": "9", "mood": ["fine", {"very": True}]}
    assert from_server(msgpack.encode(later)) == Welcome("9")
    reading = [["cellar", "probe", "temperature"], 1, 18.0, "good", "a later field"]
    taken = {"type": "ReadingsTaken", "through": 1, "readings": [reading]}
    assert from_agent(msgpack.encode(taken)) == ReadingsTaken(1, (Reading(PROBE, 1, 18.0),))


def test_what_may_be_left_out_of_a_reading_may_be_left_out() -> None:
    taken = {
        "type": "ReadingsTaken",
        "through": 1,
        "readings": [[["cellar", "probe", "temperature"], 1, 18.0]],
    }
    assert from_agent(msgpack.encode(taken)) == ReadingsTaken(1, (Reading(PROBE, 1, 18.0),))


def test_an_older_agent_that_tells_of_no_losses_has_none() -> None:
    taken = {"type": "ReadingsTaken", "through": 1, "readings": [], "left": 2}
    assert from_agent(msgpack.encode(taken)) == ReadingsTaken(1, (), 2, 0)


def test_an_older_agent_that_tells_neither_its_time_nor_its_drivers_is_understood() -> None:
    hello = {"type": "Hello", "agent": "cellar", "wire": 1, "version": "0.1.0", "run": "r"}
    assert from_agent(msgpack.encode(hello)) == Hello(agent="cellar", wire=1, version="0.1.0", run="r", at=0)
    rule = {"every_s": 1.0, "deadband": 0.1, "longest_s": 60.0}
    declared = {"type": "SeriesDeclared", "series": [[["cellar", "probe", "temperature"], "°C", rule]]}
    store = StoreRule(every_s=1.0, deadband=0.1, longest_s=60.0)
    assert from_agent(msgpack.encode(declared)) == SeriesDeclared((Declared(PROBE, "°C", store, "", ""),))


def test_an_older_server_asks_for_no_lines_and_an_older_agent_passes_over_that_it_is_asked() -> None:
    orders = {"type": "Desired", "vessels": [], "controllers": []}
    assert from_server(msgpack.encode(orders)) == Desired((), (), "")


def read_at_both_ends(frame: bytes) -> None:
    """Read a frame at both ends, which may well be refused, but in one way only."""
    for read in (from_agent, from_server):
        with suppress(DecodeError):
            read(frame)


@given(st.binary(max_size=60))
def test_garbage_is_refused_in_one_way(frame: bytes) -> None:
    read_at_both_ends(frame)


@given(
    st.sampled_from(EXAMPLES),
    st.lists(st.tuples(st.integers(0, 200), st.integers(0, 255)), min_size=1, max_size=4),
)
def test_a_damaged_frame_is_refused_in_one_way(frame: bytes, damage: list[tuple[int, int]]) -> None:
    damaged = bytearray(frame)
    for place, byte in damage:
        damaged[place % len(damaged)] = byte
    read_at_both_ends(bytes(damaged))


@given(st.sampled_from(EXAMPLES), st.integers(0, 200))
def test_a_frame_that_breaks_off_is_refused(frame: bytes, length: int) -> None:
    short = frame[: length % len(frame)]
    for read in (from_agent, from_server):
        with pytest.raises(DecodeError):
            read(short)


@pytest.mark.parametrize(
    "frame",
    [
        b"",
        b"\xc0",
        DEEP,
        msgpack.encode({"type": "Nonsense"}),
        msgpack.encode({"version": "1"}),
        msgpack.encode({"type": "ReadingsTaken", "through": 1.5, "readings": []}),
        EXAMPLES[0].replace(b"cellar", b"\xff\xff\xff\xff\xff\xff"),
        EXAMPLES[2].replace(b"band\x00", b"band" + DEEP),
    ],
    ids=["empty", "nil", "deep", "unknown", "untagged", "mistyped", "no text", "deep inside"],
)
def test_what_is_no_message_is_refused(frame: bytes) -> None:
    for read in (from_agent, from_server):
        with pytest.raises(DecodeError):
            read(frame)


def test_one_end_does_not_take_the_messages_of_its_own() -> None:
    with pytest.raises(DecodeError):
        from_agent(encode(Welcome("1")))
    with pytest.raises(DecodeError):
        from_server(EXAMPLES[0])
