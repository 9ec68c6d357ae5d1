"""The spool of an accumulator: what was added is there after any end of the program."""

import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from krausen_client import Accumulator, SpoolUnusable
from krausen_client.spool import Spool
from krausen_client.store import Key
from tests.clients.python.scripted import Reply, Scripted

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
ADDING = """
import sys
from datetime import UTC, datetime, timedelta
from krausen_client import Accumulator, Client, Options

client = Client("http://127.0.0.1:1", token="krs_x", options=Options(patience_s=0))
values = Accumulator(client, "orchard", spool=sys.argv[1])
start = datetime(2026, 5, 1, 12, tzinfo=UTC)
for n in range(100_000):
    values.add("tank", "t", n, start + timedelta(milliseconds=n))
    print(n, flush=True)
"""


def key(n: int) -> Key:
    return Key("orchard", "tank", (NOON + timedelta(seconds=n)).isoformat(), "t")


def killed_in_the_middle(spool: Path, after: int) -> int:
    """Run a program that adds values, kill it as it goes on, and give the last one that it knew was taken."""
    command = [sys.executable, "-c", ADDING, str(spool)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        last = -1
        for line in program.stdout:
            last = int(line)
            if last == after:
                program.kill()
    return last


def test_what_was_added_survives_kill_9_and_is_sent_by_the_next_program(
    script: Scripted, tmp_path: Path
) -> None:
    spool = tmp_path / "orchard.spool"
    last = killed_in_the_middle(spool, after=200)
    with script.client() as client, Accumulator(client, "orchard", spool=spool) as values:
        assert len(values) - 1 in {last, last + 1}
    assert [row["data"]["t"] for row in script.accepted()][: last + 1] == list(range(last + 1))


def test_values_keep_the_adapter_under_which_they_were_added(script: Scripted, tmp_path: Path) -> None:
    spool = tmp_path / "spool"
    script.replies = [Reply(503, {})]
    with script.client() as client:
        with Accumulator(client, "before", spool=spool) as values:
            values.add("tank", "t", 1, NOON)
        with Accumulator(client, "after", spool=spool) as values:
            values.add("tank", "t", 2, NOON)
    assert [(row["adapter"], row["data"]["t"]) for row in script.asked[-1].rows] == [
        ("before", 1),
        ("after", 2),
    ]


def test_the_end_of_the_block_does_not_raise_for_what_the_spool_keeps(
    script: Scripted, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    script.replies = [Reply(503, {"detail": "Storage is away."})]
    with (
        script.client() as client,
        Accumulator(client, "orchard", spool=str(tmp_path / "spool")) as values,
    ):
        values.add("tank", "t", 1, NOON)
    assert len(script.asked) == 1
    assert "1 values of" in caplog.text


@pytest.mark.parametrize("cut", [1, 100, 4096, 5000])
def test_a_torn_tail_loses_the_tail_alone(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "spool"
    spool = Spool(path)
    for n in range(100):
        spool.put(key(n), n)
    wal = tmp_path / "spool-wal"
    torn = tmp_path / "torn"
    torn.write_bytes(path.read_bytes())
    (tmp_path / "torn-wal").write_bytes(wal.read_bytes()[:-cut])
    spool.close()
    found = Spool(torn)
    values = [one.value for one in found.oldest(1000, found.newest)]
    assert values == list(range(len(values)))
    assert 90 <= len(values) < 100
    found.put(key(500), 500)
    assert len(found) == len(values) + 1
    found.close()


def test_a_spool_in_use_is_said(tmp_path: Path) -> None:
    path = tmp_path / "spool"
    held = Spool(path)
    with pytest.raises(SpoolUnusable, match="in use by another program"):
        Spool(path)
    held.close()
    Spool(path).close()


def test_what_is_no_spool_is_said_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(b"These are notes, and they are long enough to be looked at. " * 100)
    before = path.read_bytes()
    with pytest.raises(SpoolUnusable, match="is damaged or no spool"):
        Spool(path)
    assert path.read_bytes() == before


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(SpoolUnusable, match="look at folder"):
        Spool(tmp_path / "missing" / "spool")


def test_a_newer_layout_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "spool"
    Spool(path).close()
    db = sqlite3.connect(path)
    db.execute("PRAGMA user_version = 2")
    db.close()
    with pytest.raises(SpoolUnusable, match="newer krausen-client"):
        Spool(path)


def test_a_closed_one_says_so(script: Scripted, tmp_path: Path) -> None:
    with script.client() as client:
        values = Accumulator(client, "orchard", spool=tmp_path / "spool")
        values.close()
        with pytest.raises(SpoolUnusable, match="was closed"):
            values.add("tank", "t", 1, NOON)


def test_whole_numbers_come_back_as_they_were(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")
    spool.put(key(0), 3)
    spool.put(key(1), 0.1)
    assert [repr(one.value) for one in spool.oldest(9, 9)] == ["3", "0.1"]
    spool.close()
