"""The tables of the catalog, one definition for every engine.

Columns bear the names of the fields of the structs they keep. Times are UTC milliseconds.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
)

LAYOUT = 8
"""The version of these tables, kept in the file."""

catalog = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


def _text(name: str, *, unique: bool = False) -> Column[str]:
    return Column(name, Text, nullable=False, unique=unique)


def _time(name: str) -> Column[int]:
    return Column(name, BigInteger, nullable=False)


vessel = Table(
    "vessel",
    catalog,
    Column("id", Text, primary_key=True),
    _text("name"),
    _text("kind"),
    _text("agent"),
    Column("limits", JSON, nullable=False),
    _text("algorithm"),
    Column("settings", JSON, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("held", Integer, nullable=False, comment="revision of the wish that is in force"),
    Column("answer", Text, nullable=False, comment="what the agent said to the newest wish"),
    _text("answer_detail"),
    _time("answered_at"),
    _time("created_at"),
    _time("updated_at"),
    Column("removed_at", BigInteger, comment="its id is never given again"),
    Column("chamber", Text),
)

role = Table(
    "role",
    catalog,
    Column("vessel", ForeignKey(vessel.c.id), primary_key=True),
    Column("role", Text, primary_key=True),
    Column("start", BigInteger, primary_key=True, autoincrement=False),
    Column("end", BigInteger, comment="null while it lasts"),
    Column("series", JSON, nullable=False),
)

wish = Table(
    "wish",
    catalog,
    Column("vessel", ForeignKey(vessel.c.id), primary_key=True),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    _text("mode"),
    Column("value", Float),
    Column("profile", Text),
    _text("reason"),
    _text("by"),
    _time("at"),
    Column("run", JSON(none_as_null=True)),
)

controller = Table(
    "controller",
    catalog,
    Column("name", Text, primary_key=True),
    _text("driver"),
    Column("settings", JSON, nullable=False),
    Column("chambers", JSON, nullable=False),
    Column("revision", Integer, nullable=False),
    _time("created_at"),
    _time("updated_at"),
)

profile = Table(
    "profile",
    catalog,
    Column("id", Text, primary_key=True),
    _text("name"),
    _text("type"),
    Column("steps", JSON, nullable=False),
    Column("events", JSON, nullable=False),
    Column("revision", Integer, nullable=False),
    _time("created_at"),
    _time("updated_at"),
    Column("removed_at", BigInteger, comment="its id is never given again"),
)

agent = Table(
    "agent",
    catalog,
    Column("name", Text, primary_key=True),
    _time("known_since"),
    Column("version", Text),
    Column("clock_ms", BigInteger),
    Column("seen_at", BigInteger),
)

device = Table(
    "device",
    catalog,
    Column("agent", Text, primary_key=True),
    Column("node", Text, primary_key=True),
    _text("kind"),
    _text("driver"),
    _text("title"),
    Column("revision", Integer, nullable=False),
)

chamber = Table(
    "chamber",
    catalog,
    Column("id", Text, primary_key=True),
    _text("name"),
    _text("agent"),
    Column("revision", Integer, nullable=False),
    _time("created_at"),
    _time("updated_at"),
    Column("removed_at", BigInteger, comment="its id is never given again"),
)

batch = Table(
    "batch",
    catalog,
    Column("id", Text, primary_key=True),
    _text("name"),
    _text("state"),
    Column("vessel", Text),
    Column("started_at", BigInteger),
    Column("finished_at", BigInteger),
    Column("roles", JSON, nullable=False),
    _text("source"),
    Column("revision", Integer, nullable=False),
    _time("created_at"),
    _time("updated_at"),
    _text("style"),
    _text("yeast"),
    Column("volume_l", Float),
    Column("original_gravity", Float),
    Column("target_gravity", Float),
    Column("deleted_at", BigInteger, comment="since when it lies in the bin"),
)
_imported = batch.c.source != ""
Index("uq_batch_source", batch.c.source, unique=True, sqlite_where=_imported, postgresql_where=_imported)

event = Table(
    "event",
    catalog,
    Column("batch", ForeignKey(batch.c.id), primary_key=True),
    Column("at", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", Text, primary_key=True),
    Column("text", Text, primary_key=True),
)

correction = Table(
    "correction",
    catalog,
    Column("n", Integer, primary_key=True),
    _text("id", unique=True),
    Column("series", JSON, nullable=False),
    _time("start"),
    _time("end"),
    _text("kind"),
    Column("value", Float),
    _text("reason"),
    _text("by"),
    _time("at"),
    Column("removed_at", BigInteger, comment="its id is never given again"),
    sqlite_autoincrement=True,
)

user = Table(
    "user",
    catalog,
    Column("id", Text, primary_key=True),
    _text("login", unique=True),
    _text("name"),
    _text("role"),
    Column("password_hash", Text),
    Column("revision", Integer, nullable=False),
    _time("created_at"),
    _time("updated_at"),
)

token = Table(
    "token",
    catalog,
    Column("id", Text, primary_key=True),
    _text("title"),
    _text("role"),
    Column("adapters", JSON, nullable=False),
    _text("digest", unique=True),
    Column("expires_at", BigInteger),
    _time("created_at"),
)

session = Table(
    "session",
    catalog,
    Column("digest", Text, primary_key=True),
    _text("user"),
    _time("created_at"),
    _time("seen_at"),
)

adapter = Table(
    "adapter",
    catalog,
    Column("name", Text, primary_key=True),
    _text("title"),
    Column("zone", Text),
    _text("policy"),
    Column("nodes", JSON, nullable=False),
    Column("metrics", JSON, nullable=False),
    Column("revision", Integer, nullable=False),
    _time("created_at"),
    _time("updated_at"),
)

setting = Table(
    "setting",
    catalog,
    Column("key", Text, primary_key=True),
    Column("value", JSON, nullable=False),
    Column("revision", Integer, nullable=False),
    _time("created_at"),
    _time("updated_at"),
)

door = Table(
    "door",
    catalog,
    Column("name", Text, primary_key=True),
    Column("enabled", Boolean, nullable=False),
    Column("port", Integer),
    Column("allow", JSON, nullable=False),
    Column("may_switch", Boolean, nullable=False),
    Column("settings", JSON, nullable=False),
    Column("revision", Integer, nullable=False),
    _time("created_at"),
    _time("updated_at"),
)

store_choice = Table(
    "store_choice",
    catalog,
    Column("adapter", Text, primary_key=True),
    Column("node", Text, primary_key=True),
    Column("metric", Text, primary_key=True),
    Column("every_s", Float, nullable=False),
    Column("deadband", Float, nullable=False),
    Column("longest_s", Float, nullable=False),
)

channel = Table(
    "channel",
    catalog,
    Column("name", Text, primary_key=True),
    _text("title"),
    _text("publish"),
    Column("revision", Integer, nullable=False),
    _time("created_at"),
    _time("updated_at"),
)

alarm = Table(
    "alarm",
    catalog,
    Column("id", Text, primary_key=True),
    _text("rule"),
    _text("priority"),
    _text("state"),
    Column("vessel", Text),
    Column("device", Text),
    _time("since"),
    _time("at"),
    *(_text(name) for name in ("title", "detail", "do", "by", "reason")),
    *(Column(name, Boolean, nullable=False) for name in ("test", "condition")),
    *(Column(name, BigInteger) for name in ("acknowledged_at", "cleared_at", "shelved_until")),
    Column("revision", Integer, nullable=False),
)
Index("ix_alarm_state_at", alarm.c.state, alarm.c.at)

learned = Table(
    "learned",
    catalog,
    Column("vessel", Text, primary_key=True),
    Column("at", BigInteger),
    Column("learned", JSON(none_as_null=True)),
    Column("taken", Integer, nullable=False, comment="revision of the wish that the agent took last"),
    Column("wished", Integer, nullable=False, comment="revision of the newest wish, 0 without any"),
    Column("wanted", JSON(none_as_null=True)),
)

learned_history = Table(
    "learned_history",
    catalog,
    Column("vessel", Text, primary_key=True),
    Column("day", Integer, primary_key=True, autoincrement=False),
    _time("at"),
    Column("quantities", JSON, nullable=False),
)

reason = Table(
    "reason",
    catalog,
    Column("vessel", ForeignKey(vessel.c.id), primary_key=True),
    Column("at", BigInteger, primary_key=True, autoincrement=False),
    *(Column(name, Float, nullable=False) for name in ("heat", "cool")),
    Column("texts", JSON, nullable=False),
    *(Column(name, Boolean, comment="was it on; null where nobody knows") for name in ("heating", "cooling")),
    _text("occasion"),
    sqlite_with_rowid=False,
)

foreign_id = Table(
    "foreign_id",
    catalog,
    Column("space", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("number", Integer, nullable=False),
)
Index("uq_foreign_id_space_number", foreign_id.c.space, foreign_id.c.number, unique=True)

target = Table(
    "target",
    catalog,
    Column("id", Text, primary_key=True),
    *(_text(name) for name in ("name", "kind", "state")),
    Column("every_s", Float, nullable=False),
    Column("what", JSON, nullable=False),
    Column("settings", JSON, nullable=False),
    _text("last_error"),
    Column("revision", Integer, nullable=False),
    _time("created_at"),
    _time("updated_at"),
    Column("removed_at", BigInteger, comment="its id is never given again"),
)

progress = Table(
    "progress",
    catalog,
    Column("target", ForeignKey(target.c.id), primary_key=True),
    Column("progress", JSON, nullable=False, comment="how far it has come, as its host says it"),
)

delivery = Table(
    "delivery",
    catalog,
    Column("n", Integer, primary_key=True),
    Column("target", ForeignKey(target.c.id), nullable=False),
    _time("at"),
    Column("ok", Boolean, nullable=False),
    Column("status", Integer),
    *(_text(name) for name in ("detail", "request", "response")),
    Column("took_ms", Integer, nullable=False),
    Column("test", Boolean, nullable=False),
)
Index("ix_delivery_target_n", delivery.c.target, delivery.c.n)

journal = Table(
    "journal",
    catalog,
    Column("n", Integer, primary_key=True),
    _time("at"),
    _text("by"),
    _text("what"),
    _text("id"),
    _text("action"),
    _text("reason"),
    _text("detail"),
    sqlite_autoincrement=True,
)
