"""What a controller says of itself: `N:`, and the names of devices that an ESP tells by the same letter."""

import re

from msgspec import Struct

from krausen.protocols.brewpi.boards import Board, Family, board
from krausen.protocols.brewpi.scalars import Reading, braces, parsed_object, quoted, truth, whole, word


class Version(Struct, frozen=True, kw_only=True):
    """What a controller says of itself; an ESP alone has a `revision`, which is the version that counts."""

    version: str
    build: str = ""
    tag: str = ""
    shield: int = 0
    simulator: bool = False
    letter: str = ""
    log_version: str = ""
    revision: str = ""

    @property
    def board(self) -> Board:
        """The board with its shield."""
        return board(self.letter, self.shield)

    @property
    def family(self) -> Family:
        """The firmware's family: 0.4 and later are those of Spark boards."""
        if self.revision:
            return Family.ESP
        numbers = [int(part) for part in re.findall(r"\d{1,9}", self.version)[:2]]
        return Family.SPARK if numbers >= [0, 4] else self.board.family


class Names(Struct, frozen=True):
    """The names an ESP keeps for devices, by address; it begins like a version."""

    names: dict[str, str]


def decode(body: str) -> Version | Names:
    """Read the body of `N:`; early firmwares say the bare version. Raises Invalid."""
    if re.fullmatch(r"\d+(\.\d+)+", body.strip()):
        return Version(version=body.strip())
    said = parsed_object(body)
    reading = Reading(said)
    if "v" not in said:
        names = {address: reading.get(address, word, "") for address in said}
        reading.finish()
        return Names(names)
    version = Version(
        version=reading.need("v", word, ""),
        build=reading.get("n", word, ""),
        tag=reading.get("c", word, ""),
        shield=reading.get("s", whole, 0),
        simulator=reading.get("y", truth, missing=False),
        letter=reading.get("b", word, ""),
        log_version=reading.get("l", word, ""),
        revision=reading.get("e", word, ""),
    )
    reading.finish()
    return version


def encode(version: Version, family: Family) -> str:
    """Write the body of `N:`."""
    if family is Family.ESP:
        pairs = {"v": quoted(version.version), "n": quoted(version.build), "c": quoted(version.tag)}
        log_version = version.log_version or "3"
    else:
        pairs = {"v": quoted(version.version), "n": quoted(version.build)}
        log_version = quoted(version.log_version or "1")
    pairs |= {"s": str(version.shield), "y": str(int(version.simulator)), "b": quoted(version.letter)}
    pairs["l"] = log_version
    if family is Family.ESP:
        pairs["e"] = quoted(version.revision)
    return braces(pairs.items())


def encode_names(told: Names) -> str:
    """Write the names of devices."""
    return braces((address, quoted(name)) for address, name in told.names.items())
