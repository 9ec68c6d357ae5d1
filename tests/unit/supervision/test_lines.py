import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import json
from structlog.testing import capture_logs

from krausen.model.log import LogLevel, LogLine
from krausen.supervision.lines import line_of, lines_of
from krausen.supervision.past import Following, past_lines, source_named
from krausen.supervision.tail import Entry

SCRIPT = """
import logging, sys
from pathlib import Path
import structlog
from msgspec import json
from krausen.model.log import LogLevel
from krausen.supervision.logs import log_from, log_to_files
from krausen.supervision.tapping import LogTap
tap = LogTap("server")
log_to_files(Path(sys.argv[1]), "server", tap=tap)
log = structlog.get_logger("krausen.test")
log.debug("whispered")
log_from(LogLevel.DEBUG)
log.debug("spoken", n=1)
logging.getLogger("library").debug("chatter")
log.warning("agent.lost", agent="pi", detail="It's away: krs_abcdef123456.", times=3, token="hops")
log.info("door.refused", source="door/ispindel", detail="No.")
log.info("odd", quoted='a "b"', newline="a\\nb", map={"a": [1, None]}, none=None, eq="x=y")
logging.getLogger("library").error("failed with %s", "http://anna:hops@there")
try:
    raise LookupError("password in ?token=hops")
except LookupError:
    log.exception("web.failed", number=1)
log_from(LogLevel.ERROR)
log.debug("whispered again")
log.info("after")
heard = []
tap.open(heard.append)
log.info("open")
Path(sys.argv[2]).write_bytes(json.encode(heard))
"""
HEAD = "2026-11-21T10:00:01.123456Z"


def at_ten(text: str, *more: str, level: str = "info") -> list[LogLine]:
    entry = Entry(HEAD, "server", "\n".join([f"{HEAD} [{level:<9}] {text}", *more]))
    return list(lines_of(entry, "server"))


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[LogLine], list[LogLine], str]:
    """What a process heard of itself, and what its file has of it, as lines and as it is."""
    folder, heard = tmp_path_factory.mktemp("log"), tmp_path_factory.mktemp("heard") / "lines.json"
    words = [sys.executable, "-c", SCRIPT, str(folder), str(heard)]
    subprocess.run(words, check=True, env={**os.environ, "TZ": "Asia/Tokyo"})
    lines = json.decode(heard.read_bytes(), type=list[LogLine])
    return lines, past_lines(folder), (folder / "server.log").read_text()


Said = tuple[list[LogLine], list[LogLine], str]


def test_a_file_gives_back_the_very_lines_that_were_heard(said: Said) -> None:
    heard, read, _ = said
    assert len(heard) == 8
    for one, other in zip(heard, read, strict=True):
        assert (one.at, one.level, one.source, one.text, one.times) == (
            other.at,
            other.level,
            other.source,
            other.text,
            other.times,
        )
    assert [one.fields for one in heard] == [other.fields for other in read]


def test_a_line_says_by_itself_what_happened_to_whom(said: Said) -> None:
    lost = said[0][1]
    assert lost.text == "agent.lost agent=pi token=•••: It's away: krs_•••."
    assert (lost.level, lost.source, lost.times) == (LogLevel.WARNING, "server", 3)
    assert lost.fields == {"agent": "pi", "detail": "It's away: krs_•••.", "token": "•••"}
    assert said[0][2].source == "door/ispindel"


def test_a_level_holds_at_once_for_what_is_ours_and_never_hides_what_matters(said: Said) -> None:
    texts = [line.text for line in said[0]]
    assert texts[0] == "spoken n=1"
    assert texts[-2:] == ["after", "open"]
    assert not [text for text in texts if "whispered" in text or "chatter" in text]


def test_no_secret_is_in_a_line_or_in_the_file(said: Said) -> None:
    heard, _, text = said
    assert "hops" not in text
    assert "abcdef" not in text
    assert "hops" not in str(heard)
    assert heard[5].fields["traceback"].endswith("LookupError: password in ?token=•••")


def test_what_a_crash_wrote_past_the_log_is_an_error_of_its_own() -> None:
    crash = ["Traceback (most recent call last):", '  File "x"', "LookupError: no yeast"]
    line, error = at_ten("told", *crash)
    assert (line.text, line.level, line.fields) == ("told", LogLevel.INFO, {})
    assert (error.text, error.level) == ("LookupError: no yeast", LogLevel.ERROR)
    assert error.fields["traceback"] == "\n".join(crash)


