"""An emulated board answers as its firmware does."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.physics.weather import steady
from krausen.protocols.brewpi import framing, messages
from krausen.protocols.brewpi.commands import Outgoing
from krausen.protocols.brewpi.states import State
from krausen.simulation.brewpi.board import Board
from krausen.simulation.brewpi.firmware import Firmware
from krausen.simulation.brewpi.memory import blank, fresh
from krausen.simulation.brewpi.model import MODELS
from tests.unit.simulation.brewpi.emulated import ESPS, NAMES, ask, board, chamber, letters, lines, live, only

esp = pytest.mark.parametrize("name", ESPS)
every = pytest.mark.parametrize("name", NAMES)


@pytest.mark.parametrize(
    ("name", "version"),
    [
        ("uno", {"v": "0.2.8", "n": "krausen", "s": 2, "y": 0, "b": "s", "l": "1"}),
        (
            "esp8266",
            {"v": "0.2.4", "n": "krausen", "c": "v15", "s": 0, "y": 0, "b": "e", "l": 3, "e": "0.15"},
        ),
        ("esp32", {"v": "0.2.4", "n": "krausen", "c": "v15", "s": 0, "y": 0, "b": "3", "l": 3, "e": "0.15"}),
    ],
)
def test_a_board_tells_what_it_is(name: str, version: dict[str, object]) -> None:
    assert only(board(name), "n\n") == version


@every
def test_a_host_sees_three_temperatures_at_once(name: str) -> None:
    told = only(board(name), "t")
    assert list(told) == [
        *("BeerTemp", "BeerSet", "BeerAnn", "FridgeTemp", "FridgeSet", "FridgeAnn", "RoomTemp", "State")
    ]
    assert told["BeerTemp"] == pytest.approx(20.0, abs=0.2)
    assert 15.0 < told["FridgeTemp"] < 25.0
    assert 15.0 < told["RoomTemp"] < 25.0
    assert told["State"] == State.OFF


def test_an_avr_tells_nothing_by_null_and_leaves_out_a_room_without_probe() -> None:
    told = only(board("uno", blank(MODELS["uno"])), "t")
    assert "RoomTemp" not in told
    assert {told[key] for key in ("BeerTemp", "BeerSet", "FridgeTemp", "FridgeSet")} == {None}


@esp
def test_an_esp_tells_nothing_by_zero_and_a_room_without_probe_by_an_empty_text(name: str) -> None:
    told = only(board(name, blank(MODELS[name])), "t")
    assert told["RoomTemp"] == ""
    assert {told[key] for key in ("BeerTemp", "BeerSet", "FridgeTemp", "FridgeSet")} == {0}


@every
def test_settings_constants_variables_and_screen_are_told(name: str) -> None:
    one = board(name)
    assert only(one, "s")["mode"] == "o"
    assert only(one, "c")["Kp"] == 5
    assert len(only(one, "v")) == 11
    screen = only(one, "l")
    assert screen[0] == "Mode   Off          "
    assert [len(line) for line in screen] == [20, 20, 20, 20]
    assert screen[1].endswith(chr(0x2591) + "C")


@every
def test_the_first_requests_of_a_host_are_answered_in_order(name: str) -> None:
    answered = letters(ask(board(name), "s\nc\nv\nd{r:1}\nh{u:-1,v:1}\nt\nl\nn\n"))
    assert answered == "SCVdhTLN"


@every
@pytest.mark.parametrize("letter", "Aa\r\n ")
def test_what_wants_no_answer_gets_none(name: str, letter: str) -> None:
    assert ask(board(name), letter) == []


@pytest.mark.parametrize("letter", "xXTpwWborQ{}eZyY")
def test_an_avr_logs_a_letter_that_it_does_not_know(letter: str) -> None:
    assert ask(board("uno"), letter) == [f'D:{{"logType":"W","logID":1,"V":[{ord(letter)}]}}']


@esp
@pytest.mark.parametrize("letter", "QFeZr[yY")
def test_an_esp_complains_in_words_about_a_letter_that_it_does_not_know(name: str, letter: str) -> None:
    assert ask(board(name), letter) == [f'Invalid command received "{letter}" (0x{ord(letter):02X})']


@esp
def test_an_esp_tells_raw_probes_by_name(name: str) -> None:
    one = board(name)
    address = only(one, "T")[0]["device"]
    assert ask(one, f'o{{"{address}":"thermowell"}}') == []
    assert only(one, "p") == {address: "thermowell"}
    told = only(one, "T")
    assert [probe["name"] for probe in told] == ["thermowell", "", ""]
    assert told[0]["value"] == pytest.approx(20.0, abs=0.2)


@esp
def test_an_esp_has_further_settings(name: str) -> None:
    one = board(name)
    assert only(one, "x") == {"invertTFT": False, "glycol": False, "largeTFT": False}
    assert only(one, 'X{"glycol": true}') == {"invertTFT": False, "glycol": True, "largeTFT": False}
    assert only(one, 'X{"lowDelay": true}')["lowDelay"] is True
    assert only(one, 'X{"glycol": 7}')["glycol"] is True


def test_a_network_is_told_where_there_is_one() -> None:
    model = MODELS["esp32"]
    assert only(board("esp32"), "W") == {"ssid": "krausen", "signalStrength": -61}
    wired = Board(Firmware(model, chamber(), fresh(model)), wireless=False)
    assert ask(wired, "W")[0].startswith('Command "W" not implemented.')


def test_an_esp_tells_each_change_of_state_and_an_avr_does_not() -> None:
    avr, other = board("uno"), board("esp8266")
    for one in (avr, other):
        ask(one, 'j{mode:"f", fridgeSet:5}')
    told = [json.loads(line[2:])["State"] for line in live(other, 900) if line.startswith("T")]
    assert told == [State.WAITING_TO_COOL, State.COOLING]
    assert live(avr, 900) == []


@every
def test_what_is_learned_from_a_run_is_logged(name: str) -> None:
    one = board(name, inside=chamber("freezer20", steady(20.0)))
    ask(one, 'j{mode:"f", fridgeSet:15}')
    logged = [line for line in live(one, 4 * 3600) if line.startswith("D:")]
    assert logged
    assert all('"logID":18' in line or '"logID":20' in line for line in logged)


@every
def test_a_restart_takes_its_time_loses_what_is_said_and_keeps_what_is_stored(name: str) -> None:
    one = board(name)
    ask(one, 'j{mode:"b", beerSet:17.5}')
    assert ask(one, "R n t s") == []
    assert one.firmware.starts == 1
    said = live(one, MODELS[name].boot_s - 1)
    assert said == []
    assert ask(one, "n") == []
    logged = [line for line in live(one, 1) if line.startswith("D")]
    assert [json.loads(line[2:])["logID"] for line in logged] == [0, 0, 0]
    assert only(one, "s")["beerSet"] == 17.5
    assert only(one, "t")["BeerTemp"] == pytest.approx(20.0, abs=0.3)


@every
def test_a_body_that_does_not_come_in_time_is_given_up(name: str) -> None:
    one = board(name)
    state, said = one.take(Outgoing(), b"j{mode")
    assert said == b""
    answered = letters(lines(one.expire(state)))
    assert answered == ("SC" if name == "uno" else "ESC")
    assert one.expire(Outgoing()) == b""
    one.firmware.restart()
    assert one.expire(state) == b""


PIECES = st.sampled_from(
    [
        *(b"ntscvlxWpTAabFRCSEeZ wd{}h{}".split()),
        *(
            b"j{",
            b'"mode":"b"',
            b"beerSet:",
            b"1e9",
            b"-7",
            b"null",
            b"}",
            b"U{",
            b'"i":3,',
            b'"f":2,',
            b"X{",
        ),
        *(b'U{"i":2,"c":1,"b":1,"f":9,"h":2,"p":12,"a":"28FF5D07C3160427","j":-3.5}', b"d{r:1,v:1,w:1}"),
        *(b'j{"tempFormat":"F","idleRangeH":1e8,"Kp":-300,"beerFastFilt":200}', b"h{f:3,v:1}", b'o{"a":"b"}'),
        *(b"d{i:-2,w:1}", b"d{e:1,r:1,v:1}", b'E{"confirmReset": true}', b'X{"lowDelay":true}'),
    ]
)


@given(st.sampled_from(NAMES), st.lists(st.one_of(st.binary(max_size=60), PIECES), max_size=15))
def test_whatever_bytes_come_a_host_can_read_what_is_said_and_the_board_goes_on(
    name: str, chunks: list[bytes]
) -> None:
    one, state, incoming = board(name), Outgoing(), framing.Incoming()
    family = MODELS[name].family
    for chunk in chunks:
        state, answer = one.take(state, chunk)
        for said in (answer, one.second(), one.second()):
            assert b"\r\n\r\n" not in said
            incoming, read = framing.take(incoming, said)
            for line in read:
                messages.decode(line, family, one.firmware.constants.unit)
    assert incoming.broken == 0
    live(one, MODELS[name].boot_s)
    assert any(line.startswith("N:") for line in lines(one.take(Outgoing(), b"n")[1]))


@given(st.sampled_from(NAMES), st.lists(PIECES, max_size=10), st.integers(1, 7))
def test_how_the_bytes_are_cut_does_not_matter(name: str, pieces: list[bytes], size: int) -> None:
    whole = b"".join(pieces)
    first, second = board(name), board(name)
    _, at_once = first.take(Outgoing(), whole)
    state, cut = Outgoing(), b""
    for at in range(0, len(whole), size):
        state, said = second.take(state, whole[at : at + size])
        cut += said
    assert cut == at_once
