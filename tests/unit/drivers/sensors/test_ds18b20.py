import asyncio
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import ValidationError, convert

from krausen.drivers.sensors.ds18b20 import SENSOR, Settings, decode
from krausen.errors import DeviceLost
from krausen.ports.sensor import Sample
from krausen.simulation.loop import jumping

ADDRESS = "28-000008a260c3"


def said(sixteenths: int, last: int = 0x10, verdict: str = "YES") -> bytes:
    """What the kernel says of a temperature. It knows the checksum, so any will do here."""
    low, high = sixteenths.to_bytes(2, "little", signed=True)
    registers = f"{low:02x} {high:02x} 4b 46 7f ff {last:02x} 10 00 "
    return f"{registers}: crc=00 {verdict}\n{registers}t={int(sixteenths * 62.5)}\n".encode()


@pytest.fixture
def probe(tmp_path: Path) -> Path:
    """The folder of a probe on a bus in a temporary folder."""
    folder = tmp_path / ADDRESS
    folder.mkdir()
    return folder


def settings(probe: Path, every_s: float = 5.0) -> Settings:
    return Settings(address=ADDRESS, every_s=every_s, bus=str(probe.parent))


async def heard(probe: Path) -> Sample:
    return await anext(aiter(SENSOR.samples(settings(probe))))


@given(st.integers(-55 * 16, 125 * 16))
def test_every_sixteenth_of_the_range_is_told_exactly(sixteenths: int) -> None:
    assert decode(said(sixteenths)) == sixteenths / 16


@given(st.integers(-55_000, 125_000))
def test_thousandths_are_told_exactly(thousandths: int) -> None:
    assert decode(f"{thousandths}\n".encode()) == thousandths / 1000


def test_the_power_on_value_is_told_from_a_measurement_of_the_same() -> None:
    assert decode(said(85 * 16, last=0x10)) == 85.0
    with pytest.raises(DeviceLost, match="lost its power"):
        decode(said(85 * 16, last=0x0C))
    assert decode(said(85 * 16 + 4, last=0x0C)) == 85.25


@given(st.integers(-32768, 32767))
def test_what_was_read_with_errors_is_never_told(sixteenths: int) -> None:
    with pytest.raises(DeviceLost, match="read with errors"):
        decode(said(sixteenths, verdict="NO"))


async def test_it_reads_the_registers_and_only_without_them_the_temperature(probe: Path) -> None:
    (probe / "temperature").write_bytes(b"18312\n")
    assert await heard(probe) == Sample("temperature", 18.312)
    (probe / "w1_slave").write_bytes(said(293))
    assert await heard(probe) == Sample("temperature", 18.3125)


def test_it_keeps_its_pace(probe: Path) -> None:
    async def three() -> list[tuple[float, float]]:
        heard: list[tuple[float, float]] = []
        async for sample in SENSOR.samples(settings(probe, 30.0)):
            heard.append((asyncio.get_running_loop().time(), sample.value))
            (probe / "w1_slave").write_bytes(said(320 + len(heard)))
            await asyncio.sleep(7.0)
            if len(heard) == 3:
                break
        return heard

    (probe / "w1_slave").write_bytes(said(320))
    with asyncio.Runner(loop_factory=jumping) as runner:
        assert runner.run(three()) == [(0.0, 20.0), (30.0, 20.0625), (60.0, 20.125)]
    assert SENSOR.every_s(settings(probe, 30.0)) == 30.0


async def test_a_probe_that_is_not_there_is_lost(probe: Path) -> None:
    with pytest.raises(DeviceLost, match=f"no probe {ADDRESS}"):
        await heard(probe)


async def test_a_probe_that_cannot_be_read_is_lost(probe: Path) -> None:
    (probe / "w1_slave").mkdir()
    with pytest.raises(DeviceLost, match="cannot be read: Is a directory"):
        await heard(probe)


async def test_other_tasks_go_on_while_a_probe_measures(probe: Path) -> None:
    """A named pipe holds up whoever opens it until somebody writes, as a probe does while it measures."""
    os.mkfifo(probe / "w1_slave")
    async with asyncio.TaskGroup() as tasks:
        reading = tasks.create_task(heard(probe))
        for _ in range(10):
            await asyncio.sleep(0)
        assert not reading.done()
        await asyncio.get_running_loop().run_in_executor(None, (probe / "w1_slave").write_bytes, said(320))
    assert reading.result() == Sample("temperature", 20.0)


@pytest.mark.parametrize(
    "address", ["", "28-", "10-000008a260c3", "28-000008A260C3", "28-000008a260c3/..", "28-000008a260c3\n"]
)
def test_only_the_address_of_a_ds18b20_is_taken(address: str) -> None:
    with pytest.raises(ValidationError, match="address"):
        convert({"address": address}, Settings)
