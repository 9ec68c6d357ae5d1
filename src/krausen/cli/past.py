"""Has a past simulated in a child process, and takes it in as it comes."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence

from msgspec import msgpack

from krausen.errors import Defect
from krausen.model.reading import Reading
from krausen.physics.chamber import Snapshot
from krausen.simulation.past import LENGTH_BYTES, End, Order, decode


async def simulated(
    order: Order,
    take: Callable[[Sequence[Reading]], Awaitable[object]],
    progress: Callable[[float], None],
) -> Snapshot:
    """Simulate what an order wants; give how the chamber stands at its end.

    `progress` hears shares, 0 to 1.
    """
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "krausen.simulation.past",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    if child.stdin is None or child.stdout is None:
        raise Defect("The simulating process has no pipes.")
    try:
        child.stdin.write(msgpack.encode(order))
        child.stdin.write_eof()
        while True:
            message = decode(await _frame(child.stdout))
            if isinstance(message, End):
                return message.snapshot
            await take(message.readings)
            progress(message.done)
    finally:
        if child.returncode is None:
            child.terminate()
        await child.wait()


async def _frame(stream: asyncio.StreamReader) -> bytes:
    try:
        length = int.from_bytes(await stream.readexactly(LENGTH_BYTES), "big")
        return await stream.readexactly(length)
    except asyncio.IncompleteReadError as error:
        raise Defect("The simulating process ended too early; its words stand above.") from error
