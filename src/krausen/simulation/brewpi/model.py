"""The boards that are emulated, and the hardware that hangs on each: three probes, relays, a door switch."""

from collections.abc import Mapping

from msgspec import Struct

from krausen.errors import NotFound
from krausen.model.vessel import Role
from krausen.protocols.brewpi.boards import ESP32, ESP8266, UNO, Board, Family, Use
from krausen.protocols.brewpi.devices import Device, Hardware
from krausen.protocols.brewpi.version import Version

ADDRESSES: Mapping[Role, str] = {
    Role.BEER: "28FF4A31B216038C",
    Role.CHAMBER: "28FF5D07C3160427",
    Role.AMBIENT: "28FF0E92D11605C7",
}
"""The probes on the one-wire bus; the last byte of each is the check of the others."""


class Model(Struct, frozen=True):
    """A board as one buys it: what it says of itself, how long it takes to start, s.

    `resets_when_opened` tells whether it starts anew each time a host opens its serial port.
    """

    name: str
    version: Version
    boot_s: int
    resets_when_opened: bool = False

    @property
    def board(self) -> Board:
        """The board with its pins and slots."""
        return self.version.board

    @property
    def family(self) -> Family:
        """The firmware's family."""
        return self.version.family

    def pin(self, use: Use, place: int = 0) -> int:
        """Give the number of a pin by what it is wired to, the first of several by default."""
        return [pin.number for pin in self.board.pins if pin.use is use][place]

    def hardware(self) -> tuple[Device, ...]:
        """Give all there is to install, in the order in which the firmware finds it."""
        bus = self.pin(Use.BUS)
        probes = (
            Device(hardware=Hardware.ONE_WIRE_PROBE, pin=bus, address=address)
            for address in ADDRESSES.values()
        )
        is_esp = self.family is Family.ESP
        pins = (
            Device(hardware=Hardware.PIN, pin=pin.number, inverted=True, alias=pin.label if is_esp else "")
            for pin in self.board.pins
            if pin.use in (Use.OUTPUT, Use.DOOR)
        )
        return *probes, *pins


MODELS: Mapping[str, Model] = {
    "uno": Model(
        "uno", Version(version="0.2.8", build="krausen", shield=2, letter=UNO), 2, resets_when_opened=True
    ),
    "esp8266": Model(
        "esp8266", Version(version="0.2.4", build="krausen", tag="v15", letter=ESP8266, revision="0.15"), 3
    ),
    "esp32": Model(
        "esp32", Version(version="0.2.4", build="krausen", tag="v15", letter=ESP32, revision="0.15"), 3
    ),
}
"""All of them, by name."""


def model_of(name: str) -> Model:
    """Give a model by its name. Raises NotFound, which lists the names."""
    try:
        return MODELS[name]
    except KeyError:
        raise NotFound(f"There is no board {name!r}; choose one of {', '.join(MODELS)}.") from None


def role_at(address: str) -> Role | None:
    """Tell what the probe at an address measures, None where no probe answers."""
    return _ROLES.get(address.upper())


_ROLES = {address: role for role, address in ADDRESSES.items()}
