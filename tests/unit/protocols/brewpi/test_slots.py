import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.protocols.brewpi.boards import Family
from krausen.protocols.brewpi.devices import Device, Function, Hardware
from krausen.protocols.brewpi.logs import Log, LogKind
from krausen.protocols.brewpi.requests import Define, FindHardware, ListInstalled, definition
from krausen.protocols.brewpi.slots import Slots, define, empty, fitting, found, installed

PROBE = Device(
    slot=1,
    chamber=1,
    function=Function.FRIDGE_TEMPERATURE,
    hardware=Hardware.ONE_WIRE_PROBE,
    pin=18,
    address="28AA",
    calibration_c=0.5,
)
COOLER = Device(slot=3, chamber=1, function=Function.COOL, hardware=Hardware.PIN, pin=5, inverted=True)
HARDWARE = (
    Device(hardware=Hardware.PIN, pin=5, inverted=True),
    Device(hardware=Hardware.PIN, pin=6, inverted=True),
    Device(hardware=Hardware.ONE_WIRE_PROBE, pin=18, address="28AA", value=19.5),
    Device(hardware=Hardware.ONE_WIRE_PROBE, pin=18, address="28BB", value=20.5),
)
FAMILIES = st.sampled_from([Family.AVR, Family.ESP])


def note(place: int, *values: int) -> Log:
    return Log(LogKind.NOTE, place, values)


def error(place: int, *values: int) -> Log:
    return Log(LogKind.ERROR, place, values)


def table(family: Family = Family.AVR) -> Slots:
    slots = empty(family)
    for device in (PROBE, COOLER):
        slots = define(slots, definition(device), family).slots
    return slots


@pytest.mark.parametrize("family", [Family.AVR, Family.ESP])
def test_what_is_defined_is_installed_and_echoed(family: Family) -> None:
    outcome = define(empty(family), definition(PROBE), family)
    assert outcome.answer == PROBE
    assert outcome.slots[1] == PROBE
    assert outcome.logs == (note(6, 5),)
    assert define(empty(family), definition(COOLER), family).logs == (note(7, 3),)


def test_a_switch_and_a_gravity_are_noted_as_what_they_are() -> None:
    door = Define(slot=0, chamber=1, beer=0, function=1, hardware=1, pin=4)
    assert define(empty(Family.AVR), door, Family.AVR).logs == (note(8, 1),)
    tilt = Define(slot=0, chamber=1, beer=1, function=13, hardware=6, address="a4")
    assert define(empty(Family.ESP), tilt, Family.ESP).logs == (note(9, 13),)


def test_a_function_moves_from_its_former_holder() -> None:
    wanted = Define(slot=5, chamber=1, beer=0, function=3, hardware=1, pin=6)
    outcome = define(table(), wanted, Family.AVR)
    assert outcome.logs == (note(4, 3), note(7, 3))
    assert outcome.slots[3] == Device(slot=3)
    assert fitting(outcome.slots, Function.COOL) == outcome.slots[5]


def test_function_0_wipes_a_slot_whatever_owner_is_said() -> None:
    outcome = define(table(), Define(slot=3, chamber=1, beer=0, function=0, hardware=1), Family.AVR)
    assert outcome.answer == Device(slot=3)
    assert outcome.logs == (note(4, 3),)
    assert fitting(outcome.slots, Function.COOL) is None


def test_an_avr_keeps_what_is_not_said_and_an_esp_resets_it() -> None:
    change = Define(slot=1, calibration_c=-0.25)
    kept = define(table(), change, Family.AVR).answer
    assert kept is not None
    assert (kept.address, kept.calibration_c, kept.function) == ("28AA", -0.25, PROBE.function)
    assert define(table(Family.ESP), change, Family.ESP).answer == Device(slot=1)


def test_an_esp_knows_one_chamber_and_one_beer() -> None:
    wanted = Define(slot=0, chamber=3, beer=4, function=9, hardware=2, address="28AA", deactivated=True)
    answer = define(empty(Family.ESP), wanted, Family.ESP).answer
    assert answer is not None
    assert (answer.chamber, answer.beer, answer.deactivated) == (1, 1, False)


