from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from krausen.model.log import LogLevel, LogLine
from krausen.server.logs.thinning import A_SECOND, AT_ONCE, SPARED, Thinning, gathered

LINES = st.builds(
    LogLine,
    at=st.integers(0, 9),
    level=st.sampled_from(LogLevel),
    source=st.sampled_from(["server", "cellar"]),
    text=st.sampled_from(["a", "b", "c"]),
    fields=st.dictionaries(st.just("n"), st.sampled_from(["1", "2"])),
    times=st.integers(1, 3),
)


def lines(count: int, level: LogLevel = LogLevel.INFO, source: str = "server") -> list[LogLine]:
    return [LogLine(at=n, level=level, source=source, text=str(n)) for n in range(count)]


@given(st.lists(LINES))
def test_what_repeats_is_counted_and_nothing_is_lost_by_it(said: list[LogLine]) -> None:
    def counts(told: list[LogLine]) -> Counter[tuple[object, ...]]:
        found: Counter[tuple[object, ...]] = Counter()
        for one in told:
            found[one.source, one.level, one.text, *one.fields.items()] += one.times
        return found

    told = gathered(said)
    assert counts(told) == counts(said)
    assert len(told) == len(counts(said))


def test_what_repeats_stands_where_it_was_said_first() -> None:
    a, b = lines(2)
    assert [(one.text, one.times) for one in gathered([a, b, a, a])] == [("0", 3), ("1", 1)]


def test_a_few_lines_are_all_told() -> None:
    thinning = Thinning()
    assert thinning.told(lines(20), 0.0) == [True] * 20
    assert not thinning.owes
    assert thinning.owed(0, 0.0) == []


def test_of_a_flood_so_many_are_told_at_once_and_so_many_a_second_and_the_rest_is_counted() -> None:
    thinning, told = Thinning(), 0
    for tick in range(50):
        told += sum(thinning.told(lines(200), tick * 200.0))
    assert told == AT_ONCE - SPARED + int(9.8 * A_SECOND)
    (notice,) = thinning.owed(7, 10_000.0)
    assert (notice.at, notice.source) == (7, "server")
    assert notice.text.startswith(f"{50 * 200 - told} lines ")
    assert not thinning.owes


def test_a_flood_of_chatter_leaves_room_for_warnings() -> None:
    thinning = Thinning()
    thinning.told(lines(1000), 0.0)
    assert thinning.told(lines(SPARED + 1, LogLevel.WARNING), 0.0) == [True] * SPARED + [False]


def test_that_lines_are_not_told_is_said_once_a_second_by_source() -> None:
    thinning = Thinning()
    thinning.told([*lines(300), *lines(5, source="cellar")], 0.0)
    assert [notice.source for notice in thinning.owed(0, 0.0)] == ["cellar", "server"]
    thinning.told(lines(300), 500.0)
    assert thinning.owed(0, 500.0) == []
    assert thinning.owes
    assert len(thinning.owed(0, 1000.0)) == 1


@given(st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 400)), max_size=20))
def test_every_line_is_either_told_or_counted(ticks: list[tuple[int, int]]) -> None:
    thinning, now_ms, came, told, counted = Thinning(), 0.0, 0, 0, 0
    for pause_ms, count in ticks:
        now_ms += pause_ms
        came += count
        told += sum(thinning.told(lines(count), now_ms))
        counted += sum(int(notice.text.split()[0]) for notice in thinning.owed(0, now_ms))
    counted += sum(int(notice.text.split()[0]) for notice in thinning.owed(0, now_ms + 1000.0))
    assert told + counted == came
    assert told <= AT_ONCE + now_ms / 1000.0 * A_SECOND
