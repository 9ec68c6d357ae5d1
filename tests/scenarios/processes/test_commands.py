"""The commands about processes, as a user gives them."""

import json
import signal
from collections.abc import Callable
from pathlib import Path

from tests.scenarios.processes.conftest import Brewery, eventually

ALL = {"server": "active", "spawner": "active", "stats": "active", "dev-keezer": "active"}


def test_start_returns_when_everything_is_up_and_stop_when_everything_is_down(brewery: Brewery) -> None:
    brewery.agent("keezer")
    assert brewery.krausen("status").returncode == 3
    started = brewery.krausen("start", "--port", "8123")
    assert (started.returncode, started.stderr) == (0, "")
    assert "http://127.0.0.1:8123" in started.stdout
    shown = brewery.krausen("status")
    lines = "server: active\nspawner: active\nstats: active\ndev-keezer: active\n"
    assert (shown.returncode, shown.stdout) == (0, lines)
    assert brewery.krausen("stop").returncode == 0
    assert brewery.krausen("status").returncode == 3
    assert [brewery.pid(role) for role in ("circusd", "server", "dev-keezer")] == [None] * 3


def test_status_for_programs_tells_all_that_is_known(brewery: Brewery) -> None:
    brewery.krausen("start")
    shown = json.loads(brewery.krausen("status", "--json").stdout)["processes"]
    assert [process["name"] for process in shown] == ["server", "spawner", "stats"]
    server = shown[0]
    assert server["memory_mb"] > 5
    assert server["pid"] == brewery.pid("server")
    assert (server["state"], server["restarts"]) == ("active", 0)
    assert server["since"].endswith("Z")
    left = json.loads((brewery.data / "run" / "stats.json").read_text())
    assert left["circusd"]["pid"] == brewery.pid("circusd")


def test_what_was_stopped_on_purpose_stays_stopped_until_somebody_starts_it(brewery: Brewery) -> None:
    brewery.krausen("start")
    brewery.krausen("stop")
    looked = brewery.krausen("startifstopped")
    assert (looked.returncode, looked.stdout, looked.stderr) == (0, "", "")
    booted = brewery.krausen("start", KRAUSEN_UNLESS_STOPPED="1")
    assert (booted.returncode, booted.stdout) == (0, "")
    assert brewery.krausen("status").returncode == 3
    assert brewery.krausen("start").returncode == 0
    assert brewery.krausen("status").returncode == 0


def test_what_has_ended_by_itself_is_started_by_the_schedule_and_at_boot(brewery: Brewery) -> None:
    brewery.krausen("start", "--port", "8124")
    for words in (["startifstopped"], ["start", "--unless-stopped"]):
        brewery.kill("circusd")
        assert brewery.krausen(*words).returncode == 0
        assert brewery.krausen("status").returncode == 0
    assert brewery.krausen("startifstopped").stdout == ""
    assert "port=8124" in brewery.log("server.log").splitlines()[-2]


def test_start_says_why_something_does_not_come_up_and_tries_again_when_it_is_mended(
    brewery: Brewery,
) -> None:
    brewery.does("server", "refuse")
    refused = brewery.krausen("start")
    assert refused.returncode == 1
    assert refused.stderr.startswith("krausen: server has failed: ended with status 1.")
    assert "The kettle is missing. Buy one." in refused.stderr
    assert brewery.states()["server"] == "failed"
    assert brewery.krausen("status").returncode == 1
    brewery.does("server", "live")
    assert brewery.krausen("start").returncode == 0
    assert brewery.krausen("status").returncode == 0


def test_start_says_why_the_process_manager_itself_cannot_run(brewery: Brewery) -> None:
    (brewery.data / "run").mkdir()
    (brewery.data / "run" / "heartbeats").mkdir()
    refused = brewery.krausen("start")
    assert refused.returncode == 1
    assert "heartbeats" in refused.stderr
    assert refused.stderr.count("\n") == 1


def test_a_failure_is_told_with_the_last_words_of_the_process_itself(brewery: Brewery) -> None:
    brewery.agent("keezer", does="refuse")
    assert brewery.krausen("start").returncode == 1
    brewery.agent("cellar", does="crash")
    brewery.does("dev-keezer", "live")
    refused = brewery.krausen("start")
    assert "dev-cellar has failed" in refused.stderr
    assert "no yeast" in refused.stderr


def test_a_port_in_the_settings_holds_from_the_next_restart_on(brewery: Brewery) -> None:
    brewery.krausen("start")
    (brewery.data / "krausen.toml").write_text("[server]\nport = 8129\n")
    refused = brewery.krausen("start")
    assert (refused.returncode, "Use: krausen restart." in refused.stderr) == (1, True)
    assert "http://127.0.0.1:8129" in brewery.krausen("restart").stdout
    assert "port=8129" in brewery.log("server.log").splitlines()[-2]


def test_start_with_another_port_is_refused_while_it_runs_and_restart_takes_it(brewery: Brewery) -> None:
    brewery.krausen("start", "--port", "8125")
    refused = brewery.krausen("start", "--port", "8126")
    assert (refused.returncode, "restart --port 8126" in refused.stderr) == (1, True)
    assert brewery.krausen("restart", "--port", "8126").returncode == 0
    assert "port=8126" in brewery.log("server.log").splitlines()[-2]


