import asyncio
import os
import socket
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.supervision.heartbeat import (
    USUAL_S,
    Heartbeat,
    ear_at,
    listening,
    pid_of,
    with_heartbeat,
    without_heartbeat,
)


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """Sockets want real time."""
    return "asyncio"


async def heard(path: Path, heartbeat: Heartbeat) -> list[int]:
    """Give who is heard of while a heartbeat is told twice."""
    told: asyncio.Queue[int] = asyncio.Queue()
    with ear_at(path) as ear, listening(ear, told.put_nowait):
        assert heartbeat.tell(b"READY=1\nWATCHDOG=1")
        assert heartbeat.tell(b"WATCHDOG=1")
        return [await told.get(), await told.get()]


@pytest.mark.anyio
async def test_a_process_is_known_by_its_signs_of_life(tmp_path: Path) -> None:
    path = tmp_path / "heartbeats"
    assert await heard(path, Heartbeat(str(path))) == [os.getpid()] * 2
    assert not path.exists()


@pytest.mark.anyio
async def test_a_folder_may_lie_deeper_than_the_address_of_a_socket_is_long(tmp_path: Path) -> None:
    path = tmp_path.joinpath(*["very-deep-folder"] * 12) / "heartbeats"
    path.parent.mkdir(parents=True)
    assert await heard(path, Heartbeat(str(path))) == [os.getpid()] * 2


@pytest.mark.anyio
async def test_a_socket_that_a_killed_process_left_is_no_obstacle(tmp_path: Path) -> None:
    path = tmp_path / "heartbeats"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as left:
        left.bind(str(path))
    assert await heard(path, Heartbeat(str(path))) == [os.getpid()] * 2


@pytest.mark.anyio
async def test_whoever_sends_nonsense_is_not_heard(tmp_path: Path) -> None:
    path = tmp_path / "heartbeats"
    told: asyncio.Queue[int] = asyncio.Queue()
    with (
        ear_at(path) as ear,
        listening(ear, told.put_nowait),
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as stranger,
    ):
        for datagram in (b"", b"\xff\x00", b"X_PID=12", b"WATCHDOG=1", b"WATCHDOG=1\nX_PID=-3"):
            stranger.sendto(datagram, str(path))
        stranger.sendto(b"WATCHDOG=1\nX_PID=99", str(path))
        assert await told.get() == 99


@pytest.mark.anyio
async def test_an_abstract_address_as_systemd_uses_it_is_reached() -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
        ear.bind(f"\0krausen-test-{os.getpid()}")
        assert Heartbeat(f"@krausen-test-{os.getpid()}").tell(b"READY=1")
        assert ear.recv(100) == b"READY=1\nX_PID=%d" % os.getpid()


def test_where_nobody_listens_nothing_happens(tmp_path: Path) -> None:
    assert not Heartbeat(None).tell(b"READY=1")
    assert not Heartbeat(str(tmp_path / "nobody")).tell(b"READY=1")
    assert not Heartbeat(str(tmp_path.joinpath(*["no-such-folder"] * 12))).tell(b"READY=1")


def test_a_process_beats_four_times_as_often_as_it_must(tmp_path: Path) -> None:
    variables = with_heartbeat({"HOME": "/home", "WATCHDOG_PID": "1"}, tmp_path, 60_000)
    assert Heartbeat.wanted(variables).every_s == 15.0
    assert variables["HOME"] == "/home"
    assert without_heartbeat(variables) == {"HOME": "/home"}


def test_what_is_meant_for_another_process_is_not_taken_up() -> None:
    meant = {"NOTIFY_SOCKET": "/nowhere", "WATCHDOG_PID": "1", "WATCHDOG_USEC": "8000000"}
    assert Heartbeat.wanted(meant).every_s == USUAL_S
    assert Heartbeat.wanted({**meant, "WATCHDOG_PID": str(os.getpid())}).every_s == 2.0


@given(st.binary(max_size=200))
def test_no_datagram_does_harm(datagram: bytes) -> None:
    pid = pid_of(datagram)
    assert pid is None or pid >= 0
