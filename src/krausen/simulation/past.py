"""A vessel's past, simulated in a process of its own and handed over piece by piece.

The parent writes one `Order` to the child's standard input; the child answers with a stream of frames,
each a length in four bytes (big-endian) and a MessagePack message: `Piece` after `Piece`, then one `End`.
"""

import sys
from collections.abc import Iterator
from typing import BinaryIO

from msgspec import Struct, convert, msgpack

from krausen.control import algorithms
from krausen.control.algorithm import Algorithm
from krausen.control.regulation import Plan
from krausen.model.reading import Reading
from krausen.model.series import WHOLE, SeriesName
from krausen.model.setpoint import Setpoint
from krausen.model.storing import keeps
from krausen.model.vessel import Role
from krausen.physics.chamber import Snapshot
from krausen.plugins import discover
from krausen.simulation.fast import Course, FastRun, Rhythm
from krausen.simulation.rig import GRAVITY, TEMPERATURE
from krausen.simulation.vessel import SimulatedVessel

LENGTH_BYTES = 4
PIECE_S = 6 * 3600


class Order(Struct, frozen=True, kw_only=True):
    """What is wanted: a vessel from its second 0 at `started_ms`, for `seconds`; readings after `after_ms`.

    Instants are in UTC milliseconds.
    """

    vessel: SimulatedVessel
    algorithm: str
    settings: dict[str, object]
    started_ms: int
    seconds: int
    wishes: tuple[Setpoint, ...]
    after_ms: int = 0


class Piece(Struct, frozen=True, tag=True):
    """The readings to be kept of a stretch, and how much of the whole is done, 0 to 1."""

    readings: tuple[Reading, ...]
    done: float


class End(Struct, frozen=True, tag=True):
    """How the chamber stands at the end."""

    snapshot: Snapshot


Message = Piece | End
decode = msgpack.Decoder(Message).decode


def simulate(order: Order) -> Iterator[Message]:
    """Give the past of a vessel, piece by piece."""
    known = discover(algorithms, "ALGORITHM", Algorithm)
    algorithm = known[order.algorithm]
    plan = Plan(
        algorithm=algorithm,
        settings=convert(order.settings, algorithm.settings),
        hardware=order.vessel.hardware(),
    )
    kept = _Kept(order)
    course = Course(
        vessel=order.vessel,
        plan=plan,
        started_ms=order.started_ms,
        wishes=order.wishes,
        rhythm=Rhythm(every_s=5, tick_s=5),
    )
    run = FastRun(course, kept.take)
    for start_s in range(0, order.seconds, PIECE_S):
        run.run(min(PIECE_S, order.seconds - start_s))
        yield Piece(kept.out(), min(1.0, (start_s + PIECE_S) / order.seconds))
    run.rig.advance(order.seconds)
    yield End(run.rig.chamber.snapshot())


class _Kept:
    """Keeps what history would keep of the readings that are late enough."""

    def __init__(self, order: Order) -> None:
        temperatures = (Role.BEER, Role.CHAMBER, Role.AMBIENT)
        self._rules = {order.vessel.series(role): TEMPERATURE.store for role in temperatures}
        self._rules[order.vessel.series(Role.GRAVITY)] = GRAVITY.store
        self._after_ms = order.after_ms
        self._last: dict[SeriesName, Reading] = {}
        self._out: list[Reading] = []

    def take(self, reading: Reading) -> None:
        if reading.t <= self._after_ms:
            return
        if keeps(self._rules.get(reading.series, WHOLE), self._last.get(reading.series), reading):
            self._last[reading.series] = reading
            self._out.append(reading)

    def out(self) -> tuple[Reading, ...]:
        out, self._out = tuple(self._out), []
        return out


def main(wanted: BinaryIO, answers: BinaryIO) -> None:
    """Do what the order on one stream wants and answer on the other."""
    order = msgpack.decode(wanted.read(), type=Order)
    for message in simulate(order):
        frame = msgpack.encode(message)
        answers.write(len(frame).to_bytes(LENGTH_BYTES, "big") + frame)
        answers.flush()


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer)
