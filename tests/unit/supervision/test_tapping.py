import logging

import pytest

from krausen.model.log import LogLine
from krausen.supervision.tapping import HELD, LogTap


class Stubborn:
    def __str__(self) -> str:
        raise LookupError("I will not be shown.")

    __repr__ = __str__


def say(tap: LogTap, text: str, *values: object) -> None:
    tap.handle(logging.LogRecord("krausen", logging.INFO, __file__, 1, text, values, None))


def test_what_was_logged_before_anybody_listened_comes_first_the_last_of_it() -> None:
    tap, heard = LogTap("server"), list[LogLine]()
    for n in range(HELD + 2):
        say(tap, str(n))
    tap.open(heard.append)
    say(tap, "then")
    assert [line.text for line in heard] == [*map(str, range(2, HELD + 2)), "then"]
    tap.shut()
    say(tap, "unheard")
    assert len(heard) == HELD + 1


def test_time_may_be_another_than_the_systems() -> None:
    tap, heard = LogTap("server"), list[LogLine]()
    tap.open(heard.append, lambda: 7)
    say(tap, "now")
    assert [line.at for line in heard] == [7]


def test_a_line_that_makes_no_sense_is_complained_of_and_harms_nobody(
    capsys: pytest.CaptureFixture[str],
) -> None:
    tap, heard = LogTap("server"), list[LogLine]()
    tap.open(heard.append)
    say(tap, "%s", Stubborn())
    say(tap, "after")
    assert [line.text for line in heard] == ["after"]
    assert "I will not be shown" in capsys.readouterr().err
