"""The life of an alarm (ISA-18.2, clause 5.2): raised, acknowledged, cleared, shelved.

What is over and acknowledged is normal. What is over and was not acknowledged has returned, until somebody
acknowledges it. A shelved alarm says nothing until an instant; what it is about is watched all the same, so
that it comes back if that still lasts then.
"""

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from krausen.errors import Stale
from krausen.model.alarm import Alarm, AlarmState

TEST_MS = 900_000
"""A test alarm is over by itself after so long."""


class Event(StrEnum):
    """What can happen to an alarm."""

    RAISED = "raised"
    ACKNOWLEDGED = "acknowledged"
    CLEARED = "cleared"
    SHELVED = "shelved"
    UNSHELVED = "unshelved"


_STATE = AlarmState
TRANSITIONS: Mapping[Event, Mapping[AlarmState, AlarmState]] = {
    Event.RAISED: {_STATE.NORMAL: _STATE.UNACKNOWLEDGED, _STATE.RETURNED: _STATE.UNACKNOWLEDGED},
    Event.ACKNOWLEDGED: {_STATE.UNACKNOWLEDGED: _STATE.ACKNOWLEDGED, _STATE.RETURNED: _STATE.NORMAL},
    Event.CLEARED: {_STATE.UNACKNOWLEDGED: _STATE.RETURNED, _STATE.ACKNOWLEDGED: _STATE.NORMAL},
    Event.SHELVED: {
        _STATE.UNACKNOWLEDGED: _STATE.SHELVED,
        _STATE.ACKNOWLEDGED: _STATE.SHELVED,
        _STATE.RETURNED: _STATE.SHELVED,
        _STATE.SHELVED: _STATE.SHELVED,
    },
    Event.UNSHELVED: {_STATE.SHELVED: _STATE.UNACKNOWLEDGED},
}
"""From which state each event leads to which; where there is none, it is refused.

Two have more to say: unshelving leads to normal where the condition is over, and so does whatever ends a
test.
"""


class Deed(Struct, frozen=True):
    """What a person does to an alarm: by whom, by name, when (UTC ms), and why."""

    by: str
    at: int
    reason: str = ""


def may(event: Event, alarm: Alarm) -> bool:
    """Tell whether an event is possible as an alarm stands."""
    return alarm.state in TRANSITIONS[event]


def raised(alarm: Alarm, at: int) -> Alarm:
    """Give an alarm whose condition has come again, or an entirely new one that is normal up to now."""
    state = _after(Event.RAISED, alarm)
    return replace(alarm, state=state, at=at, condition=True, acknowledged_at=None, cleared_at=None)


def cleared(alarm: Alarm, at: int) -> Alarm:
    """Give an alarm whose condition is over. Raises Stale where it was over already, or is shelved.

    A test that is over needs nobody to see it.
    """
    state = AlarmState.NORMAL if alarm.test else _after(Event.CLEARED, alarm)
    return replace(alarm, state=state, at=at, condition=False, cleared_at=at, shelved_until=None)


def acknowledged(alarm: Alarm, deed: Deed) -> Alarm:
    """Give an alarm that somebody has seen; a test is over with that. Raises Stale where it is seen."""
    state = _after(Event.ACKNOWLEDGED, alarm)
    seen = replace(alarm, state=state, at=deed.at, by=deed.by, reason=deed.reason, acknowledged_at=deed.at)
    return cleared(seen, deed.at) if alarm.test else seen


def shelved(alarm: Alarm, deed: Deed, until: int) -> Alarm:
    """Give an alarm that shall say nothing until an instant, UTC ms. Raises Stale where it is over."""
    state = _after(Event.SHELVED, alarm)
    return replace(alarm, state=state, at=deed.at, by=deed.by, reason=deed.reason, shelved_until=until)


def unshelved(alarm: Alarm, at: int) -> Alarm:
    """Give an alarm that has been shelved for long enough; it is to be seen anew where its condition lasts.

    Raises Stale where it is not shelved.
    """
    state = _after(Event.UNSHELVED, alarm)
    back = state if alarm.condition else AlarmState.NORMAL
    return replace(alarm, state=back, at=at, acknowledged_at=None, shelved_until=None)


def unshelved_by(alarm: Alarm, deed: Deed) -> Alarm:
    """Give an alarm that somebody has taken off the shelf. Raises Stale where it is not shelved."""
    return replace(unshelved(alarm, deed.at), by=deed.by, reason=deed.reason)


def watched(alarm: Alarm, at: int, *, condition: bool) -> Alarm:
    """Give a shelved alarm, of whose condition alone something is new: that is said when it comes back."""
    return replace(alarm, at=at, condition=condition, cleared_at=None if condition else at)


def renewed(alarm: Alarm, at: int, title: str) -> Alarm:
    """Give an alarm that has become more than was told: it is to be seen anew unless it is shelved."""
    state = alarm.state if alarm.state is AlarmState.SHELVED else AlarmState.UNACKNOWLEDGED
    return replace(alarm, state=state, at=at, title=title, condition=True, acknowledged_at=None)


def withdrawn(alarm: Alarm, at: int) -> Alarm:
    """Give an alarm whose subject is no more: there is nothing left to be seen."""
    cleared_at = at if alarm.cleared_at is None else alarm.cleared_at
    return replace(
        alarm, state=AlarmState.NORMAL, at=at, condition=False, cleared_at=cleared_at, shelved_until=None
    )


def runs_out(alarm: Alarm, now: int) -> bool:
    """Tell whether an alarm has been shelved for as long as it was to be."""
    return alarm.state is AlarmState.SHELVED and (alarm.shelved_until or 0) <= now


def is_spent(alarm: Alarm, now: int) -> bool:
    """Tell whether a test has lasted for as long as a test does."""
    standing = alarm.state is not AlarmState.NORMAL
    return alarm.test and standing and now - alarm.since >= TEST_MS


def _after(event: Event, alarm: Alarm) -> AlarmState:
    state = TRANSITIONS[event].get(alarm.state)
    if state is None:
        raise Stale(f"{alarm.title}: this alarm {_STANDS[alarm.state]}, so it cannot be {event.value}.")
    return state


_STANDS = {
    AlarmState.NORMAL: "is over and seen",
    AlarmState.UNACKNOWLEDGED: "waits to be acknowledged",
    AlarmState.ACKNOWLEDGED: "is acknowledged and lasts",
    AlarmState.RETURNED: "is over and waits to be acknowledged",
    AlarmState.SHELVED: "is shelved",
}
