"""Has rules judge what there is, and remembers of each judgement since when it holds."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import structlog
from msgspec import Struct

from krausen.alarms.delays import Memory, counted
from krausen.alarms.rule import Verdict, worst
from krausen.errors import Defect
from krausen.model.alarm import Alarm
from krausen.server.alarms.ledger import Key
from krausen.server.alarms.rules import RuleInForce
from krausen.server.alarms.scene import Subject

log = structlog.get_logger()


class Judgement(Struct, frozen=True, kw_only=True):
    """What a rule says of a thing: whether its condition counts, and since when (UTC ms) as far as known."""

    key: Key
    rule: RuleInForce
    counts: bool
    since: int | None
    verdict: Verdict | None


class Judge:
    """Asks every rule of everything in its scope. One that fails harms no other."""

    def __init__(self, rules: Sequence[RuleInForce]) -> None:
        self._rules = [rule for rule in rules if rule.enabled]
        self._memories: dict[Key, Memory] = {}
        self._failing: set[str] = set()

    def judge(self, subjects: Sequence[Subject], standing: Mapping[Key, Alarm], now: int) -> list[Judgement]:
        """Give a judgement for each rule and thing; what stands from before counts already."""
        found = [
            self._judged(rule, subject, standing, now)
            for rule in self._rules
            for subject in subjects
            if subject.scope is rule.rule.scope and rule.vessel in (None, subject.vessel)
        ]
        self._memories = {one.key: self._memories[one.key] for one in found}
        return found

    def _judged(
        self, rule: RuleInForce, subject: Subject, standing: Mapping[Key, Alarm], now: int
    ) -> Judgement:
        key = rule.name, subject.vessel, subject.device
        verdict = self._verdict(rule, subject)
        before = self._memories.get(key)
        if before is None:
            before = Memory(counts=key in standing and standing[key].condition)
        memory = counted(rule.timing, before, None if verdict is None else verdict.excess, now)
        self._memories[key] = memory
        return Judgement(key=key, rule=rule, counts=memory.counts, since=memory.since, verdict=verdict)

    def _verdict(self, rule: RuleInForce, subject: Subject) -> Verdict | None:
        try:
            with _contained(rule.name):
                verdict = worst([rule.rule.judge(rule.settings, window) for window in subject.windows])
        except Defect as failure:
            if rule.name not in self._failing:
                log.error("alarms.rule_failed", rule=rule.name, exc_info=failure)
            self._failing.add(rule.name)
            return None
        self._failing.discard(rule.name)
        return verdict


@contextmanager
def _contained(rule: str) -> Iterator[None]:
    """Let a rule judge. What goes wrong there, and nobody foresaw, stays there."""
    try:
        yield
    except Exception as error:
        raise Defect(f"The rule {rule} failed, so what it watches is not told. Mend or remove it.") from error
