"""The rules that are in force: each with its settings, priority and timing."""

from collections.abc import Mapping

from msgspec import Struct

from krausen.alarms.delays import Timing
from krausen.alarms.rule import Rule
from krausen.model.alarm import Priority


class RuleInForce(Struct, frozen=True, kw_only=True):
    """A rule as it is applied, to one vessel, by id, or to all."""

    name: str
    rule: Rule
    settings: Struct
    priority: Priority
    timing: Timing
    vessel: str | None = None
    enabled: bool = True


def in_force(rules: Mapping[str, Rule]) -> list[RuleInForce]:
    """Give every rule as its file says, by name."""
    return [
        RuleInForce(
            name=name, rule=rule, settings=rule.settings(), priority=rule.priority, timing=rule.timing
        )
        for name, rule in sorted(rules.items())
    ]
