"""Readings that are taken away: merged by time, in every form, and back in again."""

import csv
import io
import json
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from types import ModuleType, SimpleNamespace
from typing import Any, Self

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from krausen.brewing.completeness import Span
from krausen.errors import Invalid, NotFound
from krausen.importing.ours import HEADING
from krausen.model.batch import Batch, BatchEvent, BatchState
from krausen.model.correction import CorrectionKind
from krausen.model.journal import JournalEntry
from krausen.model.reading import Quality, Reading
from krausen.model.series import SeriesName
from krausen.server.corrections import CorrectionPlan, Corrections
from krausen.server.export import Export, Exports
from krausen.server.export_forms import Form, formed
from krausen.server.imports import Imports
from tests.unit.server.desk import ANNA, BEER, Desk

pytestmark = pytest.mark.anyio

DAY = 86_400_000
START = 1_390_000_000_000
ALWAYS = Span(0, 2**52)
METRICS = ("beer", "setpoint_beer", "chamber", "setpoint_chamber", "room")
TEMPERATURES = st.integers(-300, 900).map(lambda n: n / 10)
ROWS = st.dictionaries(
    st.integers(0, 5000),
    st.tuples(*[st.none() | TEMPERATURES for _ in METRICS], st.none() | st.integers(0, 9).map(float)),
    min_size=1,
    max_size=30,
)
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20)
NOTES = st.lists(st.tuples(st.integers(0, 5000), WORDS.map(str.strip).filter(bool)), max_size=6)


class Store(Desk):
    """A desk from which things are taken away, and to which they are brought back."""

    def __init__(self) -> None:
        super().__init__()
        self.clock.now_ms = START + 100 * DAY
        self.corrections = Corrections(self.catalog, self.history, self.live, self.clock)
        self.exports = Exports(self.catalog, self.history, self.corrections, self.clock)
        self.imports = Imports(self.history, self.catalog, self.clock)

    async def taken(self, form: Form, *series: str, span: Span = ALWAYS, as_stored: bool = False) -> str:
        """Take series away."""
        return await whole(await self.exports.of_series(series, span, as_stored=as_stored), form)

    async def brew(self, form: Form, span: Span = ALWAYS) -> str:
        """Take the one batch away."""
        (batch,) = await self.catalog.batches()
        return await whole(await self.exports.of_batch(batch, span, as_stored=False), form)

    async def state(self) -> tuple[object, ...]:
        """Give all readings, batches and events."""
        batches = await self.catalog.batches()
        series = await self.history.series()
        return (
            series,
            [await self.history.points(one.id, 0, 2**60, 10**6) for one in series],
            batches,
            [await self.catalog.events(batch.id) for batch in batches],
        )


async def whole(export: Export, form: Form) -> str:
    return b"".join([piece async for piece in formed(export, form)]).decode()


async def imported(rows: dict[int, tuple[float | None, ...]], notes: list[tuple[int, str]]) -> Store:
    """Have a brew, as an import leaves it."""
    store = Store()
    text = "".join(f"{line}\n" for line in brewpi_lines(rows, notes))
    if text:
        await store.imports.take("brew.csv", text.encode(), by="anna", zone="UTC", form="brewpi_csv")
    return store


def brewpi_lines(rows: dict[int, tuple[float | None, ...]], notes: list[tuple[int, str]]) -> list[str]:
    found = []
    for second in sorted({*rows, *(at for at, _ in notes)}):
        beer, beer_set, chamber, chamber_set, room, state = rows.get(second, (None,) * 6)
        said = [json.dumps(text).replace(";", "\\u003b") for at, text in notes if at == second][:2]
        said += ["None"] * (2 - len(said))
        when = datetime.fromtimestamp(START / 1000 + second, UTC).strftime("%b %d %Y %H:%M:%S")
        code = None if state is None else int(state)
        cells = [when, beer, beer_set, said[0], chamber, chamber_set, said[1], code, room]
        if any(value is not None for value in (beer, beer_set, chamber, chamber_set, room, state)) or any(
            text != "None" for text in said
        ):
            found.append(";".join(map(str, cells)))
    return found


@settings(max_examples=100, deadline=None)
@given(ROWS, NOTES, st.sampled_from([Form.CSV, Form.BREWPI]))
async def test_what_is_taken_away_and_brought_back_changes_nothing(
    rows: dict[int, tuple[float | None, ...]], notes: list[tuple[int, str]], form: Form
) -> None:
    store = await imported(rows, notes)
    before = await store.state()
    if not before[0]:
        return
    text = await store.brew(form)
    report = await store.imports.take("brew.csv", text.encode(), by="anna", zone="UTC")
    assert (report.stored, report.skipped) == (0, [])
    assert await store.state() == before


