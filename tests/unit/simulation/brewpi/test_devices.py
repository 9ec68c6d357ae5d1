"""Devices of an emulated board: lists, definitions, outputs, the door."""

import json
from itertools import chain

import pytest

from krausen.physics.weather import Climate
from krausen.protocols.brewpi import framing, messages
from krausen.protocols.brewpi.boards import Family, Use
from krausen.protocols.brewpi.commands import Outgoing
from krausen.protocols.brewpi.logs import Log
from krausen.protocols.brewpi.messages import Found, Installed
from krausen.protocols.brewpi.states import State
from krausen.simulation.brewpi.model import MODELS
from tests.unit.simulation.brewpi.emulated import ESPS, NAMES, ask, board, chamber, letters, live, only

DRAUGHTY = Climate(openings_per_day=2000.0, shortest_s=20.0, longest_s=40.0)

esp = pytest.mark.parametrize("name", ESPS)
every = pytest.mark.parametrize("name", NAMES)


@every
def test_probes_and_relays_are_listed_as_installed(name: str) -> None:
    listed = only(board(name), "d{r:1,v:1}")
    assert [device["f"] for device in listed] == [5, 9, 6, 2, 3]
    assert [float(device["v"]) > 10 for device in listed] == [True, True, True, False, False]
    assert ("t" in listed[0]) == (name == "uno")
    assert {device["p"] for device in listed[:3]} == {MODELS[name].pin(Use.BUS)}


@every
def test_a_list_has_no_values_unless_they_are_asked_for(name: str) -> None:
    one = board(name)
    assert all("v" not in device for device in only(one, "d{}"))
    assert len(only(one, "d{i:1}")) == 1
    assert len(only(one, "d{e:1}")) == MODELS[name].board.slots
    assert all("v" not in device for device in only(one, "h{}"))


@every
def test_free_hardware_is_what_is_not_installed(name: str) -> None:
    one = board(name)
    free = only(one, "h{u:-1,v:1}")
    assert free
    assert {device["i"] for device in free} == {-1}
    assert {device["h"] for device in free} == {1}
    assert len(only(one, "h{}")) == len(free) + 5


def test_an_avr_logs_in_the_middle_of_a_list_and_a_host_reads_it_all_the_same() -> None:
    _, said = board("uno").take(Outgoing(), b"h{v:1}")
    assert b'h:[D:{"logType":"I","logID":0' in said
    assert b'}D:{"logType"' in said
    _, read = framing.take(framing.Incoming(), said)
    *logs, listed = (messages.decode(line, Family.AVR) for line in read)
    assert [isinstance(one, Log) for one in logs] == [True, True, True]
    assert isinstance(listed, Found)
    assert [device.value is not None for device in listed.devices] == [True] * 3 + [False] * 5


def test_an_avr_lists_everything_when_the_brace_is_missing_and_says_so_within() -> None:
    said = ask(board("uno"), "d\n")
    assert said[0] == 'd:[D:{"logType":"E","logID":10,"V":[10]}'
    assert len(json.loads(f"[{said[1]}")) == 5


@esp
def test_an_esp_logs_before_a_list(name: str) -> None:
    assert letters(ask(board(name), "h{v:1}")) == "DDDh"


@every
def test_a_device_is_installed_moved_and_removed(name: str) -> None:
    one = board(name)
    free = only(one, "h{u:1}")[0]["p"]
    light = f'U{{"i":7,"c":1,"b":0,"f":4,"h":1,"p":{free},"x":0}}\n'
    *logs, installed = ask(one, light)
    assert logs == ['D:{"logType":"I","logID":7,"V":[4]}']
    assert json.loads(installed[2:])["f"] == 4
    *logs, moved = ask(one, light.replace('"i":7', '"i":8'))
    assert [json.loads(log[2:])["logID"] for log in logs] == [4, 7]
    assert json.loads(moved[2:])["i"] == 8
    assert [device["i"] for device in only(one, "d{}")] == [0, 1, 2, 3, 4, 8]
    ask(one, 'U{"i":8,"f":0}')
    assert [device["i"] for device in only(one, "d{}")] == [0, 1, 2, 3, 4]


