from contextlib import suppress
from math import isfinite

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.errors import Invalid
from krausen.model.setpoint import Mode
from krausen.model.vessel import ControlState
from krausen.protocols.home_assistant import (
    HYDROMETER,
    PARTS,
    VESSEL,
    Device,
    Knobs,
    Wanted,
    action,
    discovery,
    discovery_topic,
    hvac_mode,
    preset,
    switched,
    wanted,
)
from tests.unit.protocols.home_assistant_rules import faults

DEVICE = Device(
    node="krausen",
    name="vessel_fass",
    title="Fass",
    model="Vessel",
    state="krausen/a/state",
    status="krausen/b",
)
KNOBS = Knobs(commands="krausen/vessel_fass/set", lowest=0.0, highest=26.0)
UNKNOWN = dict.fromkeys([one.key for one in (*VESSEL, *HYDROMETER)])
THERMOSTAT = {
    **UNKNOWN,
    "hvac_mode": "auto",
    "preset": "beer",
    "action": "idle",
    "target": 18.0,
    "current": None,
}
START = {Mode.BEER: 18.0, Mode.CHAMBER: 12.0}
TOPIC = discovery_topic("homeassistant", "krausen", "vessel_fass")


def test_what_announces_a_vessel_and_a_hydrometer_keeps_the_rules() -> None:
    assert not faults(TOPIC, discovery(DEVICE, VESSEL, KNOBS, "1"), THERMOSTAT)
    assert not faults(TOPIC, discovery(DEVICE, VESSEL, None, "1"), UNKNOWN)
    assert not faults(TOPIC, discovery(DEVICE, HYDROMETER, None, "1"), UNKNOWN)


def test_the_rules_find_what_is_wrong() -> None:
    wrong = discovery(DEVICE, VESSEL, KNOBS, "1")
    wrong["components"]["beer"]["unit_of_measurement"] = "SG"
    wrong["components"]["mode"]["state_class"] = "measurement"
    wrong["components"]["thermostat"]["modes"] = ["on"]
    wrong["origin"] = {}
    found = faults("homeassistant/device/ä/config", wrong, {**THERMOSTAT, "heating": True, "state": "odd"})
    assert len(found) >= 7


@given(low=st.none() | st.floats(-10.0, 30.0), high=st.none() | st.floats(-10.0, 30.0))
def test_a_thermostat_has_limits_that_leave_something(low: float | None, high: float | None) -> None:
    config = discovery(DEVICE, VESSEL, Knobs(commands="krausen/a/set", lowest=low, highest=high), "1")
    assert not faults(TOPIC, config, THERMOSTAT)


def test_a_thermostat_is_taken_back_where_nothing_may_be_set() -> None:
    assert discovery(DEVICE, VESSEL, None, "1")["components"]["thermostat"] == {"platform": "climate"}


@pytest.mark.parametrize(
    ("state", "heat", "cool", "said"),
    [
        (ControlState.HEATING, None, None, "heating"),
        (ControlState.COOLING_MINIMUM, None, None, "cooling"),
        (ControlState.WAITING_TO_COOL, None, None, "idle"),
        (ControlState.IDLE, True, False, "heating"),
        (None, False, True, "cooling"),
        (None, False, False, "idle"),
        (None, None, None, None),
    ],
)
def test_what_is_done_is_said_as_thermostats_do(
    state: ControlState | None, *, heat: bool | None, cool: bool | None, said: str | None
) -> None:
    assert action(Mode.BEER, state, heat=heat, cool=cool) == said
    assert action(Mode.OFF, state, heat=heat, cool=cool) == "off"


@pytest.mark.parametrize(
    ("part", "payload", "mode", "meant"),
    [
        ("temperature", b"17.5", Mode.BEER, Wanted(Mode.BEER, 17.5)),
        ("temperature", b"4", Mode.CHAMBER, Wanted(Mode.CHAMBER, 4.0)),
        ("temperature", b"19", Mode.PROFILE, Wanted(Mode.BEER, 19.0)),
        ("mode", b"off", Mode.PROFILE, Wanted(Mode.OFF)),
        ("mode", b"off", Mode.OFF, None),
        ("mode", b"auto", Mode.OFF, Wanted(Mode.BEER, 18.0)),
        ("mode", b"auto", Mode.CHAMBER, None),
        ("preset", b"chamber", Mode.BEER, Wanted(Mode.CHAMBER, 12.0)),
        ("preset", b"beer", Mode.OFF, Wanted(Mode.BEER, 18.0)),
        ("preset", b"profile", Mode.PROFILE, None),
        ("preset", b"none", Mode.BEER, None),
    ],
)
def test_a_knob_means_what_a_person_would_mean(part: str, payload: bytes, mode: Mode, meant: Wanted) -> None:
    assert part in PARTS
    assert wanted(part, payload, mode, START) == meant


@pytest.mark.parametrize(
    ("part", "payload", "mode", "said"),
    [
        ("temperature", b"18", Mode.OFF, "turn it on first"),
        ("temperature", b"nan", Mode.BEER, "no temperature"),
        ("temperature", b"\xff", Mode.BEER, "no temperature"),
        ("mode", b"heat", Mode.BEER, "no mode"),
        ("preset", b"profile", Mode.BEER, "chosen in Krausen"),
        ("preset", b"eco", Mode.BEER, "no preset"),
    ],
)
def test_a_knob_that_means_nothing_is_told(part: str, payload: bytes, mode: Mode, said: str) -> None:
    assert part in PARTS
    with pytest.raises(Invalid, match=said):
        wanted(part, payload, mode, START)


def test_nothing_is_turned_on_at_a_temperature_that_nobody_knows() -> None:
    with pytest.raises(Invalid, match="set it in Krausen once"):
        wanted("mode", b"auto", Mode.OFF, {})


@given(st.sampled_from(PARTS), st.binary(max_size=12), st.sampled_from(Mode))
def test_whatever_is_sent_it_is_a_wish_or_nothing_or_told(part: str, payload: bytes, mode: Mode) -> None:
    assert part in PARTS
    meant = None
    with suppress(Invalid):
        meant = wanted(part, payload, mode, START)
    assert meant is None or (meant.value is None) == (meant.mode is Mode.OFF)
    assert meant is None or meant.value is None or isfinite(meant.value)


@pytest.mark.parametrize("mode", Mode)
def test_a_thermostat_that_holds_something_is_on(mode: Mode) -> None:
    assert (hvac_mode(mode) == "off") == (mode is Mode.OFF) == (preset(mode) == "none")


@pytest.mark.parametrize(("on", "word"), [(None, None), (True, "ON"), (False, "OFF")])
def test_an_output_is_told_as_binary_sensors_have_it(on: bool | None, word: str | None) -> None:
    assert switched(on=on) == word
