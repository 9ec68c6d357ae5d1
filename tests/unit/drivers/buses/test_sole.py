"""A place is had by one session at a time, and a dead one does not keep it."""

import subprocess
import sys
from pathlib import Path

import pytest

from krausen.drivers.buses.sole import myself, sole
from krausen.errors import Invalid

PLACE = "tcp://brewpi.local:23"


def test_the_second_is_refused_and_told_who_the_first_is(tmp_path: Path) -> None:
    with (
        sole(PLACE, "krausen agent cellar (process 1)", tmp_path),
        pytest.raises(Invalid, match=r"brewpi\.local:23 is in use by krausen agent cellar"),
        sole(PLACE, "me", tmp_path),
    ):
        pytest.fail("Two have the same place.")


def test_it_is_free_again_afterwards_and_other_places_always_were(tmp_path: Path) -> None:
    for owner in ("first", "second"):
        with sole(PLACE, owner, tmp_path), sole("/dev/ttyACM0", owner, tmp_path):
            pass


def test_another_process_is_named_and_its_death_frees_the_place(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from krausen.drivers.buses.sole import sole\n"
        f"with sole({PLACE!r}, 'krausen agent attic', Path({str(tmp_path)!r})):\n"
        "    print('has it', flush=True); sys.stdin.read()"
    )
    words = [sys.executable, "-c", program]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"has it\n"
        with pytest.raises(Invalid, match="krausen agent attic"), sole(PLACE, "me", tmp_path):
            pytest.fail("Two have the same place.")
        other.kill()
        other.wait()
    with sole(PLACE, "me", tmp_path):
        pass


def test_a_lock_file_of_another_user_is_locked_without_a_name(tmp_path: Path) -> None:
    with sole(PLACE, "first", tmp_path):
        pass
    (file,) = tmp_path.iterdir()
    file.chmod(0o444)
    with sole(PLACE, "second", tmp_path), pytest.raises(Invalid), sole(PLACE, "third", tmp_path):
        pytest.fail("Two have the same place.")


def test_a_process_is_named_without_its_options_and_what_they_hide() -> None:
    named = myself(["/opt/krausen/bin/krausen", "agent", "cellar", "--token", "secret"])
    assert named.startswith("krausen agent cellar (process ")
    assert "secret" not in myself(["krausen", "agent", "--token", "secret", "cellar"])
