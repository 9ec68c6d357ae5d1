import logging
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from krausen.supervision.logs import KEPT, SIZE, LogFile

SCRIPT = """
import sys
from pathlib import Path
import structlog
from krausen.supervision.logs import log_to_files
log_to_files(Path(sys.argv[1]), sys.argv[2], terminal=len(sys.argv) > 3)
log = structlog.get_logger()
log.info("told", beer="ale")
log.debug("whispered")
log.warning("warned")
print("said past the log", flush=True)
raise LookupError("no yeast")
"""


def run(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", SCRIPT, str(folder), *words], capture_output=True, text=True, check=False
    )


def record(text: str, level: int = logging.INFO) -> logging.LogRecord:
    return logging.LogRecord("krausen", level, __file__, 1, text, None, None)


def test_a_process_has_one_file_with_all_it_says_to_its_last_words(tmp_path: Path) -> None:
    done = run(tmp_path / "log", "server")
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "")
    assert [path.name for path in (tmp_path / "log").iterdir()] == ["server.log"]
    text = (tmp_path / "log" / "server.log").read_text()
    for said in ("told", "beer=ale", "warned", "said past the log", "LookupError: no yeast"):
        assert said in text
    assert "whispered" not in text
    assert text.startswith("20")


def test_an_agent_has_a_file_for_what_it_tells_and_one_for_what_is_wrong(tmp_path: Path) -> None:
    run(tmp_path, "dev-keezer")
    told = (tmp_path / "dev-keezer-stdout.log").read_text()
    wrong = (tmp_path / "dev-keezer-stderr.log").read_text()
    assert "beer=ale" in told
    assert "said past the log" in told
    assert "warned" not in told
    assert "warned" in wrong
    assert "LookupError: no yeast" in wrong
    assert "beer=ale" not in wrong


def test_at_a_terminal_everything_is_shown_as_well(tmp_path: Path) -> None:
    done = run(tmp_path, "circusd", "terminal")
    assert done.stdout == "said past the log\n"
    for said in ("told", "warned", "LookupError: no yeast"):
        assert said in done.stderr
    text = (tmp_path / "circusd.log").read_text()
    assert "warned" in text
    assert "yeast" not in text


def test_a_stream_has_readable_lines_with_the_time_of_day_and_no_secrets() -> None:
    script = """
import sys, logging, structlog
from krausen.supervision.logs import log_to_stream
log_to_stream(sys.stderr)
structlog.get_logger().info("told", token="hops")
logging.getLogger("library").warning("warned")
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    first, second = done.stderr.splitlines()
    assert re.fullmatch(r"\d\d:\d\d:\d\d \[info     \] told +token=•••", first)
    assert re.fullmatch(r"\d\d:\d\d:\d\d \[warning  \] warned", second)


def test_a_folder_that_cannot_be_made_ends_no_process(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("in the way")
    done = run(tmp_path / "log", "server")
    assert done.returncode == 1
    assert "LookupError: no yeast" in done.stderr


def test_a_log_is_turned_over_at_two_megabytes_and_five_old_ones_are_kept(tmp_path: Path) -> None:
    file = LogFile(tmp_path / "server.log")
    text = "x" * 99_999
    for _ in range((KEPT + 3) * SIZE // 100_000):
        file.emit(record(text))
    file.close()
    sizes = {path.name: path.stat().st_size for path in tmp_path.iterdir()}
    assert set(sizes) == {"server.log", *(f"server.log.{number}" for number in range(1, 6))}
    assert all(SIZE * 0.9 < size <= SIZE for name, size in sizes.items() if name != "server.log")


def test_the_streams_of_a_process_follow_its_log_when_it_is_turned_over(tmp_path: Path) -> None:
    read, stream = os.pipe()
    file = LogFile(tmp_path / "server.log", streams=(stream,))
    try:
        file.emit(record("x" * (SIZE - 10)))
        file.emit(record("in the new file"))
        os.write(stream, b"past the log\n")
    finally:
        file.close()
        os.close(stream)
        os.close(read)
    assert (tmp_path / "server.log").read_text() == "in the new file\npast the log\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that is always full is Linux's")
def test_a_full_disk_loses_lines_and_says_how_many_once_there_is_room(tmp_path: Path) -> None:
    path = tmp_path / "server.log"
    path.symlink_to("/dev/full")
    file = LogFile(path)
    file.open()
    for number in range(3):
        file.emit(record(f"lost {number}"))
    path.unlink()
    file.emit(record("kept"))
    file.emit(record("and on"))
    file.close()
    assert path.read_text().splitlines() == [
        "kept",
        "3 lines before this one could not be written: No space left on device",
        "and on",
    ]


def test_a_log_whose_folder_vanished_is_made_again_with_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "log"
    folder.mkdir()
    file = LogFile(folder / "server.log")
    folder.rmdir()
    file.emit(record("lost"))
    folder.mkdir()
    file.emit(record("kept"))
    file.close()
    assert (folder / "server.log").read_text().splitlines()[0] == "kept"


def test_a_line_that_makes_no_sense_is_complained_of(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = LogFile(tmp_path / "server.log")
    file.emit(logging.LogRecord("krausen", logging.INFO, __file__, 1, "%d beers", ("two",), None))
    file.close()
    assert "%d format" in capsys.readouterr().err
