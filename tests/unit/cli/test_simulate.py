import json
import signal
from pathlib import Path
from threading import Event

import psutil
import pytest
from click.testing import CliRunner, Result
from msgspec.structs import replace

from krausen.cli import simulate
from krausen.cli.simulate import COMMAND, FIGURES, WITHIN_TABLE
from krausen.errors import OperatorNeeded
from krausen.physics.chambers import CHAMBERS
from krausen.simulation.runs import algorithms_that_hold
from krausen.simulation.scenario import SCENARIOS, scenario_of
from tests.unit.cli.running import LOOK_S, PATIENCE_S, running

KEYS = {
    "chamber",
    "scenario",
    "algorithm",
    "seed",
    "rmse_c",
    "max_c",
    "bias_c",
    "overshoot_c",
    "lost_c",
    "settle_h",
    "starts_per_day",
    "heats_per_day",
    "alternations_per_day",
    "kwh_per_day",
    "short_cycles",
    "simulated_s_per_s",
}


@pytest.fixture(autouse=True)
def brief(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let two scenarios be over within a day."""
    brief = [replace(one, days=1, hold_h=12.0) for one in (scenario_of("hold"), scenario_of("heat-only"))]
    monkeypatch.setattr(simulate, "SCENARIOS", tuple(brief))
    monkeypatch.setattr(
        simulate, "scenario_of", lambda name: next((b for b in brief if b.name == name), scenario_of(name))
    )


def run(*arguments: str) -> Result:
    return CliRunner().invoke(COMMAND, arguments)


def test_one_run_is_told_as_one_object() -> None:
    result = run(
        "--chamber", "glycol300", "--scenario", "heat-only", "--algorithm", "pid", "--seed", "7", "--json"
    )
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert set(told) == KEYS
    assert (told["chamber"], told["scenario"], told["algorithm"], told["seed"]) == (
        "glycol300",
        "heat-only",
        "pid",
        7,
    )
    assert told["starts_per_day"] == 0.0
    assert told["heats_per_day"] > 0.0


def test_several_runs_are_told_as_a_list() -> None:
    result = run("--scenario", "all", "--seeds", "2", "--seed", "3", "--json")
    told = json.loads(result.stdout)
    assert [(one["scenario"], one["seed"]) for one in told] == [
        ("hold", 3),
        ("hold", 4),
        ("heat-only", 3),
        ("heat-only", 4),
    ]


def test_the_same_seed_gives_the_same_figures() -> None:
    first, again = (json.loads(run("--json").stdout) for _ in range(2))
    del first["simulated_s_per_s"], again["simulated_s_per_s"]
    assert first == again


def test_people_get_every_figure_of_one_run() -> None:
    lines = [line.rsplit(maxsplit=1) for line in run().stdout.splitlines()]
    names = {words[0].strip() for words in lines if len(words) == 2}
    assert names == {"chamber", "scenario", "algorithm", "seed", *(name for name, _ in FIGURES.values())}


def test_people_get_a_table_of_several_runs_with_their_means() -> None:
    heading, *rows = run("--algorithm", "all", "--seeds", "2").stdout.splitlines()
    assert all(FIGURES[field][0] in heading for field in WITHIN_TABLE)
    names = list(algorithms_that_hold())
    assert [row.split()[0] for row in rows] == [name for name in names for _ in range(3)]
    assert [row.split()[1] for row in rows] == ["hold", "hold", "mean"] * len(names)
    own = [float(row.split()[4]) for row in rows[:2]]
    assert float(rows[2].split()[2]) == pytest.approx(sum(own) / 2, abs=0.001)


def test_a_picture_of_each_run_is_drawn(tmp_path: Path) -> None:
    result = run("--seeds", "2", "--pictures", str(tmp_path / "new" / "folder"))
    assert result.exit_code == 0
    files = sorted((tmp_path / "new" / "folder").iterdir())
    assert [file.name for file in files] == [f"freezer20-hold-hysteresis-{seed}.svg" for seed in (1, 2)]
    assert all("rmse 0." in file.read_text() for file in files)


def test_a_folder_that_cannot_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = run("--pictures", str(tmp_path / "file" / "folder"))
    assert isinstance(result.exception, OperatorNeeded)
    assert "cannot be put into" in str(result.exception)


@pytest.mark.parametrize(
    ("option", "known"),
    [
        ("--chamber", list(CHAMBERS)),
        ("--scenario", [one.name for one in SCENARIOS]),
        ("--algorithm", list(algorithms_that_hold())),
    ],
)
def test_an_unknown_name_is_wrong_usage_and_lists_the_known_ones(option: str, known: list[str]) -> None:
    result = run(option, "nonsense")
    assert result.exit_code == 2
    assert all(name in result.stderr for name in ("'nonsense'", *known))


@pytest.mark.parametrize("arguments", [["--seeds", "0"], ["--seed", "-1"], ["--seed", "x"], ["more"]])
def test_wrong_usage_is_told_as_such(arguments: list[str]) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert "Usage:" in result.stderr


def test_the_help_lists_all_there_is() -> None:
    told = run("--help").stdout
    names = [*CHAMBERS, *algorithms_that_hold(), "a hold", "g heat-only"]
    assert all(f"  {name} " in told for name in names)


def until_it_has_children(process: psutil.Process) -> list[psutil.Process]:
    """Wait until a process has children, and give them."""
    pause = Event()
    for _ in range(int(PATIENCE_S / LOOK_S)):
        if children := process.children():
            return children
        pause.wait(LOOK_S)
    raise AssertionError("It started no child.")


def test_ctrl_c_leaves_no_child(tmp_path: Path) -> None:
    with running(tmp_path / "said", "simulate", "--chamber", "all", "--seeds", "50") as command:
        process = psutil.Process(command.process.pid)
        children = until_it_has_children(process)
        assert command.stop(signal.SIGINT) == 1
        _, alive = psutil.wait_procs(children, timeout=PATIENCE_S)
    assert alive == []
    assert "Traceback" not in command.said()