@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.integers(0, 50), st.integers(-9, 9).map(float)),
        unique_by=lambda one: one[:2],
    ),
    st.integers(0, 50),
    st.integers(1, 30),
)
async def test_readings_of_all_series_come_once_and_in_order_of_time(
    readings: list[tuple[int, int, float]], start: int, length: int
) -> None:
    store = Store()
    names = [SeriesName("pi", f"probe-{n}", "temperature") for n in range(3)]
    await store.history.declare([(name, "°C") for name in names])
    await store.history.store([Reading(names[n], t, v) for n, t, v in readings])
    export = await store.exports.of_series([], Span(start, start + length), as_stored=True)
    found = [(entry.column.series, entry.point.t, entry.point.v) async for entry in export.entries()]
    assert [t for _, t, _ in found] == sorted(t for _, t, _ in found)
    wanted = {(names[n], t, v) for n, t, v in readings if start <= t < start + length}
    assert len(found) == len(wanted)
    assert set(found) == wanted


async def test_more_readings_than_a_page_are_all_there() -> None:
    store = Store()
    other = SeriesName("pi", "other", "temperature")
    await store.history.store([Reading(BEER, t, float(t % 7)) for t in range(60_000)])
    await store.history.store([Reading(other, t, 1.0) for t in range(0, 60_000, 2)])
    assert len((await store.taken(Form.CSV)).splitlines()) == 1 + 90_000


async def test_csv_has_a_heading_and_says_whose_each_value_is() -> None:
    store = Store()
    odd = SeriesName("shed, north", 'the "old" one', "temperature")
    await store.history.declare([(odd, "°C")])
    await store.history.store(
        [Reading(odd, 1_400_000_000_123, 18.25), Reading(odd, 1_400_000_001_000, 85.0, Quality.BAD)]
    )
    heading, *rows = csv.reader(io.StringIO(await store.taken(Form.CSV)))
    assert tuple(heading) == HEADING
    first = ["2014-05-13T16:53:20.123Z", "temperature", "18.25", "°C", "good"]
    assert rows[0] == [*first, "shed, north", 'the "old" one', "temperature", "", "", ""]
    assert rows[1][2:5] == ["85.0", "°C", "bad"]


async def test_export_of_nothing_is_a_heading() -> None:
    store = Store()
    assert await store.taken(Form.CSV) == ",".join(HEADING) + "\n"
    assert await store.taken(Form.JSONL) == ""


async def test_json_lines_say_the_same() -> None:
    store = Store()
    await store.history.store([Reading(BEER, START, 18.0)])
    assert json.loads(await store.taken(Form.JSONL)) == {
        "time": "2014-01-17T23:06:40.000Z",
        "variable": "temperature",
        "value": 18.0,
        "unit": "",
        "quality": "good",
        "adapter": "pi",
        "node": "beer",
        "metric": "temperature",
        "role": "",
        "batch": "",
        "text": "",
    }


async def test_series_are_told_apart_by_what_it_takes() -> None:
    store = Store()
    names = [SeriesName("pi", "a", "t"), SeriesName("pi", "b", "t")]
    await store.history.store([Reading(name, START, 18.0) for name in names])
    assert variables(await store.taken(Form.CSV)) == ["a t", "b t"]
    await store.history.store([Reading(SeriesName("hall", "a", "t"), START, 18.0)])
    assert variables(await store.taken(Form.CSV)) == ["hall/a/t", "pi/a/t", "pi/b/t"]
    assert variables(await store.taken(Form.CSV, "s1")) == ["t"]


async def test_series_of_a_batch_are_told_apart_by_their_roles() -> None:
    store = Store()
    beer, chamber = SeriesName("pi", "a", "temperature"), SeriesName("pi", "b", "temperature")
    await store.history.store([Reading(name, START, 18.0) for name in (beer, chamber)])
    await store.catalog.keep_batch(ale(beer=beer, chamber=chamber), [], entry())
    assert variables(await store.brew(Form.CSV)) == ["beer", "chamber"]


def variables(text: str) -> list[str]:
    return sorted({row["variable"] for row in csv.DictReader(io.StringIO(text)) if row["adapter"]})


def ale(**roles: SeriesName) -> Batch:
    state = BatchState.FINISHED
    return Batch(id="ale", name="Ale", state=state, started_at=START, finished_at=START + DAY, roles=roles)


def entry() -> JournalEntry:
    return JournalEntry(at=0, by="anna", what="batch", id="ale", action="created")


async def test_series_that_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFound, match="s9"):
        await Store().exports.of_series(["s9"], ALWAYS, as_stored=True)


async def test_corrections_are_applied_unless_it_is_taken_as_stored() -> None:
    store = Store()
    await store.history.store([Reading(BEER, START + t, 18.0) for t in range(10)])
    mask = CorrectionPlan(series="s1", start=START + 2, end=START + 5, kind=CorrectionKind.MASK)
    await store.corrections.add(mask, ANNA)
    assert len((await store.taken(Form.CSV)).splitlines()) == 8
    assert len((await store.taken(Form.CSV, as_stored=True)).splitlines()) == 11


