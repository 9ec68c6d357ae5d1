import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.errors import Invalid
from krausen.protocols.brewpi.boards import Family
from krausen.protocols.brewpi.commands import Command, Outgoing, take
from krausen.protocols.brewpi.devices import Device, Function, Hardware
from krausen.protocols.brewpi.extras import Extended
from krausen.protocols.brewpi.parameters import CONSTANTS, SETTABLE, Kind
from krausen.protocols.brewpi.requests import (
    BY_AVR_ALONE,
    BY_ESP_ALONE,
    MOST_CHANGES,
    Alter,
    AlterExtended,
    Ask,
    Change,
    Define,
    Erase,
    FindHardware,
    KeepNames,
    ListInstalled,
    Request,
    decode,
    definition,
    encode,
    in_parts,
)
from krausen.protocols.brewpi.scalars import Scalar, Unit
from krausen.protocols.brewpi.states import Mode

FAMILIES = st.sampled_from([Family.AVR, Family.ESP])
UNITS: st.SearchStrategy[Unit] = st.sampled_from(["C", "F"])


def through(request: Request, family: Family, unit: Unit = "C") -> Request:
    """Send a request to a firmware."""
    state, found = take(family, Outgoing(), encode(request, family, unit))
    assert state == Outgoing()
    assert len(found) == 1
    assert found[0].wrong == ""
    return decode(found[0], family, unit)


VALUES: dict[Kind, st.SearchStrategy[Scalar]] = {
    Kind.UNIT: st.sampled_from(["C", "F"]),
    Kind.MODE: st.sampled_from(Mode),
    Kind.SETPOINT: st.integers(-1600, 11_199).map(lambda steps: steps / 100),
    Kind.TEMPERATURE: st.integers(-1600, 11_199).map(lambda steps: steps / 100),
    Kind.DIFFERENCE: st.integers(-6000, 6000).map(lambda steps: steps / 100),
    Kind.FIXED: st.integers(-6000, 6000).map(lambda steps: steps / 100),
    Kind.WHOLE: st.integers(0, 65_535),
    Kind.FLAG: st.booleans(),
}
CHANGES = st.sampled_from(sorted(SETTABLE)).flatmap(
    lambda key: st.builds(Change, st.just(key), VALUES[SETTABLE[key].kind])
)


@given(st.lists(CHANGES, max_size=20, unique_by=lambda change: change.key), FAMILIES, UNITS)
def test_a_firmware_takes_every_change_as_it_was_meant(
    changes: list[Change], family: Family, unit: Unit
) -> None:
    taken: list[Change] = []
    for part in in_parts(Alter(tuple(changes))):
        again = through(part, family, unit)
        assert isinstance(again, Alter)
        assert again.wrong == ()
        taken += again.changes
    assert sorted(one.key for one in taken) == sorted(one.key for one in changes)
    assert [one.key for one in taken if one.key == "tempFormat"] == [one.key for one in taken][
        len(taken) - ("tempFormat" in {one.key for one in taken}) :
    ]
    meant = {one.key: one.value for one in changes}
    for change in taken:
        value = meant[change.key]
        if isinstance(value, float):
            assert change.value == pytest.approx(value, abs=0.0051)
        else:
            assert change.value == value


@given(
    st.builds(
        ListInstalled,
        slot=st.none() | st.integers(0, 20) | st.just(-2),
        values=st.booleans(),
        empty=st.booleans(),
        write=st.none() | st.booleans(),
    )
    | st.builds(
        FindHardware,
        hardware=st.none() | st.sampled_from(Hardware),
        pin=st.none() | st.integers(0, 40),
        values=st.booleans(),
        free_only=st.booleans(),
        function=st.none() | st.integers(0, 15),
    )
    | st.builds(
        Define,
        slot=st.integers(0, 20),
        chamber=st.none() | st.integers(0, 4),
        function=st.none() | st.integers(0, 15),
        hardware=st.none() | st.integers(0, 7),
        inverted=st.none() | st.booleans(),
        deactivated=st.none() | st.booleans(),
        pin=st.none() | st.integers(0, 40),
        address=st.none() | st.from_regex("[0-9A-F]{16}", fullmatch=True),
        part=st.none() | st.from_regex("[1-9][0-9]{0,5}", fullmatch=True),
        calibration_c=st.none() | st.integers(-64, 64).map(lambda steps: steps / 8),
    ),
    FAMILIES,
)
def test_a_firmware_reads_what_is_asked_of_its_devices(request_: Request, family: Family) -> None:
    assert through(request_, family) == request_


@pytest.mark.parametrize("family", [Family.AVR, Family.ESP])
@pytest.mark.parametrize("asked", Ask)
def test_a_letter_reaches_whom_it_is_for(asked: Ask, family: Family) -> None:
    if asked in (BY_AVR_ALONE if family is Family.ESP else BY_ESP_ALONE):
        with pytest.raises(Invalid, match="does not know"):
            encode(asked, family)
    else:
        assert through(asked, family) is asked


def test_an_avr_is_asked_to_erase_by_the_bare_letter() -> None:
    assert encode(Erase(), Family.AVR) == b"E\n"
    assert through(Erase(), Family.AVR) == Erase()
    assert through(Erase(), Family.ESP) == Erase()
    assert decode(Command("E", wrong="EmptyInput"), Family.ESP) == Erase(confirmed=False)


