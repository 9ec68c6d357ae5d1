"""Test alarms, and what is over."""

import pytest

from krausen.errors import Invalid, Throttled
from krausen.model.alarm import AlarmState, Priority
from krausen.server.alarms import Trial
from krausen.server.alarms.host import MOST_TESTS
from tests.unit.server.alarms.tower import MINUTE, settled
from tests.unit.server.desk import ANNA

pytestmark = pytest.mark.anyio


async def test_a_test_alarm_is_over_when_it_is_acknowledged_or_after_a_quarter_of_an_hour() -> None:
    tower = await settled()
    first = await tower.alarms.test(Trial(title="Does it ring?", vessel="fass"), ANNA)
    assert (first.rule, first.test, first.state, first.priority) == (
        "test",
        True,
        AlarmState.UNACKNOWLEDGED,
        Priority.NOTICE,
    )
    await tower.alarms.test(Trial(title="Again", priority=Priority.CRITICAL), ANNA)
    assert [alarm.title for alarm in tower.alarms.standing()] == ["Again", "Does it ring?"]
    assert tower.alarms.counts() == {Priority.CRITICAL: 0, Priority.WARNING: 0, Priority.NOTICE: 0}
    await tower.alarms.acknowledge(first.id, ANNA)
    await tower.live_on(14 * MINUTE, 18.0)
    assert [alarm.title for alarm in tower.alarms.standing()] == ["Again"]
    await tower.live_on(2 * MINUTE, 18.0)
    assert tower.states() == []
    assert [event for event, _, _ in await tower.told()] == ["raised", "raised", "acknowledged", "cleared"]


async def test_tests_are_bounded_and_have_a_title() -> None:
    tower = await settled()
    with pytest.raises(Invalid):
        await tower.alarms.test(Trial(title=""), ANNA)
    for n in range(MOST_TESTS):
        await tower.alarms.test(Trial(title=f"Test {n}"), ANNA)
    with pytest.raises(Throttled):
        await tower.alarms.test(Trial(title="One more"), ANNA)


async def test_the_past_is_read_page_by_page_though_much_happened_at_once() -> None:
    tower = await settled()
    for n in range(7):
        made = await tower.alarms.test(Trial(title=f"Test {n}", vessel="fass" if n % 2 else None), ANNA)
        await tower.alarms.acknowledge(made.id, ANNA)
    titles, before = [], None
    for _ in range(10):
        page, before = await tower.alarms.past(2, before)
        titles += [alarm.title for alarm in page]
        if before is None:
            break
    assert titles == [f"Test {n}" for n in reversed(range(7))]
    of_fass, _ = await tower.alarms.past(10, None, "fass")
    assert [alarm.title for alarm in of_fass] == ["Test 5", "Test 3", "Test 1"]


async def test_what_is_long_over_is_forgotten() -> None:
    tower = await settled()
    made = await tower.alarms.test(Trial(title="Test"), ANNA)
    await tower.alarms.acknowledge(made.id, ANNA)
    tower.clock.now_ms += 401 * 86_400_000
    await tower.alarms.look()
    assert await tower.alarms.past(10, None) == ([], None)
