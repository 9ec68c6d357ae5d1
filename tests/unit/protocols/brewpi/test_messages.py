import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from krausen.errors import Invalid
from krausen.protocols.brewpi.boards import Family
from krausen.protocols.brewpi.devices import Device, Function, Hardware
from krausen.protocols.brewpi.extras import Extended, Memory, Screen, Wireless
from krausen.protocols.brewpi.framing import Incoming, line, take
from krausen.protocols.brewpi.logs import Log, LogKind, Text
from krausen.protocols.brewpi.messages import Defined, Found, Installed, Message, decode, encode
from krausen.protocols.brewpi.parameters import Constants, Settings, Variables
from krausen.protocols.brewpi.scalars import Unit
from krausen.protocols.brewpi.states import Mode, State
from krausen.protocols.brewpi.temperatures import Raw, RawProbes, Temperatures
from krausen.protocols.brewpi.version import Names, Version

RECORDINGS = Path(__file__).parents[3] / "recordings/brewpi/made_up.jsonl"
PUBLISHED = Path(__file__).parents[5] / "shared/data/messages/brewpi.jsonl"
"""Beside the repository; it may be read but not passed on."""

FAMILIES = st.sampled_from([Family.AVR, Family.ESP])
UNITS: st.SearchStrategy[Unit] = st.sampled_from(["C", "F"])


def recorded(path: Path) -> list[dict[str, Any]]:
    return [json.loads(one) for one in path.read_text().splitlines()]


def by_id(recording: dict[str, Any]) -> str:
    return str(recording["id"])


def outcome(text: str, family: Family = Family.AVR, unit: Unit = "C") -> Message | Invalid:
    try:
        return decode(text, family, unit)
    except Invalid as failure:
        return failure


def told(message: Message) -> dict[str, Any]:
    """Give what a message says, and short forms of what its devices are."""
    plain: dict[str, Any] = {"type": type(message).__name__, **msgspec.to_builtins(message)}
    if isinstance(message, Installed | Found):
        plain |= {
            "functions": [device.function for device in message.devices],
            "values": [device.value for device in message.devices],
            "inverted": [device.inverted for device in message.devices],
            "calibrations": [device.calibration_c for device in message.devices],
            "parts": [device.part for device in message.devices],
        }
    if isinstance(message, RawProbes):
        plain["raw"] = [probe.value_c for probe in message.probes]
    return plain


def agrees(found: Any, expected: Any) -> bool:
    if isinstance(expected, dict):
        return all(agrees(found[key], value) for key, value in expected.items())
    if isinstance(expected, list):
        return len(found) == len(expected) and all(map(agrees, found, expected))
    if isinstance(expected, float):
        return bool(found == pytest.approx(expected, abs=6e-4))
    return bool(found == expected)


@pytest.mark.parametrize("recording", recorded(RECORDINGS), ids=by_id)
def test_every_recording_is_read_or_refused(recording: dict[str, Any]) -> None:
    incoming, lines = take(Incoming(), recording["raw"].encode("cp437"))
    family, unit = Family(recording["family"]), recording["unit"]
    if "error" in recording:
        with pytest.raises(Invalid, match=recording["error"]):
            decode(lines[0], family, unit)
        return
    found = [told(decode(one, family, unit)) for one in lines]
    assert len(found) == len(recording["expect"])
    for one, expected in zip(found, recording["expect"], strict=True):
        assert agrees(one, expected), one
    assert agrees(msgspec.to_builtins(incoming), recording.get("counts", {"broken": 0, "too_long": 0}))


if PUBLISHED.is_file():
    SAID = [one for one in recorded(PUBLISHED) if one["dir"] == "controller->host"]

    @pytest.mark.parametrize("recording", SAID, ids=by_id)
    def test_published_lines_are_told_as_they_were_meant(recording: dict[str, Any]) -> None:
        expected, raw = recording["expect"], recording["raw"]
        if recording["id"].startswith("brewpi-version"):
            raw = "N:" + raw
        # Some of them come without an end.
        whole = raw if raw.endswith("\n") or "rest" in expected else raw + "\n"
        incoming, lines = take(Incoming(), whole.encode("cp437"))
        unit: Unit = "F" if "-real-" in recording["id"] else "C"
        found = [outcome(one, unit=unit) for one in lines]
        if "messages_in_order" in expected:
            assert list(lines) == expected["messages_in_order"]
            assert bool(incoming.held or incoming.rest) is ("rest" in expected)
        else:
            assert len(found) == 1
            assert published_agrees(found[0], expected, unit), found


