"""A BrewPi script over an emulated board, as one meets it at its socket."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from krausen.protocols.brewpi.framing import Incoming, take
from krausen.simulation.brewpi.board import Board
from tests.unit.simulation.brewpi.emulated import ask

LISTS = {"d": "installed", "h": "available"}
REFRESHING = {
    "refreshControlConstants": "c",
    "refreshControlSettings": "s",
    "refreshControlVariables": "v",
    "refreshExtendedSettings": "x",
    "loadDefaultControlSettings": "S",
    "loadDefaultControlConstants": "C",
}
KEPT = {
    "getControlConstants": "C",
    "getControlSettings": "S",
    "getControlVariables": "V",
    "getExtendedSettings": "X",
}


class Script:
    """Keeps what its board said last, by letter, and writes what it is told."""

    def __init__(self, board: Board, version: Mapping[str, Any]) -> None:
        self.board = board
        self.version = dict(version)
        self.heard: list[str] = []
        self.kept: dict[str, str] = {}
        self.lists = 0
        self.display: list[str] = []
        for command in "scv":
            self.write(command)

    async def ask(self, command: str) -> str:
        self.heard.append(command)
        word, _, _ = command.partition("=")
        if word in KEPT:
            return self.kept.get(KEPT[word], "{}")
        return _ASKED[word](self)

    async def tell(self, command: str) -> None:
        self.heard.append(command)
        word, _, value = command.partition("=")
        if word in REFRESHING:
            self.write(REFRESHING[word])
        else:
            _TOLD[word](self, value)

    def write(self, command: str) -> None:
        said = "".join(f"{line}\n" for line in ask(self.board, command))
        for line in take(Incoming(), said.encode("cp437"))[1]:
            self.kept[line[0]] = line[2:]

    def refresh(self) -> None:
        self.lists = 1
        self.write("d{r:1,v:1}")
        self.write("h{u:-1,v:1}")

    def device_list(self) -> str:
        if self.lists < 2:
            self.lists += bool(self.lists)
            return "device-list-not-up-to-date"
        lists = {name: json.loads(self.kept[letter]) for letter, name in LISTS.items()}
        return json.dumps({"board": "uno", "shield": "revC", "deviceList": {"listState": "dh", **lists}})

    def lcd(self) -> str:
        if self.display:
            return json.dumps(self.display)
        self.write("l")
        lines = json.loads(self.kept["L"])
        return json.dumps([line.replace("\u2591", "&deg;") for line in lines])


_ASKED: Mapping[str, Callable[[Script], str]] = {
    "getVersion": lambda script: json.dumps(script.version),
    "getDeviceList": Script.device_list,
    "lcd": Script.lcd,
}
_TOLD: Mapping[str, Callable[[Script, str], None]] = {
    "setBeer": lambda script, value: script.write(f'j{{"mode":"b","beerSet":{value}}}'),
    "setFridge": lambda script, value: script.write(f'j{{"mode":"f","fridgeSet":{value}}}'),
    "setOff": lambda script, _: script.write('j{"mode":"o"}'),
    "setParameters": lambda script, value: script.write(f"j{value}"),
    "setExtendedSettings": lambda script, value: script.write(f"X{value}"),
    "applyDevice": lambda script, value: script.write(f"U{value}"),
    "refreshDeviceList": lambda script, _: script.refresh(),
}
