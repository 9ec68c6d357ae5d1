"""`krausen demo`: a simulated brewery, no hardware, nothing to configure."""

import asyncio
import os
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic  # noqa: TID251 the speed of simulated time is told by comparing it with this

import click
from msgspec import Struct

from krausen.cli.clock import clock_of, zone_of_system
from krausen.cli.demo_agent import demo_agent
from krausen.cli.demo_agents import HostingInside, spawner, speaking
from krausen.cli.demo_brewery import DEMO_USER, arranged
from krausen.cli.demo_controller import answer, life_of, told_of
from krausen.cli.demo_pace import watch_pace
from krausen.cli.demo_past import DemoPast, living
from krausen.cli.logs import log_to_terminal
from krausen.cli.past import Simulators
from krausen.cli.serving import DoorNetwork, bound, serve
from krausen.cli.site import Character, opened_site
from krausen.cli.site_engine import engine_of
from krausen.cli.site_logs import heed_levels, is_of_anybody, joined
from krausen.model.people import UserRole
from krausen.server.site import Site
from krausen.simulation.demo import AGENT
from krausen.simulation.loop import PacedLoop
from krausen.storage.folder import SERVER, DataFolder
from krausen.supervision.tapping import LogTap

HOST = "127.0.0.1"
TOKEN_FILE = "demo-token"  # noqa: S105 the name of a file


@click.command("demo")
@click.option(
    "--port", default=8080, show_default=True, type=click.IntRange(0, 65535), help="Port on this machine."
)
@click.option(
    "--data", metavar="DIR", type=click.Path(path_type=Path), help="Keep the data here, instead of nowhere."
)
@click.option(
    "--speed", default=1.0, show_default=True, type=click.FloatRange(1, 1000), help="Times real time."
)
@click.option(
    "--days", default=14, show_default=True, type=click.IntRange(0, 365), help="Past days to simulate."
)
def demo(*, port: int, data: Path | None, speed: float, days: int) -> None:
    """Open a simulated brewery in the browser: no hardware, nothing to configure."""
    tap = LogTap(SERVER)
    log_to_terminal(tap)
    with (
        _folder(data) as folder,
        folder.hold(SERVER, "krausen demo") as hold,
        closing(bound(HOST, port)) as listener,
        closing(bound(HOST, 0)) as board,
    ):
        url = f"http://{HOST}:{listener.getsockname()[1]}"
        with asyncio.Runner(loop_factory=lambda: PacedLoop(speed)) as runner:
            loop = runner.get_loop()
            character = Character(zone=zone_of_system(), speed=speed, demo_user=DEMO_USER.id)
            hosting = HostingInside(folder)
            with opened_site(folder, character, lambda newest: clock_of(loop, newest), hosting) as site:
                hold.publish(url)
                joined(site.logs, tap, site.clock.now)
                runner.run(_run(_Demo(site, folder, listener, board, url), days=days, speed=speed))


COMMAND = demo


@contextmanager
def _folder(data: Path | None) -> Iterator[DataFolder]:
    if data is not None:
        yield DataFolder.find(data)
        return
    with TemporaryDirectory(prefix="krausen-demo-") as temporary:
        yield DataFolder.find(Path(temporary))


class _Demo(Struct, frozen=True):
    site: Site
    folder: DataFolder
    listener: socket.socket
    board: socket.socket
    url: str


async def _run(demo: _Demo, *, days: int, speed: float) -> None:
    past = DemoPast(demo.site, await arranged(demo.site, days))
    await demo.site.doors.load()
    await demo.site.storing.load()
    await demo.site.pushing.load()
    await heed_levels(demo.site.logs, is_of_anybody)
    await _invite(demo)
    engine = engine_of(demo.site, speed)
    async with asyncio.TaskGroup() as tasks:
        work = [
            tasks.create_task(demo.site.live.run()),
            tasks.create_task(demo.site.logs.run()),
            tasks.create_task(demo.site.reminders.run()),
            tasks.create_task(demo.site.pushing.run()),
            tasks.create_task(demo.site.alarms.run()),
            tasks.create_task(engine.run()),
            tasks.create_task(demo.site.doors.run(DoorNetwork(demo.site, HOST, speed=speed))),
            tasks.create_task(_brew(demo, past)),
            tasks.create_task(watch_pace(demo.site.status, asyncio.get_running_loop().time, monotonic)),
        ]
        await serve(demo.site, demo.listener, speed, application=engine)
        for task in work:
            task.cancel()


async def _invite(demo: _Demo) -> None:
    """Say where the page is, and leave a token for programs."""
    _, secret = await demo.site.reception.new_token("demo", UserRole.ADMIN, ("*",), None, by="demo")
    demo.folder.leave_secret(secret)
    demo.folder.leave_secret(secret, TOKEN_FILE)
    key = demo.site.reception.issue_key(DEMO_USER.id)
    click.echo(f"Krausen's demo brewery is open: {demo.url}/#key={key}")
    click.echo(f"A token for programs is in {demo.folder.path / TOKEN_FILE}. End with Ctrl-C.")


async def _brew(demo: _Demo, past: DemoPast) -> None:
    site = demo.site
    async with Simulators(os.cpu_count() or 1) as simulators, asyncio.TaskGroup() as tasks:
        lived = tasks.create_task(past.live_on(simulators))
        tasks.create_task(past.remember(simulators))
        going = [living(one) for one in await lived]
        for one in going:
            if one.vessel.controller is not None:
                wish = (await site.catalog.vessel(one.vessel.id)).requested
                tasks.create_task(answer(life_of(one, wish, site.status.speed), demo.board))
                await told_of(site, one.vessel.controller, demo.board)
        tasks.create_task(spawner(site, demo.folder, tasks).run())
        with demo_agent(site, demo.folder, going) as agent:
            await speaking(AGENT, agent)
