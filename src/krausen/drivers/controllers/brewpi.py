"""BrewPi controllers: Arduino, ESP8266 and ESP32 with BrewPi's firmware, and running BrewPi scripts.

They are spoken with over USB, by TCP, or through the local socket of a BrewPi script that has them. What is
read and written is told in `docs/guides/brewpi.md`; the parts are in `krausen.drivers.brewpi`.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from msgspec import Meta, Struct

from krausen.drivers.brewpi.opening import session_at
from krausen.drivers.brewpi.places import place, same
from krausen.drivers.buses.sole import sole
from krausen.model.quantities import Quantity
from krausen.model.series import SeriesSpec
from krausen.ports.controller import ControllerDriver, Session
from krausen.ports.sensor import Proven

STEP_C = 0.01


class Settings(Struct, frozen=True, kw_only=True):
    """Where the controller is, and how often it is read."""

    port: Annotated[
        str,
        Meta(
            title="Place",
            description="tcp://HOST:PORT, a serial device, or script:// and the socket of a BrewPi script.",
            min_length=2,
            max_length=200,
            examples=["tcp://brewpi.local", "/dev/ttyACM0", "script:///opt/brewpi/BEERSOCKET"],
        ),
    ]
    every_s: Annotated[float, Meta(title="Seconds between readings", ge=1.0, le=60.0)] = 5.0


@asynccontextmanager
async def opened(settings: Settings, patience: float = 1.0) -> AsyncIterator[Session]:
    """Open a session; where time is simulated and fast, answers take `patience` times as long.

    Raises DeviceLost, and Invalid for a wrong place or one that another session has.
    """
    where = same(place(settings.port))
    with sole(str(where)):
        async with session_at(where, settings.every_s, patience) as session:
            yield session


CONTROLLER = ControllerDriver(
    name="brewpi",
    title="BrewPi",
    series=(
        SeriesSpec("beer", Quantity.TEMPERATURE, STEP_C),
        SeriesSpec("chamber", Quantity.TEMPERATURE, STEP_C),
        SeriesSpec("room", Quantity.TEMPERATURE, STEP_C),
        SeriesSpec("beer_setpoint", Quantity.TEMPERATURE),
        SeriesSpec("chamber_setpoint", Quantity.TEMPERATURE),
        SeriesSpec("state", Quantity.CODE),
        SeriesSpec("heat", Quantity.SWITCH),
        SeriesSpec("cool", Quantity.SWITCH),
    ),
    measures={"beer": "beer", "chamber": "chamber", "ambient": "room", "heat": "heat", "cool": "cool"},
    settings=Settings,
    open=opened,
    place=lambda settings: str(same(place(settings.port))),
    every_s=lambda settings: settings.every_s,
    proven=Proven.SIMULATED,
)
