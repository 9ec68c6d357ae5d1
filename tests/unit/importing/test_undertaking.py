import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from krausen.errors import Invalid, StorageAway
from krausen.importing.parcel import Log, of_bytes
from krausen.importing.undertaking import AGAIN, BROKEN_OFF, Import, Run, Wish


def begun() -> Import:
    return Import("1", Wish(by="anna"))


def run_of(started: Import) -> Run:
    return Run(started, of_bytes("brew.csv", b"x"), None)


@given(shares=st.lists(st.floats(-1, 2), min_size=1))
def test_the_share_lies_between_0_and_1_and_never_falls(shares: list[float]) -> None:
    started = begun()
    told = []
    for share in shares:
        started.move(share)
        told.append(started.report.share)
    assert told == sorted(told)
    assert all(0 <= share <= 1 for share in told)


def test_every_log_is_its_part_of_the_whole() -> None:
    run = run_of(begun())
    run.whole = 4
    run.step()
    assert run.started.report.share == 0.25
    run.go(0.5)
    assert run.started.report.share == 0.375


def test_reading_a_log_is_the_first_half_of_its_part() -> None:
    run = run_of(begun())
    log = Log(shown="a", file="a", pieces=lambda: [b"12", b"34"], size=4)
    pieces = iter(run.counted(log)())
    assert next(pieces) == b"12"
    assert next(pieces) == b"34"
    assert run.started.report.share == 0.25
    assert list(pieces) == []
    assert run.started.report.share == 0.5


def test_a_failure_to_store_says_whether_something_was_stored() -> None:
    run = run_of(begun())
    with pytest.raises(StorageAway, match=r"^Full\.$"), run.told_of_halves():
        raise StorageAway("Full.")
    run.is_begun = True
    with pytest.raises(StorageAway) as failure, run.told_of_halves():
        raise StorageAway("Full.")
    assert str(failure.value) == f"Full. {AGAIN}"
    with run.told_of_halves():
        pass


def test_the_report_says_why_an_import_failed() -> None:
    started = begun()
    with pytest.raises(Invalid), started.told_of_failures():
        raise Invalid("Sour.")
    assert (started.report.state, started.report.detail) == ("failed", "Sour.")


def test_the_report_says_that_an_import_was_broken_off() -> None:
    started = begun()
    with pytest.raises(KeyboardInterrupt), started.told_of_failures():
        raise KeyboardInterrupt
    assert (started.report.state, started.report.detail) == ("failed", BROKEN_OFF)


def test_an_import_that_is_done_did_not_fail() -> None:
    started = begun()
    with started.told_of_failures():
        started.report = replace(started.report, state="done")
    assert (started.report.state, started.report.detail) == ("done", "")