def published_agrees(found: Message | Invalid, expected: dict[str, Any], unit: Unit) -> bool:
    if isinstance(found, Temperatures | Log):
        given = json.loads(encode(found, Family.AVR, unit)[2:])
        return agrees({"RoomTemp": None, **given}, expected)
    if isinstance(found, Version):
        return version_agrees(found, expected)
    if isinstance(found, Installed | Found):
        return listed_agrees(found, expected)
    return isinstance(found, Invalid) and "error" in expected


def version_agrees(found: Version, expected: dict[str, Any]) -> bool:
    own = {"v": found.version, "n": found.build, "s": found.shield, "y": 0, "b": found.letter}
    own |= {"l": found.log_version, "version": found.version, "accepted": True}
    return agrees(own, expected) and not found.simulator


def listed_agrees(found: Installed | Found, expected: dict[str, Any]) -> bool:
    first = found.devices[0]
    own = {
        "count": len(found.devices),
        "slots": [device.slot for device in found.devices],
        "functions": [device.function for device in found.devices],
        "address0": first.address,
        "slot": first.slot,
        "type": 4 if "type" in expected else first.type,  # type 4 is that of a newer firmware
        "chamber": first.chamber,
        "beer": first.beer,
        "function": first.function,
        "hardware": first.hardware,
        "pin": first.pin,
        "inverted": first.inverted,
    }
    return agrees(own, expected)


def on_grid(low: int, high: int, per: int) -> st.SearchStrategy[float]:
    return st.integers(low * per, high * per).map(lambda steps: steps / per)


NOTES = st.none() | st.text(st.characters(codec="cp437", exclude_categories=["Cc"]), min_size=1, max_size=30)
TEMPERATURES_C = on_grid(-16, 111, 512)
PERHAPS_C = st.none() | TEMPERATURES_C
DIFFERENCES_C = on_grid(-63, 63, 512)
TEMPERATURES = st.builds(
    Temperatures,
    beer_c=PERHAPS_C,
    beer_set_c=PERHAPS_C,
    beer_note=NOTES.filter(lambda note: note is None or note.strip() not in ("", "null")),
    fridge_c=PERHAPS_C,
    fridge_set_c=PERHAPS_C,
    fridge_note=st.none(),
    room_c=PERHAPS_C,
    state=st.sampled_from(State),
)
SETTINGS = st.builds(
    Settings,
    mode=st.sampled_from(Mode),
    beer_set_c=PERHAPS_C,
    fridge_set_c=PERHAPS_C,
    heat_estimator=DIFFERENCES_C,
    cool_estimator=DIFFERENCES_C,
)
CONSTANTS = st.builds(
    Constants,
    unit=UNITS,
    lowest_c=TEMPERATURES_C,
    pid_max_c=DIFFERENCES_C,
    kd=DIFFERENCES_C,
    longest_heat_s=st.integers(0, 65_535),
    beer_slow=st.integers(0, 255),
    light_as_heater=st.booleans(),
    half_steps=st.booleans(),
)
VARIABLES = st.builds(Variables, beer_error_c=DIFFERENCES_C, p_c=DIFFERENCES_C, estimated_peak_c=PERHAPS_C)


def near(one: Any, other: Any, within: float) -> bool:
    if isinstance(one, float) and isinstance(other, float | int):
        return abs(one - other) <= within
    return bool(one == other)


@given(TEMPERATURES | SETTINGS | CONSTANTS | VARIABLES, FAMILIES, UNITS)
def test_what_a_firmware_writes_is_what_a_host_reads(
    message: Temperatures | Settings | Constants | Variables, family: Family, unit: Unit
) -> None:
    if isinstance(message, Constants):
        unit = message.unit
    text = encode(message, family, unit)
    found = decode(text, family, unit)
    assert type(found) is type(message)
    # An ESP's last decimal is the first; a zero of its own is none.
    within = 0.051 if family is Family.ESP or not isinstance(message, Temperatures) else 0.0051
    zero_c = -32.0 / 1.8 if unit == "F" else 0.0
    for name, value in msgspec.structs.asdict(message).items():
        again = getattr(found, name)
        if family is Family.ESP and again is None and value is not None:
            assert value == pytest.approx(zero_c, abs=0.051)
        else:
            assert near(value, again, within), name
    assert line(text).decode("cp437").endswith("\r\n")


