"""Vessels, wishes, batches, people, adapters, settings and the journal."""

from alembic import op
from sqlalchemy import JSON, BigInteger, Column, Float, ForeignKey, Integer, Text, text

revision = "1"
down_revision = None


def upgrade() -> None:
    """Lay out an empty file."""
    _vessels()
    _batches()
    _people()
    _settings()


def _text(name: str, *, unique: bool = False) -> Column[str]:
    return Column(name, Text, nullable=False, unique=unique)


def _time(name: str) -> Column[int]:
    return Column(name, BigInteger, nullable=False)


def _json(name: str) -> Column[object]:
    return Column(name, JSON, nullable=False)


def _vessels() -> None:
    op.create_table(
        "vessel",
        Column("id", Text, primary_key=True),
        *map(_text, ("name", "kind", "agent")),
        *map(_json, ("limits", "roles")),
        _text("algorithm"),
        _json("settings"),
        Column("revision", Integer, nullable=False),
        Column("held", Integer, nullable=False),
        *map(_text, ("answer", "answer_detail")),
        *map(_time, ("answered_at", "created_at", "updated_at")),
    )
    op.create_table(
        "wish",
        Column("vessel", Text, ForeignKey("vessel.id"), primary_key=True),
        Column("revision", Integer, primary_key=True, autoincrement=False),
        _text("mode"),
        Column("value", Float),
        Column("profile", Text),
        *map(_text, ("reason", "by")),
        _time("at"),
    )


def _batches() -> None:
    op.create_table(
        "batch",
        Column("id", Text, primary_key=True),
        *map(_text, ("name", "state")),
        Column("vessel", Text),
        Column("started_at", BigInteger),
        Column("finished_at", BigInteger),
        _json("roles"),
        _text("source"),
        Column("revision", Integer, nullable=False),
        *map(_time, ("created_at", "updated_at")),
    )
    imported = text("source != ''")
    op.create_index(
        "uq_batch_source", "batch", ["source"], unique=True, sqlite_where=imported, postgresql_where=imported
    )
    op.create_table(
        "event",
        Column("batch", Text, ForeignKey("batch.id"), primary_key=True),
        Column("at", BigInteger, primary_key=True, autoincrement=False),
        Column("kind", Text, primary_key=True),
        Column("text", Text, primary_key=True),
    )


def _people() -> None:
    op.create_table(
        "user",
        Column("id", Text, primary_key=True),
        _text("login", unique=True),
        *map(_text, ("name", "role")),
        Column("password_hash", Text),
        Column("revision", Integer, nullable=False),
        *map(_time, ("created_at", "updated_at")),
    )
    op.create_table(
        "token",
        Column("id", Text, primary_key=True),
        *map(_text, ("title", "role")),
        _json("adapters"),
        _text("digest", unique=True),
        Column("expires_at", BigInteger),
        _time("created_at"),
    )
    op.create_table(
        "session",
        Column("digest", Text, primary_key=True),
        _text("user"),
        *map(_time, ("created_at", "seen_at")),
    )


def _settings() -> None:
    op.create_table(
        "adapter",
        Column("name", Text, primary_key=True),
        _text("title"),
        Column("zone", Text),
        *map(_time, ("created_at", "updated_at")),
    )
    op.create_table(
        "setting",
        Column("key", Text, primary_key=True),
        _json("value"),
        *map(_time, ("created_at", "updated_at")),
    )
    op.create_table(
        "journal",
        Column("n", Integer, primary_key=True),
        _time("at"),
        *map(_text, ("by", "what", "id", "action", "reason", "detail")),
        sqlite_autoincrement=True,
    )
