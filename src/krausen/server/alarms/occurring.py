"""Makes alarms of judgements: raised, cleared, counted in one where they are too many."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from msgspec.structs import replace

from krausen.alarms import lifecycle
from krausen.alarms.lifecycle import Event
from krausen.alarms.rule import Verdict
from krausen.model.alarm import Alarm, AlarmState
from krausen.server.alarms.flood import Flood
from krausen.server.alarms.judging import Judgement
from krausen.server.alarms.ledger import Key, Ledger
from krausen.server.alarms.rules import RuleInForce

SETTLES_MS = 3_600_000
"""What was counted in one before a restart is known again by so long after it."""


class Occurrences:
    """Brings the ledger to what was judged. `fresh_id` gives an id that no alarm ever had."""

    def __init__(self, ledger: Ledger, fresh_id: Callable[[], str]) -> None:
        self._ledger = ledger
        self._fresh_id = fresh_id
        self._flood = Flood()
        self._counted: defaultdict[str, set[Key]] = defaultdict(set)
        self._told: dict[str, int] = {}
        self._began: int | None = None

    async def take(self, judgements: Sequence[Judgement], rules: Iterable[RuleInForce], now: int) -> None:
        """Take what was judged of everything there is; alarms on what is no more are withdrawn."""
        self._began = now if self._began is None else min(self._began, now)
        judged = {one.key for one in judgements}
        for key, alarm in self._ledger.by_key().items():
            if key not in judged and key[1:] != (None, None):
                await self._tell(Event.CLEARED, lifecycle.withdrawn(alarm, self._ledger.instant(now)))
        for counted in self._counted.values():
            counted &= judged
        standing = self._ledger.by_key()
        for one in judgements:
            await self._take(one, standing.get(one.key), now)
        for rule in rules:
            await self._count(rule, standing.get((rule.name, None, None)), now)

    async def expire(self, now: int) -> None:
        """End what was shelved for long enough, and tests that nobody acknowledged."""
        for alarm in self._ledger.standing():
            if lifecycle.is_spent(alarm, now):
                await self._tell(Event.CLEARED, lifecycle.cleared(alarm, self._ledger.instant(now)))
            elif lifecycle.runs_out(alarm, now):
                await self._tell(Event.UNSHELVED, lifecycle.unshelved(alarm, self._ledger.instant(now)))

    async def _take(self, one: Judgement, alarm: Alarm | None, now: int) -> None:
        if not one.counts:
            self._counted[one.rule.name].discard(one.key)
            if alarm is not None and alarm.condition:
                await self._end(alarm, now)
        elif one.verdict is not None and (alarm is None or not alarm.condition):
            await self._begin(one, one.verdict, alarm, now)

    async def _begin(self, one: Judgement, verdict: Verdict, alarm: Alarm | None, now: int) -> None:
        if alarm is None:
            counted = self._counted[one.rule.name]
            if one.key in counted or not self._flood.lets(one.rule.name, now):
                counted.add(one.key)
                return
        begun = verdict.since if verdict.since is not None else one.since
        await self._raise(one.key, one.rule, replace(verdict, since=begun), now)

    async def _raise(self, key: Key, rule: RuleInForce, verdict: Verdict, now: int) -> None:
        """Raise what is new, or has come back before anybody saw that it was over."""
        alarm = self._ledger.by_key().get(key)
        id = self._fresh_id() if alarm is None else alarm.id
        at = self._ledger.instant(now)
        said = Alarm(
            id=id,
            rule=key[0],
            priority=verdict.priority or rule.priority,
            state=AlarmState.NORMAL if alarm is None else alarm.state,
            vessel=key[1],
            device=key[2],
            since=now if verdict.since is None else min(verdict.since, now),
            at=at,
            title=verdict.title,
            detail=verdict.detail,
            do=verdict.do,
        )
        if alarm is not None:
            said = replace(
                said,
                by=alarm.by,
                reason=alarm.reason,
                shelved_until=alarm.shelved_until,
                revision=alarm.revision,
            )
        if said.state is AlarmState.SHELVED:
            await self._tell(None, lifecycle.watched(said, at, condition=True))
        else:
            await self._tell(Event.RAISED, lifecycle.raised(said, at))

    async def _end(self, alarm: Alarm, now: int) -> None:
        at = self._ledger.instant(now)
        if alarm.state is AlarmState.SHELVED:
            await self._tell(None, lifecycle.watched(alarm, at, condition=False))
        else:
            await self._tell(Event.CLEARED, lifecycle.cleared(alarm, at))

    async def _count(self, rule: RuleInForce, alarm: Alarm | None, now: int) -> None:
        """Keep the one alarm that stands for those that are too many."""
        many = len(self._counted[rule.name])
        lasts = alarm is not None and alarm.condition
        title = f"{many} more: {rule.rule.title.lower()}"
        if many and not lasts:
            verdict = Verdict(excess=float(many), title=title, detail=_TOO_MANY, do=_ONE_CAUSE, since=now)
            await self._raise((rule.name, None, None), rule, verdict, now)
        elif alarm is not None and lasts and many > self._told.get(rule.name, 0):
            renewed = lifecycle.renewed(alarm, self._ledger.instant(now), title)
            await self._tell(None if renewed.state is AlarmState.SHELVED else Event.RAISED, renewed)
        elif alarm is not None and lasts and not many and self._is_settled(rule, now):
            await self._end(alarm, now)
        self._told[rule.name] = many

    def _is_settled(self, rule: RuleInForce, now: int) -> bool:
        """Tell whether what was counted before a restart would be known by now."""
        return self._told.get(rule.name, 0) > 0 or now - (self._began or now) >= SETTLES_MS

    async def _tell(self, event: Event | None, alarm: Alarm) -> None:
        await self._ledger.tell(event, alarm)


_TOO_MANY = "So many at once are told as one."
_ONE_CAUSE = "Look first for one cause that they share: power, network, an agent."
