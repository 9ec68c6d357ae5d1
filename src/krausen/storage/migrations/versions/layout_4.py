"""Batches say what is in them and may lie in a bin; people correct stretches of readings."""

from typing import Any

from alembic import op
from sqlalchemy import JSON, BigInteger, Column, Float, Integer, Text

revision = "4"
down_revision = "3"


def upgrade() -> None:
    """Say of every batch that nothing is known of what is in it; none lies in the bin."""
    with op.batch_alter_table("batch") as batch:
        for name in ("style", "yeast"):
            batch.add_column(Column(name, Text, nullable=False, server_default=""))
        for name in ("volume_l", "original_gravity", "target_gravity"):
            batch.add_column(Column(name, Float))
        batch.add_column(Column("deleted_at", BigInteger))
    with op.batch_alter_table("batch") as batch:
        for name in ("style", "yeast"):
            batch.alter_column(name, existing_type=Text(), server_default=None)
    op.create_table(
        "correction",
        Column("n", Integer, primary_key=True),
        _there("id", Text, unique=True),
        _there("series", JSON),
        *(_there(name, BigInteger) for name in ("start", "end")),
        _there("kind", Text),
        Column("value", Float),
        *(_there(name, Text) for name in ("reason", "by")),
        _there("at", BigInteger),
        Column("removed_at", BigInteger),
        sqlite_autoincrement=True,
    )


def _there(name: str, kind: Any, *, unique: bool = False) -> Column[Any]:
    return Column(name, kind, nullable=False, unique=unique)
