"""Structs to rows and back: columns bear the names of fields."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

from msgspec import Struct, convert, to_builtins
from sqlalchemy import Connection, FromClause, Row, Select, Table, and_, insert, update
from sqlalchemy.exc import IntegrityError

from krausen.errors import Stale

S = TypeVar("S", bound=Struct)


def row_of(thing: Struct) -> dict[str, Any]:
    """Give the columns of a struct."""
    row: dict[str, Any] = to_builtins(thing)
    return row


def thing_of(kind: type[S], row: Row[Any], part: FromClause | None = None) -> S:
    """Make a struct of a row, or of the part of it that comes from one of several joined tables."""
    columns = row._mapping
    if part is None:
        return convert({str(name): value for name, value in columns.items()}, kind)
    return convert({str(column.name): columns[column] for column in part.c}, kind)


def check_seen(what: str, revision: int, seen: int | None) -> None:
    """Raise Stale unless `seen` is None or the present revision, which is 0 for what is not there."""
    if seen is not None and seen != revision:
        told = f"at revision {revision}, not {seen}" if revision else "not there any more"
        raise Stale(f"{what} is {told}: look again before you change it.")


def all_of(kind: type[S], connection: Connection, query: Select[Any]) -> list[S]:
    """Give the structs that a query finds."""
    return [thing_of(kind, row) for row in connection.execute(query)]


def one_of(kind: type[S], connection: Connection, query: Select[Any]) -> S | None:
    """Give the struct that a query for at most one finds, or None."""
    row = connection.execute(query).one_or_none()
    return None if row is None else thing_of(kind, row)


def put(connection: Connection, table: Table, row: Mapping[str, Any], **at_first: object) -> None:
    """Replace the row with the same primary key, or add it, then with the columns `at_first` as well."""
    same = and_(*(column == row[column.name] for column in table.primary_key))
    if not connection.execute(update(table).where(same).values(row)).rowcount:
        connection.execute(insert(table).values({**row, **at_first}))


@contextmanager
def taken(told: str) -> Iterator[None]:
    """Turn a clash with what is already there into Stale with this sentence."""
    try:
        yield
    except IntegrityError as error:
        raise Stale(told) from error
