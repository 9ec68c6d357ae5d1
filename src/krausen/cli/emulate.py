"""`krausen emulate`: a device out of nothing, for hosts that want one to speak with."""

import asyncio
import re
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from random import Random
from socket import socket
from typing import Any

import click
import msgspec
from msgspec import Struct

from krausen.cli.logs import log_to_terminal
from krausen.cli.serving import bound
from krausen.errors import NotFound, OperatorNeeded, StorageAway
from krausen.files import replace
from krausen.physics.chamber import Chamber
from krausen.physics.chambers import CHAMBERS, chamber_kind
from krausen.physics.yeast import Wort
from krausen.simulation.brewpi import memory, tcp, terminal
from krausen.simulation.brewpi.announcing import announced
from krausen.simulation.brewpi.board import Board
from krausen.simulation.brewpi.faults import FAULTS, Faults
from krausen.simulation.brewpi.firmware import Firmware
from krausen.simulation.brewpi.life import Life, Surroundings
from krausen.simulation.brewpi.memory import Kept
from krausen.simulation.brewpi.model import MODELS, Model
from krausen.simulation.loop import PacedLoop

PORT = 2323
"""Where a board is when nobody says; the 23 of a real ESP is not for everybody."""
_HOST_NAME = re.compile(r"[A-Za-z0-9]{1,20}")
"""What a board may be called."""


