"""What is told is kept, in whatever order disk and server come and go."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import json
from structlog.testing import capture_logs

from krausen.alarms import lifecycle
from krausen.alarms.lifecycle import Deed, Event
from krausen.errors import StorageAway
from krausen.model.alarm import Alarm, AlarmState, Priority
from krausen.model.journal import JournalEntry
from krausen.server.alarms import Ledger
from krausen.server.live import Live
from krausen.testing.clock import HandClock
from tests.unit.server.alarms.tower import Disk

pytestmark = pytest.mark.anyio

ENTRY = JournalEntry(at=0, by="Anna", what="alarm", id="a", action="acknowledged")
BY_ITSELF: dict[Event, Callable[[Alarm, int], Alarm]] = {
    Event.RAISED: lifecycle.raised,
    Event.CLEARED: lifecycle.cleared,
}


def fresh(id: str) -> Alarm:
    return Alarm(
        id=id,
        rule="out_of_band",
        priority=Priority.WARNING,
        state=AlarmState.NORMAL,
        device=id,
        since=0,
        at=0,
        title="Too warm",
    )


class Desk:
    """A ledger over a disk that may be full, and what was told by it."""

    def __init__(self) -> None:
        self.disk = Disk()
        self.live = Live(HandClock(), "e")
        self.listener = self.live.listen()
        self.listener.subscribe(["alarms"])
        self.ledger = Ledger(self.disk, self.live)
        self.now = 0

    async def happen(self, event: Event, id: str) -> None:
        """Have something happen to an alarm by itself, or by a person, where that is possible."""
        self.now += 1
        held = {alarm.id: alarm for alarm in self.ledger.standing()}.get(id, fresh(id))
        if not lifecycle.may(event, held):
            return
        if event in BY_ITSELF:
            await self.ledger.tell(event, BY_ITSELF[event](held, self.ledger.instant(self.now)))
            return
        deed = Deed("Anna", self.ledger.instant(self.now))
        before = self.ledger.standing()
        try:
            await self.ledger.do(event, lifecycle.acknowledged(held, deed), ENTRY)
        except StorageAway:
            assert self.ledger.standing() == before

    async def told(self) -> list[Any]:
        """Give the alarms that were told, each as it stood."""
        self.live.say("alarms", "end")
        found: list[Any] = []
        while (message := json.decode(await self.listener.next())["message"]) != "end":
            found.append(message["alarm"])
        return found

    async def kept(self) -> dict[str, Alarm]:
        """Give what is on disk."""
        kept = [*await self.disk.standing_alarms(), *await self.disk.past_alarms(1000)]
        return {alarm.id: alarm for alarm in kept}


steps = st.lists(
    st.sampled_from([Event.RAISED, Event.CLEARED, Event.ACKNOWLEDGED, "full", "free", "save"]).flatmap(
        lambda what: st.tuples(st.just(what), st.sampled_from(["a", "b"]))
    ),
    max_size=40,
)


@settings(max_examples=60)
@given(steps)
async def test_whenever_the_disk_refuses_in_the_end_it_has_what_was_told_last_and_each_once(
    course: list[tuple[Event | str, str]],
) -> None:
    desk = Desk()
    with capture_logs():
        for what, id in course:
            if isinstance(what, Event):
                await desk.happen(what, id)
            elif what == "save" and not desk.disk.full:
                await desk.ledger.save()
            elif what in {"full", "free"}:
                desk.disk.full = "The disk is full." if what == "full" else ""
        desk.disk.full = ""
        await desk.ledger.save()
    last: dict[str, Any] = {}
    for alarm in await desk.told():
        before = last.get(alarm["id"])
        assert before is None or alarm["revision"] > before["revision"]
        last[alarm["id"]] = alarm
    kept = await desk.kept()
    assert {id: (one.state.value, one.revision) for id, one in kept.items()} == {
        id: (one["state"], one["revision"]) for id, one in last.items()
    }
    again = Ledger(desk.disk, desk.live)
    await again.load()
    by_id = {alarm.id: alarm for alarm in desk.ledger.standing()}
    assert {alarm.id: alarm for alarm in again.standing()} == by_id


async def test_what_is_over_while_the_disk_refuses_can_still_be_read() -> None:
    desk = Desk()
    await desk.happen(Event.RAISED, "a")
    await desk.happen(Event.ACKNOWLEDGED, "a")
    desk.disk.full = "The disk is full."
    with capture_logs():
        await desk.happen(Event.CLEARED, "a")
    assert desk.ledger.standing() == []
    assert (await desk.ledger.one("a")).state is AlarmState.NORMAL
    with pytest.raises(StorageAway):
        await desk.ledger.save()
    assert (await desk.kept())["a"].state is AlarmState.ACKNOWLEDGED


@given(st.lists(st.integers(0, 5), max_size=50))
def test_no_two_changes_bear_the_same_instant(times: list[int]) -> None:
    ledger = Ledger(Disk(), Live(HandClock(), "e"))
    given_out = [ledger.instant(now) for now in times]
    assert len(set(given_out)) == len(given_out)
    assert all(at >= now for at, now in zip(given_out, times, strict=True))
