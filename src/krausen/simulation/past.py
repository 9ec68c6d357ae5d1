"""A vessel's past, simulated in a process of its own and handed over piece by piece, the newest first.

The parent writes `Order` after `Order` to the child's standard input; for each the child answers on its
standard output with `Progress` while it simulates, then with `Piece` after `Piece`, then with one `End`.
The child ends with its input.
"""

import sys
from collections.abc import Callable, Iterator
from typing import BinaryIO

from msgspec import Struct, convert, msgpack

from krausen.control import algorithms
from krausen.control.algorithm import Algorithm
from krausen.control.regulation import Plan
from krausen.model.learned import Learned
from krausen.model.reading import Reading
from krausen.model.series import WHOLE, SeriesName
from krausen.model.setpoint import Setpoint
from krausen.model.storing import keeps
from krausen.model.vessel import Role
from krausen.physics.chamber import Snapshot
from krausen.plugins import discover
from krausen.simulation.brewpi.past import OF_FIRMWARE, FirmwareRun
from krausen.simulation.fast import Course, FastRun, Rhythm
from krausen.simulation.frames import serve
from krausen.simulation.rig import GRAVITY, TEMPERATURE
from krausen.simulation.vessel import SimulatedVessel

PIECE_S = 6 * 3600
BRISK = Rhythm(every_s=10, tick_s=10)


class Span(Struct, frozen=True, array_like=True):
    """From an instant to just before another, UTC milliseconds."""

    from_ms: int
    to_ms: int


class Order(Struct, frozen=True, kw_only=True):
    """What is wanted: a vessel whose second 0 was at `started_ms`, up to its second `seconds`.

    It begins at second 0, or where a snapshot was taken, knowing what was `learned` by then. Readings are
    wanted within `spans`, which are in order of time and do not overlap.
    """

    vessel: SimulatedVessel
    algorithm: str
    settings: dict[str, object]
    started_ms: int
    seconds: int
    wishes: tuple[Setpoint, ...]
    spans: tuple[Span, ...]
    begin: Snapshot | None = None
    rhythm: Rhythm = BRISK
    learned: Learned | None = None


class Progress(Struct, frozen=True, tag=True):
    """How much of the whole is simulated, 0 to 1."""

    done: float


class Piece(Struct, frozen=True, tag=True):
    """The readings to be kept of a stretch."""

    readings: tuple[Reading, ...]


class End(Struct, frozen=True, tag=True):
    """How the chamber stands at the end, and what was learned of it; None where nothing was."""

    snapshot: Snapshot
    learned: Learned | None = None


Message = Progress | Piece | End
decode = msgpack.Decoder(Message).decode


def simulate(order: Order) -> Iterator[Message]:
    """Give the past of a vessel: all of it is simulated, then told from the newest piece to the oldest."""
    kept = _Kept(order)
    run = _run(order, kept.take)
    begin_s = 0 if order.begin is None else order.begin.at_s
    pieces: list[tuple[Reading, ...]] = []
    for start_s in range(begin_s, order.seconds, PIECE_S):
        run.run(min(PIECE_S, order.seconds - start_s))
        pieces.append(kept.out())
        yield Progress(min(1.0, (start_s + PIECE_S - begin_s) / (order.seconds - begin_s)))
    while pieces:
        yield Piece(pieces.pop())
    yield End(run.snapshot(), run.learned() if isinstance(run, FastRun) else None)


def _run(order: Order, take: Callable[[Reading], None]) -> FastRun | FirmwareRun:
    if order.vessel.controller is None:
        return FastRun(_course(order), take, order.begin)
    return FirmwareRun(order.vessel, (order.started_ms, order.wishes, order.begin), order.rhythm, take)


def _course(order: Order) -> Course:
    algorithm = discover(algorithms, "ALGORITHM", Algorithm)[order.algorithm]
    plan = Plan(
        algorithm=algorithm,
        settings=convert(order.settings, algorithm.settings),
        hardware=order.vessel.hardware(),
    )
    return Course(
        vessel=order.vessel,
        plan=plan,
        started_ms=order.started_ms,
        wishes=order.wishes,
        rhythm=order.rhythm,
        learned=order.learned,
    )


class _Kept:
    """Keeps what history would keep of the readings that are wanted."""

    def __init__(self, order: Order) -> None:
        temperatures = (Role.BEER, Role.CHAMBER, Role.AMBIENT)
        self._rules = {order.vessel.series(role): TEMPERATURE.store for role in temperatures}
        controller = order.vessel.controller or ""
        for metric, spec in OF_FIRMWARE.items():
            self._rules[SeriesName(controller, controller, metric)] = spec.store
        self._rules[order.vessel.series(Role.GRAVITY)] = GRAVITY.store
        self._spans = list(reversed(order.spans))
        self._last: dict[SeriesName, Reading] = {}
        self._out: list[Reading] = []

    def take(self, reading: Reading) -> None:
        while self._spans and reading.t >= self._spans[-1].to_ms:
            self._spans.pop()
        if not self._spans or reading.t < self._spans[-1].from_ms:
            return
        if keeps(self._rules.get(reading.series, WHOLE), self._last.get(reading.series), reading):
            self._last[reading.series] = reading
            self._out.append(reading)

    def out(self) -> tuple[Reading, ...]:
        out, self._out = tuple(self._out), []
        return out


def main(wanted: BinaryIO, answers: BinaryIO) -> None:
    """Do what the orders on one stream want, and answer on the other; end when there are no more."""
    serve(wanted, answers, Order, simulate)


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer)