def test_up_shows_what_happens_and_ctrl_c_ends_everything(brewery: Brewery) -> None:
    brewery.agent("keezer")
    with brewery.open("up") as up:
        eventually(lambda: brewery.pid("dev-keezer") is not None and brewery.pid("server") is not None)
        second = brewery.krausen("up")
        assert (second.returncode, "Krausen up, process" in second.stderr) == (1, True)
        up.send_signal(signal.SIGINT)
        shown, _ = up.communicate(timeout=30)
    assert up.returncode == 0
    assert "process.started" in shown
    assert [brewery.pid(role) for role in ("circusd", "server", "dev-keezer")] == [None] * 3


def test_logs_shows_the_newest_lines_of_all_processes_or_of_one(brewery: Brewery) -> None:
    brewery.agent("keezer")
    brewery.krausen("start")
    every = brewery.krausen("logs").stdout
    for name in ("circusd: ", "spawner: ", "server: ", "dev-keezer: "):
        assert f"\n{name}" in f"\n{every}"
    one = brewery.krausen("logs", "dev-keezer", "-n", "2").stdout.splitlines()
    assert [line.split("] ")[1].split()[0] for line in one] == ["begins", "holds"]
    unknown = brewery.krausen("logs", "kettle")
    assert (unknown.returncode, "server" in unknown.stderr) == (1, True)


def test_every_process_has_its_log_in_one_folder(brewery: Brewery) -> None:
    brewery.agent("keezer")
    brewery.krausen("start")
    eventually(lambda: "holds" in brewery.log("dev-keezer-stderr.log"))
    assert {path.name for path in (brewery.data / "log").iterdir()} == {
        "circusd.log",
        "spawner.log",
        "server.log",
        "dev-keezer-stdout.log",
        "dev-keezer-stderr.log",
    }
    told = {"circusd.log": "circusd.started", "spawner.log": "agent.joins", "server.log": "begins"}
    for file, word in (told | {"dev-keezer-stdout.log": "begins"}).items():
        assert word in brewery.log(file)


def test_logs_goes_on_with_what_is_added(brewery: Brewery) -> None:
    brewery.krausen("start")
    with brewery.open("logs", "server", "--follow", "-n", "1") as logs:
        assert logs.stdout is not None
        assert "holds" in logs.stdout.readline()
        brewery.kill("server")
        assert "begins" in logs.stdout.readline()
        logs.terminate()


def test_add2cron_adds_what_is_missing_and_repeating_changes_nothing(
    brewery: Brewery, tmp_path: Path
) -> None:
    tab = crontab(tmp_path)
    tab.write_text("MAILTO=brewer\n")
    assert brewery.krausen("add2cron").stdout.count("added: ") == 2
    lines = tab.read_text().splitlines()
    assert lines[0] == "MAILTO=brewer"
    assert [line.split()[0] for line in lines[1:]] == ["@reboot", "*/10"]
    assert [line.split()[-1] for line in lines[1:]] == ["start", "startifstopped"]
    assert "there already" in brewery.krausen("add2cron").stdout
    assert tab.read_text().splitlines() == lines


def test_the_lines_of_the_crontab_do_what_they_say(brewery: Brewery, tmp_path: Path) -> None:
    tab = crontab(tmp_path)
    brewery.krausen("add2cron")
    boot, look = (line.removeprefix("@reboot ") for line in tab.read_text().splitlines())
    assert brewery.shell(boot).returncode == 0
    assert brewery.krausen("status").returncode == 0
    brewery.kill("circusd")
    assert brewery.shell(look.split(None, 5)[5]).returncode == 0
    assert brewery.krausen("status").returncode == 0


def test_add2cron_without_cron_says_what_to_install(brewery: Brewery) -> None:
    refused = brewery.krausen("add2cron", PATH=str(brewery.data))
    assert (refused.returncode, "apt-get install cron" in refused.stderr) == (1, True)


def test_two_installations_do_not_meet(breweries: Callable[[str], Brewery], tmp_path: Path) -> None:
    tab = crontab(tmp_path)
    ale, cider = breweries("ale"), breweries("cider")
    for brewery, port in ((ale, "8127"), (cider, "8128")):
        assert brewery.krausen("start", "--port", port).returncode == 0
        brewery.krausen("add2cron")
    assert len(tab.read_text().splitlines()) == 4
    ale.krausen("stop")
    assert (ale.krausen("status").returncode, cider.krausen("status").returncode) == (3, 0)
    assert cider.process("server").restarts == 0


def test_every_command_explains_itself(brewery: Brewery) -> None:
    for word in ("up", "start", "stop", "restart", "status", "startifstopped", "add2cron", "logs"):
        told = brewery.krausen(word, "--help")
        assert told.returncode == 0
        assert "--data DIR" in told.stdout
        assert len(told.stdout) > 150


def crontab(folder: Path) -> Path:
    """Put a crontab program on the path, and give the file that it keeps."""
    (folder / "bin").mkdir()
    program = folder / "bin" / "crontab"
    program.write_text(
        f'#!/bin/sh\nTAB="{folder}/tab"\nif [ "$1" = -l ]; then\n'
        '  cat "$TAB" 2>/dev/null || { echo "no crontab for brewer" >&2; exit 1; }\n'
        'else cat > "$TAB"; fi\n'
    )
    program.chmod(0o755)
    return folder / "tab"
