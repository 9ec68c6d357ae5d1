from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from krausen.supervision.report import ProcessReport, Report, exit_status, present, write, written
from krausen.supervision.restarts import State

KEEPER = ProcessReport(name="circusd", state=State.ACTIVE, pid=1)
states = st.lists(st.sampled_from(State), min_size=1)


def report(*states: State) -> Report:
    processes = tuple(ProcessReport(name=f"dev-{n}", state=state) for n, state in enumerate(states))
    return Report(circusd=KEEPER, tries=0, processes=processes)


def told(processes: tuple[ProcessReport, ...]) -> dict[str, str]:
    return {process.name: str(process.state) for process in processes}


@given(states)
def test_the_exit_status_tells_all_some_and_none(present_states: list[State]) -> None:
    status = exit_status(report(*present_states).processes)
    if all(state is State.ACTIVE for state in present_states):
        assert status == 0
    elif all(state is State.STOPPED for state in present_states):
        assert status == 3
    else:
        assert status == 1


def test_a_report_of_the_process_manager_that_runs_is_believed() -> None:
    left = report(State.FAILED)
    assert present(left, 1, {}) == left.processes


def test_a_report_of_one_that_is_gone_is_not() -> None:
    now = told(present(report(State.ACTIVE), None, {}))
    assert now == {"server": "stopped", "spawner": "stopped", "stats": "stopped"}


def test_agents_that_outlive_their_process_manager_are_seen() -> None:
    now = told(present(report(State.ACTIVE), None, {"dev-keezer": 12}))
    assert now == {"server": "stopped", "spawner": "stopped", "stats": "stopped", "dev-keezer": "active"}


def test_before_its_first_report_a_new_process_manager_is_starting() -> None:
    now = told(present(report(State.ACTIVE), 2, {"server": 3}))
    assert now == {"server": "active", "spawner": "starting", "stats": "starting"}


def test_a_report_comes_back_as_it_was_written(tmp_path: Path) -> None:
    left = report(State.ACTIVE, State.FAILED)
    write(tmp_path / "stats.json", left)
    assert written(tmp_path / "stats.json") == left
    assert [path.name for path in tmp_path.iterdir()] == ["stats.json"]


def test_a_report_that_is_missing_or_spoilt_is_none(tmp_path: Path) -> None:
    path = tmp_path / "stats.json"
    assert written(path) is None
    for spoilt in (b"", b'{"circusd": 7}', b"\x00\x00"):
        path.write_bytes(spoilt)
        assert written(path) is None
