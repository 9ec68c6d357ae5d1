"""Alarms over a server core in memory, with the clock, the devices and the links in our hands."""

from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

from msgspec import json

from krausen.alarms import rules
from krausen.alarms.rule import Rule
from krausen.errors import StorageAway
from krausen.model.agent import Agent
from krausen.model.alarm import Alarm
from krausen.model.journal import JournalEntry
from krausen.model.reading import Quality, Reading
from krausen.model.series import SeriesName
from krausen.model.setpoint import Answer, AnswerState, Mode, Setpoint
from krausen.model.vessel import Vessel
from krausen.plugins import discover
from krausen.server.alarms import Alarms, Ledger, Watch, in_force
from krausen.server.ingest import Ingest
from krausen.server.setpoints import Wish
from krausen.testing.catalog.alarms import MemoryAlarms
from tests.unit.server.alarms.quick import QuickHistory
from tests.unit.server.desk import ANNA, BEER, FASS, Desk

START = 1_790_000_000_000
MINUTE = 60
HOUR = 3600
RULES = discover(rules, "RULE", Rule)


class Disk(MemoryAlarms):
    """Keeps alarms, unless it is full; then it can still be read."""

    def __init__(self) -> None:
        super().__init__()
        self.full = ""

    async def keep_alarm(self, alarm: Alarm, entry: JournalEntry | None = None) -> Alarm:
        """Keep one. Raises StorageAway while the disk is full."""
        if self.full:
            raise StorageAway(self.full)
        return await super().keep_alarm(alarm, entry)

    async def journal(self) -> list[JournalEntry]:
        """Give what people did with alarms, the latest first."""
        return self._journal[::-1]


class Tower(Desk):
    """A desk from which alarms are raised; every probe says something each minute unless it is lost."""

    def __init__(self, rules: Mapping[str, Rule] = RULES) -> None:
        super().__init__()
        self.clock.now_ms = START
        self.heard = self.hear("alarms")
        self.disk = Disk()
        self.history = QuickHistory()
        self.ingest = Ingest(self.history, self.live)
        self.lost: set[SeriesName] = set()
        self.quality = Quality.GOOD
        self.rules = rules
        self._ids = count(1)
        self.alarms = self.afresh()

    @classmethod
    async def opened(cls, *vessels: Vessel) -> "Tower":
        """Give one with vessels, or Fass, whose agents are here."""
        tower = cls()
        await tower.arrange(*(vessels or (FASS,)))
        for agent in {vessel.agent for vessel in vessels or (FASS,)}:
            tower.roster.added(Agent(name=agent, known_since=START))
            tower.link(agent, "current")
        return tower

    def afresh(self) -> Alarms:
        """Give the alarms of a server that was just started."""
        watch = Watch(self.catalog, self.history, self.roster, self.live)
        ledger = Ledger(self.disk, self.live)
        self.alarms = Alarms(in_force(self.rules), watch, ledger, self.clock, lambda: f"a{next(self._ids)}")
        return self.alarms

    def link(self, agent: str, state: str, queue: int | None = None) -> None:
        """Have the link of an agent be in a state."""
        self.roster.linked(agent, state, queue)

    async def wish(self, value_c: float | None, vessel: str = "fass") -> None:
        """Ask for a temperature of the beer, None for nothing; the agent takes it at once."""
        mode = Mode.OFF if value_c is None else Mode.BEER
        await self.follow(Wish(mode=mode, value=value_c), vessel)

    async def follow(self, wish: Wish, vessel: str = "fass") -> None:
        """Ask for something; the agent takes it at once."""
        record = await self.setpoints.request(vessel, wish, ANNA)
        taken = Answer(setpoint=record.requested, state=AnswerState.ACCEPTED, at=self.clock.now())
        await self.catalog.answered(vessel, record.requested.revision, taken)

    async def take(self, wish: Setpoint, vessel: str) -> None:
        """Have the agent hold a wish of the past."""
        entry = JournalEntry(at=wish.at, by=wish.by, what="vessel", id=vessel, action="setpoint")
        taken = Answer(setpoint=wish, state=AnswerState.ACCEPTED, at=wish.at)
        await self.catalog.request(vessel, wish, entry)
        await self.catalog.answered(vessel, wish.revision, taken)

    async def live_on(
        self, seconds: float, values: Mapping[SeriesName, float] | float, *, look: bool = True
    ) -> None:
        """Let time pass with these values, or this one of the beer; rules are asked each minute."""
        values = values if isinstance(values, Mapping) else {BEER: values}
        end = self.clock.now_ms + round(seconds * 1000)
        while self.clock.now_ms < end:
            self.clock.now_ms = min(end, self.clock.now_ms + MINUTE * 1000)
            now = self.clock.now_ms
            said = [
                Reading(series, now, value, self.quality)
                for series, value in values.items()
                if series not in self.lost
            ]
            if said:
                await self.ingest.take(said)
                self.live.flush()
            if look:
                await self.alarms.look()

    async def told(self) -> list[tuple[str, str, str]]:
        """Give what was told of alarms since the last time: event, rule and state."""
        return [(one["event"], one["alarm"]["rule"], one["alarm"]["state"]) for one in await self.frames()]

    async def frames(self) -> list[Any]:
        """Give the messages of the channel since the last time."""
        self.live.say("alarms", "end")
        found: list[Any] = []
        while (message := json.decode(await self.heard.next())["message"]) != "end":
            found.append(message)
        return found

    def states(self) -> list[tuple[str, str]]:
        """Give the rules of what stands, with the states, in the order of the list."""
        return [(alarm.rule, alarm.state.value) for alarm in self.alarms.standing()]

    async def on_disk(self) -> Sequence[Alarm]:
        """Give everything that is on disk."""
        return [*await self.disk.standing_alarms(), *await self.disk.past_alarms(1000)]


async def settled() -> Tower:
    """Give a tower whose vessel has been at its setpoint for a while."""
    tower = await Tower.opened()
    await tower.wish(18.0)
    await tower.live_on(7 * HOUR, 18.0)
    assert tower.states() == []
    return tower
