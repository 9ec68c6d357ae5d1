"""The receiver that the guide shows is a whole program, short, and takes what Krausen pushes."""

import re
import sys
from asyncio import create_subprocess_exec
from asyncio.subprocess import DEVNULL, PIPE
from pathlib import Path

import pytest

from krausen.model.setpoint import Mode
from krausen.ports.target import SensorNow, Shipment, VesselNow
from krausen.push.courier import NetCourier
from krausen.push.targets.generic import Settings, send

pytestmark = pytest.mark.anyio

GUIDE = Path(__file__).parents[3] / "docs" / "guides" / "push-format.md"
SHIPMENT = Shipment(
    now=1_790_000_000_000,
    every_s=60.0,
    vessels=(VesselNow(id="ale", number=1, name="Ale", at=None, mode=Mode.BEER, beer=19.4, gravity=1.034),),
    sensors=(SensorNow(id="s", number=1, name="Red", kind="tilt", at=None, temperature=0.0),),
)


def receiver() -> str:
    (program,) = re.findall(r"```python\n(.*?)```", GUIDE.read_text(), flags=re.DOTALL)
    return str(program)


def test_it_is_twenty_lines_of_the_standard_library() -> None:
    program = receiver()
    assert len([line for line in program.splitlines() if line.strip()]) <= 20
    imported = set(re.findall(r"^(?:import|from) (\w+)", program, flags=re.MULTILINE))
    assert imported <= set(sys.stdlib_module_names)


async def test_it_prints_what_is_pushed(tmp_path: Path) -> None:
    path = tmp_path / "receiver.py"
    path.write_text(receiver())
    command = (sys.executable, "-W", "error", str(path), "0")
    running = await create_subprocess_exec(*command, stdout=PIPE, stderr=DEVNULL)
    assert running.stdout is not None
    try:
        port = int((await running.stdout.readline()).split()[-1])
        await send(Settings(url=f"http://127.0.0.1:{port}/"), SHIPMENT, NetCourier())
        assert await running.stdout.readline() == b"Ale 19.4 1.034\n"
        assert await running.stdout.readline() == b"Red 0.0 None\n"
    finally:
        running.terminate()
        await running.wait()
