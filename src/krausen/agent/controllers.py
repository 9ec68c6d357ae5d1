"""One loop per controller that the server wants spoken with.

The loops go on without the server, by the orders that are kept beside the hardware. Whatever a driver does,
the others and the agent go on; a controller that is left alone goes on holding what it was told.
"""

import asyncio
from typing import NoReturn

from krausen.agent.devices import LEAVE_S
from krausen.agent.firmware import FirmwareVessel
from krausen.agent.speaking import Console, Speaker
from krausen.errors import DeviceLost
from krausen.ports.controller import Session


class Controllers:
    """Keeps a loop for every controller that is ordered, with the settings that are ordered."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._speakers: dict[str, Speaker] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def run(self) -> NoReturn:
        """Begin and end loops as orders come and go, for ever."""
        async with asyncio.TaskGroup() as tasks:
            while True:
                await self._console.desired.rewired.wait()
                self._console.desired.rewired.clear()
                orders = {order.name: order for order in self._console.desired.controllers()}
                for name in [name for name, one in self._speakers.items() if one.order != orders.get(name)]:
                    await self._end(name)
                for name in orders.keys() - self._speakers.keys():
                    self._speakers[name] = speaker = Speaker(self._console, orders[name])
                    self._tasks[name] = tasks.create_task(_keep(self._console, speaker))

    def session(self, name: str) -> Session:
        """Give the session with a controller. Raises DeviceLost without, Invalid where it is only read."""
        if name not in self._speakers:
            raise DeviceLost(f"This agent speaks with no controller {name}.")
        return self._speakers[name].session()

    async def _end(self, name: str) -> None:
        """Let go of a controller; the next loop can open it only then."""
        task = self._tasks.pop(name)
        task.cancel()
        await asyncio.wait([task], timeout=2 * LEAVE_S)
        del self._speakers[name]
        self._console.telling.without(name)


async def _keep(console: Console, speaker: Speaker) -> None:
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(speaker.run())
        tasks.create_task(FirmwareVessel(console, speaker).run())
