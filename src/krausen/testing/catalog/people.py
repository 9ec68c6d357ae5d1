"""People in memory."""

from collections.abc import Callable

from krausen.errors import Stale
from krausen.model.journal import JournalEntry
from krausen.model.people import Session, Token, User, own_keys
from krausen.ports.catalog import Kind
from krausen.testing.catalog.memory import Memory, check_seen, found_in, revision_of


class MemoryPeople(Memory):
    """The part of the catalog port that knows people."""

    def __init__(self) -> None:
        super().__init__()
        self._users: dict[str, User] = {}
        self._tokens: dict[str, Token] = {}
        self._sessions: dict[str, Session] = {}

    async def users(self) -> list[User]:
        """Give all persons, ordered by login."""
        await self._turn()
        return sorted(self._users.values(), key=lambda user: user.login)

    async def user_by_login(self, login: str) -> User | None:
        """Give the person with a login, or None."""
        await self._turn()
        return self._with_login(login)

    async def user(self, id: str) -> User | None:
        """Give a person, or None."""
        await self._turn()
        return self._users.get(id)

    async def keep_user(self, user: User, entry: JournalEntry, *, seen: int | None = None) -> None:
        """Add or replace a person. Raises Stale, also when the login belongs to another."""
        await self._turn()
        check_seen(f"User {user.id}", revision_of(self._users, user.id), seen)
        there = self._with_login(user.login)
        if there is not None and there.id != user.id:
            raise Stale(f"The login {user.login} belongs to somebody else: choose another.")
        self._users[user.id] = user
        self._date(Kind.USER, user.id, entry.at)
        self._journal.append(entry)

    async def remove_user(self, id: str, entry: JournalEntry, *, seen: int | None = None) -> None:
        """Remove a person with their own settings, and sign out their browsers. Raises NotFound, Stale."""
        await self._turn()
        check_seen(f"User {id}", found_in(self._users, id, "user").revision, seen)
        del self._users[id], self._dates[Kind.USER][id]
        self._drop_sessions(lambda session: session.user == id)
        for key in [key for key in self._settings if key.startswith(own_keys(id))]:
            del self._settings[key], self._dates[Kind.SETTING][key]
        self._journal.append(entry)

    async def token_by_digest(self, digest: str) -> Token | None:
        """Give the token with a digest, or None."""
        await self._turn()
        return next((token for token in self._tokens.values() if token.digest == digest), None)

    async def tokens(self) -> list[Token]:
        """Give all tokens, ordered by time of creation."""
        await self._turn()
        return sorted(self._tokens.values(), key=lambda token: (token.created_at, token.id))

    async def add_token(self, token: Token, entry: JournalEntry) -> None:
        """Add a token. Raises Stale when its id or digest is there already."""
        await self._turn()
        self._add_token(token)
        self._journal.append(entry)

    async def remove_token(self, id: str, entry: JournalEntry) -> None:
        """Remove a token. Raises NotFound."""
        await self._turn()
        found_in(self._tokens, id, "token")
        del self._tokens[id]
        self._journal.append(entry)

    async def session(self, digest: str) -> Session | None:
        """Give a signed-in browser, or None."""
        await self._turn()
        return self._sessions.get(digest)

    async def sessions(self) -> list[Session]:
        """Give all signed-in browsers, ordered by digest."""
        await self._turn()
        return [self._sessions[key] for key in sorted(self._sessions)]

    async def keep_session(self, session: Session) -> None:
        """Add or replace a signed-in browser."""
        await self._turn()
        self._sessions[session.digest] = session

    async def remove_session(self, digest: str) -> None:
        """Sign a browser out; harmless when it is not signed in."""
        await self._turn()
        self._sessions.pop(digest, None)

    async def remove_sessions(self, user: str) -> None:
        """Sign out all browsers of a person, named by id."""
        await self._turn()
        self._drop_sessions(lambda session: session.user == user)

    async def forget_sessions(self, seen_before: int) -> None:
        """Sign out the browsers that were last seen before an instant, UTC milliseconds."""
        await self._turn()
        self._drop_sessions(lambda session: session.seen_at < seen_before)

    def _add_token(self, token: Token) -> None:
        if any(token.id == there.id or token.digest == there.digest for there in self._tokens.values()):
            raise Stale(f"There is a token {token.id} already.")
        self._tokens[token.id] = token

    def _drop_sessions(self, which: Callable[[Session], bool]) -> None:
        self._sessions = {key: session for key, session in self._sessions.items() if not which(session)}

    def _with_login(self, login: str) -> User | None:
        return next((user for user in self._users.values() if user.login == login), None)
