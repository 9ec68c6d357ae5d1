"""`krausen agent` as a user runs it."""

import asyncio
import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from threading import Event

import pytest
from click.testing import CliRunner

from krausen.cli import agent as module
from krausen.cli.agent import COMMAND
from krausen.errors import OperatorNeeded
from krausen.ports.outbox import LIMIT
from krausen.storage.outbox_sqlite import SqliteOutbox
from krausen.supervision.heartbeat import Heartbeat, ear_at
from krausen.supervision.succession import holder
from tests.unit.cli.running import LOOK_S, PATIENCE_S, given, running

NOBODY = "http://127.0.0.1:9"


@pytest.mark.parametrize("name", ["", "..", "a/b", "krausen", "pi\n", "-x", "a" * 65, "ß"])
def test_a_name_that_no_agent_can_have_is_wrong_usage(name: str) -> None:
    ended = CliRunner().invoke(COMMAND, ["--", name])
    assert ended.exit_code == 2
    assert "cannot be called" in ended.output


@pytest.mark.parametrize("url", ["brewery", "brewery:8080", "ftp://brewery", "http://", "http:///x"])
def test_an_address_that_is_none_is_wrong_usage(url: str) -> None:
    ended = CliRunner().invoke(COMMAND, ["pi", "--server", url])
    assert ended.exit_code == 2
    assert "One looks like http://brewery:8080" in ended.output


def test_it_goes_on_without_token_and_server_says_so_once_and_ends_when_it_is_asked_to(
    tmp_path: Path,
) -> None:
    words = ("agent", "pi", "--data", str(tmp_path), "--server", NOBODY)
    with running(tmp_path / "said", *words) as agent:
        said = agent.until_said("link.lost")
        assert "There is no token in" in said
        assert "krausen token create pi --role agent --adapter pi" in said
        second = given(*words)
        assert second.returncode == 1
        assert "Krausen agent pi, process" in second.stderr
        assert agent.stop() == 0
        assert agent.said().count("link.lost") == 1
        assert "Traceback" not in agent.said()
    assert (tmp_path / "agents" / "pi" / "outbox.sqlite").exists()


def test_with_a_token_it_says_that_nobody_answers(tmp_path: Path) -> None:
    words = ("--data", str(tmp_path), "--server", NOBODY, "--token", "krs_x")
    with running(tmp_path / "said", "agent", "pi", *words) as agent:
        assert f"No server answers at {NOBODY}: Connection refused." in agent.until_said("link.lost")


def test_devices_that_cannot_be_used_are_said_with_file_and_line(tmp_path: Path) -> None:
    place = tmp_path / "agents" / "pi"
    place.mkdir(parents=True)
    (place / "devices.toml").write_text('[[probe]]\nid = "beer"\ndriver = "thermometer"\n')
    ended = given("agent", "pi", "--data", str(tmp_path))
    assert ended.returncode == 1
    assert f"{place}/devices.toml: line 3, driver: There is no such driver thermometer." in ended.stderr
    assert "Traceback" not in ended.stderr


def test_the_successor_that_a_process_manager_starts_takes_over_without_losing_its_outbox(
    tmp_path: Path,
) -> None:
    (tmp_path / "heard").mkdir()
    words = ("agent", "pi", "--data", str(tmp_path), "--server", NOBODY)
    kept = {"NOTIFY_SOCKET": str(tmp_path / "heard" / "nobody")}
    log = tmp_path / "log" / "dev-pi-stderr.log"
    with running(tmp_path / "first", *words, **kept) as first:
        until(lambda: log.exists() and log.read_text().count("link.lost") == 1)
        with running(tmp_path / "second", *words, **kept) as second:
            until(lambda: log.read_text().count("link.lost") == 2)
            assert first.process.wait(PATIENCE_S) == 0
            found = holder(tmp_path / "dev-pi.lock")
            assert found is not None
            assert found.pid == second.process.pid
            assert second.stop() == 0


