"""What is stored for ever, or said to others, is not renamed unnoticed."""

from enum import Enum
from importlib import import_module
from inspect import isclass
from pkgutil import iter_modules

import pytest
from msgspec import Struct, json, msgpack

from krausen import model
from krausen.model.agent import Agent, Chamber, DeviceFacts
from krausen.model.alarm import Alarm, AlarmState, Priority
from krausen.model.batch import Batch, BatchEvent, BatchState
from krausen.model.calibration import Calibration
from krausen.model.channel import Channel
from krausen.model.controller import (
    Choice,
    Controller,
    ControllerFacts,
    ControllerState,
    Doing,
    Found,
    IoDevice,
    Parameter,
)
from krausen.model.correction import Correction, CorrectionKind
from krausen.model.door import DoorState
from krausen.model.journal import JournalEntry, Which
from krausen.model.learned import Estimate, Insight, Learned, Standing
from krausen.model.level import Demand, Levels
from krausen.model.log import LogLevel, LogLine
from krausen.model.people import Caller, Session, Token, User, UserRole
from krausen.model.preflight import Finding, FindingLevel, PreflightReport, PreflightState
from krausen.model.profile import Pause, Profile, ProfileEvent, ProfileType, Run, Step, StepKind
from krausen.model.quantities import Bounds, Quantity
from krausen.model.reading import Quality, Reading
from krausen.model.reason import Occasion, Reason
from krausen.model.series import SeriesName, SeriesSpec, StoreRule
from krausen.model.setpoint import Answer, AnswerState, Mode, Setpoint
from krausen.model.storing import StoreChoice
from krausen.model.target import Delivery, Selection, Target, TargetState
from krausen.model.vessel import OUTPUT_ROLES, ControlState, Limits, Role, Vessel, VesselMetric

MODULES = [import_module(f"{model.__name__}.{module.name}") for module in iter_modules(model.__path__)]
STRUCTS = [
    kind
    for module in MODULES
    for kind in vars(module).values()
    if isclass(kind) and issubclass(kind, Struct) and kind.__module__ == module.__name__
]
PROBE = SeriesName("cellar", "probe", "temperature")
WISH = Setpoint(revision=3, mode=Mode.BEER, value=18.5, reason="pitch", by="Ada", at=1)
MASH = Profile(
    id="p",
    name="Mash",
    type=ProfileType.MASH,
    steps=(Step(kind=StepKind.RAMP, temperature=64.5, hours=0.25, title="To rest"),),
    events=(ProfileEvent(0.5, "Stir."),),
)
EXAMPLES: list[Struct] = [
    Agent(name="pi", known_since=1),
    Alarm(
        id="a",
        rule="out_of_band",
        priority=Priority.CRITICAL,
        state=AlarmState.SHELVED,
        since=1,
        at=2,
        title="Too warm",
        shelved_until=3,
    ),
    Channel(name="bottling", title="Bottling", publish=UserRole.BREWER),
    Selection(vessels=("north",), sensors="none"),
    Target(id="club", name="Club", kind="generic", every_s=60.0, settings={"url": "https://club.example/"}),
    Delivery(at=1, ok=False, status=503, detail="Busy.", request="POST /", response="503"),
    DeviceFacts(agent="pi", node="beer"),
    Chamber(id="c", name="Freezer"),
    Batch(id="b", name="Ale", state=BatchState.RUNNING, started_at=1, roles={"beer": PROBE}),
    BatchEvent(1, "note", "Pitched."),
    Estimate(0.5, 0.4, 0.6),
    Insight(
        standing=Standing.SURE, confidence=0.9, watched_h=30.0, quantities={"loss_h": Estimate(20, 15, 25)}
    ),
    Learned(mean=(18.0, 0.5), spread=(0.1, 0.0, 0.2), watched_h=30.0, standing=Standing.LEARNING),
    Finding(FindingLevel.WARNING, "The heater is weak."),
    PreflightReport(state=PreflightState.DONE, done=1.0, findings=(Finding(FindingLevel.GOOD, "It cools."),)),
    Reason(1, cool=1.0, texts=("Too warm.",), levels=Levels(heat=False, cool=True), occasion=Occasion.BEGIN),
    Correction(id="c", series=PROBE, start=1, end=2, kind=CorrectionKind.SHIFT, value=0.5, at=3),
    Calibration((0.3, 1.0)),
    JournalEntry(at=1, by="ada", what="vessel", id="v", action="setpoint"),
    Which(by=("Ada",), what="vessel", start=1, end=2),
    Controller(
        name="brewpi", driver="brewpi", settings={"port": "tcp://brewpi.local"}, chambers={"1": "Fridge"}
    ),
    Doing(code=4, text="Cooling.", since=1, remaining_s=60.0),
    Parameter(key="Kp", group="constants", title="Gain", text="How much.", value=5.0, writable=True),
    IoDevice(id="pin-6", slot=3, chamber=1, function="heat", hardware="pin", device_type="output", pin=6),
    Choice(function="heat", title="Heater", device_type="output", hardware=("pin",)),
    ControllerFacts(firmware="0.2.8", board="Uno", title="BrewPi 0.2.8", slots=16, display=("Mode   Off",)),
    Found(id="usb-1", kind="controller", driver="brewpi", title="Arduino", settings={"port": "/dev/ttyACM0"}),
    Demand(0.5, 0.0, ("It is cold.",)),
    LogLine(
        at=1, level=LogLevel.WARNING, source="cellar", text="The probe is lost.", fields={"probe": "28-0"}
    ),
    DoorState(name="ispindel", enabled=True, allow=("10.0.0.0/8",), settings={"gravity_unit": "SG"}),
    Levels(heat=True, cool=None),
    User(id="u", login="ada", name="Ada", role=UserRole.ADMIN),
    Token(id="t", title="Pi", role=UserRole.AGENT, digest="00"),
    Session(digest="00", user="u", created_at=1, seen_at=2),
    Caller(id="u", login="ada", name="Ada", role=UserRole.BREWER),
    MASH,
    MASH.steps[0],
    MASH.events[0],
    Pause(1, 2),
    Run(profile=MASH, start=1, pauses=(Pause(2),)),
    Bounds("°C", -50.0, 130.0),
    Reading(PROBE, 1, 18.0625, Quality.DOUBTFUL),
    PROBE,
    StoreRule(every_s=1.0, deadband=0.1, longest_s=60.0),
    StoreChoice(PROBE, StoreRule(every_s=1.0)),
    SeriesSpec("temperature", Quantity.TEMPERATURE, 0.0625),
    WISH,
    Answer(setpoint=WISH, state=AnswerState.REJECTED, detail="Too warm.", at=2),
    Limits(0.0, 26.0),
    Vessel(id="v", name="V", agent="cellar", roles={Role.BEER: PROBE}, settings={"band_c": 0.3}),
]


