"""Readings as a Parquet file, where pyarrow is installed."""

from collections.abc import AsyncIterator, Sequence
from importlib import import_module
from typing import Any

from krausen.errors import Fault, Invalid
from krausen.server.export import Entry, Export

GROUP = 50_000
"""Rows that are held until they are written."""
NOT_HERE = (
    "Parquet takes pyarrow, which is not installed beside this server. Install it with "
    "`pip install 'krausen[parquet]'`, or choose csv or jsonl."
)


def parquet(export: Export, heading: Sequence[str]) -> AsyncIterator[bytes]:
    """Give an export as the pieces of one file. Raises Invalid where pyarrow is not installed."""
    try:
        arrow: Any = import_module("pyarrow")
        writing: Any = import_module("pyarrow.parquet")
    except ImportError as error:
        raise Invalid(NOT_HERE, [Fault("query:format", NOT_HERE)]) from error
    return _written(export, heading, arrow, writing)


async def _written(export: Export, heading: Sequence[str], arrow: Any, writing: Any) -> AsyncIterator[bytes]:
    kinds = {"time": arrow.timestamp("ms", tz="UTC"), "value": arrow.float64()}
    schema = arrow.schema([(name, kinds.get(name, arrow.string())) for name in heading])
    pieces = _Pieces()
    with writing.ParquetWriter(pieces, schema) as writer:
        held: list[tuple[object, ...]] = []
        async for entry in export.entries():
            held.append(_row(entry))
            if len(held) >= GROUP:
                writer.write_table(_table(held, schema, arrow))
                held.clear()
                yield pieces.taken()
        if held:
            writer.write_table(_table(held, schema, arrow))
    yield pieces.taken()


def _row(entry: Entry) -> tuple[object, ...]:
    column, point = entry.column, entry.point
    facts = (column.variable, point.v, column.unit, point.quality.value)
    return (point.t, *facts, *column.series_parts, column.role)


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