def test_a_successor_whose_devices_cannot_be_used_leaves_the_present_one_at_work(tmp_path: Path) -> None:
    words = ("agent", "pi", "--data", str(tmp_path), "--server", NOBODY)
    with running(tmp_path / "first", *words) as first:
        first.until_said("link.lost")
        (tmp_path / "agents" / "pi" / "devices.toml").write_text("nonsense")
        with running(tmp_path / "second", *words, NOTIFY_SOCKET=str(tmp_path / "nobody")) as second:
            assert second.process.wait(PATIENCE_S) == 1
        found = holder(tmp_path / "dev-pi.lock")
        assert found is not None
        assert found.pid == first.process.pid
        assert first.stop() == 0


def until(condition: Callable[[], bool]) -> None:
    """Wait until something is so."""
    pause = Event()
    for _ in range(int(PATIENCE_S / LOOK_S)):
        if condition():
            return
        pause.wait(LOOK_S)
    raise AssertionError("It never came to that.")


def ordered(tmp_path: Path, **settings: object) -> None:
    """Have agent pi know, from before, of a controller of its own."""
    place = tmp_path / "agents" / "pi"
    place.mkdir(parents=True)
    orders = [{"name": "pi", "driver": settings.pop("driver", "brewpi"), "settings": settings}]
    (place / "desired.json").write_text(json.dumps({"vessels": [], "controllers": orders}))


def test_a_controller_that_cannot_be_spoken_with_is_said_and_the_agent_goes_on(tmp_path: Path) -> None:
    ordered(tmp_path, driver="alembic")
    words = ("agent", "pi", "--data", str(tmp_path), "--server", NOBODY)
    with running(tmp_path / "said", *words) as agent:
        assert "There is no driver alembic. There are: brewpi." in agent.until_said("controller.lost")
        agent.until_said("link.lost")
        assert agent.stop() == 0
        assert "Traceback" not in agent.said()


def test_an_agent_reads_its_controller_without_a_server_and_finds_it_again(tmp_path: Path) -> None:
    with running(tmp_path / "board", "emulate", "brewpi", "--json", "--tcp", "0") as board:
        said = board.until_said("}\n")
        tcp = json.loads(next(line for line in said.splitlines() if line.startswith("{")))["tcp"]
        ordered(tmp_path, port=f"tcp://{tcp}", every_s=1)
        with running(tmp_path / "said", "agent", "pi", "--data", str(tmp_path), "--server", NOBODY) as agent:
            until(lambda: {"beer", "chamber", "state"} <= kept(tmp_path))
            board.stop()
            assert "controller.lost" in agent.until_said("controller.lost")
            port = tcp.rsplit(":", 1)[1]
            with running(tmp_path / "again", "emulate", "brewpi", "--tcp", port):
                agent.until_said("controller.back")
            assert agent.stop() == 0
            assert "Traceback" not in agent.said()


def kept(tmp_path: Path) -> set[str]:
    """Name the metrics that the outbox of agent pi has readings of."""
    with closing(SqliteOutbox.open(tmp_path / "agents" / "pi" / "outbox.sqlite", LIMIT)) as outbox:
        owed = asyncio.run(outbox.oldest(10_000))
    return set() if owed is None else {reading.series.metric for reading in owed.readings}


async def told(tmp_path: Path, *, is_well: bool) -> bytes:
    """Give what a process tells of itself at first."""
    with ear_at(tmp_path / "ear") as ear:
        async with asyncio.TaskGroup() as tasks:
            living = tasks.create_task(Heartbeat(str(tmp_path / "ear")).run(lambda: is_well))
            await asyncio.sleep(0)
            living.cancel()
        try:
            return ear.recv(4096)
        except BlockingIOError:
            return b""


async def test_a_process_gives_signs_of_life_only_while_its_loops_come_round(tmp_path: Path) -> None:
    assert b"READY=1\nWATCHDOG=1" in await told(tmp_path, is_well=True)
    assert await told(tmp_path, is_well=False) == b""


def test_the_server_hears_from_the_first_which_agent_calls(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Dialled:
        def __init__(self, url: str, token: Callable[[], str], agent: str) -> None:
            raise OperatorNeeded(f"{agent} calls {url} with {token()}.")

    monkeypatch.setattr(module, "SocketioDial", Dialled)
    words = ["pi", "--data", str(tmp_path), "--server", NOBODY, "--token", "krs_x"]
    ended = CliRunner().invoke(COMMAND, words)
    assert str(ended.exception) == f"pi calls {NOBODY} with krs_x."
