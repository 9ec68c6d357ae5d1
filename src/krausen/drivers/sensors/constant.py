"""A temperature that never changes: to try things out without hardware, and to copy from."""

from asyncio import sleep
from collections.abc import AsyncIterator
from typing import Annotated

from msgspec import Meta, Struct

from krausen.model.quantities import Quantity
from krausen.model.series import SeriesSpec
from krausen.ports.sensor import Sample, SensorDriver


class Settings(Struct, frozen=True, kw_only=True):
    """What it says, and how often."""

    value_c: Annotated[float, Meta(title="Temperature, °C", ge=-50.0, le=130.0)] = 20.0
    every_s: Annotated[float, Meta(title="Seconds between readings", ge=1.0)] = 5.0


async def samples(settings: Settings) -> AsyncIterator[Sample]:
    """Yield the same temperature every `every_s` seconds."""
    while True:
        yield Sample("temperature", settings.value_c)
        await sleep(settings.every_s)


SENSOR = SensorDriver(
    name="constant",
    title="Constant temperature",
    series=(SeriesSpec("temperature", Quantity.TEMPERATURE),),
    settings=Settings,
    samples=samples,
    every_s=lambda settings: settings.every_s,
)
