from krausen.model.preflight import PreflightState


def test_more_is_to_come_of_one_that_waits_or_runs() -> None:
    assert {state for state in PreflightState if state.is_open} == {
        PreflightState.WAITING,
        PreflightState.RUNNING,
    }
