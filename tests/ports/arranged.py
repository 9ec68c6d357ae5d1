"""Things that people arrange, for the tests of catalogs."""

from krausen.model.batch import Batch, BatchEvent, BatchState
from krausen.model.journal import JournalEntry
from krausen.model.people import Session, Token, User, UserRole
from krausen.model.series import SeriesName
from krausen.model.setpoint import Mode, Setpoint
from krausen.model.vessel import Limits, Role, Vessel

FREEZER = Vessel(
    id="freezer20",
    name="Fryser på loftet",
    kind="freezer",
    agent="pi-loft",
    limits=Limits(-1.5, 25.0),
    roles={
        Role.BEER: SeriesName("pi-loft", "28-0000", "temperature"),
        Role.COOL: SeriesName("pi-loft", "r1", "on"),
    },
    algorithm="hysteresis",
    settings={"band_c": 0.5, "probes": ["a", "b"], "deep": {"x": None, "y": True}},
    revision=3,
)
FIRST = Setpoint(revision=1, mode=Mode.BEER, value=18.0, reason="pitch", by="mikkel", at=1000)
WARMER = Setpoint(revision=0, mode=Mode.CHAMBER, value=21.25, reason="rest", by="mikkel", at=2000)
ALONG = Setpoint(revision=0, mode=Mode.PROFILE, profile="p-1", by="anna", at=3000)
BREW = Batch(
    id="b-1",
    name="Pils 7",
    state=BatchState.FINISHED,
    vessel="freezer20",
    started_at=100,
    finished_at=900,
    roles={"beer": SeriesName("brewpi", "old", "beer")},
    source="brewpi:pils-7.csv",
    revision=2,
)
PITCHED = BatchEvent(100, "note", "pitched")
RACKED = BatchEvent(700, "note", "racked")
ANNA = User(id="u-1", login="anna", name="Anna Ø.", role=UserRole.BREWER, password_hash="$argon2id$…")
TOKEN = Token(
    id="t-1",
    title="kettle",
    role=UserRole.SENDER,
    adapters=("kettle", "pump"),
    digest="d1",
    expires_at=9,
    created_at=5,
)
BROWSER = Session(digest="c1", user="u-1", created_at=1, seen_at=1)


def entry(at: int = 1, what: str = "vessel", id: str = "freezer20", action: str = "updated") -> JournalEntry:
    return JournalEntry(at=at, by="mikkel", what=what, id=id, action=action, reason="because", detail="so")
