"""The server's own look around."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from typing import Any

import pytest
from structlog.testing import capture_logs

from krausen.errors import DeviceLost
from krausen.model.controller import Found
from krausen.ports.discovery import Discovery
from krausen.server.lookout import AGAIN_S, Lookout
from krausen.simulation.loop import jumping

Script = Sequence[tuple[Found, ...] | Exception]


@pytest.fixture(scope="session")
def anyio_backend() -> tuple[str, dict[str, Any]]:
    return "asyncio", {"loop_factory": jumping}


def board(id: str) -> Found:
    return Found(id=id, kind="controller", driver="brewpi", title=id)


def way(name: str, *looks: Script) -> Discovery:
    """Make a way to look that goes by scripts, one a second, a new one each time that it is tried."""
    left = list(looks)

    async def look() -> AsyncIterator[tuple[Found, ...]]:
        for seen in left.pop(0) if left else ():
            await asyncio.sleep(1)
            if isinstance(seen, Exception):
                raise seen
            yield seen
        await asyncio.Event().wait()

    return Discovery(name=name, title=name, look=look)


async def seen_by(*ways: Discovery, for_s: float = 5 * AGAIN_S) -> list[list[str]]:
    """Give the ids of what is found, each time it is told."""
    told: list[list[str]] = []

    async def found(devices: Sequence[Found]) -> None:
        told.append([one.id for one in devices])

    with suppress(TimeoutError):
        async with asyncio.timeout(for_s):
            await Lookout({one.name: one for one in ways}, found).run()
    return told


async def test_what_several_ways_find_is_told_together_when_it_changes() -> None:
    one = way("mdns", [(board("a"),), (board("a"),), ()])
    other = way("usb", [(), (board("b"),)])
    assert await seen_by(one, other) == [["a"], ["a", "b"], ["b"]]


@pytest.mark.parametrize("failure", [DeviceLost("There is no network."), ValueError("A bug.")], ids=repr)
async def test_way_that_fails_is_tried_again_and_harms_no_other(failure: Exception) -> None:
    failing = way("mdns", [(board("a"),), failure], [failure], [(board("a"),)])
    with capture_logs() as logs:
        assert await seen_by(failing, way("usb", [(board("b"),)])) == [
            ["a"],
            ["a", "b"],
            ["b"],
            ["a", "b"],
        ]
    said = [line for line in logs if line["event"] == "discovery.blind"]
    assert len(said) == 1, "it is said once"
    assert len([line for line in logs if line["event"] == "discovery.failed"]) == (
        2 if isinstance(failure, ValueError) else 0
    )