WORDS = st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), max_size=12)
SOME_WORDS = WORDS.filter(lambda word: word.strip() not in ("", "null"))
DEVICES = st.builds(
    Device,
    slot=st.integers(0, 15),
    chamber=st.integers(0, 4),
    beer=st.integers(0, 6),
    function=st.sampled_from(Function),
    hardware=st.sampled_from([one for one in Hardware if one is not Hardware.DS2413]),
    deactivated=st.booleans(),
    pin=st.integers(0, 40),
    address=st.just("") | SOME_WORDS,
)


@given(st.lists(DEVICES, max_size=4), FAMILIES, UNITS)
def test_lists_of_devices_come_back(devices: list[Device], family: Family, unit: Unit) -> None:
    for kind in (Installed, Found):
        message = kind(tuple(devices))
        assert decode(encode(message, family, unit), family, unit) == message
    for device in devices:
        assert decode(encode(Defined(device), family, unit), family, unit) == Defined(device)


@pytest.mark.parametrize("unit", ["C", "F"])
@pytest.mark.parametrize(
    ("family", "device"),
    [
        (Family.AVR, Device(slot=1, hardware=Hardware.PIN, inverted=True, value=1.0)),
        (Family.AVR, Device(slot=1, hardware=Hardware.DS2413, inverted=True, part="1", value=None)),
        (Family.AVR, Device(slot=1, hardware=Hardware.DS2413, part="0", value=0.0)),
        (Family.ESP, Device(slot=1, hardware=Hardware.DS2413, part="0", value=1.0)),
        (Family.AVR, Device(slot=1, hardware=Hardware.ONE_WIRE_PROBE, calibration_c=-0.5, value=20.125)),
        (Family.ESP, Device(slot=1, hardware=Hardware.TILT, calibration_c=0.5, value=-3.5, alias="Red")),
        (Family.ESP, Device(slot=1, hardware=Hardware.KASA, inverted=True, part="80", value=0.0)),
        (Family.ESP, Device(slot=1, hardware=Hardware.INKBIRD, address="aa:bb", value=None)),
    ],
)
def test_a_device_comes_back_with_its_value(family: Family, device: Device, unit: Unit) -> None:
    (again,) = msgspec.convert(
        decode(encode(Installed((device,)), family, unit, with_values=True), family, unit), Installed
    ).devices
    assert again.value == (None if device.value is None else pytest.approx(device.value, abs=5e-4))
    assert again.calibration_c == pytest.approx(device.calibration_c, abs=5e-4)
    same = msgspec.structs.replace(again, value=device.value, calibration_c=device.calibration_c)
    assert same == device


OTHERS: list[Message] = [
    Version(version="0.2.11", build="legacy", shield=2, letter="s", log_version="1"),
    Version(version="0.2.11", letter="l", simulator=True, log_version="1"),
    Names({"28AA": "cellar", "28BB": 'of "glass"'}),
    Screen(("Mode   Off", "Beer    19.9  20.0 °C", "", "Idling for     05m12")),
    Log(LogKind.WARNING, 2, (18, "28AA")),
    Log(LogKind.NOTE, 15),
    Text("Invalid command"),
    Extended(glycol=True, invert_screen=False, tilt="A495BB10"),
    Extended(low_delay=True, large_screen=False),
    Wireless("cellar", -67),
    RawProbes((Raw("28AA", 19.812, "beer"), Raw("28BB", -1.25))),
    Memory(("00FF", "12AB")),
]


@pytest.mark.parametrize("message", OTHERS, ids=repr)
def test_everything_else_comes_back(message: Message) -> None:
    found = decode(encode(message, Family.AVR, "F"), Family.AVR, "F")
    if isinstance(message, RawProbes):
        assert isinstance(found, RawProbes)
        assert [probe.value_c for probe in found.probes] == pytest.approx([19.812, -1.25], abs=5e-4)
    else:
        assert found == message


