"""Where people are kept, and what they prove themselves with."""

from typing import Protocol

from krausen.model.journal import JournalEntry
from krausen.model.people import Session, Token, User


class People(Protocol):
    """Persons, programs and signed-in browsers."""

    async def users(self) -> list[User]:
        """Give all persons, ordered by login."""

    async def user_by_login(self, login: str) -> User | None:
        """Give the person with a login, or None."""

    async def user(self, id: str) -> User | None:
        """Give a person, or None."""

    async def keep_user(self, user: User, entry: JournalEntry, *, seen: int | None = None) -> None:
        """Add or replace a person. Raises Stale when the login belongs to another."""

    async def remove_user(self, id: str, entry: JournalEntry, *, seen: int | None = None) -> None:
        """Remove a person with their own settings, and sign out their browsers. Raises NotFound, Stale."""

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

    async def sessions(self) -> list[Session]:
        """Give all signed-in browsers, ordered by digest."""

    async def keep_session(self, session: Session) -> None:
        """Add or replace a signed-in browser."""

    async def remove_session(self, digest: str) -> None:
        """Sign a browser out; harmless when it is not signed in."""

    async def remove_sessions(self, user: str) -> None:
        """Sign out all browsers of a person, named by id."""

    async def forget_sessions(self, seen_before: int) -> None:
        """Sign out the browsers that were last seen before an instant, UTC milliseconds."""
