from krausen import __version__
from krausen.server.status import Status
from krausen.testing.clock import HandClock


def test_a_healthy_server_says_so_with_its_version_time_and_zone() -> None:
    status = Status(HandClock(1_700_000_000_000), zone="Europe/Copenhagen", speed=60.0, demo=True)
    health = status.health()
    assert (health.status, health.version, health.problems) == ("ok", __version__, ())
    assert (health.time, health.zone) == ("2023-11-14T22:13:20.000Z", "Europe/Copenhagen")
    assert (health.speed, health.demo) == (60.0, True)


def test_what_is_wrong_is_named_by_cause_until_it_is_well() -> None:
    status = Status(HandClock())
    status.wrong("history", "The disk is full.")
    status.wrong("agent:pi", "Agent pi is offline.")
    status.wrong("history", "The disk is read-only.")
    assert status.health().status == "degraded"
    assert status.health().problems == ("The disk is read-only.", "Agent pi is offline.")
    status.well("history")
    assert status.health().problems == ("Agent pi is offline.",)
    status.well("agent:pi")
    status.well("nothing")
    assert status.health().status == "ok"


def test_time_goes_on() -> None:
    clock = HandClock()
    status = Status(clock)
    before = status.health().time
    clock.now_ms += 1500
    assert (before, status.health().time) == ("1970-01-01T00:00:00.000Z", "1970-01-01T00:00:01.500Z")