def test_a_version_of_an_esp_comes_back() -> None:
    version = Version(version="0.2.4", build="5a1c", tag="v15", letter="e", log_version="3", revision="0.15")
    text = encode(version, Family.ESP)
    assert '"l":3' in text
    assert decode(text, Family.ESP) == version
    assert encode(Version(version="0.2.4"), Family.ESP).count('"l":3') == 1


@pytest.mark.parametrize(
    ("version", "family"),
    [
        (Version(version="0.2.4", letter="e", revision="0.15"), Family.ESP),
        (Version(version="0.2.4", letter="?", revision="0.11"), Family.ESP),
        (Version(version="0.2.4", letter="3"), Family.ESP),
        (Version(version="0.2.11", letter="s"), Family.AVR),
        (Version(version="0.5.10", letter="p"), Family.SPARK),
        (Version(version="0.4"), Family.SPARK),
        (Version(version="unknown"), Family.AVR),
    ],
)
def test_the_family_follows_from_the_version(version: Version, family: Family) -> None:
    assert version.family is family


def test_an_avr_writes_a_blank_where_a_minus_could_stand() -> None:
    text = encode(Temperatures(beer_c=20.0, fridge_c=-0.5, state=State.COOLING), Family.AVR)
    assert text == (
        'T:{"BeerTemp": 20.00,"BeerSet":null,"BeerAnn":null,'
        '"FridgeTemp":-0.50,"FridgeSet":null,"FridgeAnn":null,"State":4}'
    )


def test_an_esp_writes_zeros_for_what_it_does_not_have() -> None:
    assert encode(Temperatures(fridge_c=18.26), Family.ESP) == (
        'T:{"BeerTemp":0.0,"BeerSet":0.0,"BeerAnn":null,'
        '"FridgeTemp":18.3,"FridgeSet":0.0,"FridgeAnn":null,"RoomTemp":"","State":0}'
    )


def test_early_constants_know_no_light_and_no_half_steps() -> None:
    said = json.loads(encode(Constants(light_as_heater=True), Family.AVR)[2:])
    del said["lah"], said["hs"]
    assert decode("C:" + json.dumps(said), Family.AVR) == decode(encode(Constants(), Family.AVR), Family.AVR)


def test_every_key_that_is_wrong_is_named() -> None:
    with pytest.raises(Invalid) as refused:
        decode('V:{"beerDiff":[],"p":"x","i":1e300}', Family.AVR)
    assert [fault.where for fault in refused.value.faults][:5] == [
        "/beerDiff",
        "/diffIntegral",
        "/beerSlope",
        "/p",
        "/i",
    ]


@given(st.text(max_size=80) | st.binary(max_size=80).map(lambda raw: raw.decode("cp437")), FAMILIES, UNITS)
@example("T:" + "[" * 100_000, Family.AVR, "C")
@example('N:{"v":' + "9" * 5000 + "}", Family.AVR, "C")
@example("T:\ud800", Family.ESP, "F")
def test_whatever_comes_is_a_message_or_refused_in_words(text: str, family: Family, unit: Unit) -> None:
    found = outcome(text, family, unit)
    assert str(found) if isinstance(found, Invalid) else found is not None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
KEYS = st.sampled_from(
    [
        *("BeerTemp", "BeerSet", "BeerAnn", "State", "mode", "tempFormat", "Kp", "lah", "v", "s", "logType"),
        *("logID", "V", "i", "f", "h", "x", "j", "device", "value", "glycol", "ssid", "signalStrength"),
    ]
)
BODIES = st.dictionaries(KEYS, JSON, max_size=5) | st.lists(
    st.dictionaries(KEYS, JSON, max_size=4), max_size=2
)


@given(st.sampled_from("NTSCVLDdhUXWREQ"), BODIES, FAMILIES)
def test_whatever_json_a_controller_makes_up_is_a_message_or_refused(
    letter: str, body: object, family: Family
) -> None:
    found = outcome(f"{letter}:{json.dumps(body)}", family)
    assert str(found) if isinstance(found, Invalid) else found is not None
