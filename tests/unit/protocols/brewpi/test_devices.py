import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.protocols.brewpi.boards import board
from krausen.protocols.brewpi.devices import (
    HARDWARE_TITLES,
    TITLES,
    Device,
    DeviceType,
    Function,
    Hardware,
    decode,
    objection,
    unfit,
)

UNO = board("s", 2)
ESP = board("e")
COOLER = Device(slot=0, chamber=1, function=Function.COOL, hardware=Hardware.PIN, pin=5)
PROBE = Device(
    slot=1,
    chamber=1,
    beer=1,
    function=Function.BEER_TEMPERATURE,
    hardware=Hardware.ONE_WIRE_PROBE,
    pin=18,
    address="28AA00BB11CC22DD",
)


@pytest.mark.parametrize(
    ("kind", "functions"),
    [
        (DeviceType.SWITCH, {1}),
        (DeviceType.OUTPUT, {2, 3, 4, 7, 11, 12}),
        (DeviceType.PROBE, {5, 6, 9, 10}),
        (DeviceType.NONE, {0, 8, 13, 14, 15, 17, 18}),
    ],
)
def test_every_function_needs_one_type(kind: DeviceType, functions: set[int]) -> None:
    assert {int(one) for one in Function if Device(function=one).type is kind} == functions


def test_everything_has_a_title() -> None:
    assert set(TITLES) == set(Function)
    assert set(HARDWARE_TITLES) == set(Hardware)


@pytest.mark.parametrize("device", [COOLER, PROBE, Device(slot=3, chamber=1, beer=1)])
def test_what_can_be_is_not_objected_to(device: Device) -> None:
    assert objection(device) is None
    assert unfit(device, UNO) == ()


@pytest.mark.parametrize(
    ("changes", "log", "values", "words"),
    [
        ({"chamber": 5}, 4, (5,), "chambers 0 to 4"),
        ({"beer": -1}, 5, (-1,), "beers 0 to 6"),
        ({"function": Function.LOG_2}, 6, (17,), "newer firmwares"),
        ({"function": Function.BEER_HEAT}, 7, (2, 0, 1), "number of its beer"),
        ({"chamber": 0}, 7, (1, 0, 0), "number of its chamber"),
        ({"function": Function.FRIDGE_TEMPERATURE}, 8, (1, 1), "pin cannot be a chamber temperature"),
        ({"hardware": Hardware.ONE_WIRE_PROBE}, 8, (3, 2), "probe cannot be a chamber cooler"),
        ({"function": Function.BEER_GRAVITY, "beer": 1}, 8, (0, 1), "pin cannot be a beer gravity"),
    ],
)
def test_a_firmware_objects_to_what_cannot_be(
    changes: dict[str, int], log: int, values: tuple[int, ...], words: str
) -> None:
    plain = {"chamber": 1, "beer": 0, "function": Function.COOL, "hardware": Hardware.PIN, **changes}
    found = objection(
        Device(
            slot=0,
            chamber=plain["chamber"],
            beer=plain["beer"],
            function=Function(plain["function"]),
            hardware=Hardware(plain["hardware"]),
        )
    )
    assert found is not None
    assert (found.log, found.values) == (log, values)
    assert words in found.why


def test_a_tilt_tells_a_gravity() -> None:
    tilt = Device(chamber=1, beer=1, function=Function.BEER_GRAVITY, hardware=Hardware.TILT, address="a4")
    assert objection(tilt) is None


@pytest.mark.parametrize(
    ("device", "letter", "words"),
    [
        (Device(slot=16), "s", "slots 0 to 15, not 16"),
        (Device(slot=-1), "e", "slots 0 to 19, not -1"),
        (
            Device(slot=0, chamber=1, function=Function.COOL, hardware=Hardware.PIN, pin=9),
            "s",
            "nothing at pin 9",
        ),
        (
            Device(slot=0, chamber=1, function=Function.COOL, hardware=Hardware.PIN, pin=4),
            "s",
            "wired as door, not as output",
        ),
        (
            Device(slot=0, chamber=1, function=Function.DOOR, hardware=Hardware.PIN, pin=5),
            "s",
            "wired as output, not as door",
        ),
        (
            Device(
                slot=0, chamber=1, function=Function.ROOM_TEMPERATURE, hardware=Hardware.ONE_WIRE_PROBE, pin=5
            ),
            "s",
            "not as one-wire bus",
        ),
        (
            Device(slot=0, chamber=1, function=Function.FAN, hardware=Hardware.KASA, address="aa"),
            "s",
            "cannot reach a Kasa smart plug",
        ),
        (Device(slot=0, chamber=1, function=Function.FAN, hardware=Hardware.KASA), "e", "needs its address"),
    ],
)
def test_what_a_board_cannot_is_told(device: Device, letter: str, words: str) -> None:
    told = unfit(device, board(letter, 2))
    assert any(words in one for one in told), told


def test_a_board_of_unknown_pins_judges_none() -> None:
    strange = board("m", 2)
    assert unfit(COOLER, strange) == ()
    assert unfit(PROBE, strange) == ()


def test_what_is_taken_already_is_told() -> None:
    heater = Device(slot=2, chamber=1, function=Function.HEAT, hardware=Hardware.PIN, pin=5)
    (same_pin,) = unfit(heater, UNO, [COOLER, Device(slot=3)])
    assert "chamber cooler in slot 0" in same_pin
    again = Device(slot=2, chamber=1, function=Function.COOL, hardware=Hardware.PIN, pin=6)
    (same_function,) = unfit(again, UNO, [COOLER])
    assert "would be removed" in same_function
    assert unfit(COOLER, UNO, [COOLER]) == ()


def test_numbers_of_the_future_are_as_good_as_none() -> None:
    device = decode({"i": 2, "f": 40, "h": 40, "v": 212}, "F")
    assert (device.function, device.hardware, device.value) == (Function.NONE, Hardware.NONE, 212.0)


@given(
    st.builds(
        Device,
        slot=st.integers(-1, 30),
        chamber=st.integers(-1, 6),
        beer=st.integers(-1, 8),
        function=st.sampled_from(Function),
        hardware=st.sampled_from(Hardware),
        pin=st.integers(0, 20),
    )
)
def test_a_page_tells_at_least_what_a_firmware_objects_to(device: Device) -> None:
    refused = objection(device)
    for one in (UNO, ESP):
        told = unfit(device, one)
        assert all(words.endswith(".") for words in told)
        assert refused is None or told[0] == refused.why