async def test_brewpi_lines_have_nine_columns_in_english_and_one_for_each_second() -> None:
    store = Store()
    names = {role: SeriesName("pi", role, "t") for role in ("beer", "chamber", "state", "gravity")}
    await store.catalog.keep_batch(
        ale(**names),
        [BatchEvent(START + 900, "note", 'Hops; "all" of them.'), BatchEvent(START, "started", "x")],
        entry(),
    )
    await store.history.store(
        [
            Reading(names["beer"], START + 100, 18.1),
            Reading(names["chamber"], START + 700, 12.0),
            Reading(names["state"], START + 800, 4.0),
            Reading(names["gravity"], START + 2000, 1.05),
            Reading(names["beer"], START + 3000, 85.0, Quality.BAD),
            Reading(names["beer"], START + 4000, 18.2),
        ]
    )
    assert (await store.brew(Form.BREWPI)).splitlines() == [
        r'Jan 17 2014 23:06:40;18.1;None;"Hops\u003b \"all\" of them.";12.0;None;None;4;None',
        "Jan 17 2014 23:06:44;18.2;None;None;None;None;None;None;None",
    ]


async def test_brewpi_lines_hold_more_notes_than_columns() -> None:
    store = Store()
    notes = [BatchEvent(START + n, "note", f"n{n}") for n in range(3)]
    late = BatchEvent(START + 9000, "note", "late")
    await store.catalog.keep_batch(ale(beer=BEER), [*notes, late], entry())
    await store.history.store([Reading(BEER, START, 18.0), Reading(BEER, START + 10_000, 18.0)])
    assert (await store.brew(Form.BREWPI)).splitlines() == [
        'Jan 17 2014 23:06:40;18.0;None;"n0";None;None;"n1";None;None',
        'Jan 17 2014 23:06:40;None;None;"n2";None;None;None;None;None',
        'Jan 17 2014 23:06:49;None;None;"late";None;None;None;None;None',
        "Jan 17 2014 23:06:50;18.0;None;None;None;None;None;None;None",
    ]


async def test_without_pyarrow_parquet_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(Invalid, match=r"pip install 'krausen\[parquet\]'") as refused:
        await Store().taken(Form.PARQUET)
    assert refused.value.faults[0].where == "query:format"


class FakeArrow(ModuleType):
    """Types and tables of pyarrow, as far as they are used."""

    def __init__(self) -> None:
        super().__init__("pyarrow")
        self.parquet = FakeParquet()

    def timestamp(self, unit: str, tz: str) -> str:
        return f"{unit} {tz}"

    def float64(self) -> str:
        return "float64"

    def string(self) -> str:
        return "string"

    def schema(self, fields: list[tuple[str, str]]) -> SimpleNamespace:
        return SimpleNamespace(names=[name for name, _ in fields], types=[kind for _, kind in fields])

    def array(self, values: Iterable[object], kind: str) -> tuple[str, list[object]]:
        return kind, list(values)

    class Table:
        """Columns."""

        @staticmethod
        def from_arrays(columns: list[object], schema: SimpleNamespace) -> dict[str, object]:
            return dict(zip(schema.names, columns, strict=True))


class FakeParquet(ModuleType):
    """Writes tables as lines of JSON."""

    def __init__(self) -> None:
        super().__init__("pyarrow.parquet")

    class ParquetWriter:
        """Writes to what it is given, and says where it is at the end."""

        def __init__(self, sink: Any, _schema: object) -> None:
            self.sink = sink

        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_: object) -> None:
            self.sink.write(f"{self.sink.tell()}\n".encode())
            self.sink.flush()
            self.sink.close()

        def write_table(self, table: dict[str, object]) -> None:
            self.sink.write(memoryview(json.dumps(table).encode() + b"\n"))


async def test_parquet_is_written_a_group_of_rows_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    arrow = FakeArrow()
    monkeypatch.setitem(sys.modules, "pyarrow", arrow)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", arrow.parquet)
    monkeypatch.setattr("krausen.server.parquet.GROUP", 2)
    store = Store()
    await store.history.store([Reading(BEER, START + t, 18.0 + t) for t in range(3)])
    export = await store.exports.of_series([], ALWAYS, as_stored=True)
    pieces = [piece async for piece in formed(export, Form.PARQUET)]
    assert len(pieces) == 2
    first, second, end = b"".join(pieces).decode().splitlines()
    assert json.loads(first)["time"] == ["ms UTC", [START, START + 1]]
    assert json.loads(second)["value"] == ["float64", [20.0]]
    assert list(json.loads(first)) == list(HEADING)
    assert int(end) == len(first) + len(second) + 2
