import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from krausen.storage.folder import DataFolder
from krausen.supervision.succession import Holder, ask_to_leave, holder, is_held

HOLDER = """
import signal, sys
from pathlib import Path
from threading import Event
from krausen.storage.folder import DataFolder
if sys.argv[2] == "stubborn":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
with DataFolder.find(Path(sys.argv[1])).hold("dev-a", "dev-a"):
    print("holds", flush=True)
    Event().wait()
"""


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """Processes want real time."""
    return "asyncio"


@contextmanager
def held(data: Path, manner: str = "kind") -> Iterator["subprocess.Popen[str]"]:
    """Have another process hold a role."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(data), manner], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "holds\n"
        try:
            yield process
        finally:
            process.kill()


def test_nobody_holds_a_lock_that_is_not_there_or_that_was_let_go(tmp_path: Path) -> None:
    folder = DataFolder.find(tmp_path)
    lock = tmp_path / "dev-a.lock"
    assert (is_held(lock), holder(lock)) == (False, None)
    with folder.hold("dev-a"):
        pass
    assert (is_held(lock), holder(lock)) == (False, None)


def test_a_holder_is_known_with_his_process_and_what_he_is(tmp_path: Path) -> None:
    with DataFolder.find(tmp_path).hold("server", "krausen import"):
        assert holder(tmp_path / "server.lock") == Holder(os.getpid(), "krausen import")
        assert is_held(tmp_path / "server.lock")


def test_what_a_killed_process_left_in_its_lock_counts_for_nothing(tmp_path: Path) -> None:
    with held(tmp_path) as process:
        process.kill()
        process.wait()
        assert (tmp_path / "dev-a.lock").stat().st_size > 0
        assert holder(tmp_path / "dev-a.lock") is None


def test_a_lock_whose_holder_has_not_put_down_his_name_is_held_by_somebody(tmp_path: Path) -> None:
    with DataFolder.find(tmp_path).hold("dev-a"):
        (tmp_path / "dev-a.lock").write_bytes(b"")
        assert holder(tmp_path / "dev-a.lock") is None
        assert is_held(tmp_path / "dev-a.lock")


@pytest.mark.anyio
async def test_a_free_lock_needs_nobody_to_leave(tmp_path: Path) -> None:
    assert await ask_to_leave(tmp_path / "dev-a.lock")


@pytest.mark.anyio
async def test_the_holder_makes_way_in_less_than_a_second(tmp_path: Path) -> None:
    with held(tmp_path) as process:
        async with asyncio.timeout(1.0):
            assert await ask_to_leave(tmp_path / "dev-a.lock")
        assert process.wait() != 0
        with DataFolder.find(tmp_path).hold("dev-a"):
            assert holder(tmp_path / "dev-a.lock") == Holder(os.getpid(), "dev-a")


@pytest.mark.anyio
async def test_a_holder_that_does_not_listen_is_killed_after_a_while(tmp_path: Path) -> None:
    with held(tmp_path, "stubborn") as process:
        assert await ask_to_leave(tmp_path / "dev-a.lock", patience_s=0.2)
        assert process.wait() == -9


@pytest.mark.anyio
async def test_a_process_of_another_kind_is_left_in_peace(tmp_path: Path) -> None:
    with held(tmp_path) as process:
        assert not await ask_to_leave(tmp_path / "dev-a.lock", lambda who: who.what == "server")
        assert process.poll() is None


@pytest.mark.anyio
async def test_a_holder_without_a_name_is_waited_for_but_not_for_ever(tmp_path: Path) -> None:
    with DataFolder.find(tmp_path).hold("dev-a"):
        (tmp_path / "dev-a.lock").write_bytes(b"")
        assert not await ask_to_leave(tmp_path / "dev-a.lock", patience_s=0.05)
