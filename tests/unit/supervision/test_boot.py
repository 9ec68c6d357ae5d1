import os
import shlex
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.errors import OperatorNeeded
from krausen.supervision.boot import Schedule, add_to_crontab, plan

KRAUSEN = ("/opt/krausen/bin/python", "-m", "krausen")
OTHERS = [
    "# Edit this file to introduce tasks to be run by cron.",
    "MAILTO=brewer@example.org",
    "",
    "@reboot /usr/local/bin/start",
    "0 5 * * 1 tar -zcf /var/backups/home.tgz /home/",
    "*/10 * * * * it's not well quoted startifstopped",
    "#@reboot KRAUSEN_DATA=/beer KRAUSEN_UNLESS_STOPPED=1 /opt/krausen/bin/python -m krausen start",
    "@reboot KRAUSEN_DATA=/cider KRAUSEN_UNLESS_STOPPED=1 /opt/krausen/bin/python -m krausen start",
]
words = st.text(st.characters(blacklist_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1, max_size=20)
folders = st.lists(
    words.filter(lambda word: "/" not in word and word not in {".", ".."}), min_size=1, max_size=4
)
schedules = st.builds(
    lambda program, parts: Schedule((f"/opt/{program}", "-m", "krausen"), Path("/", *parts)), words, folders
)
lines = st.lists(
    st.one_of(st.sampled_from(OTHERS), words, schedules.map(lambda schedule: schedule.lines()[0]))
)


def schedule(data: str = "/beer", program: tuple[str, ...] = KRAUSEN) -> Schedule:
    return Schedule(program, Path(data))


def test_there_is_a_line_for_the_boot_and_one_for_every_ten_minutes() -> None:
    assert schedule().lines() == (
        "@reboot KRAUSEN_DATA=/beer KRAUSEN_UNLESS_STOPPED=1 /opt/krausen/bin/python -m krausen start",
        "*/10 * * * * KRAUSEN_DATA=/beer /opt/krausen/bin/python -m krausen startifstopped",
    )


def test_both_are_added_behind_what_is_there() -> None:
    done = plan(OTHERS, schedule())
    assert done.lines == (*OTHERS, *schedule().lines())
    assert (done.added, done.dropped) == (schedule().lines(), ())


@pytest.mark.parametrize("missing", [0, 1])
def test_one_that_is_missing_is_put_back(missing: int) -> None:
    both = schedule().lines()
    assert plan([both[1 - missing]], schedule()).added == (both[missing],)


def test_a_line_whose_time_was_changed_or_whose_output_goes_elsewhere_is_there() -> None:
    boot, check = schedule().lines()
    changed = [boot, f"{check.replace('*/10', '*/5')} >>/tmp/mail 2>&1"]
    assert plan(changed, schedule()).lines == tuple(changed)


def test_a_line_that_starts_a_program_that_has_moved_is_replaced() -> None:
    old = schedule(program=("/old/krausen",)).lines()
    done = plan([*OTHERS, *old], schedule())
    assert done.lines == (*OTHERS, *schedule().lines())
    assert done.dropped == old


@given(lines, schedules)
def test_repeating_changes_nothing(present: list[str], wanted: Schedule) -> None:
    once = plan(present, wanted)
    again = plan(once.lines, wanted)
    assert (again.lines, again.added, again.dropped) == (once.lines, (), ())


@given(lines, schedules, schedules)
def test_installations_do_not_meet(present: list[str], one: Schedule, other: Schedule) -> None:
    if one.data == other.data:
        return
    both = plan(plan(present, one).lines, other).lines
    assert set(one.lines()) <= set(both)
    assert not plan(both, one).added


@given(schedules)
def test_what_the_shell_of_cron_runs_has_the_folder_and_the_program_as_they_are(wanted: Schedule) -> None:
    for line in wanted.lines():
        command = line.partition(" ")[2] if line.startswith("@") else line.split(None, 5)[5]
        assert "%" not in command.replace(r"\%", "")
        told = shlex.split(command.replace(r"\%", "%"))
        assert told[0] == f"KRAUSEN_DATA={wanted.data}"
        assert told[-4:-1] == list(wanted.program)


class Cron:
    """A crontab program that keeps its lines in a file, or refuses."""

    def __init__(self, folder: Path, reading: str, writing: str = 'cat > "$TAB"') -> None:
        self.tab = folder / "tab"
        self.program = folder / "crontab"
        text = f'#!/bin/sh\nTAB="{self.tab}"\nif [ "$1" = -l ]; then {reading}; else {writing}; fi\n'
        self.program.write_text(text)
        self.program.chmod(0o755)


NONE_YET = 'cat "$TAB" 2>/dev/null || { echo "no crontab for brewer" >&2; exit 1; }'


def test_the_crontab_of_the_user_gets_the_lines(tmp_path: Path) -> None:
    cron = Cron(tmp_path, NONE_YET)
    assert add_to_crontab(schedule(), str(cron.program)).added
    assert cron.tab.read_text().splitlines() == list(schedule().lines())
    assert not add_to_crontab(schedule(), str(cron.program)).added


def test_lines_of_others_survive_to_the_last_byte(tmp_path: Path) -> None:
    cron = Cron(tmp_path, NONE_YET)
    cron.tab.write_text("".join(f"{line}\n" for line in OTHERS))
    add_to_crontab(schedule(), str(cron.program))
    assert cron.tab.read_text().splitlines()[: len(OTHERS)] == OTHERS


def test_where_nothing_is_missing_nothing_is_written(tmp_path: Path) -> None:
    cron = Cron(tmp_path, NONE_YET, writing="exit 9")
    cron.tab.write_text("\n".join(schedule().lines()))
    assert add_to_crontab(schedule(), str(cron.program)).lines == schedule().lines()


def test_a_crontab_that_cannot_be_read_is_not_overwritten(tmp_path: Path) -> None:
    cron = Cron(tmp_path, 'echo "You (brewer) are not allowed to use this program" >&2; exit 1')
    with pytest.raises(OperatorNeeded, match="not allowed to use this program"):
        add_to_crontab(schedule(), str(cron.program))
    assert not cron.tab.exists()


def test_a_crontab_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    cron = Cron(tmp_path, NONE_YET, writing='echo "disk is full" >&2; exit 1')
    with pytest.raises(OperatorNeeded, match="disk is full"):
        add_to_crontab(schedule(), str(cron.program))


def test_a_machine_without_crontab_is_told_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(OperatorNeeded, match="apt-get install cron"):
        add_to_crontab(schedule(), str(tmp_path / "crontab"))


def test_a_folder_with_a_line_break_is_refused(tmp_path: Path) -> None:
    cron = Cron(tmp_path, NONE_YET)
    with pytest.raises(OperatorNeeded, match="line break"):
        add_to_crontab(schedule("/two\nlines"), str(cron.program))
    assert not cron.tab.exists()


def test_the_shell_of_cron_understands_a_line_with_odd_characters(tmp_path: Path) -> None:
    program = tmp_path / "kra'usen 100%"
    program.write_text('#!/bin/sh\necho "$KRAUSEN_DATA|$*"\n')
    program.chmod(0o755)
    line = schedule("/a b/$HOME/50%'s", (str(program),)).lines()[0]
    command = line.removeprefix("@reboot ").replace(r"\%", "%")
    said = subprocess.run(
        ["/bin/sh", "-c", command], capture_output=True, text=True, check=True, env={"PATH": os.defpath}
    )
    assert said.stdout == "/a b/$HOME/50%'s|start\n"