@pytest.mark.parametrize(
    ("wanted", "logs"),
    [
        (Define(slot=3, chamber=9), (error(4, 9), error(3))),
        (Define(slot=3, function=77), (error(6, 77), error(3))),
        (Define(slot=3, hardware=77), (error(8, 0, 77), error(3))),
        (Define(slot=3, function=5), (error(8, 1, 1), error(3))),
    ],
)
def test_what_cannot_be_leaves_the_old_definition(wanted: Define, logs: tuple[Log, ...]) -> None:
    slots = table()
    outcome = define(slots, wanted, Family.AVR)
    assert outcome.slots == slots
    assert outcome.answer == COOLER
    assert outcome.logs == logs


@pytest.mark.parametrize("slot", [None, -1, 16])
def test_a_slot_that_does_not_exist_is_no_slot(slot: int | None) -> None:
    slots = table()
    assert define(slots, Define(slot=slot, function=3), Family.AVR).answer is None
    outcome = define(slots, Define(slot=slot, function=3), Family.ESP)
    assert (outcome.slots, outcome.answer) == (slots, Device(slot=0))


@pytest.mark.parametrize(("said_c", "kept_c"), [(0.3, 0.3125), (20.0, 127 / 16), (-20.0, -8.0)])
def test_a_calibration_is_a_byte_of_sixteenths(said_c: float, kept_c: float) -> None:
    answer = define(table(), Define(slot=1, calibration_c=said_c), Family.AVR).answer
    assert answer is not None
    assert answer.calibration_c == kept_c


def test_installed_devices_are_listed_as_asked() -> None:
    slots = table()
    assert installed(slots, ListInstalled()) == (PROBE, COOLER)
    assert installed(slots, ListInstalled(slot=3)) == (COOLER,)
    assert installed(slots, ListInstalled(slot=4)) == ()
    assert len(installed(slots, ListInstalled(empty=True))) == 16


@pytest.mark.parametrize(
    ("asked", "pins"),
    [
        (FindHardware(), [(3, 5), (-1, 6), (1, 18), (-1, 18)]),
        (FindHardware(free_only=True), [(-1, 6), (-1, 18)]),
        (FindHardware(hardware=Hardware.PIN), [(3, 5), (-1, 6)]),
        (FindHardware(pin=6), [(-1, 6)]),
        (FindHardware(function=9), [(1, 18), (-1, 18)]),
        (FindHardware(function=2), [(3, 5), (-1, 6)]),
        (FindHardware(function=99), []),
    ],
)
def test_hardware_is_found_as_asked(asked: FindHardware, pins: list[tuple[int, int]]) -> None:
    assert [(device.slot, device.pin) for device in found(HARDWARE, table(), asked)] == pins


def test_found_hardware_is_as_it_is_installed_or_free_for_chamber_1() -> None:
    first, second, probe, other = found(HARDWARE, table(), FindHardware())
    assert first == COOLER
    assert (second.chamber, second.function) == (1, Function.NONE)
    assert (probe.function, probe.calibration_c, probe.value) == (PROBE.function, 0.5, 19.5)
    assert other.value == 20.5


WANTED = st.builds(
    Define,
    slot=st.integers(-1, 20),
    chamber=st.none() | st.integers(0, 5),
    beer=st.none() | st.integers(0, 7),
    function=st.none() | st.integers(0, 20),
    hardware=st.none() | st.integers(0, 9),
    pin=st.none() | st.integers(0, 20),
    address=st.none() | st.sampled_from(["28AA", "28BB"]),
)


@given(st.lists(WANTED, max_size=12), FAMILIES)
def test_no_function_is_ever_held_twice(definitions: list[Define], family: Family) -> None:
    slots = empty(family)
    for wanted in definitions:
        slots = define(slots, wanted, family).slots
    held = [(one.function, one.chamber, one.beer) for one in slots if one.function is not Function.NONE]
    assert len(held) == len(set(held))
    assert [one.slot for one in slots] == list(range(len(slots)))
