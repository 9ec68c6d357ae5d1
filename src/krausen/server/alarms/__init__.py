"""The host of alarms: rules are asked again and again, and what they say is kept and told."""

from krausen.server.alarms.bodies import AlarmBody, RuleBody, body_of, rule_body
from krausen.server.alarms.host import EVERY_S, Alarms, Trial
from krausen.server.alarms.ledger import Ledger
from krausen.server.alarms.rules import RuleInForce, in_force
from krausen.server.alarms.watch import Watch

__all__ = [
    "EVERY_S",
    "AlarmBody",
    "Alarms",
    "Ledger",
    "RuleBody",
    "RuleInForce",
    "Trial",
    "Watch",
    "body_of",
    "in_force",
    "rule_body",
]
