import pytest

from krausen.model.log import (
    FIELD_LONGEST,
    FIELDS_MOST,
    TEXT_LONGEST,
    TRACEBACK,
    TRACEBACK_LONGEST,
    LogLevel,
    LogLine,
    bounded,
    level_named,
    source_of_agent,
    source_of_controller,
    source_of_door,
)


def line(text: str = "said", times: int = 1, **fields: str) -> LogLine:
    return LogLine(at=1, level=LogLevel.INFO, source="server", text=text, fields=fields, times=times)


def test_levels_go_up_with_what_matters() -> None:
    assert [level.value for level in sorted(LogLevel, key=lambda level: -level.rank)][::-1] == [
        "debug",
        "info",
        "warning",
        "error",
    ]


@pytest.mark.parametrize(
    ("name", "level"),
    [("WARNING", "warning"), ("warn", "warning"), ("critical", "error"), (" debug ", "debug"), ("?", "info")],
)
def test_levels_of_others_are_understood(name: str, level: str) -> None:
    assert level_named(name) == level


def test_a_line_within_bounds_stays_as_it_is() -> None:
    said = line(agent="pi")
    assert bounded(said) is said


def test_what_is_too_long_is_cut_and_what_is_too_many_left_out() -> None:
    many = {f"f{n}": "x" for n in range(FIELDS_MOST + 5)}
    cut = bounded(line("x" * 9_999, 0, **{"long": "y" * 9_999, TRACEBACK: "z" * 9_999, **many}))
    assert (len(cut.text), cut.text[-1], cut.times) == (TEXT_LONGEST, "…", 1)
    assert (len(cut.fields["long"]), len(cut.fields[TRACEBACK])) == (FIELD_LONGEST, TRACEBACK_LONGEST)
    assert len(cut.fields) == FIELDS_MOST


def test_half_a_character_is_none() -> None:
    said = bounded(line("caf\udce9 ü", file="\ud83d"))
    assert (said.text, said.fields) == ("caf? ü", {"file": "?"})


def test_sources_are_told_apart_by_what_they_are() -> None:
    assert source_of_agent("pi") == "pi"
    assert source_of_agent("spawner") == "agent/spawner"
    assert (source_of_controller("a"), source_of_door("a")) == ("controller/a", "door/a")
