from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from krausen.model.log import LogLevel, LogLine
from krausen.server.logs.record import Record, Search, size_of

SOURCES = ("server", "cellar", "controller/garage")
LINES = st.builds(
    LogLine,
    at=st.integers(0, 50),
    level=st.sampled_from(LogLevel),
    source=st.sampled_from(SOURCES),
    text=st.text("abÄ ", max_size=8),
    fields=st.dictionaries(st.sampled_from(["agent", "detail"]), st.text("abÄ ", max_size=5), max_size=2),
)


def line(at: int = 1, text: str = "said", source: str = "server", level: LogLevel = LogLevel.INFO) -> LogLine:
    return LogLine(at=at, level=level, source=source, text=text)


def texts(record: Record) -> list[str]:
    return [kept.line.text for kept in record.before()]


def test_lines_are_read_newest_first_and_one_that_comes_late_stands_where_it_belongs() -> None:
    record = Record()
    record.add([line(1, "a"), line(5, "e"), line(3, "c"), line(3, "d")])
    assert texts(record) == ["e", "d", "c", "a"]


def test_the_oldest_make_room() -> None:
    record = Record(most=2)
    record.add([line(5, "e"), line(1, "a"), line(3, "c")])
    assert texts(record) == ["e", "c"]
    assert record.sources == {"server": 2}


def test_few_lines_that_are_large_make_room_too() -> None:
    record = Record(most_bytes=3 * size_of(line(text="x" * 1000)))
    record.add([line(at, "x" * 1000) for at in range(10)])
    assert [kept.line.at for kept in record.before()] == [9, 8, 7]


def test_reading_goes_on_where_it_stopped_whatever_comes_meanwhile() -> None:
    record = Record(most=4)
    record.add([line(at, str(at)) for at in range(4)])
    reading = record.before()
    first = [next(reading), next(reading)]
    record.add([line(at, str(at)) for at in range(4, 6)])
    assert [kept.line.text for kept in (*first, *reading)] == ["3", "2", "1", "0"]
    assert [kept.line.text for kept in record.before(first[-1].place)] == []


def test_a_line_is_known_again_by_who_said_what_and_when() -> None:
    record = Record()
    record.add([line(1, "a"), line(1, "b"), line(2, "c")])
    assert record.has(line(1, "b"))
    for other in (line(2, "b"), line(1, "c"), line(1, "b", "cellar"), line(1, "b", level=LogLevel.ERROR)):
        assert not record.has(other)


def test_a_search_wants_all_words_in_text_or_fields_in_any_case() -> None:
    said = LogLine(
        at=1, level=LogLevel.WARNING, source="server", text="agent.lost", fields={"agent": "Kühl-Pi"}
    )
    assert Search(words=("LOST", "kühl")).takes(said)
    assert not Search(words=("lost", "garage")).takes(said)
    assert not Search(least=LogLevel.ERROR).takes(said)
    assert not Search(sources=frozenset({"cellar"})).takes(said)


@given(st.lists(LINES, max_size=30), st.sampled_from(LogLevel), st.sets(st.sampled_from(SOURCES)))
def test_a_search_finds_all_that_is_asked_for_and_nothing_else(
    lines: list[LogLine], least: LogLevel, sources: set[str]
) -> None:
    record, search = Record(), Search(least=least, sources=frozenset(sources), words=("a",))
    record.add(lines)
    found = [kept.line for kept in record.before() if search.takes(kept.line)]
    wanted = [
        one
        for one in sorted(lines, key=lambda one: one.at)
        if one.level.rank >= least.rank
        and (not sources or one.source in sources)
        and any("a" in text for text in (one.text, *one.fields, *one.fields.values()))
    ]
    assert found == wanted[::-1]


class RecordMachine(RuleBasedStateMachine):
    """A record beside the plainest one: a list that is sorted and cut."""

    @initialize(most=st.integers(1, 6), most_lines_large=st.integers(1, 6))
    def begin(self, most: int, most_lines_large: int) -> None:
        self.most, self.most_bytes = most, most_lines_large * 520
        self.record = Record(most, self.most_bytes)
        self.kept: list[tuple[int, int, LogLine]] = []
        self.came = 0

    @rule(lines=st.lists(LINES, max_size=5))
    def add(self, lines: list[LogLine]) -> None:
        added = self.record.add(lines)
        assert [one.line for one in added] == lines
        self.kept += [(one.at, n, one) for n, one in enumerate(lines, start=self.came + 1)]
        self.came += len(lines)
        self.kept.sort(key=lambda kept: kept[:2])
        while len(self.kept) > self.most or sum(size_of(one) for _, _, one in self.kept) > self.most_bytes:
            self.kept.pop(0)

    @invariant()
    def is_within_bounds_and_loses_nothing_below_them(self) -> None:
        if not hasattr(self, "record"):
            return
        assert [(k.line.at, k.n, k.line) for k in self.record.before()] == self.kept[::-1]
        assert self.record.size == sum(size_of(one) for _, _, one in self.kept)
        assert len(self.record) == len(self.kept)
        assert sum(self.record.sources.values()) == len(self.kept)
        assert all(self.record.has(one) for _, _, one in self.kept)


TestRecord = RecordMachine.TestCase
TestRecord.settings = settings(max_examples=40, stateful_step_count=15)
