"""The demo's BrewPi: an emulated board over a chamber that lives, at a port of this machine."""

import asyncio
import socket
from random import Random

from msgspec.structs import replace

from krausen.cli.demo_agent import every_s
from krausen.cli.demo_brewery import DEMO_USER
from krausen.cli.demo_past import Living
from krausen.model.controller import Controller
from krausen.model.people import Caller
from krausen.model.setpoint import Setpoint
from krausen.server.site import Site
from krausen.simulation.brewpi import tcp
from krausen.simulation.brewpi.board import Board
from krausen.simulation.brewpi.faults import Faults
from krausen.simulation.brewpi.life import Life, Surroundings
from krausen.simulation.brewpi.memory import Kept
from krausen.simulation.brewpi.past import firmware_over

DRIVER = "brewpi"
ARRANGER = Caller(id=DEMO_USER.id, login=DEMO_USER.login, name=DEMO_USER.name, role=DEMO_USER.role)


async def told_of(site: Site, name: str, listener: socket.socket) -> None:
    """See to it that the site knows a board that answers at a port, which is another one each time."""
    host, port = listener.getsockname()[:2]
    settings: dict[str, object] = {"port": f"tcp://{host}:{port}", "every_s": every_s(site.status.speed)}
    known = {controller.name for controller in await site.catalog.controllers()}
    wanted = Controller(name=name, driver=DRIVER, settings=settings)
    if name not in known:
        await site.controllers.add(wanted, ARRANGER)
        return
    await site.controllers.change(name, lambda former: replace(former, settings=settings), ARRANGER)


def life_of(living: Living, wish: Setpoint, speed: float) -> Life:
    """Give the board that goes on over what lives, having just started, with what was wished."""
    board = Board(firmware_over(living.chamber, wish))
    return Life(board, Surroundings(Faults((), Random(living.vessel.seed)), _forget, speed))


async def answer(life: Life, listener: socket.socket) -> None:
    """Let a board live, and answer at a bound port, until cancelled."""
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(life.run())
        tasks.create_task(tcp.serve(life, listener))


def _forget(_: Kept) -> None:
    """Keep nothing: the board of the demo is made anew each time."""
