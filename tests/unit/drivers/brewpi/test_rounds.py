"""Lists that are too long for a controller are asked for piece by piece."""

from krausen.drivers.brewpi.known import known_of
from krausen.drivers.brewpi.rounds import Rounds
from krausen.drivers.brewpi.speaker import Speaker, Spoilt
from krausen.protocols.brewpi.devices import Device, Function, Hardware
from krausen.protocols.brewpi.messages import Found, Installed, Message
from krausen.protocols.brewpi.requests import FindHardware, ListInstalled, Request
from krausen.simulation.brewpi.model import MODELS

COOLER = Device(slot=3, chamber=1, function=Function.COOL, hardware=Hardware.PIN, pin=14)
TILT = Device(hardware=Hardware.TILT, address="aa:bb:cc:dd:ee:ff", alias="Red")


class Cutting(Speaker):
    """An ESP whose whole lists are cut off."""

    @property
    def follows_profiles(self) -> bool:
        return True

    async def ask(self, request: Request) -> Message:
        match request:
            case ListInstalled(slot=None) | FindHardware(hardware=None):
                raise Spoilt("It is cut off.")
            case ListInstalled(slot=slot):
                return Installed((COOLER,) if slot == COOLER.slot else ())
            case FindHardware(hardware=kind):
                return Found((TILT,) if kind is Hardware.TILT else ())
            case _:
                raise NotImplementedError

    async def tell(self, request: Request) -> Message | None:
        raise NotImplementedError


async def test_a_list_that_is_cut_off_is_asked_for_in_pieces() -> None:
    rounds = Rounds(Cutting(), known_of(MODELS["esp32"].version))
    await rounds.devices()
    await rounds.hardware()
    assert rounds.known.devices == (COOLER, TILT)
