import pytest

from krausen.errors import Invalid
from krausen.importing.columns import meaning_of, slug
from krausen.importing.layouts import layout_of
from krausen.importing.times import UNSURE, Order
from krausen.model.quantities import Quantity
from tests.unit.importing.reading import at, imported, rows

TIMES = ("2019-10-04 08:00", "2019-10-04 08:10")


def test_the_delimiter_that_most_lines_agree_on_is_taken() -> None:
    for sign in "\t;|,":
        layout = layout_of([sign.join(("time", "beer")), *(f"{time}{sign}18.5" for time in TIMES)], {}, {})
        assert layout is not None
        assert layout.delimiter == sign


def test_a_decimal_comma_is_seen() -> None:
    _, entries = imported(["time;beer", *(f"{time};1.018,5" for time in TIMES)])
    assert [row.values for row in rows(entries)] == [{"beer": 1018.5}] * 2


@pytest.mark.parametrize(
    "lines",
    [
        [],
        ["one column", "2019-10-04"],
        ["time,beer", "1,2", "2,3"],
        ["time,beer", "2019-10-04 08:00,warm"],
        ["beer,room", "18.5,20"],
        ["time,beer"],
        ["a\0b,c"],
        [f"time{',a' * 1000}", f"2019-10-04{',1' * 1000}"],
    ],
)
def test_what_is_no_table_has_no_layout(lines: list[str]) -> None:
    assert layout_of(lines, {}, {}) is None


def test_a_table_without_a_heading_has_numbered_columns() -> None:
    _, entries = imported([f"{time},18.5,1.048" for time in TIMES])
    assert rows(entries)[0].values == {"column_2": 18.5, "column_3": 1.048}


def test_a_preamble_above_the_heading_is_complained_of_and_the_rest_read() -> None:
    _, entries = imported(["Exported by hand", "time,beer", *(f"{time},18.5" for time in TIMES)])
    assert [(entry.line, type(entry).__name__) for entry in entries] == [
        (1, "Complaint"),
        (3, "Row"),
        (4, "Row"),
    ]


def test_days_of_a_spreadsheet_are_times_under_a_title_that_says_so() -> None:
    _, entries = imported(["Datum,beer", "43742.5,18.5", "43742.75,18.5"])
    assert [row.t for row in rows(entries)] == [at("2019-10-04T12:00"), at("2019-10-04T18:00")]


def test_columns_without_numbers_are_told_and_notes_kept() -> None:
    layout = layout_of(
        ["time,site,beer,Comment,none", *(f"{time},cellar,18.5,Good," for time in TIMES)], {}, {}
    )
    assert layout is not None
    assert (layout.notes, layout.series[0].metric) == ((3,), "beer")
    assert layout.remarks == ("Columns that hold no numbers were left out: site",)


def test_dates_that_may_be_either_are_asked_for() -> None:
    layout = layout_of(["time,beer", "3/4/2019 08:00,18.5"], {}, {})
    assert layout is not None
    assert (layout.order, layout.remarks) == (Order.MONTH, (UNSURE.format("month"),))


def test_what_is_said_of_columns_wins_over_what_is_guessed() -> None:
    lines = ["a,b,c,d", "x,68,2019-10-04 08:00,2018-01-01", "y,66.2,2019-10-04 08:10,2018-01-01"]
    form, entries = imported(lines, "csv_table:c=time,2=beer:F,A=note,d=-")
    assert [(spec.metric, spec.unit) for spec in form.series] == [("beer", "°C")]
    assert [(row.t, row.values, row.notes) for row in rows(entries)] == [
        (at("2019-10-04T08:00"), {"beer": 20.0}, (("note", "x"),)),
        (at("2019-10-04T08:10"), {"beer": 19.0}, (("note", "y"),)),
    ]


@pytest.mark.parametrize("title", ["z", "0", "5"])
def test_a_column_that_is_not_there_is_refused_with_those_that_are(title: str) -> None:
    with pytest.raises(Invalid, match=r"There is no column .*There are: time, beer\.") as caught:
        imported(["time,beer", "2019-10-04 08:00,18.5"], f"csv_table:{title}=beer")
    assert caught.value.faults[0].where == "query:format"


@pytest.mark.parametrize("name", ["csv_table", "climate_csv"])
def test_lines_that_are_no_table_are_refused_when_asked_for_as_one(name: str) -> None:
    with pytest.raises(Invalid, match="It is no table"):
        imported(["nothing"], name)


@pytest.mark.parametrize(
    ("title", "metric", "quantity", "unit", "value"),
    [
        ("Temp (°C)", "temp", Quantity.TEMPERATURE, "°C", 68.0),
        ("temp_f", "temp_f", Quantity.TEMPERATURE, "°C", 20.0),
        ("Beer [F]", "beer", Quantity.TEMPERATURE, "°C", 20.0),
        ("Wort Kelvin", "wort_kelvin", Quantity.TEMPERATURE, "°C", -205.15),
        ("T Air", "t_air", Quantity.TEMPERATURE, "°C", 68.0),
        ("Lufttemperatur", "lufttemperatur", Quantity.TEMPERATURE, "°C", 68.0),
        ("Varme sætpunkt", "varme_saetpunkt", Quantity.TEMPERATURE, "°C", 68.0),
        ("SG", "sg", Quantity.GRAVITY, "SG", 68.0),
        ("Pressure (hPa)", "pressure", Quantity.PRESSURE, "kPa", 6.8),
        ("Humidity (%)", "humidity", Quantity.ANY, "%", 68.0),
        ("co2_ppm", "co2_ppm", Quantity.ANY, "ppm", 68.0),
        ("Größe", "grosse", Quantity.ANY, "", 68.0),
        ("°C", "column", Quantity.TEMPERATURE, "°C", 68.0),
    ],
)
def test_a_title_tells_what_a_column_holds(
    title: str, metric: str, quantity: Quantity, unit: str, value: float
) -> None:
    meaning = meaning_of(title)
    assert (meaning.spec.metric, meaning.spec.quantity, meaning.spec.unit) == (metric, quantity, unit)
    assert (meaning.canonical(68.0) if meaning.canonical else 68.0) == pytest.approx(value)


def test_densities_are_told_by_their_unit_or_their_values() -> None:
    for title in ("Extract (°P)", "Gravity", "density"):
        canonical = meaning_of(title).canonical
        assert canonical is not None
        assert canonical(12.0) == pytest.approx(1.0484, abs=1e-4)


def test_slugs_are_not_too_long() -> None:
    assert slug("x" * 200) == "x" * 64
