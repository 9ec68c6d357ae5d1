"""One vessel with one hydrometer, as push targets see them, and a way to send them somewhere."""

from collections.abc import Callable
from typing import Any

from msgspec import convert
from msgspec.structs import replace

from krausen.model.setpoint import Mode
from krausen.model.vessel import ControlState
from krausen.ports.target import Post, PushTarget, Reply, SensorNow, Shipment, VesselNow
from krausen.testing.target import FakeCourier

NOW = 1_790_000_000_000
"""2026-09-21, 14:13:20 UTC."""
VESSEL = VesselNow(
    id="fass-1",
    number=3,
    name="Fass 1",
    at=NOW - 5_000,
    mode=Mode.BEER,
    state=ControlState.COOLING,
    beer=18.5,
    chamber=12.25,
    ambient=21.0,
    beer_setpoint=18.0,
    chamber_setpoint=11.5,
    heat=False,
    cool=True,
    gravity=1.034,
    batch="Märzen",
    lowest=0.0,
    highest=25.0,
)
SENSOR = SensorNow(
    id="s7",
    number=1,
    name="Red",
    kind="tilt",
    at=NOW - 60_000,
    gravity=1.034,
    temperature=18.75,
    battery_v=3.9,
    angle=42.5,
    signal_dbm=-71.0,
    vessel=VESSEL,
)
LONE = replace(SENSOR, id="s8", number=2, name="Green", kind="ispindel", vessel=None)
"""A hydrometer that is in no vessel of ours."""
BOTH = Shipment(now=NOW, every_s=901.0, vessels=(VESSEL,), sensors=(SENSOR,))


def shipment(*parts: VesselNow | SensorNow, now: int = NOW) -> Shipment:
    """Give a shipment of vessels and hydrometers."""
    return Shipment(
        now=now,
        every_s=901.0,
        vessels=tuple(one for one in parts if isinstance(one, VesselNow)),
        sensors=tuple(one for one in parts if isinstance(one, SensorNow)),
    )


async def sent(
    target: PushTarget,
    settings: dict[str, Any],
    what: Shipment = BOTH,
    answer: Callable[[Post], Reply] = lambda _: Reply(status=200),
) -> list[Post]:
    """Send something, and give the requests that went out. Raises TargetBusy, TargetRefused."""
    courier = FakeCourier(answer)
    await target.send(convert(settings, target.settings), what, courier)
    return courier.posts
