"""Readings as a Parquet file, and back, where pyarrow is installed."""

import csv
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import datetime
from importlib import import_module
from io import StringIO
from typing import IO, Any

from krausen.errors import Fault, Invalid
from krausen.importing.ours import HEADING
from krausen.server.export import Export
from krausen.server.export_facts import facts_of

GROUP = 50_000
"""Rows that are held until they are written."""
BATCH = 5_000
"""Rows that are read at once."""
NOT_HERE = (
    "Parquet takes pyarrow, which is not installed beside this server. Install it with "
    "`pip install 'krausen[parquet]'`, or choose csv or jsonl."
)


def parquet(export: Export) -> AsyncIterator[bytes]:
    """Give an export as the pieces of one file. Raises Invalid where pyarrow is not installed."""
    return _written(export, *_arrow())


def is_installed() -> bool:
    """Tell whether Parquet can be written and read here."""
    try:
        _arrow()
    except Invalid:
        return False
    return True


def as_csv(file: IO[bytes]) -> Iterator[bytes]:
    """Yield the rows of a Parquet file as a table with a heading, times in ISO 8601.

    Raises Invalid where pyarrow is not installed, and for a file that is damaged.
    """
    arrow, reading = _arrow()
    line = StringIO(newline="")
    writer = csv.writer(line, lineterminator="\r\n")
    try:
        table = reading.ParquetFile(file)
        writer.writerow(table.schema_arrow.names)
        for batch in table.iter_batches(batch_size=BATCH):
            writer.writerows(map(_plain, zip(*(column.to_pylist() for column in batch.columns), strict=True)))
            yield line.getvalue().encode()
            line.seek(0)
            line.truncate()
    except (arrow.ArrowException, OSError) as error:
        raise Invalid(f"It is no whole Parquet file: {error}.") from error
    yield line.getvalue().encode()


def _plain(cells: Sequence[object]) -> list[object]:
    return [cell.isoformat() if isinstance(cell, datetime) else cell for cell in cells]


def _arrow() -> tuple[Any, Any]:
    try:
        return import_module("pyarrow"), import_module("pyarrow.parquet")
    except ImportError as error:
        raise Invalid(NOT_HERE, [Fault("query:format", NOT_HERE)]) from error


async def _written(export: Export, arrow: Any, writing: Any) -> AsyncIterator[bytes]:
    kinds = {"time": arrow.timestamp("ms", tz="UTC"), "value": arrow.float64()}
    schema = arrow.schema([(name, kinds.get(name, arrow.string())) for name in HEADING])
    pieces = _Pieces()
    with writing.ParquetWriter(pieces, schema) as writer:
        held: list[tuple[object, ...]] = []
        async for fact in facts_of(export):
            held.append(fact)
            if len(held) >= GROUP:
                writer.write_table(_table(held, schema, arrow))
                held.clear()
                yield pieces.taken()
        if held:
            writer.write_table(_table(held, schema, arrow))
    yield pieces.taken()


def _table(rows: Sequence[tuple[object, ...]], schema: Any, arrow: Any) -> Any:
    columns = [
        arrow.array(column, kind) for column, kind in zip(zip(*rows, strict=True), schema.types, strict=True)
    ]
    return arrow.Table.from_arrays(columns, schema=schema)


class _Pieces:
    """What is written, until it is taken; a file as pyarrow knows it."""

    closed = False

    def __init__(self) -> None:
        self._held: list[bytes] = []
        self._at = 0

    def write(self, piece: Any) -> int:
        """Hold a piece."""
        self._held.append(bytes(piece))
        self._at += len(self._held[-1])
        return len(self._held[-1])

    def tell(self) -> int:
        """Say how much was written ever."""
        return self._at

    def flush(self) -> None:
        """Do nothing: whoever takes it has it."""

    def close(self) -> None:
        """Take no more."""
        self.closed = True

    def taken(self) -> bytes:
        """Give what was written since the last time."""
        taken = b"".join(self._held)
        self._held.clear()
        return taken
