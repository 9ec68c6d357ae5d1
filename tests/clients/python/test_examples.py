"""The examples, as a user runs them, against a real server."""

import subprocess
import sys
from pathlib import Path

from tests.clients.python.house import House
from tools.checks import ROOT

EXAMPLES = ROOT / "clients" / "python" / "examples"
TABLE = """time,node,temperature,gravity
2026-05-01T18:30:00+00:00,tank-1,18.3,1.048
2026-05-01T18:31:00+00:00,tank-1,18.4,
2026-05-01T18:30:00+00:00,tank-2,17.9,1.050
"""
PATIENCE_S = 60


def run(folder: Path, example: str, *words: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, str(EXAMPLES / example), *words]
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, timeout=PATIENCE_S
    )


def test_backfill_sends_a_table(house: House, tmp_path: Path) -> None:
    (tmp_path / "measurements.csv").write_text(TABLE)
    for _ in range(2):
        done = run(tmp_path, "backfill.py", house.url, house.token(), "backfill", "measurements.csv")
        assert done.stdout == "3 rows with 5 readings are on the server's disk.\n", done.stderr
    assert house.stored("backfill") == {
        ("tank-1", "gravity"): [("2026-05-01T18:30:00.000+00:00", 1.048)],
        ("tank-1", "temperature"): [
            ("2026-05-01T18:30:00.000+00:00", 18.3),
            ("2026-05-01T18:31:00.000+00:00", 18.4),
        ],
        ("tank-2", "gravity"): [("2026-05-01T18:30:00.000+00:00", 1.05)],
        ("tank-2", "temperature"): [("2026-05-01T18:30:00.000+00:00", 17.9)],
    }


def test_backfill_says_in_words_what_is_wrong(house: House, tmp_path: Path) -> None:
    (tmp_path / "measurements.csv").write_text(TABLE.replace("2026-05-01T18:31:00", "yesterday"))
    done = run(tmp_path, "backfill.py", house.url, house.token(), "backfill", "measurements.csv")
    assert done.returncode == 1
    assert "row 1, timestamp" in done.stderr
    assert done.stderr.endswith("0 rows had been accepted before.\n")
    assert "Traceback" not in done.stderr


def test_live_accumulator_sends_everything_it_measured(house: House, tmp_path: Path) -> None:
    done = run(tmp_path, "live_accumulator.py", house.url, house.token(), "live", "20", "0.005")
    assert done.stdout == "All is sent.\n", done.stderr
    stored = house.stored("live")
    assert {metric: len(readings) for (_, metric), readings in stored.items()} == {
        "load_1_min": 20,
        "load_5_min": 20,
        "load_15_min": 20,
    }
    assert (tmp_path / "live.spool").exists()


def test_listen_prints_what_is_heard(house: House, tmp_path: Path) -> None:
    listening = subprocess.Popen(
        [sys.executable, str(EXAMPLES / "listen.py"), house.url, house.token(), "1"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        while listening.poll() is None:
            run(tmp_path, "live_accumulator.py", house.url, house.token(), "heard", "10", "0.1")
        assert listening.stdout is not None
        said = listening.stdout.read()
    finally:
        listening.kill()
        listening.communicate()
    assert "heard this machine load_" in said
