from structlog.testing import capture_logs

from krausen.testing.clock import HandClock
from tests.unit.server.doors.hall import Hall


async def test_that_a_door_refuses_guests_is_logged_once_a_minute_with_how_often() -> None:
    clock = HandClock(1_790_000_000_000)
    pipe = Hall(clock).doors.guarded("pipe")
    with capture_logs() as logs:
        for _ in range(5):
            pipe.refused("10.0.0.9", "Not from there.")
        clock.now_ms += 60_000
        pipe.refused("10.0.0.8", "Not from there either.")
    told = [(one["source"], one["address"], one["detail"], one["times"]) for one in logs]
    assert told == [
        ("door/pipe", "10.0.0.9", "Not from there.", 1),
        ("door/pipe", "10.0.0.8", "Not from there either.", 5),
    ]
    assert pipe.tally.refusals == 6
