"""A controller, from its port in a form to the number that its firmware holds."""

import os
import signal
from pathlib import Path
from typing import Any

from msgspec import json

from tests.scenarios.processes_link.cellar import Cellar

AGENT = "dev-fridge"
MODE, BEER = "mode", "beerSet"


async def connected(cellar: Cellar) -> dict[str, Any] | None:
    """Give the controller as soon as it is connected and has told all of itself."""
    found: dict[str, Any] = await cellar.call("GET", "/controllers/fridge")
    return found if found["state"] == "connected" and found["parameters"] else None


async def holds(cellar: Cellar, mode: str, value: float | None) -> bool:
    """Tell whether the firmware says that it holds this."""
    found = await connected(cellar)
    values = {} if found is None else {one["key"]: one["value"] for one in found["parameters"]}
    return values.get(MODE) == mode and values.get(BEER) == value


async def test_setpoint_is_held_by_the_firmware_and_survives_the_death_of_the_agent(tmp_path: Path) -> None:
    cellar = Cellar(tmp_path / "data")
    async with cellar.open():
        settings = {"port": f"tcp://127.0.0.1:{cellar.board}", "every_s": 1}
        body = {"name": "fridge", "driver": "brewpi", "settings": settings}
        made = await cellar.call("POST", "/controllers", body)
        assert (made["token"], made["command"]) == (None, None), "it starts by itself"
        await cellar.until(lambda: connected(cellar))
        vessel = await cellar.call("POST", "/vessels", {"name": "Fass", "agent": "fridge"})
        assert {"beer", "chamber", "heat", "cool"} <= vessel["roles"].keys()

        await cellar.call("PUT", "/vessels/fass/setpoint", {"mode": "beer", "value": 18.5})
        await cellar.until(lambda: holds(cellar, "b", 18.5))
        first = cellar.pid(AGENT)
        assert first is not None
        os.kill(first, signal.SIGKILL)
        await cellar.call("PUT", "/vessels/fass/setpoint", {"mode": "beer", "value": 17.5})
        await cellar.until(lambda: holds(cellar, "b", 17.5))
        assert cellar.pid(AGENT) not in (None, first)

        await cellar.call("PATCH", "/vessels/fass", {"agent": None})
        await cellar.call("DELETE", "/controllers/fridge")
        await cellar.until(lambda: _is_gone(cellar))
        held = json.decode((await cellar.asked_of_the_board("s")).partition(":")[2])
        assert (held[MODE], held[BEER]) == ("b", 17.5), "it goes on with what it was told"
        assert [one["agent"] for one in (await cellar.call("GET", "/agents"))["items"]] == []
        assert await cellar.call("GET", "/series"), "its readings stay"


async def _is_gone(cellar: Cellar) -> bool:
    return cellar.pid(AGENT) is None