@every
def test_what_cannot_be_is_refused_and_the_old_definition_told(name: str) -> None:
    one = board(name)
    address = only(one, "d{i:1}")[0]["a"]
    for command, logged in (
        ('U{"i":1,"c":9,"b":1,"f":9,"h":2}', 4 if name == "uno" else None),
        (f'U{{"i":1,"c":1,"b":1,"f":3,"h":2,"p":18,"a":"{address}"}}', 8),
        (f'U{{"i":1,"c":1,"b":1,"f":9,"h":2,"p":99,"a":"{address}"}}', 9),
        ('U{"i":1,"c":1,"b":1,"f":77,"h":2}', 6),
    ):
        *logs, answer = ask(one, command)
        if logged is not None:
            assert [json.loads(log[2:])["logID"] for log in logs] == [logged, 3]
            assert json.loads(answer[2:])["a"] == address


def test_a_slot_that_is_not_there_leaves_an_avr_silent_and_an_esp_answers_a_default() -> None:
    assert ask(board("uno"), 'U{"i":16,"c":1,"f":3}') == []
    assert only(board("esp32"), 'U{"i":20,"c":1,"f":3}')["f"] == 0
    assert ask(board("uno"), 'U:{"i":"1"}')[0] == 'D:{"logType":"E","logID":10,"V":[58]}'


@every
def test_an_output_that_is_written_stays_in_test_mode_and_not_otherwise(name: str) -> None:
    one = board(name)
    written = ask(one, "d{i:4,w:1,r:1,v:1}")
    assert '"v":' in written[-1]
    assert "1" in str(only(one, "d{i:4,r:1,v:1}")[0]["v"])
    live(one, 1)
    assert int(only(one, "d{i:4,r:1,v:1}")[0]["v"]) == 0
    ask(one, 'j{"mode":"t"}', "d{i:4,w:1}")
    live(one, 5)
    assert int(only(one, "d{i:4,r:1,v:1}")[0]["v"]) == 1


@every
def test_the_camera_light_goes_off_by_itself(name: str) -> None:
    one = board(name)
    pin = only(one, "h{u:1}")[0]["p"]
    ask(one, f'U{{"i":7,"c":1,"b":0,"f":4,"h":1,"p":{pin},"x":0}}')
    assert only(one, "d{i:-2,w:1}") == []
    live(one, 599)
    assert int(only(one, "d{i:7,r:1,v:1}")[0]["v"]) == 1
    live(one, 1)
    assert int(only(one, "d{i:7,r:1,v:1}")[0]["v"]) == 0
    ask(one, "d{i:-2,w:1}", "d{i:-2,w:0}")
    live(one, 1)
    assert int(only(one, "d{i:7,r:1,v:1}")[0]["v"]) == 0


@every
def test_a_door_that_is_installed_is_told_when_it_moves(name: str) -> None:
    one = board(name, inside=chamber(climate=DRAUGHTY))
    assert not any("door" in line for line in live(one, 300))
    pin = next(device["p"] for device in only(one, "h{}") if device["p"] in (4, 13, 34))
    ask(one, f'U{{"i":9,"c":1,"b":0,"f":1,"h":1,"p":{pin},"x":0}}')
    noted = [line for line in live(one, 300) if "door" in line]
    assert {json.loads(line[2:])["FridgeAnn"] for line in noted} == {
        "Fridge door opened",
        "Fridge door closed",
    }
    while not one.firmware.door_open:
        one.second()
    assert only(one, "l")[3].startswith("Door open")
    assert only(one, "t")["State"] != State.DOOR_OPEN


def test_the_host_reads_every_list_of_every_board() -> None:
    for name, command in chain.from_iterable(
        ((name, one) for one in ("d{r:1,v:1}", "h{}", "d{e:1}")) for name in NAMES
    ):
        (line,) = ask(board(name), command)
        assert isinstance(messages.decode(line, MODELS[name].family), Installed | Found)
