"""Start at boot and after a crash, by two lines in the crontab of the user."""

import os
import shlex
import subprocess
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from krausen.errors import OperatorNeeded

CRONTAB = "crontab"
DATA = "KRAUSEN_DATA"
UNLESS_STOPPED = "KRAUSEN_UNLESS_STOPPED"
"""Variable that makes `start` heed an earlier `stop`."""
_NONE_YET = ("no crontab for", "No such file")
"""What the crontab programs of Debian and of busybox say where a user has none."""


class Schedule(Struct, frozen=True):
    """The lines for one data folder, whose commands begin with `program`."""

    program: tuple[str, ...]
    data: Path

    def lines(self) -> tuple[str, str]:
        """Give the two lines: at boot, and every ten minutes."""
        start = (f"{DATA}={self.data}", f"{UNLESS_STOPPED}=1", *self.program, "start")
        check = (f"{DATA}={self.data}", *self.program, "startifstopped")
        return f"@reboot {_shell(start)}", f"*/10 * * * * {_shell(check)}"


class Plan(Struct, frozen=True):
    """A crontab as it should be, with the lines that were added and the ones that were out of date."""

    lines: tuple[str, ...]
    added: tuple[str, ...]
    dropped: tuple[str, ...]


def plan(present: Sequence[str], schedule: Schedule) -> Plan:
    """Add the lines of a schedule that are missing. All others stay as they are, those of other folders too.

    A line is there when one of the same data folder starts the same program with the same word, whenever that
    is due. One that starts another program for this folder is left from an older installation: it is dropped.
    """
    wanted = {_entry(line): line for line in schedule.lines()}
    found = {line: _entry(line) for line in present}
    ours = {(entry.data, entry.word) for entry in wanted if entry is not None}
    dropped = tuple(
        line
        for line, entry in found.items()
        if entry is not None and entry not in wanted and (entry.data, entry.word) in ours
    )
    added = tuple(line for entry, line in wanted.items() if entry not in found.values())
    kept = tuple(line for line in present if line not in dropped)
    return Plan((*kept, *added), added, dropped)


def add_to_crontab(schedule: Schedule, program: str = CRONTAB) -> Plan:
    """Bring the crontab of this user up to date, and give what was done.

    Raises OperatorNeeded when there is no crontab program, or when it refuses.
    """
    if "\n" in str(schedule.data):
        raise OperatorNeeded(
            "No crontab can name a data folder with a line break. Choose another: --data DIR."
        )
    result = plan(_read(program), schedule)
    if result.added or result.dropped:
        _run(program, "-", text="".join(f"{line}\n" for line in result.lines))
    return result


class _Entry(Struct, frozen=True):
    """What one of our lines starts."""

    data: str
    program: tuple[str, ...]
    word: str


def _shell(words: Sequence[str]) -> str:
    """Give a command for a crontab, where a percent sign would end the line."""
    return " ".join(_quoted(word) for word in words).replace("%", r"\%")


def _quoted(word: str) -> str:
    name, equals, text = word.partition("=")
    return f"{name}={shlex.quote(text)}" if equals and name.isupper() else shlex.quote(word)


def _entry(line: str) -> _Entry | None:
    """Give what a line starts when it is one of ours, for any data folder."""
    fields = line.split(None, 1 if line.lstrip().startswith("@") else 5)
    if not fields or fields[0].startswith("#"):
        return None
    try:
        words = shlex.split(fields[-1].replace(r"\%", "%"))
    except ValueError:
        return None
    data = next((word.removeprefix(f"{DATA}=") for word in words if word.startswith(f"{DATA}=")), None)
    program = [word for word in words if not word.startswith((f"{DATA}=", f"{UNLESS_STOPPED}="))]
    place = next((place for place, word in enumerate(program) if word in {"start", "startifstopped"}), 0)
    return _Entry(data, tuple(program[:place]), program[place]) if data is not None and place else None


def _read(program: str) -> list[str]:
    done = _called(program, "-l")
    if done.returncode == 0:
        return done.stdout.splitlines()
    if any(words in done.stderr for words in _NONE_YET):
        return []
    raise _refused(done)


def _run(program: str, *words: str, text: str) -> None:
    done = _called(program, *words, text=text)
    if done.returncode != 0:
        raise _refused(done)


def _called(program: str, *words: str, text: str = "") -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "LC_ALL": "C"}
    try:
        return subprocess.run(
            [program, *words], input=text, capture_output=True, text=True, check=False, env=environment
        )
    except FileNotFoundError as error:
        raise OperatorNeeded(
            "There is no crontab on this machine. Install cron (on Debian: sudo apt-get install cron), "
            "or let systemd start Krausen."
        ) from error


def _refused(done: "subprocess.CompletedProcess[str]") -> OperatorNeeded:
    reason = done.stderr.strip() or f"it ended with status {done.returncode}"
    return OperatorNeeded(f"The crontab cannot be changed: {reason}. Nothing was done.")
