"""All alarms of a site: rules are asked again and again, people acknowledge and shelve."""

import asyncio
from collections.abc import Callable, Sequence
from typing import NoReturn

import anyio
import structlog
from msgspec import Struct

from krausen.alarms import lifecycle
from krausen.alarms.lifecycle import Deed, Event
from krausen.errors import Fault, Invalid, StorageAway, Throttled
from krausen.model.alarm import Alarm, AlarmState, Priority
from krausen.model.journal import JournalEntry
from krausen.model.people import Caller
from krausen.model.series import is_name
from krausen.ports.clock import Clock
from krausen.server.alarms.judging import Judge
from krausen.server.alarms.ledger import Ledger
from krausen.server.alarms.occurring import Occurrences
from krausen.server.alarms.rules import RuleInForce
from krausen.server.alarms.watch import Watch

log = structlog.get_logger()

EVERY_S = 5.0
"""How often rules are asked."""
MINUTE_MS = 60_000
DAY_MS = 86_400_000
KEPT_MS = 400 * DAY_MS
"""For so long it is known what is over and seen."""
TEST = "test"
"""What raises test alarms."""
MOST_TESTS = 20
PIECE = 200
_URGENCY = {priority: place for place, priority in enumerate(Priority)}


class Trial(Struct, frozen=True, kw_only=True):
    """A test alarm that somebody wants; `vessel` is an id."""

    title: str
    detail: str = ""
    priority: Priority = Priority.NOTICE
    vessel: str | None = None


class Alarms:
    """Alarms that stand and those of the past. `fresh_id` gives an id that no alarm ever had."""

    def __init__(
        self,
        rules: Sequence[RuleInForce],
        watch: Watch,
        ledger: Ledger,
        clock: Clock,
        fresh_id: Callable[[], str],
        *,
        every_s: float = EVERY_S,
    ) -> None:
        self.rules = list(rules)
        self._watch = watch
        self._ledger = ledger
        self._clock = clock
        self._fresh_id = fresh_id
        self._every_s = every_s
        self._judge = Judge(rules)
        self._occurrences = Occurrences(ledger, fresh_id)
        self._turn = anyio.Lock()
        self._is_loaded = self._is_away = False
        self._swept_at: int | None = None

    async def run(self) -> NoReturn:
        """Ask the rules, for ever; when the disk refuses, later."""
        while True:
            try:
                await self.look()
                self._is_away = False
            except StorageAway as away:
                if not self._is_away:
                    log.warning("alarms.not_judged", detail=f"Alarms are judged later. {away}")
                self._is_away = True
            except Exception:
                # Whatever nobody foresaw here, the next look may go well; without alarms everybody is blind.
                log.exception("alarms.look_failed")
            await asyncio.sleep(self._every_s)

    async def look(self) -> None:
        """Ask the rules once. Raises StorageAway; what is told by then is kept as soon as that is over."""
        async with self._turn:
            await self._load()
            now = self._clock.now()
            subjects = await self._watch.look(now)
            judgements = self._judge.judge(subjects, self._ledger.by_key(), now)
            await self._occurrences.take(judgements, self.rules, now)
            await self._occurrences.expire(now)
            await self._ledger.save()
            await self._sweep(now)

    def standing(self) -> list[Alarm]:
        """Give all that are not in the state normal, the worst and newest first."""
        return sorted(self._ledger.standing(), key=lambda one: (_URGENCY[one.priority], -one.since, one.id))

    def counts(self) -> dict[Priority, int]:
        """Count what stands of each priority, without tests."""
        real = [alarm.priority for alarm in self._ledger.standing() if not alarm.test]
        return {priority: real.count(priority) for priority in Priority}

    async def past(
        self, limit: int, before: int | None, vessel: str | None = None
    ) -> tuple[list[Alarm], int | None]:
        """Give those that are over and seen, the latest first, and before which instant the next ones lie.

        Raises StorageAway.
        """
        found: list[Alarm] = []
        while len(found) <= limit:
            piece = await self._ledger.past(PIECE, before)
            found += [alarm for alarm in piece if vessel in (None, alarm.vessel)]
            if len(piece) < PIECE:
                break
            before = piece[-1].at
        return found[:limit], found[limit - 1].at if len(found) > limit else None

    async def one(self, id: str) -> Alarm:
        """Give one, standing or past. Raises NotFound, StorageAway."""
        return await self._ledger.one(id)

    async def acknowledge(self, id: str, caller: Caller, reason: str = "") -> Alarm:
        """Take it that somebody has seen an alarm. Raises NotFound, Stale, StorageAway."""
        return await self._do(id, Event.ACKNOWLEDGED, caller, reason, lifecycle.acknowledged)

    async def shelve(self, id: str, minutes: float, caller: Caller, reason: str = "") -> Alarm:
        """Have an alarm say nothing for so long. Raises NotFound, Stale, StorageAway."""

        def change(alarm: Alarm, deed: Deed) -> Alarm:
            return lifecycle.shelved(alarm, deed, deed.at + round(minutes * MINUTE_MS))

        return await self._do(id, Event.SHELVED, caller, reason, change)

    async def unshelve(self, id: str, caller: Caller, reason: str = "") -> Alarm:
        """Have a shelved alarm tell again. Raises NotFound, Stale, StorageAway."""
        return await self._do(id, Event.UNSHELVED, caller, reason, lifecycle.unshelved_by)

    async def test(self, trial: Trial, caller: Caller) -> Alarm:
        """Raise an alarm that is about nothing. Raises Invalid, Throttled, StorageAway."""
        if not is_name(trial.title):
            told = "A title has 1 to 128 printable characters."
            raise Invalid(told, [Fault("/title", told)])
        async with self._turn:
            await self._load()
            if sum(alarm.test for alarm in self._ledger.standing()) >= MOST_TESTS:
                raise Throttled(f"{MOST_TESTS} test alarms stand. Acknowledge them first.", 60)
            at = self._ledger.instant(self._clock.now())
            alarm = Alarm(
                id=self._fresh_id(),
                rule=TEST,
                priority=trial.priority,
                state=AlarmState.NORMAL,
                vessel=trial.vessel,
                since=at,
                at=at,
                title=trial.title,
                detail=trial.detail,
                by=caller.name,
                test=True,
            )
            entry = _entry(alarm, Event.RAISED, Deed(caller.name, at))
            return await self._ledger.do(Event.RAISED, lifecycle.raised(alarm, at), entry)

    async def _do(
        self,
        id: str,
        event: Event,
        caller: Caller,
        reason: str,
        change: Callable[[Alarm, Deed], Alarm],
    ) -> Alarm:
        async with self._turn:
            await self._load()
            alarm = await self._ledger.one(id)
            deed = Deed(caller.name, self._ledger.instant(self._clock.now()), reason)
            return await self._ledger.do(event, change(alarm, deed), _entry(alarm, event, deed))

    async def _load(self) -> None:
        if not self._is_loaded:
            await self._ledger.load()
            self._is_loaded = True

    async def _sweep(self, now: int) -> None:
        """Forget, once a day, what is long over."""
        if self._swept_at is None or abs(now - self._swept_at) >= DAY_MS:
            await self._ledger.forget(now - KEPT_MS)
            self._swept_at = now


def _entry(alarm: Alarm, event: Event, deed: Deed) -> JournalEntry:
    return JournalEntry(
        at=deed.at,
        by=deed.by,
        what="alarm",
        id=alarm.id,
        action=event.value,
        reason=deed.reason,
        detail=alarm.title,
    )
