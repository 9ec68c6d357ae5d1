"""Alarms and rules as everybody outside sees them."""

from typing import Any

from msgspec import Struct, to_builtins

from krausen.alarms.lifecycle import Event
from krausen.model.alarm import Alarm, AlarmState, Priority
from krausen.server.alarms.rules import RuleInForce
from krausen.wire.instants import iso, iso_or_none


class AlarmBody(Struct, frozen=True, kw_only=True):
    """An alarm that `rule` raised; `vessel` and `device` are ids, and of a silent agent its name.

    It has been so `since`, and changed last `at`. `by` and `reason` are of who acknowledged or shelved it
    last. A `test` is about nothing.
    """

    id: str
    rule: str
    priority: Priority
    state: AlarmState
    vessel: str | None
    device: str | None
    since: str
    at: str
    title: str
    detail: str
    do: str
    by: str
    reason: str
    test: bool
    acknowledged_at: str | None
    cleared_at: str | None
    shelved_until: str | None
    revision: int


class AlarmSaid(Struct, frozen=True):
    """What the channel `alarms` says: what happened to an alarm, and how it stands now."""

    event: Event
    alarm: AlarmBody


class RuleBody(Struct, frozen=True, kw_only=True):
    """A rule in force, for one vessel, by id, or null for all; `settings` are those of its `kind`.

    A condition is told when it has lasted `on_delay_s`, and is over when it has been further within the limit
    than `deadband`, in the unit of the kind, for `off_delay_s`.
    """

    name: str
    kind: str
    vessel: str | None
    settings: dict[str, Any]
    priority: Priority
    on_delay_s: float
    off_delay_s: float
    deadband: float
    enabled: bool


def body_of(alarm: Alarm) -> AlarmBody:
    """Give an alarm as everybody outside sees it."""
    return AlarmBody(
        id=alarm.id,
        rule=alarm.rule,
        priority=alarm.priority,
        state=alarm.state,
        vessel=alarm.vessel,
        device=alarm.device,
        since=iso(alarm.since),
        at=iso(alarm.at),
        title=alarm.title,
        detail=alarm.detail,
        do=alarm.do,
        by=alarm.by,
        reason=alarm.reason,
        test=alarm.test,
        acknowledged_at=iso_or_none(alarm.acknowledged_at),
        cleared_at=iso_or_none(alarm.cleared_at),
        shelved_until=iso_or_none(alarm.shelved_until),
        revision=alarm.revision,
    )


def rule_body(rule: RuleInForce) -> RuleBody:
    """Give a rule as everybody outside sees it."""
    return RuleBody(
        name=rule.name,
        kind=rule.rule.name,
        vessel=rule.vessel,
        settings=to_builtins(rule.settings),
        priority=rule.priority,
        on_delay_s=rule.timing.on_delay_s,
        off_delay_s=rule.timing.off_delay_s,
        deadband=rule.timing.deadband,
        enabled=rule.enabled,
    )
