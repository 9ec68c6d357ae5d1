"""Lists that are too long for a controller are asked for piece by piece."""

import asyncio
from collections import deque

from krausen.drivers.brewpi.known import known_of
from krausen.drivers.brewpi.rounds import Rounds
from krausen.drivers.brewpi.speaker import Spoilt
from krausen.protocols.brewpi.devices import Device, Function, Hardware
from krausen.protocols.brewpi.messages import Found, Installed, Message
from krausen.protocols.brewpi.requests import FindHardware, ListInstalled, Request
from krausen.protocols.brewpi.scalars import Unit
from krausen.simulation.brewpi.model import MODELS

COOLER = Device(slot=3, chamber=1, function=Function.COOL, hardware=Hardware.PIN, pin=14)
TILT = Device(hardware=Hardware.TILT, address="aa:bb:cc:dd:ee:ff", alias="Red")


class Cutting:
    """An ESP whose whole lists are cut off."""

    version = MODELS["esp32"].version
    unit: Unit = "C"
    is_unit_known = True
    follows_profiles = True

    def __init__(self) -> None:
        self.told: deque[Message] = deque()
        self.woken = asyncio.Event()

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

    async def tell(self, _: Request) -> Message | None:
        return None


async def test_a_list_that_is_cut_off_is_asked_for_in_pieces() -> None:
    rounds = Rounds(Cutting(), known_of(Cutting.version))
    await rounds.devices()
    await rounds.hardware()
    assert rounds.known.devices == (COOLER, TILT)
