"""What `j`, `C`, `S` and `E` do to an emulated board, and what it says of it."""

import json

import pytest

from tests.unit.simulation.brewpi.emulated import ESPS, NAMES, ask, board, letters, only

esp = pytest.mark.parametrize("name", ESPS)
every = pytest.mark.parametrize("name", NAMES)


@every
def test_an_esp_and_an_avr_take_every_way_in_which_hosts_set_a_mode(name: str) -> None:
    one = board(name)
    for command, mode in (
        ('j{mode:"b", beerSet:20.0}\n', "b"),
        ('"j{mode:"f", fridgeSet:12.0}"\n', "f"),
        ('j{mode:"o"}\n', "o"),
        ('j{mode:"p"}\n', "p"),
        ('j{mode:"b", beerSet:"19.5"}\n', "b"),
    ):
        ask(one, command)
        assert only(one, "s")["mode"] == mode
    assert only(one, "s")["beerSet"] == 19.5
    ask(one, 'j{"tempFormat": "F"}')
    assert only(one, "s")["beerSet"] == pytest.approx(67.1, abs=0.05)


def test_an_avr_needs_no_quotes_and_an_esp_does() -> None:
    avr, other = board("uno"), board("esp8266")
    ask(avr, "j{mode:b, beerSet:19.5}")
    said = ask(other, "j{mode:b, beerSet:19.5}")
    assert only(avr, "s")["mode"] == "b"
    assert said[0] == "Error deserializing JSON data InvalidInput"
    assert only(other, "s")["mode"] == "o"


def test_an_avr_logs_each_setting_notes_it_and_answers_at_the_end() -> None:
    said = ask(board("uno"), 'j{mode:"b", beerSet:19.5, colour:red, beerSet:warm}')
    assert letters(said) == "DTDTDDDSC"
    assert said[0] == 'D:{"logType":"I","logID":12,"V":["mode","b"]}'
    assert json.loads(said[1][2:])["FridgeAnn"] == "Mode set to b in web interface"
    noted = json.loads(said[3][2:])
    assert noted["BeerAnn"] == "Beer temp set to 19.5 in web interface"
    assert noted["BeerSet"] is None, "the note comes before the setpoint holds"
    assert said[5] == 'D:{"logType":"W","logID":0,"V":[]}'
    assert json.loads(said[7][2:])["beerSet"] == 19.5


@esp
def test_an_esp_notes_a_setpoint_in_two_digits_and_passes_over_what_it_does_not_know(name: str) -> None:
    one = board(name)
    said = ask(one, 'j{"mode":"f", "fridgeSet":12.5, "colour":"red", "lah":true}')
    assert letters(said) == "TSC"
    assert json.loads(said[0][2:])["FridgeAnn"] == "Fridge temp set to 12.50 in web interface"
    assert json.loads(said[2][2:])["lah"] == 1
    assert ask(one, 'j{"mode":"q"}')[0] == 'Invalid mode "q" (0x71)'
    assert ask(one, 'j{"mode":true}')[0] == 'Invalid mode "T" (0x54)'
    assert ask(one, 'j{"tempFormat":"K"}')[0] == 'Invalid temp format "K" (0x4B)'
    assert only(one, "s")["mode"] == "f"


def test_a_profile_is_noted_where_its_step_is_large() -> None:
    avr, other = board("uno"), board("esp32")
    for one in (avr, other):
        ask(one, 'j{mode:"p", beerSet:20.0}')
    leap = ask(other, "j{beerSet:20.5}")
    assert json.loads(leap[0][2:])["BeerAnn"] == "Beer temp set to 20.50 by temperature profile"
    small = ask(other, "j{beerSet:20.6}")
    assert json.loads(small[0][2:])["BeerAnn"] == "Beer temp set to 20.60"
    assert letters(ask(avr, "j{beerSet:20.5}")) == "DTSC"
    assert letters(ask(avr, "j{beerSet:20.6}")) == "DSC"


def test_nothing_is_no_setpoint_to_an_avr_and_zero_to_an_esp() -> None:
    avr, other = board("uno"), board("esp8266")
    for one in (avr, other):
        ask(one, 'j{mode:"b", beerSet:20.0}', "j{beerSet:null}")
    assert only(avr, "s")["beerSet"] is None
    assert other.firmware.running.beer_set == 0


@every
def test_defaults_are_answered_and_logged(name: str) -> None:
    one = board(name)
    ask(one, 'j{mode:"b", beerSet:19, Kp:7}')
    constants, logged = ask(one, "C")
    assert json.loads(constants[2:])["Kp"] == 5
    assert logged == 'D:{"logType":"I","logID":13,"V":[]}'
    settings, logged = ask(one, "S")
    assert json.loads(settings[2:])["mode"] == "o"
    assert logged == 'D:{"logType":"I","logID":14,"V":[]}'


def test_an_avr_forgets_everything_when_asked_and_an_esp_when_asked_twice() -> None:
    avr, other = board("uno"), board("esp8266")
    assert ask(avr, "E") == ['D:{"logType":"I","logID":15,"V":[]}']
    assert only(avr, "d{}") == []
    assert ask(other, "E{}") == ['D:{"logType":"E","logID":23,"V":[]}']
    assert len(only(other, "d{}")) == 5
    assert ask(other, 'E{"confirmReset": true}') == ['D:{"logType":"I","logID":15,"V":[]}']
    assert only(other, "d{}") == []


def test_an_avr_takes_the_body_of_an_erasure_for_commands_and_starts_anew_at_one() -> None:
    one = board("uno")
    said = ask(one, 'E{"confirmReset": true}')
    assert said[0] == 'D:{"logType":"I","logID":15,"V":[]}'
    assert letters(said[3:6]) == "CDN"
    assert not one.firmware.is_up


def test_an_avr_passes_over_what_has_no_key_or_no_value() -> None:
    assert letters(ask(board("uno"), "j{mode:, :b}")) == "SC"
