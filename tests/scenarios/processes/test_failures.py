"""What happens when processes are killed, crash or hang, each in its own way."""

import os
from pathlib import Path

import psutil

from tests.scenarios.processes.conftest import Brewery, eventually


def test_a_killed_process_is_back_at_once_and_the_others_do_not_notice(brewery: Brewery) -> None:
    brewery.agent("keezer")
    brewery.agent("cellar")
    brewery.krausen("start")
    others = {role: brewery.pid(role) for role in ("circusd", "server", "dev-cellar")}
    killed = brewery.kill("dev-keezer")
    eventually(lambda: brewery.pid("dev-keezer") not in {None, killed})
    assert {role: brewery.pid(role) for role in others} == others
    eventually(lambda: brewery.process("dev-keezer").state == "active")
    keezer = brewery.process("dev-keezer")
    assert (keezer.restarts, keezer.detail) == (1, "was ended by SIGKILL")


def test_a_process_that_crashes_again_and_again_is_held_and_told(brewery: Brewery) -> None:
    brewery.agent("keezer", does="crash")
    refused = brewery.krausen("start")
    assert refused.returncode == 1
    assert "dev-keezer has failed" in refused.stderr
    assert "LookupError: no yeast" in refused.stderr
    assert brewery.states() == {
        "server": "active",
        "spawner": "active",
        "stats": "active",
        "dev-keezer": "failed",
    }
    assert brewery.log("dev-keezer-stdout.log").count("begins") == 3
    assert "process.held" in brewery.log("circusd.log")
    assert brewery.log("dev-keezer-stderr.log").count("LookupError: no yeast") == 3


def test_a_process_that_hangs_is_killed_and_started_again(brewery: Brewery) -> None:
    brewery.agent("keezer")
    brewery.krausen("start")
    hung = brewery.pid("dev-keezer")
    assert hung is not None
    psutil.Process(hung).suspend()
    eventually(lambda: "showed no sign of life" in brewery.log("circusd.log"))
    eventually(lambda: brewery.pid("dev-keezer") not in {None, hung})
    assert not psutil.pid_exists(hung)


def test_agents_outlive_their_process_manager_and_hand_over_to_successors(brewery: Brewery) -> None:
    brewery.agent("keezer")
    brewery.krausen("start")
    keeper, server, agent = (brewery.pid(role) for role in ("circusd", "server", "dev-keezer"))
    brewery.kill("circusd")
    shown = brewery.krausen("status")
    assert shown.returncode == 1
    assert "spawner: stopped\n" in shown.stdout
    assert "dev-keezer: active\n" in shown.stdout
    assert brewery.pid("dev-keezer") == agent
    assert brewery.krausen("start").returncode == 0
    assert brewery.krausen("status").returncode == 0
    assert {keeper, server, agent}.isdisjoint(
        {brewery.pid(role) for role in ("circusd", "server", "dev-keezer")}
    )
    assert brewery.gap_s("dev-keezer") < 1.0


def test_a_restart_replaces_everything_and_agents_hand_over(brewery: Brewery) -> None:
    brewery.agent("keezer")
    brewery.krausen("start")
    before = [brewery.pid(role) for role in ("circusd", "server", "dev-keezer")]
    assert brewery.krausen("restart").returncode == 0
    after = [brewery.pid(role) for role in ("circusd", "server", "dev-keezer")]
    assert None not in after
    assert set(before).isdisjoint(after)
    assert brewery.gap_s("dev-keezer") < 1.0
    assert "Agents go on." in brewery.log("circusd.log")


def test_an_agent_that_is_wanted_no_more_is_not_left_behind(brewery: Brewery) -> None:
    brewery.agent("keezer")
    brewery.agent("cellar")
    brewery.krausen("start")
    (brewery.data / "agents" / "cellar" / "token").unlink()
    eventually(lambda: brewery.pid("dev-cellar") is None)
    brewery.kill("circusd")
    (brewery.data / "agents" / "keezer" / "token").unlink()
    brewery.krausen("start")
    assert brewery.pid("dev-keezer") is None
    assert set(brewery.states()) == {"server", "spawner", "stats"}


def test_a_new_agent_gets_a_process_within_seconds(brewery: Brewery) -> None:
    brewery.krausen("start")
    brewery.agent("keezer")
    eventually(lambda: brewery.states().get("dev-keezer") == "active")
    assert "agent.joins" in brewery.log("spawner.log")


def test_stop_ends_what_a_killed_process_manager_has_left(brewery: Brewery) -> None:
    brewery.agent("keezer")
    brewery.krausen("start")
    brewery.kill("circusd")
    assert brewery.krausen("stop").returncode == 0
    assert brewery.krausen("status").returncode == 3
    assert (brewery.pid("server"), brewery.pid("dev-keezer")) == (None, None)


def test_a_full_disk_stops_no_process(brewery: Brewery) -> None:
    full = brewery.data / "log"
    full.mkdir()
    for name in ("circusd", "spawner", "server", "dev-keezer-stdout", "dev-keezer-stderr"):
        (full / f"{name}.log").symlink_to("/dev/full")
    brewery.agent("keezer")
    assert brewery.krausen("start").returncode == 0
    brewery.kill("dev-keezer")
    eventually(lambda: brewery.process("dev-keezer").restarts == 1)
    eventually(lambda: brewery.states()["dev-keezer"] == "active")


def test_a_wish_to_stop_that_cannot_be_remembered_is_fulfilled_and_told(brewery: Brewery) -> None:
    brewery.krausen("start")
    (brewery.data / "run" / "wanted.new").mkdir()
    stopped = brewery.krausen("stop")
    assert stopped.returncode == 1
    assert stopped.stderr.startswith("krausen: Krausen is stopped, but may be started again")
    assert brewery.krausen("status").returncode == 3


def test_no_child_is_joined_to_the_process_manager_by_a_pipe(brewery: Brewery) -> None:
    brewery.krausen("start")
    server = brewery.pid("server")
    links = [str(Path(f"/proc/{server}/fd/{number}").readlink()) for number in range(3)]
    assert links == ["/dev/null", *[str(brewery.data / "log" / "server.log")] * 2]
    assert os.getsid(server or 0) == server


def test_no_process_of_ours_runs_beside_the_process_manager(brewery: Brewery) -> None:
    brewery.agent("keezer")
    brewery.krausen("start")
    keeper = brewery.pid("circusd")
    ours = [
        process.info
        for process in psutil.process_iter(["pid", "ppid", "cmdline"])
        if str(brewery.data) in (process.info["cmdline"] or [])
    ]
    assert {process["pid"] for process in ours} == {
        brewery.pid(role) for role in ("circusd", "server", "dev-keezer")
    }
    assert {process["ppid"] for process in ours if process["pid"] != keeper} == {keeper}
