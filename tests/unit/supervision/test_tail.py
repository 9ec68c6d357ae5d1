from contextlib import closing
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from krausen.supervision.tail import Entry, Follower, entries, logged, newest, past_the_log

texts = st.text(st.characters(whitelist_categories=("L", "N"), whitelist_characters=" :-"), max_size=20)


def line(second: int, text: str) -> str:
    return f"2026-11-21T10:00:{second:02d}.000000Z [info     ] {text}"


def test_a_line_without_a_time_belongs_to_the_one_before_it() -> None:
    lines = [line(1, "crash"), "Traceback", "LookupError", line(2, "on")]
    assert [entry.text for entry in entries("server", lines)] == ["\n".join(lines[:3]), lines[3]]


def test_lines_before_the_first_time_are_an_entry_of_their_own() -> None:
    assert [entry.stamp for entry in entries("server", ["cut off", line(1, "on")])] == [
        "",
        "2026-11-21T10:00:01.000000Z",
    ]


@given(st.lists(st.one_of(texts, texts.map(lambda text: line(5, text)))))
def test_no_line_is_lost(lines: list[str]) -> None:
    joined = [part for entry in entries("server", lines) for part in entry.text.split("\n")]
    assert [text for text in joined if text] == [text for text in lines if text]


def test_what_was_written_past_the_log_is_told_from_what_was_logged() -> None:
    first, second, third = entries("server", ["krausen: no", line(1, "crash"), "LookupError", line(2, "on")])
    assert [past_the_log(entry) for entry in (first, second, third)] == ["krausen: no", "LookupError", ""]


def test_logs_are_known_by_their_process(tmp_path: Path) -> None:
    for name in ("server.log", "server.log.1", "dev-a-stdout.log", "dev-a-stderr.log", "notes.txt"):
        (tmp_path / name).touch()
    assert {name: len(files) for name, files in logged(tmp_path).items()} == {"server": 1, "dev-a": 2}


def test_the_newest_entries_of_several_logs_are_in_the_order_of_time(tmp_path: Path) -> None:
    (tmp_path / "server.log").write_text(f"{line(1, 'a')}\n{line(4, 'd')}\n")
    (tmp_path / "circusd.log").write_text(f"{line(2, 'b')}\n{line(3, 'c')}\n")
    assert [entry.text[-1] for entry in newest(logged(tmp_path), 3)] == ["b", "c", "d"]
    assert newest(logged(tmp_path), 0) == []


def test_the_newest_entries_reach_into_logs_that_were_turned_over(tmp_path: Path) -> None:
    (tmp_path / "server.log.2").write_text(f"{line(1, 'a')}\n")
    (tmp_path / "server.log.1").write_text(f"{line(2, 'b')}\n")
    (tmp_path / "server.log").write_text(f"{line(3, 'c')}\n")
    assert [entry.text[-1] for entry in newest(logged(tmp_path), 9)] == ["a", "b", "c"]


def test_a_follower_gives_what_is_added_line_by_line(tmp_path: Path) -> None:
    path = tmp_path / "server.log"
    path.write_text("old\n")
    with closing(Follower(path)) as follower, path.open("a") as file:
        file.write("new\nhal")
        file.flush()
        assert follower.lines() == ["new"]
        file.write("f\n")
        file.flush()
        assert follower.lines() == ["half"]
        assert follower.lines() == []


def test_a_follower_loses_nothing_when_a_log_is_turned_over(tmp_path: Path) -> None:
    path = tmp_path / "server.log"
    path.touch()
    with closing(Follower(path)) as follower:
        path.write_text("last of the old\n")
        path.rename(tmp_path / "server.log.1")
        assert follower.lines() == ["last of the old"]
        path.write_text("first of the new\n")
        assert follower.lines() == ["first of the new"]


def test_a_follower_waits_for_a_log_that_is_not_there_yet(tmp_path: Path) -> None:
    with closing(Follower(tmp_path / "server.log")) as follower:
        assert follower.lines() == []
        (tmp_path / "server.log").write_text("first\n")
        assert follower.lines() == ["first"]


def test_entries_are_compared_by_time_first() -> None:
    assert Entry("1", "z", "z") < Entry("2", "a", "a")
