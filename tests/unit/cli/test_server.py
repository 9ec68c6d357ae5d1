"""`krausen server` as a user runs it."""

import re
import signal
import socket
from pathlib import Path

import httpx2
import pytest

from tests.unit.cli.running import given, running

NEW = re.compile(r"Krausen is new here\. Set it up at (http://127\.0\.0\.1:\d+)/#setup=\S{20,}\n")


def test_it_says_where_it_is_leaves_tokens_answers_and_ends_when_it_is_asked_to(tmp_path: Path) -> None:
    data = tmp_path / "data"
    (data / "agents" / "pi").mkdir(parents=True)
    (data / "agents" / "pi" / "devices.toml").touch()
    with running(tmp_path / "said", "server", "--port", "0", "--data", str(data)) as server:
        found = NEW.search(server.until_said("#setup="))
        assert found is not None
        assert httpx2.get(f"{found[1]}/api/v1/health").status_code == 200
        server.until_said("agent.token_made")
        assert (data / "agents" / "pi" / "token").read_text().startswith("krs_")
        secret = (data / "local-token").read_text()
        second = given("server", "--port", "0", "--data", str(data))
        assert second.returncode == 1
        assert re.fullmatch(r"krausen: Krausen server, process \d+, since .* uses .*\n", second.stderr)
        assert server.stop() == 0
        assert "Traceback" not in server.said()
    assert (data / "local-token").read_text() == secret
    with running(tmp_path / "again", "server", "--port", "0", "--data", str(data)) as server:
        server.until_said("#setup=")
        assert server.stop(signal.SIGINT) == 0
    assert (data / "local-token").read_text() == secret


def test_a_port_that_is_taken_is_said_in_one_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        ended = given("server", "--port", port, "--data", str(tmp_path))
    assert ended.returncode == 1
    assert ended.stderr == (
        f"krausen: Port {port} on 127.0.0.1 cannot be used: Address already in use. "
        "Choose another: --port N.\n"
    )


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["--data", "/dev/null"], 1, "krausen: The data folder /dev/null is, or lies in, a file."),
        (["--host", "203.0.113.1", "--data", "DATA"], 1, "cannot be used"),
        (["--port", "70000"], 2, "70000"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(tmp_path: Path, words: list[str], status: int, said: str) -> None:
    ended = given("server", "--port", "0", *(word.replace("DATA", str(tmp_path)) for word in words))
    assert (ended.returncode, said in ended.stderr) == (status, True), ended.stderr
    assert "Traceback" not in ended.stderr
