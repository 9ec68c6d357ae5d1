"""There are profiles, which a wish may follow, and controllers with a firmware of their own."""

from typing import Any

from alembic import op
from sqlalchemy import JSON, BigInteger, Column, Integer, Text

revision = "6"
down_revision = "5"


def upgrade() -> None:
    """Make room for them; no wish has followed any profile yet."""
    op.create_table(
        "controller",
        Column("name", Text, primary_key=True),
        _there("driver", Text),
        *(_there(name, JSON) for name in ("settings", "chambers")),
        *_counted(),
    )
    op.create_table(
        "profile",
        Column("id", Text, primary_key=True),
        *(_there(name, Text) for name in ("name", "type")),
        *(_there(name, JSON) for name in ("steps", "events")),
        *_counted(),
        Column("removed_at", BigInteger),
    )
    op.add_column("wish", Column("run", JSON))


def _counted() -> list[Column[Any]]:
    dates = (_there(name, BigInteger) for name in ("created_at", "updated_at"))
    return [_there("revision", Integer), *dates]


def _there(name: str, kind: Any) -> Column[Any]:
    return Column(name, kind, nullable=False)