def test_names_and_extended_settings_go_to_an_esp_alone() -> None:
    names = KeepNames({"28AA": "cellar"})
    extended = AlterExtended(Extended(glycol=True, tilt="A4"))
    assert through(names, Family.ESP) == names
    assert through(extended, Family.ESP) == extended
    for request in (names, extended):
        with pytest.raises(Invalid, match="Only controllers with an ESP"):
            encode(request, Family.AVR)
    for letter in "oX":
        with pytest.raises(Invalid, match="no command"):
            decode(Command(letter), Family.AVR)


def test_extended_settings_may_be_any_json() -> None:
    command = Command("X", (("glycol", 1), ("invertTFT", None), ("largeTFT", True), ("lowDelay", False)))
    assert decode(command, Family.ESP) == AlterExtended(
        Extended(glycol=True, large_screen=True, low_delay=False)
    )


@pytest.mark.parametrize(
    ("request_", "family", "words"),
    [
        (Alter((Change("beerSet", None),)), Family.ESP, "mode to off"),
        (Alter((Change("beer", 20.0),)), Family.AVR, "no setting"),
        (Alter((Change("mode", "x"),)), Family.AVR, "none of f, b, p, o and t"),
        (Alter((Change("Kp", "much"),)), Family.AVR, "no number"),
        (Alter((Change("beerSlowFilt", -1),)), Family.AVR, "negative"),
        (Alter(tuple(Change("Kp", 1.0) for _ in range(MOST_CHANGES + 1))), Family.ESP, "At most 6"),
        (Alter((Change("Kp", 1.0), Change("tempFormat", "F"))), Family.ESP, "alone"),
        (Alter((Change("Kd", None),)), Family.AVR, "no number"),
        (Define(slot=None), Family.ESP, "none is given"),
        (KeepNames({"28AA": "Gärkeller"}), Family.ESP, "ASCII"),
    ],
)
def test_what_would_be_misunderstood_is_not_sent(request_: Request, family: Family, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        encode(request_, family)


def test_an_avr_can_be_told_to_have_no_setpoint_and_an_esp_takes_that_for_zero() -> None:
    none = Alter((Change("fridgeSet", None),))
    assert through(none, Family.AVR) == none
    command = Command("j", (("fridgeSet", None), ("beerSet", "")))
    assert decode(command, Family.ESP) == Alter((Change("fridgeSet", 0.0), Change("beerSet", 0.0)))
    assert decode(Command("j", (("fridgeSet", 5),)), Family.ESP) == Alter((Change("fridgeSet", 5.0),))


def test_a_new_unit_counts_for_what_follows_it() -> None:
    command = Command("j", (("beerSet", "20"), ("tempFormat", "F"), ("fridgeSet", "50"), ("tempFormat", "C")))
    assert decode(command, Family.AVR) == Alter(
        (
            Change("beerSet", 20.0),
            Change("tempFormat", "F"),
            Change("fridgeSet", 10.0),
            Change("tempFormat", "C"),
        )
    )


def test_what_cannot_be_set_is_told_and_the_rest_is_taken() -> None:
    request = decode(Command("j", (("beerset", "20"), ("Kp", "4"), ("Ki", "x"))), Family.AVR)
    assert isinstance(request, Alter)
    assert request.changes == (Change("Kp", 4.0),)
    assert [fault.where for fault in request.wrong] == ["/beerset", "/Ki"]


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (Command("h", (("h", 44),)), "no kind of hardware"),
        (Command("d", (("i", "x"),)), "no number"),
        (Command("U", (("j", "x"),)), "no number"),
        (Command("q"), "no command"),
        (Command("p"), "does not know"),
    ],
)
def test_what_a_firmware_does_not_know_is_refused(command: Command, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        decode(command, Family.AVR)


def test_everything_may_be_asked_for_by_minus_one() -> None:
    assert decode(Command("h", (("h", "-1"), ("p", "-1"), ("u", "1"))), Family.AVR) == FindHardware(
        free_only=True
    )
    assert decode(Command("d", (("i", -1), ("r", 1))), Family.ESP) == ListInstalled()


def test_a_definition_is_complete() -> None:
    device = Device(
        slot=2,
        chamber=1,
        function=Function.FRIDGE_TEMPERATURE,
        hardware=Hardware.ONE_WIRE_PROBE,
        pin=18,
        address="28AA",
        calibration_c=-0.5,
    )
    text = encode(definition(device), Family.ESP, "F")
    assert text == (b'U{"i":2,"c":1,"b":0,"f":5,"h":2,"p":18,"d":0,"x":0,"a":"28AA","j":-0.900}\n')


def test_lists_are_asked_for_in_words_of_both_families() -> None:
    assert encode(ListInstalled(values=True), Family.AVR) == b'd{"r":1,"v":1}\n'
    assert encode(ListInstalled(slot=3, write=True, empty=True), Family.ESP) == b'd{"i":3,"w":1,"e":1}\n'
    assert encode(FindHardware(values=True, free_only=True), Family.ESP) == b'h{"u":-1,"v":1}\n'
    assert encode(Alter((Change("mode", Mode.BEER), Change("beerSet", 19.5))), Family.ESP, "F") == (
        b'j{"mode":"b","beerSet":67.10}\n'
    )


def test_constants_are_all_that_controllers_tell() -> None:
    assert len(CONSTANTS) == 24
    assert len(SETTABLE) == 29