def test_what_else_was_written_past_the_log_belongs_to_the_line_before_it() -> None:
    (line,) = at_ten("told", "past the log", "and more")
    assert line.fields == {"more": "past the log\nand more"}


def test_an_entry_without_a_time_is_left_out() -> None:
    for text in ("", "half a line", "2026-99-21T10:00:01.1Z [info] x", HEAD):
        assert list(lines_of(Entry("", "server", text), "server")) == []


def test_the_time_is_that_of_the_stamp() -> None:
    assert [line.at for line in at_ten("told")] == [1_795_255_201_123]


@given(st.text())
def test_any_text_in_a_file_is_read_without_failing(text: str) -> None:
    assert len(at_ten(text)) <= 2
    list(lines_of(Entry("", "server", text), "server"))


@given(
    st.dictionaries(
        st.from_regex(r"[a-z_]{1,8}", fullmatch=True), st.text() | st.integers() | st.none(), max_size=4
    )
)
def test_any_value_can_be_logged(fields: dict[str, object]) -> None:
    record = logging.LogRecord("krausen", logging.INFO, "", 1, "", None, None)
    record.msg = {**fields, "event": "said", "timestamp": HEAD}
    assert line_of(record, "server").text.startswith("said")


def test_processes_are_called_by_what_they_are() -> None:
    names = ["server", "spawner", "dev-cellar", "dev-server"]
    assert [source_named(name) for name in names] == ["server", "spawner", "cellar", "agent/server"]


# ——— files ———


def stamped(second: int, text: str) -> str:
    return f"2026-11-21T10:00:{second:02d}.000000Z [info     ] {text}\n"


def test_the_last_lines_of_all_processes_are_read_by_time(tmp_path: Path) -> None:
    (tmp_path / "server.log").write_text(stamped(2, "b") + stamped(4, "d"))
    (tmp_path / "dev-pi-stderr.log").write_text(stamped(3, "c"))
    (tmp_path / "dev-pi-stdout.log").write_text(stamped(1, "a"))
    (tmp_path / "notes.txt").write_text(stamped(5, "e"))
    found = [(line.source, line.text) for line in past_lines(tmp_path)]
    assert found == [("pi", "a"), ("server", "b"), ("pi", "c"), ("server", "d")]


def test_only_the_end_of_a_long_log_is_read_and_that_of_the_one_before_it(tmp_path: Path) -> None:
    (tmp_path / "server.log.1").write_text("".join(stamped(n % 60, "x" * 100) for n in range(100)))
    (tmp_path / "server.log").write_text(stamped(59, "newest"))
    found = past_lines(tmp_path, 1_000)
    assert found[-1].text == "newest"
    assert 4 <= len(found) <= 8


def test_a_folder_without_logs_has_nothing_to_say(tmp_path: Path) -> None:
    assert past_lines(tmp_path / "none") == []


def test_a_log_that_cannot_be_read_is_said_and_keeps_nobody_from_reading_the_others(tmp_path: Path) -> None:
    (tmp_path / "server.log").mkdir()
    (tmp_path / "spawner.log").write_text(stamped(1, "here"))
    with capture_logs() as logs:
        assert [line.text for line in past_lines(tmp_path)] == ["here"]
    assert [(one["event"], one["log"]) for one in logs] == [("log.not_read", "server.log")]
    following = Following(tmp_path, ["server"])
    assert following.lines() == []
    (tmp_path / "server.log").rmdir()
    assert following.lines() == []
    (tmp_path / "server.log").write_text(stamped(2, "back"))
    assert [line.text for line in following.lines()] == ["back"]
    following.close()


def test_what_others_add_to_their_logs_is_followed(tmp_path: Path) -> None:
    (tmp_path / "spawner.log").write_text(stamped(1, "old"))
    following = Following(tmp_path, ["spawner", "circusd"])
    try:
        with (tmp_path / "spawner.log").open("a") as file:
            file.write(stamped(2, "new"))
        (tmp_path / "circusd.log").write_text(stamped(3, "first"))
        assert [(line.source, line.text) for line in following.lines()] == [
            ("spawner", "new"),
            ("circusd", "first"),
        ]
        assert following.lines() == []
    finally:
        following.close()
