"""`krausen agent` as a user runs it."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from krausen.cli.agent import COMMAND
from tests.unit.cli.running import given, running

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
