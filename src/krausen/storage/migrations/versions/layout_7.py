"""There are channels, alarms, numbers for foreign protocols, and push targets with their deliveries."""

from collections.abc import Iterable
from typing import Any

from alembic import op
from sqlalchemy import JSON, BigInteger, Boolean, Column, Float, ForeignKeyConstraint, Integer, Text

revision = "7"
down_revision = "6"

_DATES = ("created_at", "updated_at")


def upgrade() -> None:
    """Make room for them; there is none of any yet."""
    op.create_table(
        "channel",
        Column("name", Text, primary_key=True),
        *_there(Text, "title", "publish"),
        *_there(Integer, "revision"),
        *_there(BigInteger, *_DATES),
    )
    _add_alarms()
    op.create_table(
        "foreign_id",
        Column("space", Text, primary_key=True),
        Column("id", Text, primary_key=True),
        *_there(Integer, "number"),
    )
    op.create_index("uq_foreign_id_space_number", "foreign_id", ["space", "number"], unique=True)
    _add_targets()


def _add_alarms() -> None:
    op.create_table(
        "alarm",
        Column("id", Text, primary_key=True),
        *_there(Text, "rule", "priority", "state"),
        *(Column(name, Text) for name in ("vessel", "device")),
        *_there(BigInteger, "since", "at"),
        *_there(Text, "title", "detail", "do", "by", "reason"),
        *_there(Boolean, "test", "condition"),
        *(Column(name, BigInteger) for name in ("acknowledged_at", "cleared_at", "shelved_until")),
        *_there(Integer, "revision"),
    )
    op.create_index("ix_alarm_state_at", "alarm", ["state", "at"])


def _add_targets() -> None:
    op.create_table(
        "target",
        Column("id", Text, primary_key=True),
        *_there(Text, "name", "kind", "state"),
        *_there(Float, "every_s"),
        *_there(JSON, "what", "settings"),
        *_there(Text, "last_error"),
        *_there(Integer, "revision"),
        *_there(BigInteger, *_DATES),
        Column("removed_at", BigInteger),
    )
    op.create_table(
        "progress",
        Column("target", Text, primary_key=True),
        *_there(JSON, "progress"),
        _of_target("progress"),
    )
    op.create_table(
        "delivery",
        Column("n", Integer, primary_key=True),
        *_there(Text, "target"),
        *_there(BigInteger, "at"),
        *_there(Boolean, "ok"),
        Column("status", Integer),
        *_there(Text, "detail", "request", "response"),
        *_there(Integer, "took_ms"),
        *_there(Boolean, "test"),
        _of_target("delivery"),
    )
    op.create_index("ix_delivery_target_n", "delivery", ["target", "n"])


def _of_target(table: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["target"], ["target.id"], name=f"fk_{table}_target_target")


def _there(kind: Any, *names: str) -> Iterable[Column[Any]]:
    return [Column(name, kind, nullable=False) for name in names]
