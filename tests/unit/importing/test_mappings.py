import pytest

from krausen.importing.mappings import is_worth_keeping, key_of
from krausen.importing.recognition import format_of
from krausen.importing.text import Lines, pieces_of
from tests.unit.importing.reading import FORMATS

TABLE = b"Tid;Temp;Note\n2019-10-04 08:00;18,5;ok\n2019-10-04 09:00;18,6;ok\n"


def lines(raw: bytes) -> Lines:
    return Lines(pieces_of(raw), "table.csv")


def test_tables_with_the_same_heading_have_the_same_key() -> None:
    assert key_of(lines(TABLE)) == key_of(
        lines(b"\n" + TABLE.replace(b"18,5", b"19,5").replace(b"Tid", b"TID"))
    )
    assert key_of(lines(TABLE)) != key_of(lines(TABLE.replace(b"Temp", b"Chamber")))
    assert key_of(lines(TABLE)).startswith("import.mapping.")


@pytest.mark.parametrize(
    ("raw", "asked", "kept"),
    [
        (TABLE, "csv_table:Temp=beer:C", True),
        (TABLE, "csv_table", False),
        (TABLE, None, False),
        (TABLE.partition(b"\n")[2], "csv_table:2=beer:C", False),
        (b"timestamp,gravity,temperature\n2024-01-05T10:15:00Z,1.048,18\n", "rapt_csv", False),
    ],
    ids=["named", "not named", "not asked", "without a heading", "of fixed columns"],
)
def test_only_columns_that_were_named_below_a_heading_are_kept(
    raw: bytes, asked: str | None, kept: bool
) -> None:
    form = format_of(lines(raw), FORMATS, file="table.csv", asked=asked)
    assert is_worth_keeping(asked, form, lines(raw)) is kept