class _Command(click.Command):
    def format_epilog(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List what there is to choose from."""
        with formatter.section("Chambers"):
            formatter.write_dl([(name, kind.title) for name, kind in CHAMBERS.items()])
        with formatter.section("Faults"):
            formatter.write_dl(list(FAULTS.items()))


def _faults(_ctx: click.Context, _param: click.Parameter, value: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in value.split(",") if name.strip())
    for name in names:
        if name not in FAULTS:
            raise click.BadParameter(f"There is no fault {name!r}; choose some of {', '.join(FAULTS)}.")
    return names


def _kind(_ctx: click.Context, _param: click.Parameter, value: str) -> str:
    try:
        return chamber_kind(value).name
    except NotFound as error:
        raise click.BadParameter(str(error)) from error


def _host_name(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    if value is not None and not _HOST_NAME.fullmatch(value):
        raise click.BadParameter(f"{value!r} is no name of a host: 1 to 20 letters and digits.")
    return value


@click.group("emulate")
def emulate() -> None:
    """Play a device that other programs, or Krausen itself, can speak with."""


@emulate.command("brewpi", cls=_Command)
@click.option("--tcp", metavar="PORT", type=click.IntRange(0, 65535), help=f"Answer at this port [{PORT}].")
@click.option(
    "--host", metavar="ADDRESS", default="127.0.0.1", show_default=True, help="Where that port is open."
)
@click.option(
    "--pty",
    metavar="PATH",
    type=click.Path(path_type=Path),
    help="Answer on a serial line that is opened at this path.",
)
@click.option("--board", type=click.Choice(list(MODELS)), default="esp8266", show_default=True, help="Board.")
@click.option(
    "--chamber", metavar="KIND", default="fridge2014", show_default=True, callback=_kind, help="Chamber."
)
@click.option(
    "--speed", default=1.0, show_default=True, type=click.FloatRange(1, 1000), help="Times real time."
)
@click.option(
    "--eeprom",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Keep the board's permanent memory here, instead of nowhere.",
)
@click.option("--blank", is_flag=True, help="Begin without devices, where there is no memory yet.")
@click.option(
    "--faults", metavar="NAME,…", default="", callback=_faults, help="What shall be wrong; else nothing."
)
@click.option(
    "--seed", metavar="N", type=click.IntRange(0, 2**31), default=1, show_default=True, help="Which life."
)
@click.option(
    "--mdns", metavar="NAME", callback=_host_name, help="Announce the port in the network, as the host NAME."
)
@click.option("--json", "as_json", is_flag=True, help="Say where it answers as JSON.")
def brewpi(**chosen: Any) -> None:
    """Play a BrewPi controller: firmware, relays and probes over a simulated chamber.

    It answers by TCP, on a serial line, or on both, until Ctrl-C or SIGTERM. Probes and relays are installed,
    control is off until a host sets a mode. What happens on the lines goes to standard error.
    """
    log_to_terminal()
    wish = _Wish(**chosen)
    with ExitStack() as held, asyncio.Runner(loop_factory=lambda: PacedLoop(wish.speed)) as runner:
        lines = held.enter_context(_lines(wish))
        life = Life(_board(wish), _surroundings(wish))
        runner.run(_run(wish, life, lines))


COMMAND = emulate


class _Wish(Struct, frozen=True, kw_only=True):
    tcp: int | None
    host: str
    pty: Path | None
    board: str
    chamber: str
    speed: float
    eeprom: Path | None
    blank: bool
    faults: tuple[str, ...]
    seed: int
    mdns: str | None
    as_json: bool


class _Lines(Struct, frozen=True):
    listener: socket | None
    terminal: terminal.Terminal | None


class _Place(Struct, frozen=True, omit_defaults=True):
    """Where a board answers, for programs."""

    board: str
    chamber: str
    tcp: str | None = None
    pty: str | None = None


@contextmanager
def _lines(wish: _Wish) -> Iterator[_Lines]:
    """Open what was asked for, and a port where nothing was."""
    with ExitStack() as held:
        only_wired = wish.pty is not None and wish.mdns is None
        port = wish.tcp if wish.tcp is not None or only_wired else PORT
        listener = None if port is None else bound(wish.host, port, "Choose another: --tcp PORT.")
        if listener is not None:
            held.callback(listener.close)
        yield _Lines(listener, None if wish.pty is None else held.enter_context(terminal.terminal(wish.pty)))


def _board(wish: _Wish) -> Board:
    model = MODELS[wish.board]
    chamber = Chamber(chamber_kind(wish.chamber), wish.seed, wort=Wort())
    is_wired = wish.pty is not None and wish.tcp is None
    return Board(Firmware(model, chamber, _kept(wish, model)), wireless=not is_wired)


def _kept(wish: _Wish, model: Model) -> Kept:
    """Give the memory that was kept, or a new one. Raises OperatorNeeded for a file that is none."""
    new = memory.blank(model) if wish.blank else memory.fresh(model)
    if wish.eeprom is None:
        return new
    try:
        return memory.decode(wish.eeprom.read_bytes(), model)
    except FileNotFoundError:
        _write(wish.eeprom, new)
        return new
    except OSError as error:
        raise OperatorNeeded(f"{wish.eeprom} cannot be read: {error.strerror}.") from error
    except OperatorNeeded as error:
        raise OperatorNeeded(f"{wish.eeprom}: {error}") from error


def _surroundings(wish: _Wish) -> Surroundings:
    def keep(kept: Kept) -> None:
        if wish.eeprom is not None:
            _write(wish.eeprom, kept)

    return Surroundings(Faults(wish.faults, Random(wish.seed)), keep, wish.speed)


def _write(file: Path, kept: Kept) -> None:
    """Put a memory in place of the former one; what is killed meanwhile leaves the one or the other."""
    try:
        replace(file, memory.encode(kept), lasting=False)
    except OSError as error:
        raise StorageAway(f"{file} cannot be written: {error.strerror}.") from error


async def _run(wish: _Wish, life: Life, lines: _Lines) -> None:
    asked_to_end = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, asked_to_end.set)
    async with _announced(wish, lines), asyncio.TaskGroup() as tasks:
        work = [tasks.create_task(life.run())]
        if lines.listener is not None:
            work.append(tasks.create_task(tcp.serve(life, lines.listener)))
        if lines.terminal is not None:
            work.append(tasks.create_task(terminal.serve(life, lines.terminal)))
        _tell(wish, lines)
        await asked_to_end.wait()
        for task in work:
            task.cancel()


@asynccontextmanager
async def _announced(wish: _Wish, lines: _Lines) -> AsyncIterator[None]:
    if wish.mdns is None or lines.listener is None:
        yield
        return
    async with announced(wish.mdns, MODELS[wish.board], lines.listener.getsockname()[:2]):
        yield


def _tell(wish: _Wish, lines: _Lines) -> None:
    """Say where the board answers."""
    address = None
    if lines.listener is not None:
        host, port = lines.listener.getsockname()[:2]
        address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    place = _Place(wish.board, wish.chamber, address, None if wish.pty is None else str(wish.pty))
    if wish.as_json:
        click.echo(msgspec.json.encode(place))
        return
    where = " and ".join(one for one in (place.tcp, place.pty) if one is not None)
    click.echo(f"An emulated {MODELS[wish.board].board.title} answers at {where}. End with Ctrl-C.")
