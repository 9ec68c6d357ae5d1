"""What the answers of a firmware look like, by the request that they belong to."""

import re
from collections.abc import Callable

from msgspec import Struct

from krausen.protocols.brewpi.extras import Extended, Screen
from krausen.protocols.brewpi.logs import Log
from krausen.protocols.brewpi.messages import Defined, Found, Installed, Message
from krausen.protocols.brewpi.parameters import Constants, Settings, Variables
from krausen.protocols.brewpi.requests import (
    Alter,
    AlterExtended,
    Ask,
    Define,
    Erase,
    FindHardware,
    ListInstalled,
    Request,
)
from krausen.protocols.brewpi.scalars import Unit
from krausen.protocols.brewpi.temperatures import Temperatures
from krausen.protocols.brewpi.version import Version

ERASED = 15
_UNIT = re.compile(r'"tempFormat"\s*:\s*"([CF])"')


class Expected(Struct, frozen=True):
    """The letter of an answer's last line, and whether a message is that line."""

    letter: str
    is_it: Callable[[Message], bool]

    @property
    def front(self) -> bytes:
        """What the line begins with."""
        return self.letter.encode() + b":"


def expected(request: Request) -> Expected | None:
    """Give what the last line of an answer looks like, None for what is not answered."""
    match request:
        case Ask():
            return _ASKED.get(request)
        case Erase():
            return Expected("D", lambda said: isinstance(said, Log) and said.id == ERASED)
        case Alter():
            return _of("C", Constants)
        case ListInstalled():
            return _of("d", Installed)
        case FindHardware():
            return _of("h", Found)
        case Define():
            return _of("U", Defined)
        case AlterExtended():
            return _of("X", Extended)
        case _:
            return None


def unit_of(line: str) -> Unit | None:
    """Find the unit among constants of a firmware that has others than we know."""
    found = _UNIT.search(line) if line.startswith("C:") else None
    return None if found is None else "F" if found[1] == "F" else "C"


def _of(letter: str, kind: type[Struct]) -> Expected:
    return Expected(letter, lambda said: isinstance(said, kind))


_ASKED = {
    Ask.VERSION: _of("N", Version),
    Ask.TEMPERATURES: _of("T", Temperatures),
    Ask.SETTINGS: _of("S", Settings),
    Ask.CONSTANTS: _of("C", Constants),
    Ask.VARIABLES: _of("V", Variables),
    Ask.SCREEN: _of("L", Screen),
    Ask.DEFAULT_CONSTANTS: _of("C", Constants),
    Ask.DEFAULT_SETTINGS: _of("S", Settings),
    Ask.EXTENDED: _of("X", Extended),
}
