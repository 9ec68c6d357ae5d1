"""Parquet files as tables, with what of pyarrow is used played by hand."""

import io
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from types import ModuleType, SimpleNamespace
from typing import IO

import pytest

from krausen.errors import Invalid
from krausen.importing.parcel import of_file
from krausen.server.imports import known_formats
from krausen.server.parquet import as_csv, is_installed

ROWS = [
    (datetime(2019, 10, 4, 8, tzinfo=UTC), 18.5, "Hops,\r\nall"),
    (datetime(2019, 10, 4, 9, tzinfo=UTC), None, ""),
    (datetime(2019, 10, 4, 10, tzinfo=UTC), 18.25, None),
]


class ArrowException(Exception):
    """What pyarrow raises."""


class ParquetFile:
    """Three rows, or a damaged file."""

    schema_arrow = SimpleNamespace(names=["time", "beer", "note"])

    def __init__(self, file: IO[bytes]) -> None:
        file.seek(0)
        if file.read() != b"PAR1 whole":
            raise ArrowException("magic bytes not found")

    def iter_batches(self, batch_size: int) -> Iterator[SimpleNamespace]:
        for at in range(0, len(ROWS), batch_size):
            columns = zip(*ROWS[at : at + batch_size], strict=True)
            yield SimpleNamespace(columns=[Cells(column) for column in columns])


class Cells(tuple[object, ...]):
    """A column."""

    __slots__ = ()

    def to_pylist(self) -> list[object]:
        return list(self)


@pytest.fixture
def arrow(monkeypatch: pytest.MonkeyPatch) -> None:
    arrow, parquet = ModuleType("pyarrow"), ModuleType("pyarrow.parquet")
    monkeypatch.setattr(arrow, "ArrowException", ArrowException, raising=False)
    monkeypatch.setattr(parquet, "ParquetFile", ParquetFile, raising=False)
    monkeypatch.setitem(sys.modules, "pyarrow", arrow)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", parquet)
    monkeypatch.setattr("krausen.server.parquet.BATCH", 2)


@pytest.mark.usefixtures("arrow")
def test_a_parquet_file_is_read_as_a_table_a_batch_at_a_time() -> None:
    parcel = of_file("brew.parquet", io.BytesIO(b"PAR1 whole"), as_csv=as_csv)
    (log,) = parcel.logs(known_formats().values())
    pieces = list(log.pieces())
    assert len(pieces) == 3
    assert b"".join(pieces).decode() == (
        'time,beer,note\r\n2019-10-04T08:00:00+00:00,18.5,"Hops,\r\nall"\r\n'
        "2019-10-04T09:00:00+00:00,,\r\n2019-10-04T10:00:00+00:00,18.25,\r\n"
    )
    assert is_installed()


@pytest.mark.usefixtures("arrow")
def test_a_damaged_parquet_file_is_told() -> None:
    with pytest.raises(Invalid, match="no whole Parquet file: magic bytes"):
        list(as_csv(io.BytesIO(b"PAR1")))


def test_without_pyarrow_reading_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(Invalid, match="pip install"):
        list(as_csv(io.BytesIO(b"PAR1")))
    assert not is_installed()
