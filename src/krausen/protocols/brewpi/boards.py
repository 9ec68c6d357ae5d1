"""The boards a BrewPi firmware runs on: their letters, families, and what their pins are wired to.

Pins after the board descriptions of both firmwares and the pin list of Fermentrack.
"""

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct

UNO, LEONARDO, MEGA = "s", "l", "m"
ESP8266, ESP32, ESP32_C3, ESP32_S2 = "e", "3", "c", "2"


class Family(StrEnum):
    """The firmwares, which differ in their numbers and in what they ask of a host."""

    AVR = "avr"
    ESP = "esp"
    SPARK = "spark"


class Use(StrEnum):
    """What a pin is wired to."""

    OUTPUT = "output"
    DOOR = "door"
    BUS = "one-wire bus"
    BUZZER = "buzzer"


class Pin(Struct, frozen=True):
    """A pin: its number in messages, what it is wired to, and what is printed beside it."""

    number: int
    use: Use
    label: str


class Board(Struct, frozen=True):
    """A board with its shield; no pins where nothing is known of them."""

    letter: str
    title: str
    family: Family
    slots: int
    pins: tuple[Pin, ...] = ()

    def pin(self, number: int) -> Pin | None:
        """Give the pin of a number."""
        return next((pin for pin in self.pins if pin.number == number), None)


SHIELDS: Mapping[int, str] = {0: "DIY", 1: "revA", 2: "revC", 3: "V1", 4: "V2", 5: "I2C or V3"}
SLOTS: Mapping[Family, int] = {Family.AVR: 16, Family.ESP: 20, Family.SPARK: 32}
"""How many devices a firmware can remember."""

_TITLES: Mapping[str, tuple[str, Family]] = {
    LEONARDO: ("Arduino Leonardo", Family.AVR),
    UNO: ("Arduino Uno", Family.AVR),
    MEGA: ("Arduino Mega", Family.AVR),
    "x": ("Spark Core", Family.SPARK),
    "y": ("Photon", Family.SPARK),
    "p": ("P1", Family.SPARK),
    ESP8266: ("ESP8266", Family.ESP),
    ESP32: ("ESP32", Family.ESP),
    ESP32_C3: ("ESP32-C3", Family.ESP),
    ESP32_S2: ("ESP32-S2", Family.ESP),
}
_FIRST_ANALOG = {UNO: 14, LEONARDO: 18}


def board(letter: str, shield: int = 0) -> Board:
    """Give a board by its letter and the number of its shield; an unknown one without pins, as an AVR."""
    title, family = _TITLES.get(letter, (f"unknown board {letter!r}", Family.AVR))
    return Board(letter, title, family, SLOTS[family], _pins(letter, shield))


def _pins(letter: str, shield: int) -> tuple[Pin, ...]:
    if letter in _FIRST_ANALOG and shield in _SHIELD_PINS:
        first = _FIRST_ANALOG[letter]
        return tuple(
            Pin(first + int(name[1:]) if name[0] == "A" else int(name), use, label)
            for name, use, label in _SHIELD_PINS[shield]
        )
    return _OWN_PINS.get(letter, ())


_SHIELD_PINS: Mapping[int, tuple[tuple[str, Use, str], ...]] = {
    0: (
        ("13", Use.OUTPUT, "Heat"),
        ("12", Use.OUTPUT, "Cool"),
        ("A5", Use.DOOR, "Door"),
        ("10", Use.BUS, "Beer probe"),
        ("11", Use.BUS, "Fridge probe"),
    ),
    1: (
        ("5", Use.OUTPUT, "Heat"),
        ("6", Use.OUTPUT, "Cool"),
        ("4", Use.DOOR, "Door"),
        ("A5", Use.BUS, "Beer probe"),
        ("A4", Use.BUS, "Fridge probe"),
    ),
    2: (
        ("6", Use.OUTPUT, "Act 1"),
        ("5", Use.OUTPUT, "Act 2"),
        ("2", Use.OUTPUT, "Act 3"),
        ("A5", Use.OUTPUT, "Act 4"),
        ("4", Use.DOOR, "Door"),
        ("A4", Use.BUS, "OneWire"),
        ("3", Use.BUZZER, "Alarm"),
    ),
    5: (
        ("5", Use.OUTPUT, "Act 1"),
        ("6", Use.OUTPUT, "Act 2"),
        ("2", Use.OUTPUT, "Act 3"),
        ("10", Use.OUTPUT, "Act 4"),
        ("A3", Use.OUTPUT, "Act 4"),
        ("A0", Use.BUS, "OneWire"),
    ),
}


def _relays(heat: int, cool: int, door: int, bus: int) -> tuple[Pin, ...]:
    return (
        Pin(heat, Use.OUTPUT, "Heat"),
        Pin(cool, Use.OUTPUT, "Cool"),
        Pin(door, Use.DOOR, "Door"),
        Pin(bus, Use.BUS, "OneWire"),
    )


_OUTPUTS_OF_A_CORE = (
    *(Pin(number, Use.OUTPUT, f"Output {place}") for place, number in enumerate((17, 16, 11, 10))),
    Pin(0, Use.BUS, "OneWire"),
)
_OWN_PINS: Mapping[str, tuple[Pin, ...]] = {
    ESP8266: (*_relays(16, 14, 13, 12), Pin(0, Use.BUZZER, "Buzzer")),
    ESP32: _relays(25, 26, 34, 13),
    ESP32_S2: _relays(5, 7, 11, 9),
    ESP32_C3: _relays(1, 2, 4, 3),
    "x": _OUTPUTS_OF_A_CORE,
    "y": _OUTPUTS_OF_A_CORE,
}
