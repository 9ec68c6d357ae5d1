"""Emulated boards for tests, and what they say in words."""

import json
from typing import Any

from krausen.physics.chamber import Chamber
from krausen.physics.chambers import chamber_kind
from krausen.physics.weather import ROOM, Climate
from krausen.physics.yeast import Wort
from krausen.protocols.brewpi.commands import Outgoing
from krausen.simulation.brewpi.board import Board
from krausen.simulation.brewpi.firmware import Firmware
from krausen.simulation.brewpi.memory import Kept, fresh
from krausen.simulation.brewpi.model import MODELS

NAMES = tuple(MODELS)
ESPS = ("esp8266", "esp32")


def chamber(kind: str = "fridge2014", climate: Climate = ROOM) -> Chamber:
    return Chamber(chamber_kind(kind), 1, wort=Wort(), climate=climate)


def board(name: str, kept: Kept | None = None, inside: Chamber | None = None) -> Board:
    """Give a board that has measured once."""
    model = MODELS[name]
    made = Board(Firmware(model, inside or chamber(), kept or fresh(model)))
    made.second()
    return made


def ask(board: Board, *commands: str) -> list[str]:
    """Say something and give the lines of the answer, cut where the firmware ends a line."""
    state, said = Outgoing(), b""
    for command in commands:
        state, answer = board.take(state, command.encode("latin-1"))
        said += answer
    return lines(said)


def lines(said: bytes) -> list[str]:
    assert not said or said.endswith(b"\r\n")
    return said.decode("cp437").split("\r\n")[:-1]


def letters(said: list[str]) -> str:
    """Give the letters that lines begin with."""
    return "".join(line[0] for line in said)


def only(board: Board, command: str) -> Any:
    """Give what is behind the colon of the one line that answers."""
    (line,) = ask(board, command)
    return json.loads(line[2:])


def live(board: Board, seconds: int) -> list[str]:
    """Let time pass and give what the board says by itself."""
    return lines(b"".join(board.second() for _ in range(seconds)))