def test_there_is_an_example_of_every_struct() -> None:
    assert {type(example) for example in EXAMPLES} == set(STRUCTS)


@pytest.mark.parametrize("kind", STRUCTS, ids=lambda kind: kind.__name__)
def test_every_struct_is_frozen(kind: type[Struct]) -> None:
    assert kind.__struct_config__.frozen


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: type(example).__name__)
def test_every_struct_survives_json_and_messagepack(example: Struct) -> None:
    assert json.decode(json.encode(example), type=type(example)) == example
    assert msgpack.decode(msgpack.encode(example), type=type(example)) == example


@pytest.mark.parametrize(
    ("words", "values"),
    [
        (BatchState, ["planned", "running", "paused", "finished"]),
        (UserRole, ["viewer", "brewer", "admin", "agent", "sender"]),
        (Quality, ["good", "doubtful", "bad"]),
        (Mode, ["off", "chamber", "beer", "profile"]),
        (AnswerState, ["waiting", "accepted", "rejected"]),
        (ControllerState, ["opening", "connected", "strange", "lost"]),
        (ProfileType, ["fermentation", "mash"]),
        (StepKind, ["hold", "ramp", "step"]),
        (Priority, ["critical", "warning", "notice"]),
        (AlarmState, ["normal", "unacknowledged", "acknowledged", "returned", "shelved"]),
        (TargetState, ["active", "paused", "failing"]),
        (Standing, ["new", "learning", "sure", "doubtful"]),
        (Occasion, ["begin", "change", "update", "end"]),
        (PreflightState, ["none", "waiting", "running", "done", "failed", "stopped"]),
        (FindingLevel, ["good", "warning", "fault"]),
        (LogLevel, ["debug", "info", "warning", "error"]),
        (Role, ["beer", "chamber", "ambient", "gravity", "heat", "cool"]),
        (
            VesselMetric,
            [
                "setpoint_beer",
                "setpoint_chamber",
                "mode",
                "heat_demand",
                "cool_demand",
                "heat",
                "cool",
                "state",
            ],
        ),
        (ControlState, [0, 1, 3, 4, 5, 6, 7, 8, 9]),
    ],
)
def test_words_that_are_stored_stay_what_they_are(words: type[Enum], values: list[object]) -> None:
    assert [word.value for word in words] == values


def test_every_output_that_is_watched_has_its_role() -> None:
    assert OUTPUT_ROLES == {VesselMetric.HEAT: Role.HEAT, VesselMetric.COOL: Role.COOL}
