"""DS18B20 temperature probe on the one-wire bus, by the files of Linux's driver w1_therm.

Each probe has a folder below /sys/bus/w1/devices. Reading the file `w1_slave` there makes the probe measure,
which takes up to 0.75 s, and gives its nine registers in two lines, with the verdict on their checksum. Where
that file is missing, `temperature` gives thousandths of a degree. Registers are those of the data sheet
(Maxim 19-7487).
"""

import re
from asyncio import get_running_loop, sleep
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated

from msgspec import Meta, Struct

from krausen.errors import DeviceLost
from krausen.model.quantities import Quantity
from krausen.model.series import SeriesSpec
from krausen.ports.sensor import Proven, Sample, SensorDriver

STEP_C = 0.0625
REGISTERS = re.compile(rb"((?:[0-9a-f]{2} ){9}): crc=[0-9a-f]{2} (YES|NO)\n(?:[0-9a-f]{2} ){9}t=-?[0-9]+\n?")
THOUSANDTHS = re.compile(rb"-?[0-9]{1,6}\n?")
POWER_ON = bytes.fromhex("5005"), 0x0C
"""Registers 0, 1 and 6 of a probe that has not measured yet: 85 °C. After a measurement, as recordings show,
register 6 is 16 less the sixteenths of a degree, so it is 16 when 85 °C is true."""


class Settings(Struct, frozen=True, kw_only=True):
    """Which probe, and how often it is read."""

    address: Annotated[str, Meta(title="Probe address", pattern="^28-[0-9a-f]{12}$", max_length=15)]
    every_s: Annotated[float, Meta(title="Seconds between readings", ge=1.0)] = 5.0
    bus: Annotated[str, Meta(title="Folder of the probes", min_length=1)] = "/sys/bus/w1/devices"


async def samples(settings: Settings) -> AsyncIterator[Sample]:
    """Yield a temperature every `every_s` seconds. Raises DeviceLost."""
    loop = get_running_loop()
    folder = Path(settings.bus) / settings.address
    while True:
        due_s = loop.time() + settings.every_s
        yield Sample("temperature", decode(await loop.run_in_executor(None, _read, folder)))
        await sleep(due_s - loop.time())


def decode(raw: bytes) -> float:
    """Give °C from what either file says. Raises DeviceLost when that is no measurement."""
    if THOUSANDTHS.fullmatch(raw):
        return int(raw) / 1000.0
    found = REGISTERS.fullmatch(raw)
    if found is None:
        raise DeviceLost(f"The probe's file says {raw[:40]!r}, which is no measurement.")
    if found[2] == b"NO":
        raise DeviceLost("The probe was read with errors. Check cable, contacts and pull-up resistor.")
    registers = bytes.fromhex(found[1].decode())
    if not any(registers):
        raise DeviceLost("The probe gives nothing but zeros. One of its wires is loose.")
    if (registers[:2], registers[6]) == POWER_ON:
        raise DeviceLost("The probe lost its power before it could measure. Check its supply wire.")
    return int.from_bytes(registers[:2], "little", signed=True) * STEP_C


def _read(folder: Path) -> bytes:
    registers = folder / "w1_slave"
    file = registers if registers.exists() else folder / "temperature"
    try:
        return file.read_bytes()
    except FileNotFoundError:
        raise DeviceLost(f"There is no probe {folder.name}. Check its cable and the one-wire bus.") from None
    except OSError as error:
        raise DeviceLost(f"Probe {folder.name} cannot be read: {error.strerror}. Check its cable.") from error


SENSOR = SensorDriver(
    name="ds18b20",
    title="DS18B20 one-wire probe",
    series=(SeriesSpec("temperature", Quantity.TEMPERATURE, STEP_C),),
    settings=Settings,
    samples=samples,
    every_s=lambda settings: settings.every_s,
    proven=Proven.RECORDED,
)
