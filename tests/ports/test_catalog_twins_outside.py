"""As in `test_catalog_twins`, for what the catalog keeps of channels, alarms and outside services."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from krausen.errors import NotFound
from krausen.model.alarm import Alarm, AlarmState
from krausen.model.channel import Channel
from krausen.model.journal import JournalEntry
from krausen.model.target import Delivery, Target
from krausen.ports.catalog import Catalog, Kind
from tests.ports.drawn import ALARMS, CHANNELS, DELIVERIES, ENTRIES, IDS, JSON, SEEN, TARGETS, TEXTS, TIMES
from tests.ports.pair import Pair

KEPT = 3


async def everything(catalog: Catalog) -> tuple[object, ...]:
    return (
        await catalog.channels(),
        await catalog.standing_alarms(),
        await catalog.past_alarms(9),
        [await catalog.foreign_ids(space) for space in "abc"],
        await catalog.targets(),
        await catalog.progress(),
        [await catalog.deliveries(id, 9) for id in "abc"],
        [await catalog.dates(kind) for kind in (Kind.CHANNEL, Kind.TARGET)],
        await catalog.journal(100),
    )


class OutsideTwins(Pair):
    """Counts the numbers that were given, too."""

    def __init__(self) -> None:
        super().__init__()
        self.numbers: dict[tuple[str, str], int] = {}

    @rule(channel=CHANNELS, entry=ENTRIES)
    def declare_channel(self, channel: Channel, entry: JournalEntry) -> None:
        self.both(lambda catalog: catalog.declare_channel(channel, entry))

    @rule(channel=CHANNELS, entry=ENTRIES, seen=SEEN)
    def change_channel(self, channel: Channel, entry: JournalEntry, seen: int | None) -> None:
        self.both(lambda catalog: catalog.change_channel(channel, entry, seen=seen))

    @rule(name=IDS, entry=ENTRIES, seen=SEEN)
    def remove_channel(self, name: str, entry: JournalEntry, seen: int | None) -> None:
        self.both(lambda catalog: catalog.remove_channel(name, entry, seen=seen))

    @rule(alarm=ALARMS, entry=st.none() | ENTRIES)
    def keep_alarm(self, alarm: Alarm, entry: JournalEntry | None) -> None:
        kept = self.both(lambda catalog: catalog.keep_alarm(alarm, entry))
        assert self.both(lambda catalog: catalog.alarm(alarm.id)) == kept
        standing = self.both(lambda catalog: catalog.standing_alarms())
        assert isinstance(standing, list)
        assert (kept in standing) is (alarm.state is not AlarmState.NORMAL)

    @rule(before=TIMES)
    def forget_alarms(self, before: int) -> None:
        self.both(lambda catalog: catalog.forget_alarms(before))
        left = self.both(lambda catalog: catalog.past_alarms(99, before=before))
        assert left == []

    @rule(space=IDS, id=TEXTS)
    def foreign_id(self, space: str, id: str) -> None:
        number = self.both(lambda catalog: catalog.foreign_id(space, id))
        assert isinstance(number, int)
        assert self.numbers.setdefault((space, id), number) == number
        assert self.both(lambda catalog: catalog.named_by(space, number)) == id
        assert self.both(lambda catalog: catalog.named_by(space, 10_000)) is None

    @rule(wanted=TARGETS, entry=ENTRIES)
    def add_target(self, wanted: Target, entry: JournalEntry) -> None:
        self.both(lambda catalog: catalog.add_target(wanted, entry))

    @rule(wanted=TARGETS, entry=ENTRIES, seen=SEEN)
    def change_target(self, wanted: Target, entry: JournalEntry, seen: int | None) -> None:
        self.both(lambda catalog: catalog.change_target(wanted, entry, seen=seen))

    @rule(id=IDS, entry=ENTRIES, seen=SEEN)
    def remove_target(self, id: str, entry: JournalEntry, seen: int | None) -> None:
        self.both(lambda catalog: catalog.remove_target(id, entry, seen=seen))

    @rule(id=IDS, progress=st.dictionaries(TEXTS, JSON, max_size=2), delivery=st.none() | DELIVERIES)
    def delivered(self, id: str, progress: dict[str, object], delivery: Delivery | None) -> None:
        self.both(lambda catalog: catalog.delivered(id, progress, delivery, keep=KEPT))
        there = self.both(lambda catalog: catalog.target(id))
        told = self.both(lambda catalog: catalog.deliveries(id, 9))
        assert isinstance(told, list)
        assert len(told) <= KEPT
        if there is not NotFound and delivery is not None:
            assert told[0] == delivery

    @invariant()
    def all_lists_are_the_same(self) -> None:
        self.both(everything)


TestOutsideTwins = OutsideTwins.TestCase
TestOutsideTwins.settings = settings(max_examples=15, stateful_step_count=25)
