"""Everything that people arrange: vessels, wishes, batches, people, settings, and the journal of changes.

Every call raises StorageAway when the disk refuses. A change and its journal entry are stored together or
not at all.
"""

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

from krausen.model.batch import Batch, BatchEvent
from krausen.model.journal import JournalEntry
from krausen.model.people import Session, Token, User
from krausen.model.setpoint import Answer, Setpoint
from krausen.model.vessel import Vessel


class VesselRecord(Struct, frozen=True, kw_only=True):
    """A vessel, the latest wish for it and what its agent said. Times in UTC milliseconds."""

    vessel: Vessel
    requested: Setpoint
    answer: Answer
    created_at: int
    updated_at: int


class Vessels(Protocol):
    """Vessels and the wishes for them."""

    async def vessels(self) -> list[VesselRecord]:
        """Give all vessels, ordered by id."""

    async def vessel(self, id: str) -> VesselRecord:
        """Give one. Raises NotFound."""

    async def add_vessel(self, vessel: Vessel, wish: Setpoint, entry: JournalEntry) -> None:
        """Add one with its first wish, which counts as accepted. Raises Stale when the id is taken."""

    async def request(
        self, id: str, wish: Setpoint, entry: JournalEntry, *, seen: int | None = None
    ) -> VesselRecord:
        """Keep a wish under the next revision, counted here; give the vessel with its answer `waiting`.

        `seen` is the revision the asker was looking at; raises Stale when there is a newer one, NotFound
        without a vessel.
        """

    async def answered(self, id: str, revision: int, answer: Answer) -> VesselRecord | None:
        """Keep what the agent said to a wish; None, and nothing kept, when a newer wish is already there."""

    async def wishes(self, id: str, start: int, end: int) -> list[Setpoint]:
        """Give the wishes with start <= at < end, oldest first."""


class Batches(Protocol):
    """Batches and what happened to them."""

    async def batches(self) -> list[Batch]:
        """Give all batches, the latest start first."""

    async def batch(self, id: str) -> Batch:
        """Give one. Raises NotFound."""

    async def batch_of(self, source: str) -> Batch | None:
        """Give the batch that was imported from a source, or None."""

    async def keep_batch(self, batch: Batch, events: Sequence[BatchEvent], entry: JournalEntry) -> int:
        """Add or replace a batch and add the events it does not have yet; give how many those were."""

    async def events(self, id: str) -> list[BatchEvent]:
        """Give the events of a batch in order of time. Raises NotFound."""


class People(Protocol):
    """Persons, programs and signed-in browsers."""

    async def users(self) -> list[User]:
        """Give all persons, ordered by login."""

    async def user_by_login(self, login: str) -> User | None:
        """Give the person with a login, or None."""

    async def user(self, id: str) -> User | None:
        """Give a person, or None."""

    async def keep_user(self, user: User, entry: JournalEntry) -> None:
        """Add or replace a person. Raises Stale when the login belongs to another."""

    async def token_by_digest(self, digest: str) -> Token | None:
        """Give the token with a digest, or None."""

    async def tokens(self) -> list[Token]:
        """Give all tokens, ordered by time of creation."""

    async def add_token(self, token: Token, entry: JournalEntry) -> None:
        """Add a token."""

    async def remove_token(self, id: str, entry: JournalEntry) -> None:
        """Remove a token. Raises NotFound."""

    async def session(self, digest: str) -> Session | None:
        """Give a signed-in browser, or None."""

    async def keep_session(self, session: Session) -> None:
        """Add or replace a signed-in browser."""

    async def remove_session(self, digest: str) -> None:
        """Sign a browser out; harmless when it is not signed in."""


class Adapter(Struct, frozen=True, kw_only=True):
    """Who reports readings; `zone` is the IANA name of the time zone of its local times, None the site's."""

    name: str
    title: str = ""
    zone: str | None = None


class Settings(Protocol):
    """Adapters, free settings and the journal."""

    async def adapter(self, name: str) -> Adapter | None:
        """Give an adapter that was arranged, or None."""

    async def keep_adapter(self, adapter: Adapter, entry: JournalEntry) -> None:
        """Add or replace an adapter."""

    async def setting(self, key: str) -> object:
        """Give the value of a setting (anything JSON can say), or None."""

    async def keep_setting(self, key: str, value: object, entry: JournalEntry) -> None:
        """Keep a setting."""

    async def journal(self, limit: int) -> list[JournalEntry]:
        """Give the newest entries, newest first."""


class Catalog(Vessels, Batches, People, Settings, Protocol):
    """All of it behind one door; parts of the server ask only for the protocol they need."""
